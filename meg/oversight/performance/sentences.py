"""Sentences written from figures after disclosure control. A difference is not called a change or a trend.

Whether a difference is a real change is for control limits to say, which need enough earlier periods. Until
there are limits, the figures of the period before and of a year before are given beside, without a
judgement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from meg.oversight.performance.charts import Point
from meg.oversight.performance.disclosure import NOT_SUPPLIED, Shown, Symbol
from meg.oversight.performance.rules import MONTHS, Kind, Period

THIS = {Kind.MONTH: "this month", Kind.QUARTER: "this quarter", Kind.YEAR: "this year", Kind.ROLLING: "these 12 months"}
BEFORE = {
    Kind.MONTH: "last month",
    Kind.QUARTER: "last quarter",
    Kind.YEAR: "the year before",
    Kind.ROLLING: "the 12 months before",
}
A_YEAR_AGO = "a year ago"
MEANING = {
    Symbol.HIDDEN: "hidden",
    Symbol.NOT_SUPPLIED: "not supplied",
    Symbol.NOT_APPLICABLE: "not applicable",
    Symbol.NOT_COLLECTED: "not collected",
}
POLARITY = {"less": "Less is better", "more": "More is better", "neutral": "No direction is judged"}
NOT_JUDGED = (
    "Whether a difference from an earlier period is a real change is not judged: "
    "that needs limits drawn from enough earlier periods."
)


@dataclass(frozen=True)
class Finding:
    """One indicator in one period: its name, what the children did, and its figures as they may leave.

    `happened` completes 'children who …' and 'children …': 'went missing from care'. `of` says what a share is of:
    'missing episodes of our children that ended'; empty for a count. A figure that was supplied has a `supplier` instead of
    what happened, and says what it counts in `unit`. `things`: what is counted, one and many. `before_otherwise` and
    `year_ago_otherwise`: those figures are counted by another definition.
    """

    name: str
    happened: str
    period: Period
    this: Shown
    before: Shown = NOT_SUPPLIED
    year_ago: Shown = NOT_SUPPLIED
    episodes: Shown | None = None
    of: str = ""
    supplier: str = ""
    unit: str = ""
    things: tuple[str, str] = ("child", "children")
    before_otherwise: bool = False
    year_ago_otherwise: bool = False


@dataclass(frozen=True)
class Lede:
    """The first words of a page: the finding, and what else must be known to read it."""

    first: str
    rest: str

    def __str__(self) -> str:
        return f"{self.first} {self.rest}".strip()


def said(shown: Shown) -> str:
    """A figure as a word in a sentence: 1,321, or hidden, not supplied, not applicable, not collected."""
    return shown.grouped if shown.value is not None else MEANING[Symbol(shown.text)]


def line(finding: Finding) -> str:
    """Children missing from care: 61. It was 54 last quarter and 47 a year ago."""
    return f"{finding.name}: {said(finding.this)}. {comparison(finding)}"


def comparison(finding: Finding) -> str:
    """It was 54 last quarter and 47 a year ago."""
    before, kind = _was(finding.before, finding.before_otherwise), finding.period.kind
    if kind.is_twelve_months:
        return f"It was {before} {BEFORE[kind]}."
    year_ago = _was(finding.year_ago, finding.year_ago_otherwise)
    if before == year_ago:
        return f"It was {before} both {BEFORE[kind]} and {A_YEAR_AGO}."
    return f"It was {before} {BEFORE[kind]} and {year_ago} {A_YEAR_AGO}."


def _was(shown: Shown, otherwise: bool) -> str:
    return f"{said(shown)} (by another definition)" if otherwise and shown.supplied else said(shown)


def headline(finding: Finding) -> str:
    """What happened, beginning with the figure where it is shown. Absences are told apart."""
    when, this = f"in {finding.period.told}", finding.this
    if this.value is None:
        reason = {
            Symbol.HIDDEN: "is hidden, to protect children",
            Symbol.NOT_SUPPLIED: "has not been supplied",
            Symbol.NOT_APPLICABLE: "does not apply",
            Symbol.NOT_COLLECTED: "was not collected",
        }[Symbol(this.text)]
        if finding.supplier:
            return f"The figure {when}, from {finding.supplier}, {reason}."
        if finding.of:
            return f"The share of {finding.of} {when} that {finding.happened} {reason}."
        who = "who" if finding.things[1] == "children" else "that"
        return f"The number of {finding.things[1]} {who} {finding.happened} {when} {reason}."
    if finding.supplier:
        counts = this.fraction if this.of else finding.unit
        return f"{this.grouped if this.of or this.value else 'No'} {counts} {when}, as supplied by {finding.supplier}."
    if finding.of:
        return f"{this.grouped} of {finding.of} {when} {finding.happened}: {this.fraction}."
    number = this.grouped if this.value else "No"
    return f"{number} {finding.things[this.value > 1]} {finding.happened} {when}{in_episodes(finding)}."


def after_figure(finding: Finding) -> str:
    """The headline where the figure itself stands large before it: children went missing from care in …"""
    words = headline(finding)
    if finding.this.value is None or not (finding.this.value or finding.of):
        return words
    return words.removeprefix(f"{finding.this.grouped} ")


def in_episodes(finding: Finding) -> str:
    """, in 118 episodes; nothing where they are not shown or there was no child."""
    if finding.episodes is None or not finding.this.value or finding.episodes.value is None:
        return ""
    return f", in {finding.episodes.grouped} episodes"


def lede(findings: Sequence[Finding], period: Period, not_judged: str = NOT_JUDGED) -> Lede:
    """The first words of a scorecard: the first finding, how many figures there are, and why nothing is judged."""
    if not any(finding.this.supplied for finding in findings):
        return Lede(f"There are no figures for {period.told} yet.", "")
    first = next(finding for finding in findings if finding.this.supplied)
    return Lede(headline(first), f"{tally(findings)} {not_judged}")


def tally(findings: Sequence[Finding]) -> str:
    """Of 10 indicators, 8 are shown, 1 is hidden and 1 is not supplied."""
    counts = {"shown": 0} | dict.fromkeys(MEANING.values(), 0)
    for finding in findings:
        counts["shown" if finding.this.value is not None else said(finding.this)] += 1
    told = [f"{number} {'is' if number == 1 else 'are'} {what}" for what, number in counts.items() if number]
    if len(told) == 1:
        what = next(what for what, number in counts.items() if number)
        return {1: f"The one indicator is {what}.", 2: f"Both indicators are {what}."}.get(
            len(findings), f"All {len(findings)} indicators are {what}."
        )
    return f"Of {len(findings)} indicators, {', '.join(told[:-1])} and {told[-1]}."


def described(points: Sequence[Point], unit: str = "quarter") -> str:
    """A picture in words, for whoever cannot see it: how many, from what to what, lowest, highest, hidden."""
    numbers = [point.shown for point in points if point.shown.value is not None]
    hidden = sum(point.shown.hidden for point in points)
    none = sum(point.shown.text == Symbol.NOT_APPLICABLE for point in points)
    absent = len(points) - len(numbers) - hidden - none
    parts = [f"A line of {_count(len(points), unit)}, {_months(points[0].period.start, points[-1].period.end)}."]
    if numbers:
        least, most = (pick(numbers, key=lambda shown: shown.value or 0).grouped for pick in (min, max))
        parts.append(f"It begins at {numbers[0].grouped} and ends at {numbers[-1].grouped}; {least} to {most}.")
    if hidden:
        parts.append(f"{_count(hidden, unit)} {'is' if hidden == 1 else 'are'} hidden to protect children.")
    if none:
        parts.append(f"{_count(none, unit)} had nothing to be a share of.")
    if absent:
        parts.append(f"{_count(absent, unit)} {'was' if absent == 1 else 'were'} not supplied.")
    return " ".join([*parts, "Every figure is in the table below."])


def sparkline_title(name: str, points: Sequence[Point], unit: str = "quarter") -> str:
    """NAME: 16 quarters from 27 to 61, lowest 24, highest 61."""
    numbers = [point.shown for point in points if point.shown.value is not None]
    if not numbers:
        return f"{name}: no figure is shown."
    least, most = (pick(numbers, key=lambda shown: shown.value or 0).grouped for pick in (min, max))
    hidden = sum(point.shown.hidden for point in points)
    also = f" {_count(hidden, unit)} hidden." if hidden else ""
    ends = f"from {numbers[0].grouped} to {numbers[-1].grouped}, lowest {least}, highest {most}"
    return f"{name}: {_count(len(numbers), unit)} {ends}.{also}"


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _months(first: date, last: date) -> str:
    return f"{MONTHS[first.month - 1]} {first.year} to {MONTHS[last.month - 1]} {last.year}"
