"""Figures whose records live elsewhere: what was supplied, and who was reminded."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from meg.partnership.agencies.models import PartnershipRow
from meg.partnership.trail.models import FromContext


class SuppliedFigure(PartnershipRow):
    """A figure as its source supplied it, before disclosure control. Never changed: the last one of a period stands, and one
    without a numerator takes back what was supplied. `file` is the name of the file it came in, empty where it was typed.
    `note_shown`: whoever wrote the note was told that it is published; earlier notes were written to be kept alone.
    """

    indicator = models.TextField()
    period = models.CharField(max_length=9)
    numerator = models.PositiveIntegerField(null=True, blank=True)
    denominator = models.PositiveIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)
    note_shown = models.BooleanField(default=False)
    file = models.TextField(blank=True)
    member_id = models.BigIntegerField(db_default=FromContext("meg.member"), null=True)
    by = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["partnership", "indicator", "period", "-id"], name="supplied_of_period")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(denominator__isnull=True)
                | models.Q(numerator__isnull=False, numerator__lte=models.F("denominator")),
                name="supplied_part_of_the_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} in {self.period}, as supplied"


class SupplyReminder(PartnershipRow):
    """That someone was reminded of a figure to supply: once before it is due, once when it is over."""

    indicator = models.TextField()
    period = models.CharField(max_length=9)
    state = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "indicator", "period", "state"], name="reminded_once"),
            models.CheckConstraint(condition=models.Q(state__in=["soon", "over"]), name="reminder_state_is_known"),
        ]
