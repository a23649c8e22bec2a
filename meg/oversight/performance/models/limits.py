"""Decisions by which the limits of a control chart begin anew."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from meg.oversight.performance.control import Reset
from meg.partnership.agencies.models import PartnershipRow
from meg.partnership.trail.models import FromContext


class LimitResetQuerySet(models.QuerySet["LimitReset"]):
    def standing(self) -> LimitResetQuerySet:
        """Decisions that stand, oldest first."""
        return self.filter(withdrawn_at__isnull=True).order_by("since", "decided")

    def by_indicator(self) -> dict[str, list[Reset]]:
        """Every decision that stands, as the control chart takes it, by the indicator's number."""
        found: dict[str, list[Reset]] = {}
        for each in self.standing():
            found.setdefault(each.indicator, []).append(each.as_reset())
        return found


class LimitReset(PartnershipRow):
    """A decision that the limits of an indicator begin anew: from which day on, decided when, by whom, and why."""

    indicator = models.TextField()
    since = models.DateField()
    decided = models.DateField()
    decided_by = models.TextField()
    reason = models.TextField()
    recorded_by = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    recorded_at = models.DateTimeField(db_default=Now())
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = LimitResetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "indicator", "since"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="limits_begin_once_a_day",
            ),
            models.CheckConstraint(
                condition=~models.Q(decided_by="") & ~models.Q(reason=""), name="limits_decision_is_told"
            ),
        ]

    def __str__(self) -> str:
        return f"Limits of {self.indicator} from {self.since}"

    def as_reset(self) -> Reset:
        return Reset(self.since, self.decided, self.decided_by, self.reason)
