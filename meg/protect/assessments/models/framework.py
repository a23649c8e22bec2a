"""Frameworks: tools for assessment as data, each version kept as it was used."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Now

from meg.partnership.agencies.models import PartnershipRow
from meg.partnership.trail.models import FromContext
from meg.protect.assessments.rules import Answer, Band, Factor, Tool, read_bands


class FrameworkQuerySet(models.QuerySet["Framework"]):
    def in_use(self) -> FrameworkQuerySet:
        """Frameworks that a new assessment can be made by."""
        return self.filter(state=Framework.State.PUBLISHED).order_by("title")

    def in_order(self) -> FrameworkQuerySet:
        """By title, the newest version first."""
        return self.order_by("title", "key", "-version")


class Framework(PartnershipRow):
    """One version of a tool. Once published its words, bands and factors stay; a change makes a new version.

    `bands` are as they are typed, one a line (rules.read_bands). `review_days`: level to days. `most_missing`: with more
    factors unanswered nothing is proposed. `caution` is shown where actual harm is recorded, and decides nothing.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "In use"
        ENDED = "ended", "No longer used for new assessments"

    key = models.TextField()
    version = models.PositiveIntegerField()
    title = models.TextField()
    about = models.TextField(blank=True)
    scored = models.TextField(blank=True)
    caution = models.TextField(blank=True)
    bands = models.TextField(blank=True)
    review_days = models.JSONField(default=dict)
    most_missing = models.PositiveIntegerField(default=0)
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    made_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    made_at = models.DateTimeField(db_default=Now())
    published_by = models.TextField(blank=True)

    objects = FrameworkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "key", "version"], name="framework_version_once"),
            models.UniqueConstraint(fields=["partnership", "id"], name="framework_of_partnership"),
            models.UniqueConstraint(
                fields=["partnership", "key"], condition=models.Q(state="published"), name="framework_in_use_is_one"
            ),
            models.UniqueConstraint(
                fields=["partnership", "key"], condition=models.Q(state="draft"), name="framework_draft_is_one"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "published", "ended"])
                & ~models.Q(key="")
                & ~models.Q(title="")
                & (models.Q(state="draft") | models.Q(valid_from__isnull=False) & ~models.Q(published_by="")),
                name="framework_is_published_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"

    @property
    def read(self) -> tuple[Band, ...]:
        """Its bands; none where they cannot be read yet."""
        try:
            return read_bands(self.bands)
        except ValueError:
            return ()

    def tool(self) -> Tool:
        """What the rules work a score out from."""
        kept = FrameworkFactor.objects.filter(framework=self, left_out=False).order_by("position", "pk")
        return Tool(tuple(one.factor for one in kept), self.read, self.most_missing)


class FrameworkFactor(PartnershipRow):
    """One thing that a framework asks. `answers` are its answers: code, label and weight. `left_out`: of a draft, taken out."""

    framework = models.ForeignKey(
        Framework, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    section = models.TextField()
    position = models.PositiveIntegerField()
    code = models.TextField()
    label = models.TextField()
    help = models.TextField(blank=True)
    harm = models.BooleanField(default=False)
    answers = models.JSONField(default=list)
    left_out = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["framework", "code"], name="factor_once_a_framework"),
            models.CheckConstraint(
                condition=~models.Q(section="") & ~models.Q(code="") & ~models.Q(label=""), name="factor_has_words"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def factor(self) -> Factor:
        """As the rules take it."""
        answers = tuple(Answer(one["code"], one["label"], one["weight"]) for one in self.answers)
        return Factor(self.code, self.section, self.label, self.harm, answers)

    @staticmethod
    def kept(answers: tuple[Answer, ...]) -> list[dict[str, Any]]:
        """Answers as they are kept."""
        return [{"code": one.code, "label": one.label, "weight": one.weight} for one in answers]
