"""The data specification, and the figures that are kept of it: as computed, and as they may be shown."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models.functions import Now

from meg.oversight.performance.control import Reset
from meg.partnership.access.models import Member
from meg.partnership.agencies.models import PartnershipRow
from meg.partnership.trail.models import FromContext

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

    `value` is in `unit`. `episodes` stand beside a count of children. `left_out` counts episodes by the
    reason why they are not in the figure; `batches` are the deliveries behind those that are; `beside` is how what was
    counted divides (see `beside.py`).
    """

    measure = models.TextField()
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


class Report(PartnershipRow):
    """The report of one period on its way: drafted, commentary asked, approved, published. Published, it is frozen.

    `summary` is as people edited it; empty, it is as written from the figures. `frozen` holds every figure it published,
    as shown, by indicator and period; `tables` what stood beside those of its own period, as shown, with the measure, by
    indicator. Empty where that is not known: of a report published before tables were kept.
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
    protected beside it. It holds what was hidden, so no seat reads it.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    family = models.TextField()
    period = models.CharField(max_length=9)
    name = models.TextField()
    value = models.PositiveIntegerField()
    hidden = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "family", "period", "name"], name="released_once_a_report")
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.period}, as published"


class Revision(PartnershipRow):
    """A figure of a published report that was computed anew to something else, and why. Both are as shown."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    indicator = models.TextField()
    period = models.CharField(max_length=9)
    was = models.TextField()
    became = models.TextField()
    cause = models.TextField()
    at = models.DateTimeField(db_default=Now())
