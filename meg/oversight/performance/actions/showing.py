"""What may be shown of figures: each family of measures through disclosure control, all periods at once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from meg.oversight.performance import supplied
from meg.oversight.performance.actions.keeping import FigureLine, ShownLine, of_period
from meg.oversight.performance.beside import Beside
from meg.oversight.performance.beside_shown import protect_beside
from meg.oversight.performance.disclosure import NOT_SUPPLIED, Shown, share_of
from meg.oversight.performance.families import DENOMINATOR, EPISODES, NUMERATOR, Part, with_absent
from meg.oversight.performance.measures import measures
from meg.oversight.performance.models import Indicator
from meg.oversight.performance.protection import Release, family_of, protect_family, shown_share, whole_years
from meg.oversight.performance.rules import Kind, Period


def as_they_may_leave(
    family: list[FigureLine], indicators: Mapping[str, Indicator], releases: Sequence[Release] = ()
) -> Iterator[ShownLine]:
    """The figures of one family through disclosure control, all periods at once, beside what was published of it.

    Raises ValueError where they contradict each other.
    """
    of = {number: indicators[number] for number in {figure.indicator for figure in family}}
    if any(indicator.disclosure == Indicator.Disclosure.OPEN for indicator in of.values()):
        yield from (_as_shown(figure, _open(figure), NOT_SUPPLIED) for figure in family)
        return
    parts = {number: part_of(indicator) for number, indicator in of.items()}
    table = _table(family, parts, filled=not any(indicator.is_supplied for indicator in of.values()))
    marks = protect_family(family_of([*parts.values(), *_others(of)]), table, releases)
    for figure in family:
        yield _through(figure, parts[figure.indicator], marks[figure.of])


def part_of(indicator: Indicator) -> Part:
    """What an indicator is of its family, with its settings."""
    part = supplied.measure_of(indicator).part
    return with_absent(part) if indicator.settings.get("include_absent") else part


def _others(of: Mapping[str, Indicator]) -> Iterator[Part]:
    """The measures of the same family that the specification does not have: their laws hold all the same."""
    families = {supplied.measure_of(indicator).family for indicator in of.values()}
    yield from (measure.part for measure in measures().values() if measure.family in families)


def numbers_of(part: Part, figure: FigureLine) -> dict[str, int]:
    """The numbers of a figure by their names in the family."""
    return part.given({name: getattr(figure, name) for name in (NUMERATOR, DENOMINATOR, EPISODES)})


def _table(family: list[FigureLine], parts: Mapping[str, Part], *, filled: bool) -> dict[Period, dict[str, int]]:
    table: dict[Period, dict[str, int]] = defaultdict(dict)
    if filled:
        table.update({period: {} for period in whole_years({figure.of for figure in family})})
    for figure in family:
        for name, number in numbers_of(parts[figure.indicator], figure).items():
            if table[figure.of].setdefault(name, number) != number:
                raise ValueError(
                    f"Indicator {figure.indicator} counts other {name} than its family, {figure.of.words}."
                )
    return table


def mark_of(family: list[FigureLine], indicators: Mapping[str, Indicator], releases: Sequence[Release]) -> str:
    """A mark of everything from which these figures are protected: their numbers, how they are to be protected, what was
    published of them, and the program that does it.
    """
    numbers = [
        (one.indicator, one.period, one.measure, one.numerator, one.denominator, str(one.value), one.episodes)
        for one in family
    ]
    of = sorted({figure.indicator for figure in family})
    how = [(indicators[number].measure, indicators[number].disclosure, indicators[number].settings) for number in of]
    beside = [one.beside for one in family if one.kind == Kind.QUARTER]
    told = json.dumps([_program(), how, numbers, beside, repr(releases)])
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
        beside=_beside(figure, shown=episodes.value is not None if figure.episodes is not None else not shown.hidden),
    )


def _beside(figure: FigureLine, shown: bool) -> Beside:
    """What stands beside it as it may leave: by quarter alone."""
    if figure.kind != Kind.QUARTER:
        return {}
    return protect_beside(figure.beside, shown=shown, met=figure.numerator if figure.denominator is not None else None)
