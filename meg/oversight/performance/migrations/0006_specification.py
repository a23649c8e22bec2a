"""The coordinator keeps the data specification."""

from django.db import migrations

from meg.partnership.seats import Install


class Migration(migrations.Migration):
    dependencies = [("performance", "0005_reports")]
    operations = [Install("performance")]
