"""Computing figures, and what may be shown of them. Nothing is written where nothing has changed."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from meg.oversight.performance import supplied
from meg.oversight.performance.actions.revising import note_revisions
from meg.oversight.performance.beside import Beside
from meg.oversight.performance.beside_shown import protect_beside
from meg.oversight.performance.disclosure import NOT_SUPPLIED, Shown, share_of
from meg.oversight.performance.measures import Measure, measures
from meg.oversight.performance.models import Figure, Indicator, ShownFigure, SuppliedFigure
from meg.oversight.performance.passes import Passes
from meg.oversight.performance.permissions import COMPUTERS
from meg.oversight.performance.protection import (
    Counts,
    Share,
    ShownCounts,
    protect_counts,
    protect_numbers,
    protect_shares,
)
from meg.oversight.performance.rules import Kind as PeriodKind
from meg.oversight.performance.rules import Period, periods_between, quarter_of, read_period, year_of
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind

COMPUTE = "Figures are computed by the installation, not from a seat."
THREE_PLACES = Decimal("0.001")
IDENTITY = {"indicator", "period"}
FIRST = ("indicator", "period", "withdrawn_at")
WITHDRAWN = FIRST.index("withdrawn_at")
Kept = TypeVar("Kept", Figure, ShownFigure)


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
    passes, as_supplied = Passes(), supplied.standing()
    now, indicators = passes.now, _measured()
    figures = [figure for one in indicators for figure in _figures(one, as_supplied.get(one.number, {}), passes)]
    changed = _keep(Figure, figures, now)
    changed += _keep(ShownFigure, _shown(figures, {one.number: one for one in indicators}), now)
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


def _measured() -> list[Indicator]:
    return list(Indicator.objects.on(timezone.localdate()).measured())


def _covered_periods(measure: Measure, passes: Passes) -> list[Period]:
    """The months for which there are records, and the quarters and years that hold one."""
    months = measure.months(passes)
    wider = {of(month.start) for month in months for of in (quarter_of, year_of)}
    return [*months, *sorted(wider)]


def _figures(indicator: Indicator, as_supplied: dict[Period, SuppliedFigure], passes: Passes) -> Iterator[Figure]:
    """One figure a covered period. A covered period in which nothing was counted is nought; what nobody supplied is not."""
    measure = supplied.measure_of(indicator)
    if indicator.is_supplied:
        counted = supplied.counted(indicator, as_supplied)
    else:
        counted = iter(measure.counted(_covered_periods(measure, passes), indicator.settings, passes))
    for found in counted:
        yield Figure(
            **_of(indicator.number, found.period),
            measure=indicator.measure,
            unit=measure.unit,
            numerator=found.numerator,
            denominator=found.denominator,
            value=None if found.value is None else found.value.quantize(THREE_PLACES),
            episodes=found.episodes,
            left_out=dict(found.left_out),
            batches=list(found.batches),
            beside=found.beside,
        )


def _of(number: str, period: Period) -> dict[str, Any]:
    return {
        "indicator": number,
        "period": period.label,
        "kind": period.kind.value,
        "first_day": period.start,
        "last_day": period.end,
        "withdrawn_at": None,
    }


# ── what may be shown ──────────────────────────────────────────────────────────────────────────────────────


def _shown(figures: list[Figure], indicators: dict[str, Indicator]) -> list[ShownFigure]:
    """The figures as they may leave: each family of measures through disclosure control, all periods at once.

    Raises: Refused, where figures of one family contradict each other.
    """
    families: dict[str, list[Figure]] = defaultdict(list)
    for figure in figures:
        families[supplied.measure_of(indicators[figure.indicator]).family].append(figure)
    try:
        return [shown for of in families.values() for shown in _protected(of, indicators[of[0].indicator])]
    except ValueError as trouble:
        raise Refused(f"No figure can be shown. {trouble}") from trouble


def _protected(family: list[Figure], indicator: Indicator) -> Iterator[ShownFigure]:
    of_family = supplied.measure_of(indicator)
    years = dict.fromkeys(year_of(figure.first_day) for figure in family)
    whole = [period for year in years for period in _whole(year)]
    if indicator.disclosure == Indicator.Disclosure.OPEN:
        yield from (_share_as_shown(figure, _open(figure)) for figure in family)
    elif of_family.is_share:
        kept = {read_period(figure.period): Share(figure.numerator, figure.denominator) for figure in family}
        shares = protect_shares({period: kept.get(period, Share(None, None)) for period in whole})
        yield from (_share_as_shown(figure, shares[read_period(figure.period)]) for figure in family)
    elif indicator.is_supplied:
        numbers = protect_numbers({read_period(figure.period): figure.numerator for figure in family})
        yield from (_share_as_shown(figure, numbers[read_period(figure.period)]) for figure in family)
    else:
        yield from _counts_as_shown(family, whole)


def _counts_as_shown(family: list[Figure], whole: Iterable[Period]) -> Iterator[ShownFigure]:
    counts = {period: Counts(None, None, None) for period in whole}
    for figure in family:
        period, part = read_period(figure.period), measures()[figure.measure].part
        known = {part: figure.numerator, **({} if figure.episodes is None else {"episodes": figure.episodes})}
        counts[period] = replace(counts[period], **known)
    protected = protect_counts(counts)
    for figure in family:
        yield _as_shown(figure, protected[read_period(figure.period)])


def _open(figure: Figure) -> Shown:
    """A figure that is about no child, as it is."""
    if figure.denominator is not None:
        return share_of(figure.numerator, figure.denominator)
    return Shown(str(figure.numerator), figure.numerator)


def _whole(year: Period) -> list[Period]:
    """Every period of a financial year: those without records take part in its sums as nothing."""
    return periods_between(year.start, year.end)


def _as_shown(figure: Figure, protected: ShownCounts) -> ShownFigure:
    shown: Shown = getattr(protected, measures()[figure.measure].part)
    episodes = NOT_SUPPLIED if figure.episodes is None or shown.hidden else protected.episodes
    return ShownFigure(
        **_of(figure.indicator, read_period(figure.period)),
        shown=shown.text,
        hidden=shown.hidden,
        why=shown.sentence,
        numerator=shown.value,
        value=None if shown.hidden else figure.value,
        episodes=episodes.value,
        episodes_shown=episodes.text if episodes.supplied else "",
        beside=_beside(figure, shown=episodes.value is not None),
    )


def _share_as_shown(figure: Figure, shown: Shown) -> ShownFigure:
    return ShownFigure(
        **_of(figure.indicator, read_period(figure.period)),
        shown=shown.text,
        hidden=shown.hidden,
        why=shown.sentence,
        numerator=None if shown.hidden else figure.numerator,
        denominator=None if shown.hidden else figure.denominator,
        value=None if shown.hidden else figure.value,
        beside=_beside(figure, shown=not shown.hidden),
    )


def _beside(figure: Figure, shown: bool) -> Beside:
    """What stands beside it as it may leave: by quarter alone."""
    if figure.kind != PeriodKind.QUARTER:
        return {}
    return protect_beside(figure.beside, shown=shown, met=figure.numerator if figure.denominator is not None else None)


# ── keeping ────────────────────────────────────────────────────────────────────────────────────────────────


def _keep(rows: type[Kept], found: Sequence[Kept], now: datetime) -> int:
    """Write what differs from what is kept, and withdraw what was not found. Returns how many lines."""
    names = _names(rows)
    said = attrgetter(*names)
    kept = {line[:2]: line for line in rows._default_manager.values_list(*names)}
    differs = [line for line in map(said, found) if kept.pop(line[:2], None) != line]
    differs += [_withdrawn(line, now) for line in kept.values() if line[WITHDRAWN] is None]
    if differs:
        _write(rows._meta.db_table, [dict(zip(names, line, strict=True)) for line in differs], now)
    return len(differs)


@cache
def _names(rows: type[Figure | ShownFigure]) -> tuple[str, ...]:
    """Everything a figure says, but for when: what it is of, whether it is withdrawn, and the rest."""
    names = {field.attname for field in rows._meta.concrete_fields}
    return (*FIRST, *sorted(names - {"id", "partnership_id", "as_at", *FIRST}))


def _withdrawn(line: tuple[Any, ...], now: datetime) -> tuple[Any, ...]:
    return (*line[:WITHDRAWN], now, *line[WITHDRAWN + 1 :])


def _write(table: str, lines: list[dict[str, Any]], now: datetime) -> None:
    """Lines of figures, in one statement: those of a partnership are a thousand and more when they are new."""
    names = list(lines[0])
    changes = ", ".join(f"{name} = excluded.{name}" for name in [*names, "as_at"] if name not in IDENTITY)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {table} ({", ".join(names)}, as_at)
            SELECT {", ".join(names)}, %s FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)
            ON CONFLICT (partnership_id, indicator, period) DO UPDATE SET {changes}""",
            [now, json.dumps(lines, cls=DjangoJSONEncoder)],
        )
