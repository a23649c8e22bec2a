"""Figures: as computed, and as they may be shown."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from meg.partnership.agencies.models import PartnershipRow


class OfPeriod(PartnershipRow):
    """What a figure is of: an indicator and a period, by its label, kind and first and last day."""

    indicator = models.TextField()
    period = models.CharField(max_length=9)
    kind = models.CharField(max_length=7)
    first_day = models.DateField()
    last_day = models.DateField()
    as_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.indicator} in {self.period}"


class FigureQuerySet(models.QuerySet["Figure"]):
    def current(self) -> FigureQuerySet:
        """Figures of periods that the records still cover."""
        return self.filter(withdrawn_at__isnull=True)


class Figure(OfPeriod):
    """A figure as computed, before disclosure control. Written where it differs; `as_at` is when it last did.

    `measure` and `settings` are what it was counted by. `value` is in `unit`. `episodes` stand beside a count of children.
    `left_out` counts episodes by the reason why they are not in the figure; `batches` are the deliveries behind those that
    are; `beside` is how what was counted divides (see `beside.py`).
    """

    measure = models.TextField()
    settings = models.JSONField(default=dict)
    unit = models.TextField(default="children")
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField(null=True, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    episodes = models.PositiveIntegerField(null=True, blank=True)
    left_out = models.JSONField(default=dict)
    batches = ArrayField(models.BigIntegerField(), default=list)
    beside = models.JSONField(default=dict)

    objects = FigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "indicator", "period"],
                name="figure_once_a_period",
            ),
        ]


class CountedOtherwise(PartnershipRow):
    """A number of a family, of a period whose own words of the specification count another one: by other words that there are
    or were. It is shown nowhere. What is published is kept with it, since the two can be set beside each other; no seat of
    figures reads it. `value` None: it is counted no longer.
    """

    family = models.TextField()
    period = models.CharField(max_length=9)
    name = models.TextField()
    value = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "family", "period", "name"], name="counted_otherwise_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.period}, by other words"


class ShownFigureQuerySet(models.QuerySet["ShownFigure"]):
    def current(self) -> ShownFigureQuerySet:
        """Figures of periods that the records still cover."""
        return self.filter(withdrawn_at__isnull=True)


class ShownFigure(OfPeriod):
    """A figure as it may leave: after disclosure control. Seats that work with figures read this table alone.

    Where it is hidden, `shown` is the symbol, `why` the sentence, and no number stands in the row. `note`: what whoever
    supplied it says of it; nothing where it is hidden, since words may hold its number.
    """

    shown = models.TextField()
    hidden = models.BooleanField(default=False)
    why = models.TextField(blank=True)
    numerator = models.PositiveIntegerField(null=True, blank=True)
    denominator = models.PositiveIntegerField(null=True, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    episodes = models.PositiveIntegerField(null=True, blank=True)
    episodes_shown = models.TextField(blank=True)
    note = models.TextField(blank=True, default="")
    beside = models.JSONField(default=dict)

    objects = ShownFigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "indicator", "period"],
                name="shown_once_a_period",
            ),
            models.CheckConstraint(
                condition=models.Q(hidden=False)
                | models.Q(numerator__isnull=True, denominator__isnull=True, value__isnull=True),
                name="shown_hidden_has_no_number",
            ),
        ]


class ProtectedFamily(PartnershipRow):
    """From what the figures of one family that stand were protected: a mark of their numbers and of the program. Where it is
    the same, they need no protection again. It would let small numbers be guessed, so no seat of figures reads it.
    """

    family = models.TextField()
    mark = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "family"], name="protected_once_a_family")]

    def __str__(self) -> str:
        return self.family
