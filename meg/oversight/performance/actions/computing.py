"""Computing figures, and what may be shown of them. Nothing is written where nothing has changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone

from meg.oversight.performance import supplied
from meg.oversight.performance.actions.keeping import FigureLine, Named, keep, keep_otherwise, of_period
from meg.oversight.performance.actions.releasing import keep_releases, published_tables, releases_by_family
from meg.oversight.performance.actions.revising import note_revisions
from meg.oversight.performance.actions.showing import as_they_may_leave, mark_of, numbers_of, part_of
from meg.oversight.performance.definitions import Definitions, definitions
from meg.oversight.performance.measures import Measure
from meg.oversight.performance.models import Figure, Indicator, ProtectedFamily, ShownFigure, SuppliedFigure
from meg.oversight.performance.passes import Passes
from meg.oversight.performance.permissions import COMPUTERS
from meg.oversight.performance.rules import Period, months_of, quarter_of, rolling_to, year_of
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind

COMPUTE = "Figures are computed by the installation, not from a seat."
THREE_PLACES = Decimal("0.001")


@dataclass(frozen=True)
class Computed:
    """What computing did: how many figures there are, and how many differ from what was kept."""

    figures: int
    changed: int


@transaction.atomic
def compute_figures(*, by: By) -> Computed:
    """Compute every figure of every period with records, and what may be shown of them. Writes what differs.

    Two that compute at once wait for each other. A period that the records no longer cover is withdrawn.
    Raises: Refused, where the seat may not.
    """
    permit(by, COMPUTERS, COMPUTE)
    _one_at_a_time(by)
    keep_releases()
    passes, as_supplied = Passes(), supplied.standing()
    now, (indicators, defined) = passes.now, _measured()
    lines = [line for number in indicators for line in _figures(defined[number], as_supplied.get(number, {}), passes)]
    figures = [line for line in lines if line.stands]
    changed = keep(Figure, figures, now)
    keep_otherwise(_otherwise(lines))
    changed += _show(lines, indicators, now)
    if changed:
        note_revisions(since=now)
        sentence = f"Computed {len(figures)} figures; {changed} lines differ from what was kept."
        record(by=by, kind=Kind.FIGURES, sentence=sentence)
    return Computed(len(figures), changed)


def bring_up_to_date(*, by: By) -> bool:
    """Compute again, so that the figures are those of the records as they are now. True where any changed.

    Computing is the test for a change: a mark of the last change would have to know of every way in which a
    record can come, change and be taken back, and one forgotten would leave a wrong figure standing.
    Raises: Refused, where the seat may not.
    """
    return compute_figures(by=by).changed > 0


def _one_at_a_time(by: By) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('performance'), %s)", [by.partnership_id])


def _measured() -> tuple[dict[str, Indicator], dict[str, Definitions]]:
    """The indicators that are measured today, and by which words each is counted, and was."""
    today = timezone.localdate()
    lines = list(Indicator.objects.order_by("position").measured())
    return {line.number: line for line in lines if today in line.valid}, definitions(lines, today)


def _covered_periods(measure: Measure, passes: Passes) -> list[Period]:
    """The months for which there are records, the quarters and years that hold one, and the spans of twelve months of which
    there are records of every month: with a month less, a span would be set beside others as if it were as long.
    """

    def found() -> list[Period]:
        months = measure.months(passes)
        known = set(months)
        wider = {of(month.start) for month in months for of in (quarter_of, year_of)}
        spans = {rolling_to(month.start) for month in months}
        whole = [span for span in spans if known.issuperset(months_of(span))]
        return [*months, *sorted(wider), *sorted(whole)]

    return passes.once((_covered_periods, measure.covered), found)


def _figures(defined: Definitions, as_supplied: dict[Period, SuppliedFigure], passes: Passes) -> Iterator[FigureLine]:
    """One figure a covered period, by the words of that period. A covered period in which nothing was counted is nought; what
    nobody supplied is not. Where the words changed, every period is counted by each of them, and one of these stands.
    """
    for one in defined.each:
        for figure in _counted_by(one.line, defined, as_supplied, passes):
            figure.stands = defined.of(figure.of) is one.line
            if figure.stands or not one.line.is_supplied:
                yield figure


def _counted_by(
    line: Indicator, defined: Definitions, as_supplied: dict[Period, SuppliedFigure], passes: Passes
) -> Iterator[FigureLine]:
    measure, notes = supplied.measure_of(line), {}
    if line.is_supplied:  # what was supplied by other words is not added to it
        mine = {period: one for period, one in as_supplied.items() if defined.of(period) is line}
        counted = supplied.counted(line, mine)
        notes = {period: one.note for period, one in mine.items() if one.note_shown}
    else:
        counted = iter(measure.counted(_covered_periods(measure, passes), line.settings, passes))
    for found in counted:
        yield FigureLine(
            **of_period(line.number, found.period),
            counted_by=line,
            measure=line.measure,
            settings=line.settings,
            unit=measure.unit,
            numerator=found.numerator,
            denominator=found.denominator,
            value=None if found.value is None else found.value.quantize(THREE_PLACES),
            episodes=found.episodes,
            left_out=dict(found.left_out),
            batches=list(found.batches),
            beside=found.beside,
            note=notes.get(found.period, ""),
        )


def _otherwise(lines: list[FigureLine]) -> dict[Named, int]:
    """The numbers that no period has by its own words, by family, period and name."""
    found: dict[Named, int] = {}
    for one in lines:
        if not one.stands:
            family = supplied.measure_of(one.counted_by).family
            for name, number in numbers_of(part_of(one.counted_by), one).items():
                found[family, one.period, name] = number
    return found


# ── what may be shown ──────────────────────────────────────────────────────────────────────────────────────


def _show(figures: list[FigureLine], indicators: dict[str, Indicator], now: datetime) -> int:
    """Keep the figures as they may leave, family by family. A family that stands as it was protected, from the same
    numbers by the same program, is left as it is. `indicators`: as they are today. Returns how many lines differ.

    Raises: Refused, where figures of one family contradict each other.
    """
    families: dict[str, list[FigureLine]] = defaultdict(list)
    for figure in figures:
        families[supplied.measure_of(figure.counted_by).family].append(figure)
    releases, tables = releases_by_family(), published_tables()
    marks = {name: mark_of(of, indicators, releases.get(name, ()), tables) for name, of in families.items()}
    stand = _standing(families, marks)
    try:
        found = [
            shown
            for name, of in families.items()
            if name not in stand
            for shown in as_they_may_leave(of, indicators, releases.get(name, ()), tables)
        ]
    except ValueError as trouble:
        raise Refused(f"No figure can be shown. {trouble}") from trouble
    changed = keep(ShownFigure, found, now, {figure.indicator for name in stand for figure in families[name]})
    ProtectedFamily.objects.bulk_create(
        [ProtectedFamily(family=name, mark=mark) for name, mark in marks.items() if name not in stand],
        update_conflicts=True,
        unique_fields=["partnership", "family"],
        update_fields=["mark"],
    )
    return changed


def _standing(families: dict[str, list[FigureLine]], marks: dict[str, str]) -> set[str]:
    """The families whose every figure, and no other, stands as it may leave, protected from these very numbers."""
    kept = dict(ProtectedFamily.objects.values_list("family", "mark"))
    shown = set(ShownFigure.objects.current().values_list("indicator", "period"))
    found = set()
    apart = Counter(number for of in families.values() for number in {figure.indicator for figure in of})
    for name in [name for name, mark in marks.items() if kept.get(name) == mark]:
        figures = {(figure.indicator, figure.period) for figure in families[name] if figure.stands}
        numbers = {figure.indicator for figure in families[name]}
        in_one = all(apart[number] == 1 for number in numbers)
        if in_one and figures == {key for key in shown if key[0] in numbers}:
            found.add(name)
    return found
