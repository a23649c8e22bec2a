"""The report of a period: what the scorecard shows, as a document to take away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils import timezone

from meg.oversight.performance.beside import divisions, median_words
from meg.oversight.performance.compared import compared
from meg.oversight.performance.disclosure import Shown
from meg.oversight.performance.documents.csvfile import write_csv
from meg.oversight.performance.documents.jsonfile import write_json
from meg.oversight.performance.documents.model import Gap, IndicatorReport, Observation, ReportModel, Said
from meg.oversight.performance.documents.pdf import write_pdf
from meg.oversight.performance.documents.xlsx import write_xlsx
from meg.oversight.performance.measures import Measure
from meg.oversight.performance.models import Commentary, Report, Revision, ShownFigure
from meg.oversight.performance.rules import Kind, Period, add_months, months_of, read_period, year_of
from meg.oversight.performance.scorecard import Card, Line, read_card, with_figures
from meg.oversight.performance.supplied import measure_of
from meg.partnership.agencies.models import Partnership

GROUP = "Missing and Exploited Group"
YEARS = 5  # financial years in the tables and files
DRAWN = {Kind.MONTH: 24, Kind.QUARTER: 20, Kind.YEAR: 10, Kind.ROLLING: 12}  # points of the large picture


@dataclass(frozen=True)
class Form:
    """A form in which the report leaves."""

    write: Callable[[ReportModel], bytes]
    type: str


FORMS = {
    "pdf": Form(write_pdf, "application/pdf"),
    "xlsx": Form(write_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": Form(write_csv, "text/csv; charset=utf-8"),
    "json": Form(write_json, "application/json"),
}


def file_name(period: Period, form: str) -> str:
    """meg-2017-18Q4.pdf"""
    return f"meg-{period.label}.{form}"


def card_of(period: Period, today: date) -> Card:
    """The card of a report. Raises: NoFigures, with a sentence that says why there are none."""
    return with_figures(read_card(period, today))


def report_of(
    card: Card, partnership: Partnership, report: Report | None = None, on: date | None = None
) -> ReportModel:
    """The report of a card with figures. It holds nothing later than its period, so that it can be made again.

    With `report`, what people wrote for it; with `on`, it is published that day, and no draft.
    """
    said = {each.indicator: each for each in Commentary.objects.filter(report=report)} if report else {}
    return ReportModel(
        partnership=partnership.name,
        group=GROUP,
        period=card.period,
        as_at=card.as_at or timezone.now(),
        indicators=tuple(
            _indicator(line, card, said.get(line.indicator.number), partnership)
            for line in card.lines
            if line.at(card.period)
        ),
        summary=tuple(part for part in (report.summary if report else "").split("\n\n") if part.strip()),
        draft=on is None,
        approved=_approved(report),
        published=on,
        gaps=(*_gaps(card), *_noted(card), *_defined_anew(card), *_published_tables(card), *_revised(card.period)),
        sources=tuple(dict.fromkeys(measure_of(line.of(card.period)).source for line in card.lines)),
        not_counted=tuple(f"{indicator.name} ({indicator.number})" for indicator in card.unmeasured),
        demonstration=partnership.demonstration,
    )


def _approved(report: Report | None) -> str:
    if report is None or report.approved_at is None:
        return ""
    return f"Approved by {report.approved_by}, {_day(timezone.localdate(report.approved_at))}"


def _said(commentary: Commentary | None) -> Said | None:
    if commentary is None:
        return None
    day = timezone.localdate(commentary.answered_at or commentary.asked_at)
    return Said(commentary.owner_name, day, commentary.words, commentary.actions)


def _indicator(line: Line, card: Card, commentary: Commentary | None, partnership: Partnership) -> IndicatorReport:
    indicator, measure = line.indicator, measure_of(line.of(card.period))
    figure = line.at(card.period)
    # Of a month they stand on its page alone: published before the rest of their quarter, they could be subtracted from it.
    beside = figure.beside if figure and card.period.kind is not Kind.MONTH else {}
    return IndicatorReport(
        number=indicator.number,
        title=indicator.title,
        finding=line.finding(card.period),
        strand=indicator.get_strand_display(),
        polarity=indicator.get_polarity_display(),
        kind=indicator.type,
        source=indicator.source,
        unit=measure.unit,
        trend=tuple(line.points(card.period, DRAWN[card.period.kind], card.today)),
        series=tuple(_series(line, card.period)),
        made=(
            ("Why it matters", measure.why),
            ("Counted", measure.numerator),
            ("Out of", measure.denominator),
            *([("Divided by", measure.divided_by)] if measure.dimensions else []),
            *_left_out(measure),
            *(("Counted otherwise", words) for words in line.defined.told),
        ),
        beside=tuple(divisions(beside)),
        middle=median_words(beside),
        middle_of=measure.middle,
        verdict=line.verdict(card.period, card.today),
        said=_said(commentary),
        compared=compared(indicator.measure, partnership.authority),
    )


def _left_out(measure: Measure) -> list[tuple[str, str]]:
    if not measure.left_out:
        return []
    return [("Left out", f"{measure.rows_say.things[1].capitalize()} {'; '.join(measure.left_out.values())}.")]


def _series(line: Line, period: Period) -> Iterator[Observation]:
    """The figures of five financial years, up to the end of the period: years, then quarters, then months; of a report of
    twelve months, those before them.
    """
    since = add_months(year_of(period.start).start, -12 * (YEARS - 1))
    for kind in (*([Kind.ROLLING] if period.kind is Kind.ROLLING else []), Kind.YEAR, Kind.QUARTER, Kind.MONTH):
        for each in sorted(line.figures):
            if each.kind is kind and since <= each.start and each.end <= period.end:
                yield Observation(each, line.shown(each), _episodes(line.figures[each]))


def _episodes(figure: ShownFigure) -> Shown | None:
    if not figure.episodes_shown:
        return None
    return Shown(figure.episodes_shown, figure.episodes)


def _gaps(card: Card) -> Iterator[Gap]:
    """What the reader must know is missing from the figures."""
    if card.so_far:
        until = f"It ends on {_day(card.period.end)}, and every figure of it is so far."
        yield Gap("The period is not over", until, "The figures are computed again until it is.")
    missing = [month for month in months_of(card.period) if month not in card.periods and month.start <= card.today]
    if missing:
        named = ", ".join(month.words for month in missing)
        yield Gap(f"No records cover {named}", "The figures are of the other months.", "Children’s Services")
    for line in card.lines:
        if line.of(card.period).is_supplied and not line.at(card.period):
            who = line.indicator.supplier.name if line.indicator.supplier else line.indicator.source
            yield Gap(
                f"{line.indicator.name} ({line.indicator.number})", f"{line.supply(card.period, card.today)}.", who
            )


def _noted(card: Card) -> Iterator[Gap]:
    """What those who supplied figures say of them."""
    for line in card.lines:
        if (figure := line.at(card.period)) and figure.note:
            supplier = measure_of(line.of(card.period)).supplier
            yield Gap(f"{line.indicator.name} ({line.indicator.number}), as supplied", f"‘{figure.note}’", supplier)


def _defined_anew(card: Card) -> Iterator[Gap]:
    """Figures of which a part is counted by other words than they are, and those beside which no earlier one stands alike."""
    for line in card.lines:
        if told := line.definitions(card.period):
            yield Gap(f"{line.indicator.name} ({line.indicator.number})", f"{told} {ALL_BY_THE_NEWER}", "")


ALL_BY_THE_NEWER = (
    "All of the period is counted by the newer one; its parts before by the older, and do not add up to it."
)


def published_on(period: Period, *numbers: str) -> date | None:
    """The day on which the report of a period was published with any of these indicators; None where it was not."""
    wanted = Report.objects.filter(period=period.label, state=Report.State.PUBLISHED, frozen__has_any_keys=numbers)
    report = wanted.first()
    return timezone.localdate(report.published_at) if report else None


def _published_tables(card: Card) -> Iterator[Gap]:
    """What stands beside the figures is not of today, where the report of the period was published before."""
    numbers = [line.indicator.number for line in card.lines if (one := line.at(card.period)) and divisions(one.beside)]
    if numbers and (day := published_on(card.period, *numbers)):
        what = f"What stands beside the figures is as published on {_day(day)}"
        yield Gap(what, "The figures themselves are as the records are now.", "")


def _revised(period: Period) -> Iterator[Gap]:
    """The headline figures of earlier reports that were computed anew since they were published, as they are now."""
    for one in Revision.objects.standing().filter(period=F("report__period")).order_by("period", "indicator", "pk"):
        of = read_period(one.period)
        if of.end < period.start:
            words = f"Indicator {one.indicator}, {of.words}: published as {one.was}, now {one.became}"
            yield Gap(words, f"{one.cause} The published report stays as it was.", "")


def _day(day: date) -> str:
    return f"{day:%-d %B %Y}"
