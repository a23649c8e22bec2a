"""The data specification: what is counted, from one day to another."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models

from meg.partnership.access.models import Member
from meg.partnership.agencies.models import PartnershipRow

SUPPLIED = "supplied"
"""The measure of an indicator whose records live elsewhere: its figures are supplied, and not counted here."""


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def on(self, day: date) -> IndicatorQuerySet:
        """The specification as it stands on a day, in its own order."""
        return self.filter(valid__contains=day).order_by("position")

    def measured(self) -> IndicatorQuerySet:
        """Indicators that have a measure, or are supplied: the others are not measured here yet."""
        return self.exclude(measure="")

    def supplied(self) -> IndicatorQuerySet:
        """Indicators whose figures are supplied by their source."""
        return self.filter(measure=SUPPLIED)


class Indicator(PartnershipRow):
    """One line of the data specification, from one day to another.

    `title` is the strategy's, `name` the scorecard's. `measure` is the code that counts it
    (`indicators/<measure>.py`), with its settings; empty where there is none yet. Of one that is supplied, the settings
    are its `unit`, whether it is a `share`, and whether its periods `add_up`; `supplier` is who supplies it.
    """

    class Strand(models.TextChoices):
        PREVENT = "prevent", "Prevent"
        PROTECT = "protect", "Protect"
        PURSUE = "pursue", "Pursue"

    class Polarity(models.TextChoices):
        MORE = "more", "More is better"
        LESS = "less", "Less is better"
        NEUTRAL = "neutral", "No direction is judged"

    class Often(models.TextChoices):
        MONTHLY = "monthly", "Monthly"
        QUARTERLY = "quarterly", "Quarterly"
        SIX_MONTHLY = "six_monthly", "Every six months"
        YEARLY = "yearly", "Yearly"

    class Disclosure(models.TextChoices):
        CHILDREN = "children", "1 to 5 are hidden, and what would give them away"
        OPEN = "open", "Shown as they are: they are not about children"

    number = models.TextField()
    position = models.PositiveSmallIntegerField()
    strand = models.TextField(choices=Strand.choices)
    name = models.TextField()
    title = models.TextField()
    type = models.TextField(default="Tracker")
    polarity = models.TextField(choices=Polarity.choices, default=Polarity.NEUTRAL)
    source = models.TextField(blank=True)
    reported = models.TextField(choices=Often.choices, blank=True)
    supplied = models.TextField(choices=Often.choices, blank=True)
    disclosure = models.TextField(choices=Disclosure.choices, default=Disclosure.CHILDREN)
    scorecard = models.TextField(blank=True)
    target = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    tolerance = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    measure = models.TextField(blank=True)
    settings = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    supplier = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    valid = DateRangeField()

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="indicator_one_a_number_a_day",
                expressions=[
                    ("partnership", RangeOperators.EQUAL),
                    ("number", RangeOperators.EQUAL),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=~models.Q(number=""), name="indicator_has_a_number"),
            models.CheckConstraint(
                condition=models.Q(polarity__in=["more", "less", "neutral"])
                & models.Q(strand__in=["prevent", "protect", "pursue"]),
                name="indicator_codes_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(target__isnull=True) | ~models.Q(polarity="neutral"),
                name="indicator_target_needs_a_polarity",
            ),
            models.CheckConstraint(
                condition=models.Q(reported__in=["", "monthly", "quarterly", "six_monthly", "yearly"])
                & models.Q(supplied__in=["", "monthly", "quarterly", "six_monthly", "yearly"]),
                name="indicator_frequency_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(disclosure="children") | models.Q(disclosure="open", measure=SUPPLIED),
                name="indicator_of_children_is_protected",
            ),
            models.CheckConstraint(
                condition=~models.Q(measure=SUPPLIED) | ~models.Q(supplied=""),
                name="indicator_supplied_has_a_frequency",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    @property
    def is_supplied(self) -> bool:
        return self.measure == SUPPLIED

    @property
    def frequency(self) -> str:
        """Reported monthly, supplied quarterly; nothing where neither is said."""
        told = [(self.reported, "reported"), (self.supplied, "supplied")]
        said = [f"{what} {self.Often(often).label.lower()}" for often, what in told if often]
        return ", ".join(said).capitalize()
