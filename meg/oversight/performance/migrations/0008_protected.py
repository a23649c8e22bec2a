"""From what the figures that stand were protected."""

import django.db.models.deletion
from django.db import migrations, models

import meg.partnership.trail.models
from meg.partnership.seats import Install


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_rows"),
        ("performance", "0007_supplied"),
    ]
    operations = [
        migrations.CreateModel(
            name="ProtectedFamily",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("family", models.TextField()),
                ("mark", models.TextField()),
                (
                    "partnership",
                    models.ForeignKey(
                        db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.partnership",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="protectedfamily",
            constraint=models.UniqueConstraint(fields=("partnership", "family"), name="protected_once_a_family"),
        ),
        Install("performance"),
    ]
