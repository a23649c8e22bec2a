"""What stands beside a figure."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0002_rows"),
        ("missing", "0003_whole_life"),
    ]
    operations = [
        migrations.AddField("figure", "beside", models.JSONField(default=dict)),
        migrations.AddField("shownfigure", "beside", models.JSONField(default=dict)),
    ]
