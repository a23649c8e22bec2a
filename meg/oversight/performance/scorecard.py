"""What the scorecard, the commands and the report read: shown figures, in the specification's order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from meg.oversight.performance.charts import Point
from meg.oversight.performance.control import Reset, Segment, chart, unjudged
from meg.oversight.performance.definitions import Definitions, counting, definitions
from meg.oversight.performance.disclosure import NOT_SUPPLIED, Shown, share_of
from meg.oversight.performance.models import Indicator, LimitReset, ShownFigure
from meg.oversight.performance.rules import (
    Kind,
    Period,
    a_year_before,
    periods_between,
    previous,
    quarter_of,
    read_period,
)
from meg.oversight.performance.sentences import Finding
from meg.oversight.performance.supplied import measure_of
from meg.oversight.performance.supply import due_on, wrong_period
from meg.oversight.performance.verdicts import NOT_COUNTED, Verdict, verdict
from meg.oversight.performance.verdicts import NOT_SUPPLIED as NOT_SUPPLIED_YET

SPARK = {Kind.MONTH: 24, Kind.QUARTER: 16, Kind.YEAR: 8, Kind.ROLLING: 12}  # points of a small picture
OFFERED = {Kind.QUARTER: 16, Kind.ROLLING: 8, Kind.YEAR: 6, Kind.MONTH: 24}  # periods in the picker, newest first

TWO_DEFINITIONS = "Counted by two definitions: what is counted changed on {days}, within it."


class NoFigures(Exception):
    """There is no figure of this period. The message is a sentence that says why."""


def as_shown(figure: ShownFigure) -> Shown:
    """The kept figure as sentences and pictures read it."""
    if figure.denominator is None or figure.numerator is None:
        return Shown(figure.shown, figure.numerator, "", figure.why)
    return share_of(figure.numerator, figure.denominator)


@dataclass(frozen=True)
class Line:
    """One indicator with its shown figures, by period, by which words each is counted, and the days from which its limits
    began anew: by decisions, and where what is counted changed.
    """

    indicator: Indicator
    figures: dict[Period, ShownFigure]
    defined: Definitions
    resets: tuple[Reset, ...] = ()

    def of(self, period: Period) -> Indicator:
        """The line of the specification by which a period is counted."""
        return self.defined.of(period)

    def definitions(self, period: Period) -> str:
        """That a period is counted by one definition and a part of it by another; empty, where nothing changed in it."""
        days = " and ".join(f"{one.since:%-d %B %Y}" for one in self.defined.within(period))
        return TWO_DEFINITIONS.format(days=days) if days and self.at(period) else ""

    def at(self, period: Period) -> ShownFigure | None:
        return self.figures.get(period)

    def shown(self, period: Period) -> Shown:
        """The figure of a period as it may leave; not supplied, where there is none."""
        figure = self.figures.get(period)
        return as_shown(figure) if figure else NOT_SUPPLIED

    def control(self, period: Period, today: date) -> list[Segment]:
        """The control chart from the first figure to this period, of the periods that are over.

        A period that is not over has a low figure because it is not over, and a picture would show a fall.
        """
        first = min((each for each in self.figures if each.kind is period.kind), default=period)
        wanted = [each for each in periods_between(first.start, period.end, period.kind) if each.end < today]
        shown = {each: self.shown(each) for each in wanted}
        return unjudged(shown) if period.kind is Kind.ROLLING else chart(shown, self.resets)

    def points(self, period: Period, count: int, today: date) -> list[Point]:
        """So many periods that end with this one, for a picture, with the limits of each."""
        found = [
            Point(each.period, each.shown, each.limits, bool(each.signals), segment.reset if first else None)
            for segment in self.control(period, today)
            for first, each in zip([True, *[False] * len(segment.points)], segment.points, strict=False)
        ]
        return found[-count:]

    def verdict(self, period: Period, today: date) -> Verdict:
        """What the control chart says of this period."""
        new = not self.figures and not self.of(period).is_supplied
        absent = NOT_COUNTED if new else NOT_SUPPLIED_YET
        control = self.control(period, today)
        return verdict(control, self.indicator.polarity, period, is_over=period.end < today, absent=absent)

    def supply(self, period: Period, today: date) -> str:
        """How it stands with a figure that is supplied: by whom, or by when; nothing of one that is counted here."""
        if not self.of(period).is_supplied:
            return ""
        if self.at(period):
            return f"Supplied by {measure_of(self.of(period)).supplier}"
        if wrong_period(period, self.indicator.supplied, today):
            return f"Supplied {self.indicator.get_supplied_display().lower()}"
        due = due_on(period, self.indicator.supplied)
        return f"Not supplied: {'was' if due < today else 'is'} due {due:%-d %B %Y}"

    def _otherwise(self, period: Period, before: Period) -> bool:
        return counting(self.of(period)) != counting(self.of(before))

    def finding(self, period: Period) -> Finding:
        """What the sentences are written from."""
        figure, measure = self.figures.get(period), measure_of(self.of(period))
        episodes = Shown(str(figure.episodes), figure.episodes) if figure and figure.episodes is not None else None
        return Finding(
            name=self.indicator.name,
            happened=measure.happened,
            of=measure.of,
            supplier=measure.supplier,
            unit=measure.unit,
            things=measure.things,
            period=period,
            this=self.shown(period),
            before=self.shown(previous(period)),
            year_ago=self.shown(a_year_before(period)),
            before_otherwise=self._otherwise(period, previous(period)),
            year_ago_otherwise=self._otherwise(period, a_year_before(period)),
            episodes=episodes,
        )


@dataclass(frozen=True)
class Card:
    """The scorecard of one period. `today` decides whether the period is over."""

    period: Period
    today: date
    lines: list[Line]
    unmeasured: list[Indicator]

    @cached_property
    def periods(self) -> list[Period]:
        """Every period with a figure, first to last."""
        return sorted({period for line in self.lines for period in line.figures})

    @property
    def covered(self) -> str:
        """The months that have figures, in words: April 2022 to November 2026, and whether some between have none."""
        months = [period for period in self.periods if period.kind is Kind.MONTH]
        if not months:
            return ""
        whole = periods_between(months[0].start, months[-1].end, Kind.MONTH) == months
        return f"{months[0].words} to {months[-1].words}{'' if whole else ', with gaps'}"

    @property
    def offered(self) -> dict[Kind, list[Period]]:
        """The periods to choose from, newest first."""
        newest = self.periods[::-1]
        return {kind: [p for p in newest if p.kind is kind][:most] for kind, most in OFFERED.items()}

    @property
    def so_far(self) -> bool:
        """The period is not over yet."""
        return self.period.end >= self.today

    @property
    def empty(self) -> bool:
        return not any(line.at(self.period) for line in self.lines)

    @property
    def as_at(self) -> datetime | None:
        """When a figure of this card last differed from what was kept before."""
        shown = (line.at(period) for line in self.lines for period in self.compared)
        return max((figure.as_at for figure in shown if figure), default=None)

    @property
    def compared(self) -> tuple[Period, Period, Period]:
        """This period, the one before it, and the same one a year before."""
        return self.period, previous(self.period), a_year_before(self.period)

    def line(self, number: str) -> Line | None:
        return next((line for line in self.lines if line.indicator.number == number), None)


def read_card(period: Period | None, today: date) -> Card:
    """The scorecard of a period; of the last quarter that is over and has figures, if none is asked for.

    Three questions to the database, whatever the number of indicators.
    """
    lines_of_it = list(Indicator.objects.order_by("position"))
    indicators, defined = [line for line in lines_of_it if today in line.valid], definitions(lines_of_it, today)
    figures: dict[str, dict[Period, ShownFigure]] = {i.number: {} for i in indicators if i.measure}
    for figure in ShownFigure.objects.current().filter(indicator__in=figures):
        figures[figure.indicator][read_period(figure.period)] = figure
    resets = LimitReset.objects.by_indicator()
    lines = [
        Line(i, figures[i.number], of := defined[i.number], (*resets.get(i.number, ()), *_breaks(of)))
        for i in indicators
        if i.measure
    ]
    unmeasured = [indicator for indicator in indicators if not indicator.measure]
    card = Card(period or quarter_of(today), today, lines, unmeasured)
    return card if period else Card(_latest(card), today, lines, unmeasured)


def _breaks(defined: Definitions) -> list[Reset]:
    """No limit is drawn across a day on which what is counted changed."""
    return [Reset(one.since, one.since, "", one.words, defined=True) for one in defined.changes]


def _latest(card: Card) -> Period:
    """The last quarter that is over and has figures; else the last that has; else the present one."""
    quarters = [period for period in card.periods if period.kind is Kind.QUARTER]
    over = [period for period in quarters if period.end < card.today]
    return (over or quarters or [card.period])[-1]


def with_figures(card: Card) -> Card:
    """The card, where it has figures.

    Raises: NoFigures, with a sentence that says why there are none.
    """
    if not card.empty:
        return card
    words = card.period.told
    if card.period.start > card.today:
        raise NoFigures(f"There are no figures for {words}: it has not begun.")
    if not card.periods:
        raise NoFigures(f"There are no figures for {words}: no records have been loaded or entered yet.")
    raise NoFigures(f"There are no figures for {words}: no records cover it. They run from {card.covered}.")
