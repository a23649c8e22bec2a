"""What a report publishes beside its figures, kept as shown, and the notes of whoever supplied a figure."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("performance", "0009_released")]
    operations = [
        migrations.AddField(model_name="report", name="tables", field=models.JSONField(blank=True, null=True)),
        migrations.AddField(model_name="shownfigure", name="note", field=models.TextField(blank=True, default="")),
        migrations.AddField(model_name="suppliedfigure", name="note_shown", field=models.BooleanField(default=False)),
    ]
