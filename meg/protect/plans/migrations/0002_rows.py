"""Keys over partnership, child and plan; the law of transition; row policies."""

from django.db import migrations

from meg.partnership.seats import Install
from meg.protect.plans.migrations._sql import KEYS, LAW, OF_PLAN


class Migration(migrations.Migration):
    dependencies = [
        ("plans", "0001_initial"),
        ("children", "0004_keys"),
        ("exploitation", "0002_rows"),
        ("trail", "0002_rows"),
    ]

    operations = [
        migrations.RunSQL(KEYS, migrations.RunSQL.noop),
        *[migrations.RunSQL(OF_PLAN.format(name), migrations.RunSQL.noop) for name in ("aim", "given", "review")],
        migrations.RunSQL(LAW, migrations.RunSQL.noop),
        Install("plans"),
    ]
