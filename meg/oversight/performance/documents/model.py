"""What a report says, before it is set as a PDF, a spreadsheet or a file. Every figure in it may leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from meg.oversight.performance.beside import Division
from meg.oversight.performance.charts import Point
from meg.oversight.performance.compared import Compared
from meg.oversight.performance.disclosure import THRESHOLD, Shown
from meg.oversight.performance.rules import MONTHS, Kind, Period
from meg.oversight.performance.sentences import Finding
from meg.oversight.performance.verdicts import Mark, Verdict, opening

LONDON = ZoneInfo("Europe/London")
NAMES = {
    Kind.MONTH: "Monthly report",
    Kind.QUARTER: "Quarterly report",
    Kind.YEAR: "Annual report",
    Kind.ROLLING: "Rolling report",
}
DEMONSTRATION = "Demonstration: the children, the staff and the figures of this county are invented."


@dataclass(frozen=True)
class Observation:
    """One indicator's figure in one period, and the episodes beside it where they are shown."""

    period: Period
    shown: Shown
    episodes: Shown | None = None


UNJUDGED = Verdict(Mark.NONE, "")


@dataclass(frozen=True)
class Said:
    """What the owner of an indicator says of it, and what will be done; without words, they have not answered.

    `day`: when they answered, or were asked.
    """

    who: str
    day: date
    words: str = ""
    actions: str = ""

    @property
    def signed(self) -> str:
        """Who wrote it and when; or who was asked, when, and that there is no answer."""
        if self.words:
            return f"{self.who}, {day_words(self.day)}. Written by a person; the sentences above are written from the figures."
        return f"Asked of {self.who} on {day_words(self.day)}. No answer."


@dataclass(frozen=True)
class IndicatorReport:
    """One indicator: what it found, its picture, every figure of it that is published, and how it is made.

    `made` are pairs of a word and a text: Counted, Out of, Left out, Definition. `trend` is drawn, oldest
    first; `series` stands in the tables and files. `verdict` is the control chart's, `said` the owner's. `beside` are
    tables of how the same episodes divide, and `middle` a middle time, of what `middle_of` says. `compared`: beside what is
    published of every authority.
    """

    number: str
    title: str
    finding: Finding
    strand: str
    polarity: str
    kind: str
    source: str
    unit: str
    trend: tuple[Point, ...]
    series: tuple[Observation, ...]
    made: tuple[tuple[str, str], ...] = ()
    beside: tuple[Division, ...] = ()
    middle: str = ""
    middle_of: str = ""
    verdict: Verdict = UNJUDGED
    said: Said | None = None
    compared: Compared | None = None


@dataclass(frozen=True)
class Gap:
    """What was not supplied or cannot be known, what it does to a figure, and who closes it by when."""

    what: str
    effect: str
    owner: str


@dataclass(frozen=True)
class ReportModel:
    """The report of one period. `as_at` is aware: it dates the documents, so that the clock does not. `summary`: the
    paragraphs that people wrote; none, where it is as written from the figures.
    """

    partnership: str
    group: str
    period: Period
    as_at: datetime
    indicators: tuple[IndicatorReport, ...]
    gaps: tuple[Gap, ...] = ()
    sources: tuple[str, ...] = ()
    not_counted: tuple[str, ...] = ()
    summary: tuple[str, ...] = ()
    demonstration: bool = False
    draft: bool = True
    approved: str = ""
    published: date | None = None
    marking: str = "OFFICIAL"
    threshold: int = THRESHOLD

    @property
    def title(self) -> str:
        """Quarterly report, January to March 2018."""
        return f"{self.name}, {self.period.words}"

    @property
    def name(self) -> str:
        """Quarterly report."""
        return NAMES[self.period.kind]

    @property
    def findings(self) -> list[Finding]:
        return [indicator.finding for indicator in self.indicators]

    @property
    def opening(self) -> tuple[str, str]:
        """The first words: what has changed, and how the others stand."""
        return opening([indicator.verdict for indicator in self.indicators])

    @property
    def moment(self) -> datetime:
        """When the figures were as they are, on the clock in London."""
        return self.as_at.astimezone(LONDON)

    @property
    def as_at_words(self) -> str:
        """24 April 2018, 06:00."""
        return f"{day_words(self.moment)}, {self.moment:%H:%M}"

    @property
    def state(self) -> str:
        """Draft, or when it was published."""
        if self.draft or self.published is None:
            return "Draft"
        return f"Published and frozen {day_words(self.published)}"


def day_words(day: date) -> str:
    """24 April 2018."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class Published:
    """One figure as a line of a file."""

    indicator: str
    name: str
    measure: str
    period: Period
    shown: Shown


def published(model: ReportModel) -> Iterator[Published]:
    """Every figure of the report in order: by indicator, then what is counted, then period; then what stands beside."""
    for indicator in model.indicators:
        for each in indicator.series:
            yield Published(indicator.number, indicator.finding.name, indicator.unit, each.period, each.shown)
        for each in indicator.series:
            if each.episodes is not None:
                yield Published(indicator.number, indicator.finding.name, "episodes", each.period, each.episodes)
        for division in indicator.beside:
            for line in division.lines:
                counted = f"{division.title}: {line.label}"
                shown = line.number if division.of is None else _of(line.number, division.of)
                yield Published(indicator.number, indicator.finding.name, counted, model.period, shown)


def _of(number: Shown, of: Shown) -> Shown:
    """A number with the total it is of, where both are shown; as a number, not as a share."""
    if number.value is None or of.value is None:
        return number
    return replace(number, total=int(of.value))
