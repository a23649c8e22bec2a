"""Keys over partnership, context and child; when a context stays open; which names are one; row policies."""

from django.db import migrations

from meg.partnership.seats import Install
from meg.protect.contexts.migrations._sql import KEYS, LAWS, SAME


class Migration(migrations.Migration):
    dependencies = [
        ("contexts", "0001_initial"),
        ("children", "0004_keys"),
        ("exploitation", "0002_rows"),
        ("plans", "0002_rows"),
    ]

    operations = [
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
        migrations.RunSQL(SAME, migrations.RunSQL.noop),
        Install("contexts"),
    ]
