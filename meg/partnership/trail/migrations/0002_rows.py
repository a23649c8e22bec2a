"""Grants and row policies, as `permissions.py` declares them, and the functions they need."""

from django.db import migrations

from meg.partnership.trail.migrations._sql import ABOUT, GUARD, SEAL, VERIFY
from meg.partnership.seats import Install


class Migration(migrations.Migration):
    dependencies = [
        ("trail", "0001_initial"),
    ]
    operations = [
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.RunSQL(SEAL, migrations.RunSQL.noop),
        migrations.RunSQL(VERIFY, migrations.RunSQL.noop),
        migrations.RunSQL(ABOUT, migrations.RunSQL.noop),
        Install("trail"),
    ]
