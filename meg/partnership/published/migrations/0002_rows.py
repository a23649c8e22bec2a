"""Grants and row policies, as `permissions.py` declares them."""

from django.db import migrations

from meg.partnership.seats import Install


class Migration(migrations.Migration):
    dependencies = [
        ("published", "0001_initial"),
        ("trail", "0002_rows"),
    ]
    operations = [
        Install("published"),
    ]
