"""What stood beside the figures of a published report, as shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("performance", "0009_released")]
    operations = [
        migrations.AddField(model_name="report", name="tables", field=models.JSONField(blank=True, null=True)),
    ]
