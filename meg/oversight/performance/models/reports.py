"""Reports on their way to publication, what they publish, and what was computed anew since."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from meg.partnership.access.models import Member
from meg.partnership.agencies.models import PartnershipRow
from meg.partnership.trail.models import FromContext


class Report(PartnershipRow):
    """The report of one period on its way: drafted, commentary asked, approved, published. Published, it is frozen.

    `summary` is as people edited it; empty, it is as written from the figures. `frozen` holds every figure it published,
    as shown, by indicator and period; `tables` what stood beside those of its own period, as shown, with the measure, by
    indicator, and of a quarter beside those of its months too. Empty where that is not known: of a report published before
    tables were kept.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        ASKED = "asked", "Commentary asked"
        APPROVED = "approved", "Approved"
        PUBLISHED = "published", "Published and frozen"

    period = models.CharField(max_length=9)
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    summary = models.TextField(blank=True)
    made_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    made_at = models.DateTimeField(db_default=Now())
    approver = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.TextField(blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    published_by = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    frozen = models.JSONField(default=dict)
    tables = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "period"], name="report_once_a_period"),
            models.CheckConstraint(
                condition=~models.Q(state="published")
                | models.Q(approved_at__isnull=False, published_at__isnull=False),
                name="report_is_approved_before_it_is_published",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_at__isnull=True) | ~models.Q(approved_by=""),
                name="report_approval_has_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"Report of {self.period}"

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED


class Commentary(PartnershipRow):
    """What the owner of an indicator says of it in one report, and what will be done. Empty until they answer.

    `told_at`: when they were written to.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    indicator = models.TextField()
    owner = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    owner_name = models.TextField()
    asked_at = models.DateTimeField(db_default=Now())
    told_at = models.DateTimeField(null=True, blank=True)
    words = models.TextField(blank=True)
    actions = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "indicator"], name="commentary_once_an_indicator"),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True) | ~models.Q(words=""), name="commentary_answer_has_words"
            ),
        ]


class Document(PartnershipRow):
    """One form of a published report: its very bytes."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    form = models.TextField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "form"], name="document_once_a_form")]


class Released(PartnershipRow):
    """A number of a published report, by its name in its family, and whether it was hidden there. Figures computed later are
    protected beside it. It holds what was hidden, so no seat reads it. `unshown`: the report did not have it; the same period
    counted by other words of the specification.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    family = models.TextField()
    period = models.CharField(max_length=9)
    name = models.TextField()
    value = models.PositiveIntegerField()
    hidden = models.BooleanField()
    unshown = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "family", "period", "name"], name="released_once_a_report"),
            models.CheckConstraint(
                condition=~models.Q(hidden=True, unshown=True), name="released_hidden_is_what_the_report_had"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.period}, as published"


class RevisionQuerySet(models.QuerySet["Revision"]):
    def standing(self) -> RevisionQuerySet:
        """Those that tell how a figure is now."""
        return self.filter(overtaken_at__isnull=True)


class Revision(PartnershipRow):
    """A figure of a published report that was computed anew to something else, and why. Both are as shown: `was` is as it was
    published. Seats of figures read the one that stands alone: those that it has overtaken were protected beside what was
    published, and not beside each other.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    indicator = models.TextField()
    period = models.CharField(max_length=9)
    was = models.TextField()
    became = models.TextField()
    cause = models.TextField()
    at = models.DateTimeField(db_default=Now())
    overtaken_at = models.DateTimeField(null=True, blank=True)

    objects = RevisionQuerySet.as_manager()
