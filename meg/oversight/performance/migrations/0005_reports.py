"""Reports on their way to publication, and frozen there."""

import django.db.models.deletion
import django.db.models.functions.datetime
import meg.partnership.trail.models
from django.db import migrations, models

from meg.partnership.seats import Install

FROZEN = """
CREATE FUNCTION meg.keep_frozen() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'performance_report' THEN
    IF OLD.state = 'published' THEN RAISE EXCEPTION 'A published report is frozen.' USING ERRCODE = 'check_violation'; END IF;
  ELSIF EXISTS (SELECT FROM public.performance_report r WHERE r.id = NEW.report_id AND r.state = 'published') THEN
    RAISE EXCEPTION 'A published report is frozen.' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER report_is_frozen BEFORE UPDATE ON performance_report FOR EACH ROW EXECUTE FUNCTION meg.keep_frozen();
CREATE TRIGGER commentary_is_frozen BEFORE INSERT OR UPDATE ON performance_commentary
  FOR EACH ROW EXECUTE FUNCTION meg.keep_frozen();
CREATE TRIGGER document_is_frozen BEFORE INSERT OR UPDATE ON performance_document
  FOR EACH ROW EXECUTE FUNCTION meg.keep_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_rows"),
        ("agencies", "0002_rows"),
        ("performance", "0004_limits"),
    ]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="owner",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.member"
            ),
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", models.CharField(max_length=9)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("draft", "Draft"),
                            ("asked", "Commentary asked"),
                            ("approved", "Approved"),
                            ("published", "Published and frozen"),
                        ],
                        default="draft",
                    ),
                ),
                ("summary", models.TextField(blank=True)),
                (
                    "made_by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("asked_at", models.DateTimeField(blank=True, null=True)),
                ("approved_by", models.TextField(blank=True)),
                ("approved_at", models.DateTimeField(blank=True, null=True)),
                ("published_by", models.TextField(blank=True)),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                ("frozen", models.JSONField(default=dict)),
                (
                    "approver",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.member",
                    ),
                ),
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
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.TextField()),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
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
        migrations.CreateModel(
            name="Commentary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.TextField()),
                ("owner_name", models.TextField()),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("words", models.TextField(blank=True)),
                ("actions", models.TextField(blank=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.member"
                    ),
                ),
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
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.TextField()),
                ("period", models.CharField(max_length=9)),
                ("was", models.TextField()),
                ("became", models.TextField()),
                ("cause", models.TextField()),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(fields=("partnership", "period"), name="report_once_a_period"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True),
                    models.Q(("approved_at__isnull", False), ("published_at__isnull", False)),
                    _connector="OR",
                ),
                name="report_is_approved_before_it_is_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_at__isnull", True), models.Q(("approved_by", ""), _negated=True), _connector="OR"
                ),
                name="report_approval_has_a_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("report", "form"), name="document_once_a_form"),
        ),
        migrations.AddConstraint(
            model_name="commentary",
            constraint=models.UniqueConstraint(fields=("report", "indicator"), name="commentary_once_an_indicator"),
        ),
        migrations.AddConstraint(
            model_name="commentary",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("answered_at__isnull", True), models.Q(("words", ""), _negated=True), _connector="OR"
                ),
                name="commentary_answer_has_words",
            ),
        ),
        migrations.RunSQL(FROZEN, migrations.RunSQL.noop),
        Install("performance"),
    ]
