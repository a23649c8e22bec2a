"""Grants and row policies, as `permissions.py` declares them, and the functions they need."""

from django.db import migrations

from meg.partnership.access.migrations._sql import FORGET, KEEP, REACH, WHO, WITHOUT
from meg.partnership.seats import Install


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("agencies", "0002_rows"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [
        migrations.RunSQL(REACH, migrations.RunSQL.noop),
        migrations.RunSQL(WHO, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, migrations.RunSQL.noop),
        migrations.RunSQL(FORGET, migrations.RunSQL.noop),
        migrations.RunSQL(WITHOUT, migrations.RunSQL.noop),
        Install("access"),
    ]
