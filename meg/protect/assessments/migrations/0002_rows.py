"""Keys over partnership, child and referral; what is finished or published stays; row policies."""

from django.db import migrations

from meg.partnership.seats import Install
from meg.protect.assessments.migrations._sql import KEPT, KEYS


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]

    operations = [
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        Install("assessments"),
    ]
