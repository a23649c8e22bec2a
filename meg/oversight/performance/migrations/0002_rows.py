"""Grants and row policies, as `permissions.py` declares them."""

from django.db import migrations

from meg.partnership.seats import Install


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0001_initial"),
        ("missing", "0002_rows"),
    ]
    operations = [
        Install("performance"),
    ]
