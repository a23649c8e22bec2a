"""What the pages show, put together from the scorecard: cells, pictures and tables. Nothing here asks the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.safestring import SafeString, mark_safe

from meg.oversight.performance import charts, sentences, verdicts
from meg.oversight.performance.beside import KINDS, Division, added_up, divisions, median_words
from meg.oversight.performance.charts import Point
from meg.oversight.performance.control import Judged
from meg.oversight.performance.disclosure import NOT_APPLICABLE, Shown
from meg.oversight.performance.measures import Measure
from meg.oversight.performance.models import Figure, Indicator
from meg.oversight.performance.rag import Rag, rag
from meg.oversight.performance.rules import (
    Kind,
    Period,
    a_year_before,
    last_periods,
    month_of,
    months_of,
    previous,
    quarter_of,
    quarters_of,
    rolling_to,
    year_of,
)
from meg.oversight.performance.scorecard import SPARK, Card, Line
from meg.oversight.performance.sentences import Lede
from meg.oversight.performance.supplied import measure_of
from meg.oversight.performance.verdicts import Mark, Verdict, mean_words, usual_range

STRANDS = {
    Indicator.Strand.PREVENT: "making it harder to exploit children",
    Indicator.Strand.PROTECT: "finding and safeguarding those at risk",
    Indicator.Strand.PURSUE: "disrupting those who do harm",
}
YEARS_OF_POINTS = {
    Kind.MONTH: "Two years",
    Kind.QUARTER: "Four years",
    Kind.YEAR: "Eight years",
    Kind.ROLLING: "Three years",
}
TREND = 20  # quarters of the large picture


@dataclass(frozen=True)
class CardRow:
    """One indicator on the scorecard."""

    indicator: Indicator
    this: Shown
    beside: str
    before: Shown
    year_ago: Shown
    spark: SafeString
    verdict: Verdict
    rag: Rag | None
    target: str
    supply: str
    definitions: str


@dataclass(frozen=True)
class Strand:
    """The indicators of one strand of the strategy."""

    key: str
    name: str
    about: str
    rows: list[CardRow]


def strands(card: Card) -> Iterator[Strand]:
    """The scorecard's rows by strand, in the strategy's order."""
    for strand, about in STRANDS.items():
        rows = [card_row(line, card) for line in card.lines if line.indicator.strand == strand]
        if rows:
            yield Strand(strand.value, str(strand.label), about, rows)


def card_row(line: Line, card: Card) -> CardRow:
    period, figure, shown = card.period, line.at(card.period), line.shown(card.period)
    points = line.points(period, SPARK[period.kind], card.today)
    return CardRow(
        indicator=line.indicator,
        this=shown,
        beside=""
        if line.of(period).is_supplied and not figure
        else _under(shown, Shown(figure.episodes_shown, figure.episodes).grouped if figure else ""),
        before=line.shown(previous(period)),
        year_ago=line.shown(a_year_before(period)),
        spark=_spark(line.indicator, points),
        verdict=line.verdict(period, card.today),
        rag=_rag(line, period),
        target=target_words(line),
        supply=line.supply(period, card.today),
        definitions=TWO if line.definitions(period) else "",
    )


TWO = "counted by two definitions"


def _rag(line: Line, period: Period) -> Rag | None:
    indicator = line.indicator
    return rag(line.shown(period).value, indicator.target, indicator.tolerance, indicator.polarity)


NOT_OVER = "Whether a difference from an earlier period is a real change is judged when the period is over."


def target_words(line: Line) -> str:
    """target 95%; nothing where the Group has set none."""
    target = line.indicator.target
    if target is None:
        return ""
    return f"target {target.normalize():f}{'%' if measure_of(line.indicator).is_share else ''}"


def opening(rows: Sequence[CardRow], card: Card) -> Lede:
    """The first words of the scorecard: what has changed; of a period that is not over, or is not judged, the first figure."""
    if card.so_far or card.period.kind is Kind.ROLLING:
        why = verdicts.OVERLAPS if card.period.kind is Kind.ROLLING else NOT_OVER
        return sentences.lede([line.finding(card.period) for line in card.lines], card.period, why)
    return Lede(*verdicts.opening([row.verdict for row in rows], sum(row.rag is Rag.RED for row in rows)))


def written(rows: Sequence[CardRow], card: Card) -> list[str]:
    """The summary of a report as it is written from the figures: a paragraph that opens, then one an indicator."""
    first = str(opening(rows, card))
    told = (sentences.line(line.finding(card.period)) for line in card.lines)
    tells = {row.indicator.number: row.verdict.sentence for row in rows}
    each = (f"{said} {tells[line.indicator.number]}".strip() for line, said in zip(card.lines, told, strict=True))
    return [first, *each]


def _under(shown: Shown, episodes: str) -> str:
    """What stands under a figure: why there is none, what it is a share of, or in how many episodes."""
    if shown.value is None:
        return sentences.said(shown)
    if shown.of:
        return shown.fraction
    return f"{episodes} episode{'' if episodes == '1' else 's'}" if episodes else ""


def _spark(indicator: Indicator, points: list[Point]) -> SafeString:
    if not charts.drawable(points):
        return mark_safe("")
    title = sentences.sparkline_title(indicator.name, points, points[0].period.kind.word)
    return mark_safe(charts.sparkline(points, title=title, prefix=f"s{indicator.number}"))


def pictured(card: Card) -> str:
    """The heading over the small pictures: how far they reach back."""
    kind = card.period.kind
    first = next((period for period in card.periods if period.kind is kind), card.period)
    if first <= last_periods(card.period, SPARK[kind])[0]:
        return YEARS_OF_POINTS[kind]
    return f"Since {month_of(first.start).words}"


# ── one indicator ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Trend:
    """The large picture of an indicator: its finding, what is drawn, how it is judged, and the drawing for wide and
    narrow screens.
    """

    lead: str
    sub: str
    wide: SafeString
    narrow: SafeString
    judged: str


def trend(line: Line, card: Card) -> Trend | None:
    """The quarters up to the period shown; None where too few may be shown to draw a line."""
    quarter = quarter_of(card.period.end)
    points = line.points(quarter, TREND, card.today)
    if not charts.drawable(points):
        return None
    since, until = month_of(points[0].period.start).words, month_of(points[-1].period.end).words
    title = f"{line.indicator.name}, each quarter, {since} to {until}"
    description = sentences.described(points)
    drawn = (
        charts.trend(points, title=title, description=description, prefix=prefix, narrow=narrow, unit=unit(line))
        for prefix, narrow in (("wide", False), ("narrow", True))
    )
    wide, narrow = (mark_safe(_classed(svg, css)) for svg, css in zip(drawn, ("wide", "narrow"), strict=True))
    last = points[-1].period
    what = "p-chart" if any(point.shown.of for point in points) else "XmR"
    counted = measure_of(line.indicator).numerator.split(".")[0].replace("the period", "the quarter")
    sub = f"{counted}. Control chart ({what}), {since} to {until}."
    return Trend(_lead(line.verdict(last, card.today), points), sub, wide, narrow, judged(line))


def _lead(said: Verdict, points: list[Point]) -> str:
    """The finding of the last quarter that is over, as a heading."""
    if said.mark is Mark.NONE:
        return said.first
    last = points[-1].period.words
    return f"{last}: {said.first[0].lower()}{said.first[1:]}"


def judged(line: Line) -> str:
    """How the limits are made, and which decisions began them anew."""
    made = LIMITS_OF_SHARES if measure_of(line.indicator).is_share else LIMITS_OF_COUNTS
    anew = [
        f"New limits from {month_of(each.since).words}, since what is counted changed"
        if each.defined
        else f"New limits from {month_of(each.since).words}, decided on {each.decided:%-d %B %Y} by {each.by}: {each.reason}"
        for each in line.resets
    ]
    return " ".join([made, *(text if text.endswith(".") else f"{text}." for text in anew)])


LIMITS_OF_COUNTS = "Limits: mean ± 2.66 × mean moving range of the first eight quarters, and anew only by a decision."
LIMITS_OF_SHARES = (
    "Limits: the share of the first eight quarters ± three standard errors, for each quarter by its own denominator; anew "
    "only by a decision."
)


def unit(line: Line) -> str:
    """What stands over the scale of a picture."""
    return measure_of(line.indicator).unit.capitalize()


def _classed(svg: str, which: str) -> str:
    return svg.replace('class="meg-chart__svg"', f'class="meg-chart__svg meg-chart--{which}"', 1)


@dataclass(frozen=True)
class Cell:
    """One figure in a table of periods. `state`: shown, hidden, none (nothing to be a share of), missing (nobody
    supplied it) or ahead (not yet begun).
    """

    text: str
    state: str
    so_far: bool = False
    current: bool = False
    changed: bool = False
    two: bool = False


@dataclass(frozen=True)
class YearRow:
    """One financial year: its quarters, with their usual range and mean, itself, its months, and the twelve months that end
    with each of its quarters.
    """

    label: str
    quarters: list[Cell]
    usual: str
    mean: str
    year: Cell
    months: list[Cell]
    spans: list[Cell]


def years(line: Line, card: Card) -> list[YearRow]:
    """Every financial year with a figure, with all its quarters and months."""
    found = sorted({year_of(period.start) for period in line.figures})
    last = max((period for period in line.figures if period.kind is Kind.QUARTER), default=card.period)
    charted = {each.period: each for segment in line.control(last, card.today) for each in segment.points}
    return [_year(line, card, year, charted) for year in found]


def _year(line: Line, card: Card, year: Period, charted: Mapping[Period, Judged]) -> YearRow:
    quarters = quarters_of(year)
    limits = [(charted[each].limits, charted[each].shown) for each in quarters if each in charted]
    usual, shown = next(((one, shown) for one, shown in reversed(limits) if one), (None, None))
    cells = [
        replace(cell(line, card, each), changed=each in charted and bool(charted[each].signals)) for each in quarters
    ]
    return YearRow(
        year.label,
        cells,
        usual_range(usual, shown) if usual and shown else "",
        mean_words(usual, shown) if usual and shown else "",
        cell(line, card, year),
        [cell(line, card, month) for month in months_of(year)],
        [cell(line, card, rolling_to(quarter.start)) for quarter in quarters],
    )


def cell(line: Line, card: Card, period: Period) -> Cell:
    shown, two = line.shown(period), bool(line.definitions(period))
    current, so_far = period == card.period, period.end >= card.today
    if shown.value is not None:
        return Cell(shown.grouped, "shown", so_far, current, two=two)
    if shown.hidden:
        return Cell(shown.text, "hidden", so_far, current, two=two)
    if shown == NOT_APPLICABLE:
        return Cell(shown.text, "none", so_far, current, two=two)
    ahead = period.start > card.today or (period.kind is Kind.ROLLING and so_far)
    return Cell("", "ahead") if ahead else Cell(shown.text, "missing")


def headline(line: Line, card: Card) -> tuple[str, str]:
    """The figure, and the sentence that goes on from it."""
    finding = line.finding(card.period)
    sentence = sentences.headline(finding)
    if finding.this.value or finding.this.of:
        return finding.this.grouped, sentence.removeprefix(finding.this.grouped).strip()
    return finding.this.text, sentence


def due(today: date) -> date:
    """When the next quarter's figures are due: the first day after the present quarter."""
    return date.fromordinal(quarter_of(today).end.toordinal() + 1)


