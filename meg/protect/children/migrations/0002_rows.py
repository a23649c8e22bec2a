"""Grants and row policies, as `permissions.py` declares them, and the functions they need."""

from django.db import migrations

from meg.partnership.seats import Install
from meg.protect.children.migrations._sql import ALIKE, FIND, KEYS, MAYBE, NUMBER, WHY


class Migration(migrations.Migration):
    dependencies = [
        ("children", "0001_initial"),
        ("access", "0002_rows"),
    ]
    operations = [
        migrations.RunSQL(ALIKE, migrations.RunSQL.noop),
        migrations.RunSQL(MAYBE, migrations.RunSQL.noop),
        migrations.RunSQL(FIND, migrations.RunSQL.noop),
        migrations.RunSQL(WHY, migrations.RunSQL.noop),
        migrations.RunSQL(NUMBER, migrations.RunSQL.noop),
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        Install("children"),
    ]
