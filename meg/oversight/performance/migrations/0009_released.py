"""What published reports showed and hid, with the numbers behind it."""

import django.db.models.deletion
from django.db import migrations, models

import meg.partnership.trail.models
from meg.partnership.seats import Install


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_rows"),
        ("performance", "0008_protected"),
    ]
    operations = [
        migrations.CreateModel(
            name="Released",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("family", models.TextField()),
                ("period", models.CharField(max_length=9)),
                ("name", models.TextField()),
                ("value", models.PositiveIntegerField()),
                ("hidden", models.BooleanField()),
                (
                    "partnership",
                    models.ForeignKey(
                        db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.partnership",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="performance.report"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="released",
            constraint=models.UniqueConstraint(
                fields=("report", "family", "period", "name"), name="released_once_a_report"
            ),
        ),
        Install("performance"),
    ]
