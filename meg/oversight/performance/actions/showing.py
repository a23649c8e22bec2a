"""What may be shown of figures: each family of measures through disclosure control, all periods at once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from meg.oversight.performance import supplied
from meg.oversight.performance.actions.keeping import FigureLine, ShownLine, of_period
from meg.oversight.performance.beside import Beside
from meg.oversight.performance.beside_months import months_beside
from meg.oversight.performance.beside_shown import as_published, protect_beside
from meg.oversight.performance.disclosure import NOT_SUPPLIED, Shown, share_of
from meg.oversight.performance.families import (
    DENOMINATOR,
    EPISODES,
    NUMERATOR,
    Part,
    absent_told,
    nested,
    with_absent,
)
from meg.oversight.performance.measures import measures
from meg.oversight.performance.models import Indicator
from meg.oversight.performance.protection import Out, Release, family_of, protect_family, shown_share, whole_years
from meg.oversight.performance.rules import Kind, Period, months_of

Tables = Mapping[tuple[str, str], tuple[str, Beside] | None]
"""What stood beside the figures of published reports, as shown, by indicator and period: the measure, and the tables. None
where it is not known.
"""


def as_they_may_leave(
    family: list[FigureLine],
    indicators: Mapping[str, Indicator],
    releases: Sequence[Release] = (),
    tables: Tables = MappingProxyType({}),
) -> Iterator[ShownLine]:
    """The figures of one family through disclosure control, all periods at once, beside what was published of it.
    `indicators`: as they are today, which says whether they are about children.

    Raises ValueError where they contradict each other.
    """
    standing = [figure for figure in family if figure.stands]
    if any(indicators[figure.indicator].disclosure == Indicator.Disclosure.OPEN for figure in standing):
        yield from (_as_shown(figure, _open(figure), NOT_SUPPLIED) for figure in standing)
        return
    parts = {line: part_of(line) for line in {figure.counted_by for figure in family}}
    filled = not any(line.is_supplied for line in parts)
    table = _table(standing, parts, filled=filled)
    otherwise = _table([figure for figure in family if not figure.stands], parts, filled=False)
    known = family_of([*parts.values(), *_others(parts), nested(parts.values())])
    if otherwise:
        told = _told(standing, parts, tables)
        for period, numbers in told.items():
            table[period] |= numbers
        out = {period: {name: Out(n, hidden=False) for name, n in of.items()} for period, of in told.items()}
        releases = [*releases, out]
    marks = protect_family(known, table, releases, otherwise=otherwise, mixed=_mixed(standing) if otherwise else ())
    shown = {
        (figure.indicator, figure.of): (figure, _through(figure, parts[figure.counted_by], marks[figure.of]))
        for figure in standing
    }
    _stand_beside(shown, tables)
    yield from (line for _, line in shown.values())


def _told(family: list[FigureLine], parts: Mapping[Indicator, Part], tables: Tables) -> dict[Period, dict[str, int]]:
    """How many absent episodes are told beside the figures of quarters that do not count them. It is out, as if published."""
    found: dict[Period, dict[str, int]] = defaultdict(dict)
    for figure in family:
        name = parts[figure.counted_by].name(EPISODES)
        if name and figure.kind == Kind.QUARTER and not figure.counted_by.settings.get("include_absent"):
            lines = _tables(figure, tables, shown=True).get("left_out", {}).get("lines", {})
            found[figure.of][absent_told(name)] = sum(number for number in lines.values() if number != "c")
    return found


def _mixed(family: list[FigureLine]) -> set[Period]:
    """The periods of which a part is counted by other words than they are."""
    by = {(figure.indicator, figure.of): figure.counted_by for figure in family}
    return {
        figure.of
        for figure in family
        for month in months_of(figure.of)
        if by.get((figure.indicator, month), figure.counted_by) is not figure.counted_by
    }


def part_of(indicator: Indicator) -> Part:
    """What an indicator is of its family, with its settings."""
    part = supplied.measure_of(indicator).part
    return with_absent(part) if indicator.settings.get("include_absent") else part


def _others(lines: Iterable[Indicator]) -> Iterator[Part]:
    """The measures of the same family that the specification does not have: their laws hold all the same."""
    families = {supplied.measure_of(line).family for line in lines}
    yield from (measure.part for measure in measures().values() if measure.family in families)


def numbers_of(part: Part, figure: FigureLine) -> dict[str, int]:
    """The numbers of a figure by their names in the family."""
    return part.given({name: getattr(figure, name) for name in (NUMERATOR, DENOMINATOR, EPISODES)})


def _table(family: list[FigureLine], parts: Mapping[Indicator, Part], *, filled: bool) -> dict[Period, dict[str, int]]:
    table: dict[Period, dict[str, int]] = defaultdict(dict)
    if filled:
        table.update({period: {} for period in whole_years({figure.of for figure in family})})
    for figure in family:
        for name, number in numbers_of(parts[figure.counted_by], figure).items():
            if table[figure.of].setdefault(name, number) != number:
                raise ValueError(
                    f"Indicator {figure.indicator} counts other {name} than its family, {figure.of.words}."
                )
    return table


def mark_of(
    family: list[FigureLine], indicators: Mapping[str, Indicator], releases: Sequence[Release], tables: Tables
) -> str:
    """A mark of everything from which these figures are protected: their numbers, how they are to be protected, what was
    published of them, and the program that does it.
    """
    lines = list(dict.fromkeys(one.counted_by for one in family))
    place = {line: at for at, line in enumerate(lines)}
    numbers = [
        (
            one.indicator,
            one.period,
            place[one.counted_by],
            one.stands,
            one.numerator,
            one.denominator,
            str(one.value),
            one.episodes,
            one.note,
        )
        for one in family
    ]
    how = [(line.number, line.measure, indicators[line.number].disclosure, line.settings) for line in lines]
    divided = [one for one in family if one.stands and one.of.kind in DIVIDED]
    beside = [one.beside for one in divided]
    published = [tables.get((one.indicator, one.period)) for one in divided]
    told = json.dumps([_program(), how, numbers, beside, repr(releases), published])
    return sha256(told.encode()).hexdigest()


@cache
def _program() -> str:
    """A mark of the source of this room: whatever is changed in it, every figure is protected anew once."""
    room = Path(__file__).parents[1]
    read = sha256()
    for file in sorted(room.rglob("*.py")):
        if not {"tests", "migrations"} & set(file.relative_to(room).parts):
            read.update(file.read_bytes())
    return read.hexdigest()


def _through(figure: FigureLine, part: Part, marks: Mapping[str, Shown]) -> ShownLine:
    of = {number.of: marks[number.name] for number in part.numbers if number.name in marks}
    if figure.denominator is not None:
        shown = shown_share(figure.numerator, figure.denominator, [of[NUMERATOR], of[DENOMINATOR]])
        return _as_shown(figure, shown, NOT_SUPPLIED)
    shown = of[NUMERATOR]
    return _as_shown(figure, shown, NOT_SUPPLIED if shown.hidden else of.get(EPISODES, NOT_SUPPLIED))


def _open(figure: FigureLine) -> Shown:
    """A figure that is about no child, as it is."""
    if figure.denominator is not None:
        return share_of(figure.numerator, figure.denominator)
    return Shown(str(figure.numerator), figure.numerator)


def _as_shown(figure: FigureLine, shown: Shown, episodes: Shown) -> ShownLine:
    return ShownLine(
        **of_period(figure.indicator, figure.of),
        shown=shown.text,
        hidden=shown.hidden,
        why=shown.sentence,
        numerator=None if shown.hidden else figure.numerator,
        denominator=None if shown.hidden else figure.denominator,
        value=None if shown.hidden else figure.value,
        episodes=episodes.numerator,
        episodes_shown=episodes.text if episodes.supplied else "",
        note="" if shown.hidden else figure.note,
    )


# ── what stands beside a figure ─────────────────────────────────────────────────────────────────────────────

DIVIDED = (Kind.QUARTER, Kind.MONTH)
"""Periods beside whose figures tables are kept. What stands beside longer ones is added up where it is read."""
Both = Mapping[tuple[str, Period], tuple[FigureLine, ShownLine]]
"""Figures as computed and as they may leave, by indicator and period."""


def _stand_beside(lines: Both, tables: Tables) -> None:
    """Write what stands beside quarters, and beside their months, as it may leave."""
    for (number, period), (figure, line) in lines.items():
        published = (number, period.label) in tables
        if period.kind is Kind.QUARTER or (published and period.kind is Kind.MONTH):
            line.beside = _tables(figure, tables, shown=_divided(figure, line))
        if period.kind is Kind.QUARTER and not published:
            _beside_months(number, figure, line, lines)


def _tables(figure: FigureLine, tables: Tables, *, shown: bool) -> Beside:
    """What stands beside a figure as it may leave: as it was published, where it was. `shown`: the number it divides is."""
    if (figure.indicator, figure.period) in tables:
        published = tables[figure.indicator, figure.period]
        same = published is not None and published[0] == figure.measure
        return as_published(figure.beside, published[1] if published and same else None, shown=shown)
    return protect_beside(figure.beside, shown=shown, met=figure.numerator if figure.denominator is not None else None)


def _beside_months(number: str, figure: FigureLine, line: ShownLine, lines: Both) -> None:
    """Where all that they divide is shown, and counted by the same words as the quarter."""
    months = [lines[number, month] for month in months_of(figure.of) if (number, month) in lines]
    if all(one.counted_by is figure.counted_by and _divided(one, shown) for one, shown in months):
        told = months_beside(figure.beside, line.beside, [one.beside for one, _ in months])
        for (_, month), beside in zip(months, told, strict=True):
            month.beside = beside


def _divided(figure: FigureLine, line: ShownLine) -> bool:
    """Whether the number that the tables beside a figure divide is shown."""
    return line.episodes is not None if figure.episodes is not None else not line.hidden
