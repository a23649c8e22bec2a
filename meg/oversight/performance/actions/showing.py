"""What may be shown of figures: each family of measures through disclosure control, all periods at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from meg.oversight.performance import supplied
from meg.oversight.performance.actions.keeping import FigureLine, ShownLine, of_period
from meg.oversight.performance.beside import Beside
from meg.oversight.performance.beside_shown import protect_beside
from meg.oversight.performance.disclosure import NOT_SUPPLIED, Shown, share_of
from meg.oversight.performance.measures import measures
from meg.oversight.performance.models import Indicator
from meg.oversight.performance.protection import (
    Counts,
    Share,
    ShownCounts,
    protect_counts,
    protect_numbers,
    protect_shares,
)
from meg.oversight.performance.rules import Kind, Period, periods_between, year_of


def as_they_may_leave(family: list[FigureLine], indicator: Indicator) -> Iterator[ShownLine]:
    """The figures of one family through disclosure control, all periods at once. `indicator` is any of the family.

    Raises ValueError where they contradict each other.
    """
    of_family = supplied.measure_of(indicator)
    years = dict.fromkeys(year_of(figure.first_day) for figure in family)
    whole = [period for year in years for period in _whole(year)]
    if indicator.disclosure == Indicator.Disclosure.OPEN:
        yield from (_share_as_shown(figure, _open(figure)) for figure in family)
    elif of_family.is_share:
        kept = {figure.of: Share(figure.numerator, figure.denominator) for figure in family}
        shares = protect_shares({period: kept.get(period, Share(None, None)) for period in whole})
        yield from (_share_as_shown(figure, shares[figure.of]) for figure in family)
    elif indicator.is_supplied:
        numbers = protect_numbers({figure.of: figure.numerator for figure in family})
        yield from (_share_as_shown(figure, numbers[figure.of]) for figure in family)
    else:
        yield from _counts_as_shown(family, whole)


def mark_of(family: list[FigureLine], indicator: Indicator) -> str:
    """A mark of everything from which these figures are protected: their numbers, how they are to be protected, and the
    program that does it.
    """
    numbers = [
        (one.indicator, one.period, one.measure, one.numerator, one.denominator, str(one.value), one.episodes)
        for one in family
    ]
    beside = [one.beside for one in family if one.kind == Kind.QUARTER]
    told = json.dumps([_program(), indicator.measure, indicator.disclosure, indicator.settings, numbers, beside])
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


def _counts_as_shown(family: list[FigureLine], whole: Iterable[Period]) -> Iterator[ShownLine]:
    counts = {period: Counts(None, None, None) for period in whole}
    for figure in family:
        period, part = figure.of, measures()[figure.measure].part
        known = {part: figure.numerator, **({} if figure.episodes is None else {"episodes": figure.episodes})}
        counts[period] = replace(counts[period], **known)
    protected = protect_counts(counts)
    for figure in family:
        yield _as_shown(figure, protected[figure.of])


def _open(figure: FigureLine) -> Shown:
    """A figure that is about no child, as it is."""
    if figure.denominator is not None:
        return share_of(figure.numerator, figure.denominator)
    return Shown(str(figure.numerator), figure.numerator)


def _whole(year: Period) -> list[Period]:
    """Every period of a financial year: those without records take part in its sums as nothing."""
    return periods_between(year.start, year.end)


def _as_shown(figure: FigureLine, protected: ShownCounts) -> ShownLine:
    shown: Shown = getattr(protected, measures()[figure.measure].part)
    episodes = NOT_SUPPLIED if figure.episodes is None or shown.hidden else protected.episodes
    return ShownLine(
        **of_period(figure.indicator, figure.of),
        shown=shown.text,
        hidden=shown.hidden,
        why=shown.sentence,
        numerator=shown.numerator,
        value=None if shown.hidden else figure.value,
        episodes=episodes.numerator,
        episodes_shown=episodes.text if episodes.supplied else "",
        beside=_beside(figure, shown=episodes.value is not None),
    )


def _share_as_shown(figure: FigureLine, shown: Shown) -> ShownLine:
    return ShownLine(
        **of_period(figure.indicator, figure.of),
        shown=shown.text,
        hidden=shown.hidden,
        why=shown.sentence,
        numerator=None if shown.hidden else figure.numerator,
        denominator=None if shown.hidden else figure.denominator,
        value=None if shown.hidden else figure.value,
        beside=_beside(figure, shown=not shown.hidden),
    )


def _beside(figure: FigureLine, shown: bool) -> Beside:
    """What stands beside it as it may leave: by quarter alone."""
    if figure.kind != Kind.QUARTER:
        return {}
    return protect_beside(figure.beside, shown=shown, met=figure.numerator if figure.denominator is not None else None)