# ── beside the figure ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Aside:
    """What stands beside a figure: tables, a middle time, and what must be known of them, or why there is nothing."""

    tables: list[Division]
    middle: str
    words: str = ""


def aside(line: Line, period: Period, counted: Figure | None, published: date | None = None) -> Aside | None:
    """For seats that see records, as it was counted; for the others as it may leave: by quarter and month, and for longer
    periods added up from their quarters. `published`: the day of the report that gave it, since when it stays as it was.
    None where no quarter has a table.
    """
    figure = line.at(period)
    if figure is None:
        return None
    if counted:
        tables, middle = divisions(counted.beside), median_words(counted.beside)
        return Aside(tables, middle) if tables or middle else None
    if not any(name in KINDS for one in line.figures.values() for name in one.beside):
        return None
    if figure.hidden and period.kind in (Kind.QUARTER, Kind.MONTH):  # what is left out of it is no part of it
        return Aside(divisions(figure.beside), "", HIDDEN_TOO)
    if period.kind not in (Kind.QUARTER, Kind.MONTH):
        return _longer(line, period)
    tables, middle = divisions(figure.beside), median_words(figure.beside)
    words = [] if period.kind is Kind.QUARTER else [BY_MONTH if tables else NOT_BY_MONTH]
    if published and figure.beside:
        words.append(AS_PUBLISHED.format(day=f"{published:%-d %B %Y}", period=period.kind.word))
    return Aside(tables, middle, " ".join(words)) if tables or middle or words else None


