"""Grants and row policies, as `permissions.py` declares them."""

from django.db import migrations

from meg.partnership.seats import Install


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
    ]
    operations = [
        Install("agencies"),
    ]
