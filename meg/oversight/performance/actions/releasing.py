"""What published reports showed and hid: kept with the numbers behind it, so that later figures are protected beside it.

A report holds its figures as shown. The numbers behind those that are hidden are in the figures as computed, which change;
so they are kept before the next computation changes any. No seat but the installation's reads them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils import timezone

from meg.oversight.performance import supplied
from meg.oversight.performance.actions.keeping import Named
from meg.oversight.performance.actions.showing import Tables, part_of
from meg.oversight.performance.beside import Beside
from meg.oversight.performance.families import DENOMINATOR, EPISODES, NUMERATOR
from meg.oversight.performance.models import CountedOtherwise, Figure, Indicator, Released, Report, ShownFigure
from meg.oversight.performance.protection import Out, Release
from meg.oversight.performance.rules import Kind, Period, months_of, read_period
from meg.oversight.performance.scorecard import as_shown


def keep_releases() -> int:
    """Keep the numbers behind every report published since the last computation. Returns how many lines.

    Comes first in a computation: figures are changed by computing alone, so they are still those of publication.
    """
    published = Report.objects.filter(state=Report.State.PUBLISHED)
    lines = [line for report in published.exclude(pk__in=Released.objects.values("report")) for line in _lines(report)]
    return len(Released.objects.bulk_create(lines))


def _lines(report: Report) -> Iterator[Released]:
    """One line a number, and one of each that the same period has by other words. What several figures of a report give is
    hidden only where all of them are.
    """
    found: dict[Named, tuple[int, bool]] = {}
    for named, value, hidden in _numbers(report):
        found[named] = (value, hidden and found.get(named, (value, True))[1])
    for (family, period, name), (value, hidden) in found.items():
        yield Released(report=report, family=family, period=period, name=name, value=value, hidden=hidden)
    periods = {(family, period) for family, period, _ in found}
    others = CountedOtherwise.objects.values_list("family", "period", "name", "value")
    for family, period, name, number in others:
        if number is not None and (family, period) in periods and (family, period, name) not in found:
            of = {"family": family, "period": period, "name": name}
            yield Released(report=report, **of, value=number, hidden=False, unshown=True)


def _numbers(report: Report) -> Iterator[tuple[Named, int, bool]]:
    """The numbers of its figures, of those that are still shown as they were published."""
    day = timezone.localdate(report.published_at)
    indicators = {one.number: one for one in Indicator.objects.on(day)}
    counted = {(one.indicator, one.period): one for one in Figure.objects.all()}
    for one in ShownFigure.objects.filter(indicator__in=report.frozen):
        figure, indicator = counted.get((one.indicator, one.period)), indicators.get(one.indicator)
        if figure is None or indicator is None or indicator.disclosure == Indicator.Disclosure.OPEN:
            continue
        if report.frozen[one.indicator].get(one.period) == as_shown(one).text:
            line = Indicator(number=figure.indicator, measure=figure.measure, settings=figure.settings)
            hidden = {NUMERATOR: one.hidden, DENOMINATOR: one.hidden, EPISODES: one.episodes is None}
            family = supplied.measure_of(line).family
            for number in part_of(line).numbers:
                value = getattr(figure, number.of)
                if value is not None:
                    yield (family, one.period, number.name), value, hidden[number.of]


def releases_by_family() -> dict[str, list[Release]]:
    """What every published report showed and hid, oldest first, by family."""
    found: dict[str, dict[int, dict[Period, dict[str, Out]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(dict))
    )
    for one in Released.objects.order_by("report", "pk"):
        found[one.family][one.report_id][read_period(one.period)][one.name] = Out(one.value, one.hidden, one.unshown)
    return {family: [dict(of) for of in reports.values()] for family, reports in found.items()}


def published_tables() -> Tables:
    """What stood beside the figures of every published report of a quarter, and beside its months, as shown. Not known of one
    that kept none of it; beside months nothing stood in one that kept none of them.
    """
    found: dict[tuple[str, str], tuple[str, Beside] | None] = {}
    for report in Report.objects.filter(state=Report.State.PUBLISHED):
        period, kept = read_period(report.period), report.tables
        for number in (report.frozen if kept is None else kept) if period.kind is Kind.QUARTER else ():
            one = None if kept is None else kept[number]
            found[number, period.label] = (one["measure"], one["tables"]) if one else None
            for month in months_of(period):
                beside = one.get("months", {}).get(month.label, {}) if one else {}
                found[number, month.label] = (one["measure"], beside) if one else None
    return found
