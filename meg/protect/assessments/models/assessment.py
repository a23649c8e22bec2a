"""An assessment of a child by a framework: what was answered, what the tool proposed, what a person decided and why."""

from __future__ import annotations

from datetime import date, datetime

from django.db import models
from django.db.models.functions import Coalesce, Now

from meg.partnership.agencies.models import RowOfAMatter
from meg.partnership.trail.models import FromContext
from meg.protect.assessments.models.framework import Framework, FrameworkFactor
from meg.protect.children.models import FULL_NAME, Child, Name
from meg.protect.exploitation.models import Referral


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def finished(self) -> AssessmentQuerySet:
        """Assessments that are finished and stand."""
        return self.filter(state=Assessment.State.FINISHED)

    def begun(self) -> AssessmentQuerySet:
        """Assessments that somebody is working on."""
        return self.filter(state=Assessment.State.BEGUN)

    def newest_first(self) -> AssessmentQuerySet:
        return self.order_by("-begun_at", "-pk")

    def with_child(self) -> AssessmentQuerySet:
        """Assessments with their child, framework and referral, and the name the child is known by as `called`."""
        name = Name.objects.current().filter(child=models.OuterRef("child"), kind=Name.Kind.NAME)
        called = Coalesce(models.Subquery(name.values_list(FULL_NAME)[:1]), models.Value("", models.TextField()))
        return self.select_related("child", "framework", "referral").annotate(called=called)

    def latest_of_referrals(self) -> AssessmentQuerySet:
        """Of each referral the last assessment that is finished and stands."""
        return self.finished().order_by("referral", "-finished_at", "-pk").distinct("referral")

    def reviews_due(self, until: date, as_of: datetime | None = None) -> AssessmentQuerySet:
        """The last assessment of each open referral whose review falls on or before a day, the longest over first.

        `as_of`: as it stood at that moment.
        """
        every = Assessment.objects.filter(finished_at__lte=as_of) if as_of else Assessment.objects.all()
        last = every.latest_of_referrals().values("pk")
        return (
            self.filter(pk__in=last, review_on__lte=until, referral__withdrawn_at__isnull=True)
            .exclude(referral__state=Referral.State.CLOSED)
            .exclude(kind=Assessment.Kind.CLOSING)
            .order_by("review_on", "pk")
        )


class Assessment(RowOfAMatter):
    """One assessment of a child, within a referral. Finished, it is never changed: it can only be withdrawn, with the reason.

    `points`, `at_most`, `unanswered`, `total` and `proposed` are what the tool made of the answers; `level`, `by` and
    `rationale` what a person decided. `notes`: section to words. `previous` is where a review starts from.
    """

    class Kind(models.TextChoices):
        FIRST = "first", "First assessment"
        REVIEW = "review", "Review"
        CLOSING = "closing", "Closing assessment"

    class State(models.TextChoices):
        BEGUN = "begun", "Begun"
        FINISHED = "finished", "Finished"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Level(models.TextChoices):
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    framework = models.ForeignKey(
        Framework, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.TextField(choices=Kind.choices)
    previous = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    state = models.TextField(choices=State.choices, default=State.BEGUN)
    begun_at = models.DateTimeField(db_default=Now())
    begun_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    begun_member = models.BigIntegerField(null=True, db_default=FromContext("meg.member"))
    finished_at = models.DateTimeField(null=True, blank=True)
    points = models.PositiveIntegerField(null=True, blank=True)
    at_most = models.PositiveIntegerField(null=True, blank=True)
    unanswered = models.PositiveIntegerField(null=True, blank=True)
    total = models.PositiveIntegerField(null=True, blank=True)
    proposed = models.TextField(choices=Level.choices, blank=True)
    band = models.TextField(blank=True)
    level = models.TextField(choices=Level.choices, blank=True)
    overridden = models.GeneratedField(
        expression=models.Case(
            models.When(
                ~models.Q(proposed="") & ~models.Q(level="") & ~models.Q(proposed=models.F("level")),
                then=models.Value(True),
            ),
            default=models.Value(False),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    by = models.TextField(blank=True)
    rationale = models.TextField(blank=True)
    notes = models.JSONField(default=dict)
    voice = models.TextField(blank=True)
    strengths = models.TextField(blank=True)
    review_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.TextField(blank=True)
    withdrawn_why = models.TextField(blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["child", "-begun_at"], name="assessment_of_child"),
            models.Index(fields=["referral", "-finished_at"], name="assessment_of_referral"),
            models.Index(fields=["review_on"], name="assessment_review", condition=models.Q(state="finished")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["partnership", "child", "id"], name="assessment_of_its_child"),
            models.UniqueConstraint(
                fields=["referral"], condition=models.Q(state="begun"), name="assessment_begun_is_one"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["begun", "finished", "withdrawn"])
                & models.Q(kind__in=["first", "review", "closing"])
                & models.Q(level__in=["", "low", "medium", "high"])
                & models.Q(proposed__in=["", "low", "medium", "high"]),
                name="assessment_codes_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="first", previous__isnull=True)
                | ~models.Q(kind="first") & models.Q(previous__isnull=False),
                name="assessment_review_has_a_previous",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="finished")
                | models.Q(finished_at__isnull=False, points__isnull=False, unanswered__isnull=False)
                & ~models.Q(level="")
                & ~models.Q(by="")
                & ~models.Q(rationale=""),
                name="assessment_finished_by_a_person_with_a_rationale",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="withdrawn") | models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_why=""),
                name="assessment_withdrawn_says_why",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.Kind(self.kind).label)


class Said(RowOfAMatter):
    """One answer of an assessment. `weight` is None where it was answered 'not known'."""

    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    factor = models.ForeignKey(FrameworkFactor, on_delete=models.PROTECT, related_name="+", db_index=False)
    answer = models.TextField()
    weight = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "factor"], name="answer_once_an_assessment"),
            models.CheckConstraint(condition=~models.Q(answer=""), name="answer_is_given"),
        ]

    def __str__(self) -> str:
        return self.answer
