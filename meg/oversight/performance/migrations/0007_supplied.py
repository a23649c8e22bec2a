"""Figures that their source supplies, and how often figures are reported and supplied as codes instead of words."""

import django.db.models.deletion
import django.db.models.functions.datetime
import meg.partnership.trail.models
from django.db import migrations, models

from meg.partnership.seats import Install


WORDS = {"monthly": "monthly", "quarterly": "quarterly", "6 monthly": "six_monthly", "yearly": "yearly"}


def _code(what):
    cases = " ".join(f"WHEN frequency ILIKE '%{what} {words}%' THEN '{code}'" for words, code in WORDS.items())
    return f"CASE {cases} ELSE '' END"


# Words that say neither stay readable, with the source. The owner of the tables has no policy of its own on them.
CODED = f"""
ALTER TABLE performance_indicator NO FORCE ROW LEVEL SECURITY;
UPDATE performance_indicator SET reported = {_code("reported")}, supplied = {_code("supplied")};
UPDATE performance_indicator SET source = concat_ws('. ', NULLIF(source, ''), frequency)
  WHERE frequency <> '' AND reported = '' AND supplied = '';
ALTER TABLE performance_indicator FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_rows"),
        ("agencies", "0002_rows"),
        ("performance", "0006_specification"),
    ]

    operations = [
        migrations.CreateModel(
            name="SuppliedFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.TextField()),
                ("period", models.CharField(max_length=9)),
                ("numerator", models.PositiveIntegerField(blank=True, null=True)),
                ("denominator", models.PositiveIntegerField(blank=True, null=True)),
                ("note", models.TextField(blank=True)),
                ("file", models.TextField(blank=True)),
                (
                    "member_id",
                    models.BigIntegerField(
                        db_default=meg.partnership.trail.models.FromContext("meg.member"), null=True
                    ),
                ),
                (
                    "by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name="SupplyReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.TextField()),
                ("period", models.CharField(max_length=9)),
                ("state", models.TextField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.AddField(
            model_name="indicator",
            name="disclosure",
            field=models.TextField(
                choices=[
                    ("children", "1 to 5 are hidden, and what would give them away"),
                    ("open", "Shown as they are: they are not about children"),
                ],
                default="children",
            ),
        ),
        migrations.AddField(
            model_name="indicator",
            name="reported",
            field=models.TextField(
                blank=True,
                choices=[
                    ("monthly", "Monthly"),
                    ("quarterly", "Quarterly"),
                    ("six_monthly", "Every six months"),
                    ("yearly", "Yearly"),
                ],
            ),
        ),
        migrations.AddField(
            model_name="indicator",
            name="supplied",
            field=models.TextField(
                blank=True,
                choices=[
                    ("monthly", "Monthly"),
                    ("quarterly", "Quarterly"),
                    ("six_monthly", "Every six months"),
                    ("yearly", "Yearly"),
                ],
            ),
        ),
        migrations.AddField(
            model_name="indicator",
            name="supplier",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.member"
            ),
        ),
        migrations.RunSQL(CODED, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="indicator",
            name="frequency",
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reported__in", ["", "monthly", "quarterly", "six_monthly", "yearly"]),
                    ("supplied__in", ["", "monthly", "quarterly", "six_monthly", "yearly"]),
                ),
                name="indicator_frequency_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("disclosure", "children"),
                    models.Q(("disclosure", "open"), ("measure", "supplied")),
                    _connector="OR",
                ),
                name="indicator_of_children_is_protected",
            ),
        ),
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("measure", "supplied"), _negated=True),
                    models.Q(("supplied", ""), _negated=True),
                    _connector="OR",
                ),
                name="indicator_supplied_has_a_frequency",
            ),
        ),
        migrations.AddField(
            model_name="suppliedfigure",
            name="partnership",
            field=models.ForeignKey(
                db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.partnership",
            ),
        ),
        migrations.AddField(
            model_name="supplyreminder",
            name="partnership",
            field=models.ForeignKey(
                db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.partnership",
            ),
        ),
        migrations.AddIndex(
            model_name="suppliedfigure",
            index=models.Index(fields=["partnership", "indicator", "period", "-id"], name="supplied_of_period"),
        ),
        migrations.AddConstraint(
            model_name="suppliedfigure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("denominator__isnull", True),
                    models.Q(("numerator__isnull", False), ("numerator__lte", models.F("denominator"))),
                    _connector="OR",
                ),
                name="supplied_part_of_the_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplyreminder",
            constraint=models.UniqueConstraint(
                fields=("partnership", "indicator", "period", "state"), name="reminded_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="supplyreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["soon", "over"])), name="reminder_state_is_known"
            ),
        ),
        migrations.AddField(model_name="commentary", name="told_at", field=models.DateTimeField(blank=True, null=True)),
        Install("performance"),
    ]
