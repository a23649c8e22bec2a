"""Decisions by which the limits of an indicator begin anew."""

import django.db.models.deletion
import django.db.models.functions.datetime
import meg.partnership.trail.models
from django.db import migrations, models

from meg.partnership.seats import Install


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_rows"),
        ("performance", "0003_beside"),
    ]

    operations = [
        migrations.CreateModel(
            name="LimitReset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.TextField()),
                ("since", models.DateField()),
                ("decided", models.DateField()),
                ("decided_by", models.TextField()),
                ("reason", models.TextField()),
                (
                    "recorded_by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("partnership", "indicator", "since"),
                        name="limits_begin_once_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", ""), _negated=True), models.Q(("reason", ""), _negated=True)
                        ),
                        name="limits_decision_is_told",
                    ),
                ],
            },
        ),
        Install("performance"),
    ]