def _longer(line: Line, period: Period) -> Aside | None:
    """Beside a figure of a year or of twelve months: what its quarters show, added up."""
    quarters = [line.at(quarter) for quarter in quarters_of(period)]
    tables = divisions(added_up([one.beside for one in quarters if one])) if all(quarters) else []
    return Aside(tables, "", ADDED_UP if tables else NOT_ADDED_UP)


ADDED_UP = (
    "Each line is added up from the four quarters as they are shown; where one of them hides it, it is hidden here. So a year "
    "gives nothing away that its quarters do not."
)
NOT_ADDED_UP = "What stands beside a longer period is added up from its quarters. They are not all shown, so there is nothing here."
AS_PUBLISHED = (
    "These are as published on {day}, and stay so: from two tables of one {period}, a part that is hidden could be worked "
    "out. The figure itself is as the records are now."
)
HIDDEN_TOO = "How the figure divides is hidden with it, to protect children."
BY_MONTH = (
    "A line is shown in all three months of its quarter or in none, so that none can be worked out from the others."
)
NOT_BY_MONTH = (
    "Nothing is shown beside the single months of this quarter: a part that is hidden could be worked out. The quarter itself "
    "may have tables."
)


@dataclass(frozen=True)
class LeftOut:
    """A reason why episodes are not counted, in words, and how many they are where that may be seen."""

    words: str
    number: int = 0


def left_out(measure: Measure, counted: Figure | None) -> list[LeftOut]:
    """Every reason of a measure. Reasons of one kind are added up: the table beside the figure has each."""
    kept = counted.left_out if counted else {}
    return [
        LeftOut(words, sum(n for code, n in kept.items() if code == why or code.startswith(f"{why}.")))
        for why, words in measure.left_out.items()
    ]
