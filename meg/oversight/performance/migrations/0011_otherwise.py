"""What is counted by other words of the specification is kept with what is published, and a figure knows its settings."""

from django.db import migrations, models

import meg.partnership.trail.models
from meg.partnership.seats import Install


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_rows"),
        ("performance", "0010_published"),
    ]
    operations = [
        migrations.AddField(
            model_name="figure",
            name="settings",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="CountedOtherwise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("family", models.TextField()),
                ("period", models.CharField(max_length=9)),
                ("name", models.TextField()),
                ("value", models.PositiveIntegerField(null=True)),
                (
                    "partnership",
                    models.ForeignKey(
                        db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                        on_delete=models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.partnership",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="countedotherwise",
            constraint=models.UniqueConstraint(
                fields=("partnership", "family", "period", "name"), name="counted_otherwise_once"
            ),
        ),
        migrations.AddField(
            model_name="released",
            name="unshown",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="released",
            constraint=models.CheckConstraint(
                condition=models.Q(("hidden", True), ("unshown", True), _negated=True),
                name="released_hidden_is_what_the_report_had",
            ),
        ),
        Install("performance"),
    ]
