"""What is done about an episode: risk, status, interviews, decisions, sheets. New columns of earlier rows say history."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
import meg.partnership.trail.models
from django.db import migrations, models

from meg.partnership.seats import Install
from meg.protect.missing.migrations._sql import TELL_POLICE


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_rows"),
        ("agencies", "0002_rows"),
        ("children", "0002_rows"),
        ("missing", "0002_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "recorded_by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
                ("kind", models.TextField(choices=[("place", "Place"), ("person", "Person")])),
                ("name", models.TextField()),
                ("about", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Passed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.TextField(blank=True)),
                ("words", models.TextField()),
                ("how_known", models.TextField(blank=True)),
                ("may_be_asked", models.BooleanField(default=False)),
                ("passed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "passed_by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
                (
                    "agency",
                    models.BigIntegerField(
                        db_default=meg.partnership.trail.models.FromContext("meg.agency", models.BigIntegerField()),
                        null=True,
                    ),
                ),
                ("taken_up_at", models.DateTimeField(blank=True, null=True)),
                ("taken_up_by", models.TextField(blank=True, db_default="")),
            ],
        ),
        migrations.CreateModel(
            name="Prevention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "recorded_by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
                ("batch", models.BigIntegerField(blank=True, null=True)),
                ("held", models.BooleanField()),
                ("by", models.TextField()),
                ("not_held_because", models.TextField(blank=True)),
                ("harm", models.BooleanField(blank=True, null=True)),
                ("passed_on", models.BooleanField(default=False)),
            ],
        ),
        migrations.CreateModel(
            name="Risk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "recorded_by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
                ("batch", models.BigIntegerField(blank=True, null=True)),
                ("level", models.TextField()),
                ("reason", models.TextField()),
                ("assessor", models.TextField()),
                ("review_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("description", models.TextField(blank=True)),
                ("usual_clothes", models.TextField(blank=True)),
                ("places", models.TextField(blank=True)),
                ("people", models.TextField(blank=True)),
                ("contact", models.TextField(blank=True)),
                ("travel", models.TextField(blank=True)),
                ("health", models.TextField(blank=True)),
                ("helps", models.TextField(blank=True)),
                ("carer", models.TextField(blank=True)),
                ("carer_phone", models.TextField(blank=True)),
                ("photo_held_by", models.TextField(blank=True)),
                ("updated_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "updated_by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Status",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "recorded_by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
                ("batch", models.BigIntegerField(blank=True, null=True)),
                (
                    "care_status",
                    models.CharField(
                        blank=True,
                        choices=[("M", "Missing"), ("A", "Away from placement without authorisation")],
                        max_length=1,
                    ),
                ),
                (
                    "police_category",
                    models.TextField(blank=True, choices=[("MISSING", "Missing"), ("ABSENT", "Absent")]),
                ),
                ("reason", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "recorded_by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
                (
                    "what",
                    models.TextField(
                        choices=[
                            ("due", "Return interview due"),
                            ("allocated", "Return interview allocated"),
                            ("offered", "Return interview offered"),
                            ("tried", "Tried to reach the child"),
                            ("accepted", "Return interview accepted"),
                            ("booked", "Return interview booked"),
                            ("declined", "Return interview declined"),
                            ("not_contactable", "Not contactable"),
                            ("handed_over", "Return interview handed to another authority"),
                            ("taken_over", "Return interview taken over for another authority"),
                            ("held", "Return interview held"),
                            ("not_required", "Return interview not required"),
                            ("reopened", "Return interview opened again"),
                            ("corrected", "Return interview corrected"),
                        ]
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.TextField(blank=True)),
                ("way", models.TextField(blank=True)),
                ("words", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Threshold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "setting",
                    models.TextField(
                        choices=[
                            ("own_home", "Own home"),
                            ("foster", "Foster care"),
                            ("childrens_home", "Children’s home"),
                            ("supported", "Supported lodgings"),
                            ("other", "Other"),
                        ]
                    ),
                ),
                ("episodes", models.PositiveSmallIntegerField()),
                ("days", models.PositiveSmallIntegerField()),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField()),
                (
                    "by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="episode",
            name="ended_as",
            field=models.TextField(
                blank=True,
                choices=[("returned", "Returned"), ("eighteen", "Turned 18 before a return was known")],
                db_default="",
            ),
        ),
        migrations.AddField(
            model_name="episode",
            name="held_by",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="episode",
            name="interview_needed",
            field=models.TextField(blank=True, choices=[("yes", "Required"), ("no", "Not required")], db_default=""),
        ),
        migrations.AddField(
            model_name="episode",
            name="last_seen_place",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="episode",
            name="located_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="episode",
            name="not_needed_because",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="episode",
            name="reported_to",
            field=models.TextField(blank=True, db_default=""),
        ),
        migrations.AddField(
            model_name="episode",
            name="scrutiny",
            field=models.TextField(
                choices=[
                    ("due", "Waiting for the team"),
                    ("after_interview", "Waiting for the interview"),
                    ("done", "Decided"),
                    ("history", "From before, or from a yearly return"),
                ],
                db_default="history",
            ),
        ),
        migrations.CreateModel(
            name="Challenge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "recorded_by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
                ("batch", models.BigIntegerField(blank=True, null=True)),
                ("why", models.TextField()),
                (
                    "answer",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("agreed", "Agreed: recorded as missing"),
                            ("kept", "Not agreed: the first view is kept"),
                        ],
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answered_by", models.TextField(blank=True)),
                ("answer_why", models.TextField(blank=True)),
                (
                    "child",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="children.child",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="missing.episode",
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
            name="Decision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "recorded_by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
                ("batch", models.BigIntegerField(blank=True, null=True)),
                (
                    "what",
                    models.TextField(
                        choices=[
                            ("no_further_action", "No further action"),
                            ("interview_first", "Interview first, then decide"),
                            ("referral", "Referral"),
                            ("strategy_discussion", "Strategy discussion"),
                            ("safety_plan", "Safety plan"),
                            ("information_to_police", "Information to the police"),
                        ]
                    ),
                ),
                ("why", models.TextField()),
                (
                    "child",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="children.child",
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="missing.episode",
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
            name="Discussion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "asked_by",
                    models.TextField(
                        db_default=meg.partnership.trail.models.FromContext("meg.name", models.TextField())
                    ),
                ),
                ("why", models.TextField()),
                (
                    "outcome",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("held_plan", "Held: safety plan made or changed"),
                            ("held_no_change", "Held: the plan stays as it is"),
                            ("held_enquiry", "Held: enquiry under section 47"),
                            ("not_needed", "Not needed"),
                        ],
                        db_default="",
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.TextField(blank=True, db_default="")),
                ("decision_why", models.TextField(blank=True, db_default="")),
                ("review_on", models.DateField(blank=True, null=True)),
                (
                    "child",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="children.child",
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
            name="Interview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("due", "Not offered yet"),
                            ("offered", "Offered, no answer yet"),
                            ("accepted", "Accepted, no time set"),
                            ("booked", "Booked"),
                            ("held", "Held"),
                            ("declined", "Declined"),
                            ("not_contactable", "Not contactable"),
                            ("handed_over", "Handed to another authority"),
                            ("not_required", "Not required"),
                        ],
                        default="due",
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("offered_at", models.DateTimeField(blank=True, null=True)),
                ("offered_by", models.TextField(blank=True, db_default="")),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("booked_for", models.DateTimeField(blank=True, null=True)),
                ("booked_where", models.TextField(blank=True, db_default="")),
                ("attempts", models.PositiveSmallIntegerField(db_default=0)),
                ("last_attempt_at", models.DateTimeField(blank=True, null=True)),
                (
                    "declined_by",
                    models.TextField(
                        blank=True, choices=[("child", "The child"), ("parent", "A parent or carer")], db_default=""
                    ),
                ),
                ("parent_view", models.TextField(blank=True, db_default="")),
                ("parent_view_words", models.TextField(blank=True, db_default="")),
                ("handed_to", models.TextField(blank=True, db_default="")),
                ("taken_from", models.TextField(blank=True, db_default="")),
                ("held_at", models.DateTimeField(blank=True, null=True)),
                ("held_to_the_minute", models.BooleanField(db_default=True)),
                ("held_by", models.TextField(blank=True, db_default="")),
                ("held_by_agency", models.TextField(blank=True, db_default="")),
                ("independent", models.BooleanField(blank=True, null=True)),
                ("place", models.TextField(blank=True, db_default="")),
                (
                    "present",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], size=None),
                ),
                (
                    "harm",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], size=None),
                ),
                ("harm_dealt_with", models.TextField(blank=True, db_default="")),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], size=None),
                ),
                ("reasons_words", models.TextField(blank=True, db_default="")),
                ("would_help", models.TextField(blank=True, db_default="")),
                (
                    "information",
                    django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], size=None),
                ),
                ("written_up_at", models.DateTimeField(blank=True, null=True)),
                ("written_up_by", models.TextField(blank=True, db_default="")),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("warned_at", models.DateTimeField(blank=True, null=True)),
                ("over_told_at", models.DateTimeField(blank=True, null=True)),
                ("source", models.TextField(db_default="form")),
                ("batch", models.BigIntegerField(blank=True, null=True)),
                ("changed_by_batch", models.BigIntegerField(blank=True, null=True)),
                ("sent", models.JSONField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "allocated_to",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.member",
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="children.child",
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
        migrations.AddField(
            model_name="episode",
            name="interview",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="missing.interview",
            ),
        ),
        migrations.AddIndex(
            model_name="episode",
            index=models.Index(
                condition=models.Q(("scrutiny__in", ["due", "after_interview"]), ("withdrawn_at__isnull", True)),
                fields=["partnership", "started_at"],
                name="episode_for_scrutiny",
            ),
        ),
        migrations.AddIndex(
            model_name="episode",
            index=models.Index(
                condition=models.Q(("interview__isnull", False)), fields=["interview"], name="episode_of_interview"
            ),
        ),
        migrations.AddConstraint(
            model_name="episode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("located_at__isnull", True), ("located_at__gte", models.F("started_at")), _connector="OR"
                ),
                name="episode_found_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="episode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_as__in", ["", "returned", "eighteen"]),
                    ("interview_needed__in", ["", "yes", "no"]),
                    ("scrutiny__in", ["due", "after_interview", "done", "history"]),
                    models.Q(
                        models.Q(("interview_needed", "no"), _negated=True),
                        models.Q(("not_needed_because", ""), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="episode_states_are_known",
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="child",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="children.child"
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="interview",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missing.interview"
            ),
        ),
        migrations.AddField(
            model_name="link",
            name="partnership",
            field=models.ForeignKey(
                db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.partnership",
            ),
        ),
        migrations.AddField(
            model_name="passed",
            name="child",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="children.child",
            ),
        ),
        migrations.AddField(
            model_name="passed",
            name="partnership",
            field=models.ForeignKey(
                db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.partnership",
            ),
        ),
        migrations.AddField(
            model_name="prevention",
            name="child",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="children.child"
            ),
        ),
        migrations.AddField(
            model_name="prevention",
            name="episode",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missing.episode"
            ),
        ),
        migrations.AddField(
            model_name="prevention",
            name="partnership",
            field=models.ForeignKey(
                db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.partnership",
            ),
        ),
        migrations.AddField(
            model_name="risk",
            name="child",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="children.child"
            ),
        ),
        migrations.AddField(
            model_name="risk",
            name="episode",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missing.episode"
            ),
        ),
        migrations.AddField(
            model_name="risk",
            name="partnership",
            field=models.ForeignKey(
                db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.partnership",
            ),
        ),
        migrations.AddField(
            model_name="sheet",
            name="child",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="children.child"
            ),
        ),
        migrations.AddField(
            model_name="sheet",
            name="partnership",
            field=models.ForeignKey(
                db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.partnership",
            ),
        ),
        migrations.AddField(
            model_name="status",
            name="child",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="children.child"
            ),
        ),
        migrations.AddField(
            model_name="status",
            name="episode",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missing.episode"
            ),
        ),
        migrations.AddField(
            model_name="status",
            name="partnership",
            field=models.ForeignKey(
                db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.partnership",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="child",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="children.child"
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="interview",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="missing.interview"
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="partnership",
            field=models.ForeignKey(
                db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.partnership",
            ),
        ),
        migrations.AddField(
            model_name="threshold",
            name="partnership",
            field=models.ForeignKey(
                db_default=meg.partnership.trail.models.FromContext("meg.partnership"),
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.partnership",
            ),
        ),
        migrations.AddIndex(
            model_name="challenge",
            index=models.Index(fields=["episode", "-at"], name="challenge_of_episode"),
        ),
        migrations.AddConstraint(
            model_name="challenge",
            constraint=models.CheckConstraint(
                condition=models.Q(("why", ""), _negated=True), name="challenge_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="challenge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer", ""), ("answered_at__isnull", True)),
                    models.Q(
                        ("answer__in", ["agreed", "kept"]),
                        ("answered_at__isnull", False),
                        models.Q(("answered_by", ""), _negated=True),
                        models.Q(("answer_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="challenge_answer_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="challenge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("answer", "")), fields=("episode",), name="challenge_one_open_of_an_episode"
            ),
        ),
        migrations.AddIndex(
            model_name="decision",
            index=models.Index(fields=["episode", "-at"], name="decision_of_episode"),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "what__in",
                        [
                            "no_further_action",
                            "interview_first",
                            "referral",
                            "strategy_discussion",
                            "safety_plan",
                            "information_to_police",
                        ],
                    ),
                    models.Q(("why", ""), _negated=True),
                ),
                name="decision_is_known_and_has_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="discussion",
            index=models.Index(fields=["child", "-asked_at"], name="discussion_of_child"),
        ),
        migrations.AddConstraint(
            model_name="discussion",
            constraint=models.CheckConstraint(
                condition=models.Q(("why", ""), _negated=True), name="discussion_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="discussion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("outcome", "")),
                    models.Q(
                        ("decided_at__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                        models.Q(("decided_by", ""), _negated=True),
                        models.Q(("decision_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="discussion_decision_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="discussion",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "")), fields=("child",), name="discussion_one_open_of_a_child"
            ),
        ),
        migrations.AddIndex(
            model_name="interview",
            index=models.Index(fields=["child", "-due_at"], name="interview_of_child"),
        ),
        migrations.AddIndex(
            model_name="interview",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True), ("withdrawn_at__isnull", True)),
                fields=["partnership", "due_at"],
                name="interview_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="interview",
            index=models.Index(
                condition=models.Q(("batch__isnull", False)), fields=["batch"], name="interview_by_batch"
            ),
        ),
        migrations.AddConstraint(
            model_name="interview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "due",
                            "offered",
                            "accepted",
                            "booked",
                            "held",
                            "declined",
                            "not_contactable",
                            "handed_over",
                            "not_required",
                        ],
                    )
                ),
                name="interview_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="interview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "held"), _negated=True),
                    models.Q(
                        ("held_at__isnull", False),
                        ("settled_at__isnull", False),
                        models.Q(("held_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="interview_held_says_when_and_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="interview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "declined"), _negated=True),
                    models.Q(("declined_by__in", ["child", "parent"]), ("settled_at__isnull", False)),
                    _connector="OR",
                ),
                name="interview_declined_says_by_whom",
            ),
        ),
        migrations.AddConstraint(
            model_name="interview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["not_contactable", "not_required"]), _negated=True),
                    ("settled_at__isnull", False),
                    _connector="OR",
                ),
                name="interview_given_up_is_settled",
            ),
        ),
        migrations.AddConstraint(
            model_name="interview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "booked"), _negated=True), ("booked_for__isnull", False), _connector="OR"
                ),
                name="interview_booked_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="interview",
            constraint=models.UniqueConstraint(
                condition=models.Q(("settled_at__isnull", True), ("withdrawn_at__isnull", True)),
                fields=("child",),
                name="interview_one_waiting_of_a_child",
            ),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(fields=["interview"], name="link_of_interview"),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="link_names_something"
            ),
        ),
        migrations.AddIndex(
            model_name="passed",
            index=models.Index(fields=["partnership", "-passed_at"], name="passed_newest"),
        ),
        migrations.AddConstraint(
            model_name="passed",
            constraint=models.CheckConstraint(
                condition=models.Q(("words", ""), _negated=True), name="passed_says_something"
            ),
        ),
        migrations.AddIndex(
            model_name="prevention",
            index=models.Index(fields=["episode", "-at"], name="prevention_of_episode"),
        ),
        migrations.AddConstraint(
            model_name="prevention",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by", ""), _negated=True),
                    models.Q(("held", True), models.Q(("not_held_because", ""), _negated=True), _connector="OR"),
                ),
                name="prevention_held_or_why_not",
            ),
        ),
        migrations.AddIndex(
            model_name="risk",
            index=models.Index(fields=["episode", "-at"], name="risk_of_episode"),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["VERY_LOW", "LOW", "MEDIUM", "HIGH", "ABSENT"])),
                name="risk_level_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("reason", ""), _negated=True), models.Q(("assessor", ""), _negated=True)),
                name="risk_has_a_reason_and_an_assessor",
            ),
        ),
        migrations.AddConstraint(
            model_name="risk",
            constraint=models.CheckConstraint(
                condition=models.Q(("review_at__isnull", True), ("review_at__gt", models.F("at")), _connector="OR"),
                name="risk_review_after_grading",
            ),
        ),
        migrations.AddIndex(
            model_name="sheet",
            index=models.Index(fields=["child", "-updated_at"], name="sheet_of_child"),
        ),
        migrations.AddIndex(
            model_name="status",
            index=models.Index(fields=["episode", "-at"], name="status_of_episode"),
        ),
        migrations.AddConstraint(
            model_name="status",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("care_status", ""), ("police_category", ""), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                ),
                name="status_is_one_with_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(fields=["interview", "-at"], name="step_of_interview"),
        ),
        migrations.AddConstraint(
            model_name="threshold",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("partnership", "="), ("setting", "="), ("valid", "&&")], name="threshold_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="threshold",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__gte", 1), ("days__lte", 366), ("episodes__gte", 2), ("episodes__lte", 50)),
                name="threshold_is_a_number_of_days",
            ),
        ),
        migrations.RunSQL(TELL_POLICE, migrations.RunSQL.noop),
        Install("missing"),
    ]
