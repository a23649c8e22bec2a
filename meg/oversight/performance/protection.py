"""Which figures of missing children are protected together, and by which relations a reader could join them.

For one indicator and its companion (3 and 4; 1 and 2): children, those among them who went missing more
than once, and episodes, by month, quarter and year. The relations are exact for each period; between a
whole and its parts they are what can be said without the records: an episode is in one part, a child may be
in several.

For a share (5; 6): numerator, denominator and the rest, by month, quarter and year. An episode ends in one period, so
all three add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from meg.oversight.performance.disclosure import (
    NOT_SUPPLIED,
    SENTENCE,
    THRESHOLD,
    Cell,
    Key,
    Relation,
    Shown,
    Symbol,
    at_least,
    protect,
    share_of,
    whole_of,
)
from meg.oversight.performance.rules import Kind, Period, parts_of

COST_OF_PERIOD = {Kind.MONTH: 1, Kind.QUARTER: 8, Kind.YEAR: 30}
COST_OF_MEASURE = {"episodes": 2, "more than once": 3, "children": 5}
MANY = 10**6
"""More episodes than a child can have."""


@dataclass(frozen=True)
class Counts:
    """One period before disclosure control. None: not supplied.

    `children`: different children with an episode that started in the period; `more_than_once`: those among
    them with two or more; `episodes`: the episodes of all of them.
    """

    children: int | None
    more_than_once: int | None
    episodes: int | None


@dataclass(frozen=True)
class ShownCounts:
    """One period as it may leave."""

    children: Shown = NOT_SUPPLIED
    more_than_once: Shown = NOT_SUPPLIED
    episodes: Shown = NOT_SUPPLIED


def protect_counts(counts: Mapping[Period, Counts], threshold: int = THRESHOLD) -> dict[Period, ShownCounts]:
    """The counts of one pair of indicators as they may leave. Give every period shown anywhere at once.

    The episodes of the children who went missing more than once must not be shown: with these figures they
    give away the number of children who went missing once. Raises ValueError where the counts contradict
    each other.
    """
    cells = [cell for period, of_period in counts.items() for cell in _cells(period, of_period)]
    relations = [relation for period in counts for relation in _relations(period, counts)]
    shown = protect(cells, relations, threshold)
    return {
        period: ShownCounts(*(shown[_key(period, name)] for name in ("children", "more than once", "episodes")))
        for period in counts
    }


@lru_cache(maxsize=10_000)
def _key(period: Period, measure: str) -> Key:
    return (period.label, period.kind.value, measure)


def _cells(period: Period, of_period: Counts) -> Iterator[Cell]:
    children, again, episodes = of_period.children, of_period.more_than_once, of_period.episodes
    values = {"episodes": episodes, "more than once": again, "children": children}
    for measure, value in values.items():
        cost = COST_OF_PERIOD[period.kind] * COST_OF_MEASURE[measure]
        yield Cell(_key(period, measure), value, cost)
    once = None if children is None or again is None else children - again
    yield Cell(_key(period, "once"), once, published=False)


def _relations(period: Period, counts: Mapping[Period, Counts]) -> Iterable[Relation]:
    parts = parts_of(period)
    return _of_period(period, tuple(parts) if all(part in counts for part in parts) else ())


@lru_cache(maxsize=1000)
def _of_period(period: Period, parts: tuple[Period, ...]) -> tuple[Relation, ...]:
    """The relations of one period and of its parts, which are the same whatever the figures."""
    return (*_of_itself(period), *(_of_parts(period, list(parts)) if parts else ()))


def _of_itself(period: Period) -> Iterator[Relation]:
    children, again, once, episodes = (
        _key(period, measure) for measure in ("children", "more than once", "once", "episodes")
    )
    yield whole_of(children, [again, once])
    yield at_least([(episodes, 1)], [(children, 1), (again, 1)])
    yield at_least([(children, 1), (again, MANY)], [(episodes, 1)])


def _of_parts(period: Period, parts: list[Period]) -> Iterator[Relation]:
    def each(measure: str) -> list[tuple[Key, int]]:
        return [(_key(part, measure), 1) for part in parts]

    children, again, once, episodes = (
        _key(period, measure) for measure in ("children", "more than once", "once", "episodes")
    )
    yield whole_of(episodes, [key for key, _ in each("episodes")])
    for key, _ in each("children"):
        yield at_least([(children, 1)], [(key, 1)])
    for key, _ in each("more than once"):
        yield at_least([(again, 1)], [(key, 1)])
    yield at_least(each("children"), [(children, 1)])
    yield at_least(each("once"), [(once, 1)])
    # Whoever is in two of some parts went missing more than once in the whole; part by part, they are counted
    # once too often or, at most, once for each of those parts but one.
    for size in range(2, len(parts) + 1):
        for some in combinations(each("children"), size):
            yield at_least([(again, size - 1), (children, 1)], some)
    for size in range(len(parts)):
        for few in combinations(parts, size):
            yield _at_most_again(period, list(few), [part for part in parts if part not in few])


def _at_most_again(period: Period, some: list[Period], rest: list[Period]) -> Relation:
    """Children missing more than once are in some parts, twice in one of the rest, or in two of the rest.

    Those in two of the rest are at most the children of the rest counted part by part, less those of the
    whole who are in none of the others.
    """
    again, children = _key(period, "more than once"), _key(period, "children")
    all_of_some = [(_key(part, "children"), 1) for part in some]
    twice_in_one = [(_key(part, "more than once"), 1) for part in rest]
    if len(rest) == 1:
        return at_least([*all_of_some, *twice_in_one], [(again, 1)])
    of_rest = [(_key(part, "children"), 1) for part in rest]
    all_twice = [(key, 2) for key, _ in all_of_some]
    return at_least([*all_twice, *twice_in_one, *of_rest], [(again, 1), (children, 1)])


# ── shares ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Share:
    """The share of one period before disclosure control. None: not supplied."""

    numerator: int | None
    denominator: int | None


def protect_shares(shares: Mapping[Period, Share], threshold: int = THRESHOLD) -> dict[Period, Shown]:
    """The shares of one indicator as they may leave. Give every period shown anywhere at once.

    A share is hidden where its numerator, its denominator or the rest is 1 to 5, and where one of them must be hidden
    so that another period's cannot be worked out: numerator, denominator and share are shown together or not at all.
    Raises ValueError where the numbers contradict each other.
    """
    cells = [cell for period, share in shares.items() for cell in _cells_of_share(period, share)]
    relations = [relation for period in shares for relation in _relations_of_share(period, shares)]
    shown = protect(cells, relations, threshold)
    return {period: _shown_share(period, share, shown, threshold) for period, share in shares.items()}


PARTS = ("numerator", "denominator", "rest")


def _cells_of_share(period: Period, share: Share) -> Iterator[Cell]:
    numerator, denominator, cost = share.numerator, share.denominator, COST_OF_PERIOD[period.kind]
    rest = None if numerator is None or denominator is None else denominator - numerator
    yield Cell(_key(period, "numerator"), numerator, cost)
    yield Cell(_key(period, "denominator"), denominator, cost)
    yield Cell(_key(period, "rest"), rest, published=False)


def _relations_of_share(period: Period, shares: Mapping[Period, Share]) -> Iterator[Relation]:
    yield whole_of(_key(period, "denominator"), [_key(period, "numerator"), _key(period, "rest")])
    parts = [part for part in parts_of(period) if part in shares]
    if parts and len(parts) == len(parts_of(period)):
        for name in PARTS:
            yield whole_of(_key(period, name), [_key(part, name) for part in parts])


def _shown_share(period: Period, share: Share, shown: Mapping[Key, Shown], threshold: int) -> Shown:
    if share.numerator is None or share.denominator is None:
        return NOT_SUPPLIED
    marks = [shown[_key(period, name)] for name in ("numerator", "denominator")]
    if not any(mark.hidden for mark in marks):
        return share_of(share.numerator, share.denominator)
    small = [1 <= number <= threshold for number in (share.numerator, share.denominator)]
    why = "primary" if any(small) or 1 <= share.denominator - share.numerator <= threshold else "secondary"
    return Shown(Symbol.HIDDEN, None, why, SENTENCE.format(threshold=threshold))


# ── numbers ─────────────────────────────────────────────────────────────────────────────────────────────────


def protect_numbers(numbers: Mapping[Period, int], threshold: int = THRESHOLD) -> dict[Period, Shown]:
    """The numbers of one indicator as they may leave. Give every period shown anywhere at once.

    Where the parts of a period add up to it, a reader may take it that they always do, so that the sum protects.
    """
    cells = [Cell(_key(period, "number"), number, COST_OF_PERIOD[period.kind]) for period, number in numbers.items()]
    relations = [relation for period in numbers for relation in _relations_of_number(period, numbers)]
    shown = protect(cells, relations, threshold)
    return {period: shown[_key(period, "number")] for period in numbers}


def _relations_of_number(period: Period, numbers: Mapping[Period, int]) -> Iterator[Relation]:
    parts = [part for part in parts_of(period) if part in numbers]
    if parts and len(parts) == len(parts_of(period)) and sum(numbers[part] for part in parts) == numbers[period]:
        yield whole_of(_key(period, "number"), [_key(part, "number") for part in parts])
