"""Repeat episodes: from how many in how many days a strategy discussion is asked for, and what was decided."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now

from meg.partnership.agencies.models import PartnershipRow
from meg.partnership.trail.models import FromContext
from meg.protect.children.models import Child
from meg.protect.missing.models.episode import Episode


class ThresholdQuerySet(models.QuerySet["Threshold"]):
    def on(self, day: date) -> ThresholdQuerySet:
        """The thresholds that held on a day, one a setting."""
        return self.filter(valid__contains=day)


class Threshold(PartnershipRow):
    """From how many episodes in how many days a child's episodes are asked about together, by setting. Where none
    is kept for a setting, `rules.REPEAT` holds.
    """

    setting = models.TextField(choices=Episode.Setting.choices)
    episodes = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()
    valid = DateRangeField()
    by = models.TextField(db_default=FromContext("meg.name", models.TextField()))

    objects = ThresholdQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="threshold_one_at_a_time",
                expressions=[
                    ("partnership", RangeOperators.EQUAL),
                    ("setting", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=models.Q(episodes__gte=2, episodes__lte=50, days__gte=1, days__lte=366),
                name="threshold_is_a_number_of_days",
            ),
        ]


class Discussion(PartnershipRow):
    """A strategy discussion asked for about a child's repeat episodes, and what was decided."""

    class Outcome(models.TextChoices):
        HELD_PLAN = "held_plan", "Held: safety plan made or changed"
        HELD_NONE = "held_no_change", "Held: the plan stays as it is"
        ENQUIRY = "held_enquiry", "Held: enquiry under section 47"
        NOT_NEEDED = "not_needed", "Not needed"

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(db_default=Now())
    asked_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    why = models.TextField()
    outcome = models.TextField(choices=Outcome.choices, blank=True, db_default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.TextField(blank=True, db_default="")
    decision_why = models.TextField(blank=True, db_default="")
    review_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["child", "-asked_at"], name="discussion_of_child")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(why=""), name="discussion_has_a_reason"),
            models.CheckConstraint(
                condition=models.Q(outcome="", decided_at__isnull=True)
                | (
                    models.Q(decided_at__isnull=False)
                    & ~models.Q(outcome="")
                    & ~models.Q(decided_by="")
                    & ~models.Q(decision_why="")
                ),
                name="discussion_decision_is_whole",
            ),
            models.UniqueConstraint(
                fields=["child"], condition=models.Q(outcome=""), name="discussion_one_open_of_a_child"
            ),
        ]
