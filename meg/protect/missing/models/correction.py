"""Corrections: what was recorded of an episode before, and since."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models.functions import Now

from meg.partnership.agencies.models import PartnershipRow
from meg.partnership.trail.models import FromContext
from meg.protect.children.models import Child
from meg.protect.missing.models.episode import Episode
from meg.protect.missing.rules import when


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def newest_first(self) -> CorrectionQuerySet:
        return self.order_by("-at", "-pk")


# How a kept value is said: its label, and the words for its codes.
SAID: dict[str, tuple[str, dict[str, str]]] = {
    "missing_from": ("Missing from", dict(Episode.From.choices)),
    "setting": ("Setting", dict(Episode.Setting.choices)),
    "care_status": ("Recorded by the carer or the authority as", dict(Episode.CareStatus.choices)),
    "police_category": ("Recorded by the police as", dict(Episode.PoliceCategory.choices)),
    "started_at": ("Last seen", {}),
    "last_seen_place": ("Last seen at", {}),
    "reported_at": ("Reported", {}),
    "reported_by": ("Reported by", {}),
    "reported_to": ("Reported to", {}),
    "located_at": ("Found", {}),
    "returned_at": ("Returned", {}),
}
PRECISION = {"started_at": "started_to_the_minute", "returned_at": "returned_to_the_minute"}
NOTHING = "nothing recorded"


def value_in_words(name: str, values: dict[str, Any], now: datetime) -> str:
    """A kept value as people read it: codes by their labels, moments in Europe/London."""
    value = values.get(name) or ""
    if value and name.endswith("_at"):
        return when(datetime.fromisoformat(value), values.get(PRECISION.get(name, ""), True), now)
    return SAID[name][1].get(value, value) or NOTHING


class Correction(PartnershipRow):
    """One change to an episode: what was recorded before and after, by whom, when and why. It is only ever
    added to.

    `before` and `after` hold the values that differ, by their names in Episode; moments as ISO 8601 in UTC.
    """

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="+")
    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    is_correction = models.BooleanField(default=True)  # False where nothing stood there before: a return
    reason = models.TextField(blank=True)
    by = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    at = models.DateTimeField(db_default=Now())
    batch = models.BigIntegerField(null=True, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["episode", "-at"], name="correction_of_episode")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_correction=False) | ~models.Q(reason=""), name="correction_has_a_reason"
            ),
        ]

    @property
    def title(self) -> str:
        """What kind of change it was, in words."""
        if "withdrawn" in self.before:
            return "Withdrawn" if self.after["withdrawn"] else "No longer withdrawn"
        return "Corrected" if self.is_correction else "Return recorded"

    def lines(self, now: datetime) -> list[tuple[str, str, str]]:
        """What changed: its label, what was recorded before, what is recorded since; in words."""
        return [
            (label, value_in_words(name, self.before, now), value_in_words(name, self.after, now))
            for name, (label, _) in SAID.items()
            if name in self.before
        ]
