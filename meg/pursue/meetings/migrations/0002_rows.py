"""Keys over partnership, meeting, item and child; how a meeting goes on; row policies."""

from django.db import migrations

from meg.partnership.seats import Install
from meg.pursue.meetings.migrations._sql import KEYS, LAWS


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial"), ("children", "0004_keys")]

    operations = [
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        migrations.RunSQL(LAWS, migrations.RunSQL.noop),
        Install("meetings"),
    ]
