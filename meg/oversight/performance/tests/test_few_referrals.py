"""No hidden number of a few referrals can be worked out, by a reader who tries every way in which they make up the figures.

What the reader here knows, as `disclosure.py` has it: what each measure counts; every figure that is shown, of each month
and its quarter; and of each that is hidden whether it is for its size (1 to the threshold) or to protect another one (nought,
or more than that). Of what nobody shows, the reader knows nothing. A number may be the same in all worlds of this reader only
where it would be with every figure hidden; and then it differs for a reader who is not told why a figure is hidden.

A referral is of one kind in each of three ways: by its level and what became of it, by what was done within so many days, and
by whether the child was referred before. Any kind of one way goes with any kind of another, so that worlds are made up way by
way, of how many referrals are of each kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import chain, product
from operator import mul

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meg.oversight.performance.families import FELL, ROSE, nested
from meg.oversight.performance.measures import measures
from meg.oversight.performance.protection import Family, family_of, protect_family
from meg.oversight.performance.rules import Period, months_of, parts_of, read_period

QUARTER = read_period("2017-18Q4")
MONTHS = months_of(QUARTER)
FEW = 2
"""The threshold in these small counties."""
ASSESSED, LONGER, SERVED = "assessed in 14 days", "assessed in 28 days", "served in 28 days"
BEFORE = "of a child referred before"
Kind = frozenset[str]
"""The numbers in which a referral of this kind is counted, by the names that the measures give them."""
Counts = tuple[int, ...]
Kinds = tuple[int, int, int]
"""Which kind a referral is of, in each of three ways."""
Cell = tuple[Period, str]
Table = Mapping[Period, Mapping[str, int]]


@dataclass(frozen=True, eq=False)
class Way:
    """One way to tell referrals apart: the kinds, and what a reader can subtract in it: a whole, and what is taken away."""

    kinds: tuple[Kind, ...]
    rests: Mapping[str, tuple[str, ...]]

    @cached_property
    def names(self) -> list[str]:
        """The numbers that figures are made of."""
        return sorted(frozenset().union(*self.kinds))

    @cached_property
    def sums(self) -> dict[str, Counts]:
        """Each number, and each that follows, as a sum of the names and of all referrals: how often it counts each."""
        all_of = [*self.names, "referrals"]
        found = {name: tuple(int(name == each) for each in all_of) for name in all_of}
        for rest, (whole, *parts) in self.rests.items():
            found[rest] = tuple(
                n - sum(few) for n, *few in zip(found[whole], *map(found.__getitem__, parts), strict=True)
            )
        return found if not self.names else {name: of for name, of in found.items() if name != "referrals"}


def rests_of(*each: str) -> dict[str, tuple[str, ...]]:
    return {one: tuple(one.split(" - ")) for one in each}


def kinds_of_level() -> Iterator[Kind]:
    """A high one cannot rise and one that is low cannot fall; one without a level is not judged."""
    for level, became in {"high": (FELL, "", None), "medium": (FELL, ROSE, "", None), "": (ROSE, "", None)}.items():
        for what in became:
            yield frozenset({level, *([] if what is None else ["judged", what])} - {""})


def kinds_of_days(*two: str) -> Iterator[Kind]:
    """Due for neither, for the first alone, or for both, and each in time or not. What is in time in fewer days for the same
    thing is in time in more.
    """
    first, second = two
    same = first.split(" in ")[0] == second.split(" in ")[0]
    yield frozenset()
    for met in (False, True):
        one = {f"due, {first}", *([f"in time, {first}"] if met else [])}
        yield frozenset(one)
        for too in {met, True} if same else (False, True):
            yield frozenset({*one, f"due, {second}", *([f"in time, {second}"] if too else [])})


def days(*two: str, over: bool = False) -> Way:
    """`over`: all days are over, so that each referral is due for the first."""
    first, second = two
    kinds = tuple(kind for kind in kinds_of_days(*two) if kind or not over)
    own = [
        f"{whole} - {part}, {what}" if whole == "referrals" else f"{whole}, {what} - {part}, {what}"
        for what in two for whole, part in (("referrals", "due"), ("due", "in time"))
    ]  # fmt: skip
    late = {f"late, {what}": (f"due, {what}", f"in time, {what}") for what in two}
    same = first.split(" in ")[0] == second.split(" in ")[0]
    between = {"late for the first alone": (f"late, {first}", f"late, {second}")} if same else {}
    return Way(kinds, {**rests_of(*own, f"due, {first} - due, {second}"), **late, **between})


LEVELS = Way(
    tuple(kinds_of_level()),
    {
        **rests_of("referrals - high", "referrals - medium", "referrals - high - medium", "referrals - judged"),
        **rests_of("judged - fell", "judged - rose", "judged - fell - rose"),
        "not high": ("referrals", "high"),
        "low": ("referrals", "high", "medium"),
        "high or medium": ("referrals", "low"),
        "high or medium, did not fall": ("high or medium", "fell"),
        "not high, did not rise": ("not high", "rose"),
    },
)
EVERYONE = Way((frozenset(),), {})
REPEATED = Way((frozenset(), frozenset({BEFORE})), rests_of(f"referrals - {BEFORE}"))
DAYS = {
    "as they come": days(ASSESSED, SERVED),
    "over": days(ASSESSED, SERVED, over=True),
    "two": days(ASSESSED, LONGER),
}
"""What is told apart by days: while some are running, when all are over, and with two numbers of days for one thing."""


@cache
def every(way: Way, referrals: int) -> tuple[Counts, ...]:
    """Every figure that so many referrals can give, of whatever kinds they are."""
    if not referrals:
        return ((0,) * len(way.names),)
    adds = [tuple(int(name in kind) for name in way.names) for kind in way.kinds]
    each = (tuple(map(sum, zip(counts, one, strict=True))) for counts in every(way, referrals - 1) for one in adds)
    return tuple(dict.fromkeys(each))


@dataclass(frozen=True)
class Reader:
    """Who sees months, and their quarter where `whole` is one. `told`: also which figures are hidden for their size."""

    ways: tuple[Way, ...]
    truth: Table
    shown: frozenset[Cell]
    told: bool = True

    @cached_property
    def whole(self) -> Period | None:
        return QUARTER if QUARTER in self.truth else None

    @cached_property
    def months(self) -> list[Period]:
        return [period for period in self.truth if period != QUARTER]

    def may(self, period: Period, name: str, value: int) -> bool:
        """Whether a number can have this value, for all that the reader sees of it."""
        truth = self.truth[period][name]
        if (period, name) in self.shown:
            return value == truth
        return not self.told or (1 <= value <= FEW) == (1 <= truth <= FEW)

    def secrets(self) -> dict[Cell, int]:
        """Every small number that is hidden, or that nobody shows."""
        found: dict[Cell, int] = {}
        for way, period in product(self.ways, self.truth):
            given = self.truth[period]
            true = [*(given[name] for name in way.names), given["referrals"]]
            found |= {(period, name): sum(map(mul, by, true)) for name, by in way.sums.items()}
        return {cell: n for cell, n in found.items() if 1 <= n <= FEW and cell not in self.shown}

    def known(self, among: Mapping[Cell, int]) -> dict[Cell, int]:
        """Those that are the same in every world."""
        known = dict(among)
        for referrals in self._referrals():
            worlds = [self._worlds(way, referrals) for way in self.ways]
            firsts = [next(each, None) for each in worlds]
            if None in firsts:
                continue
            for way, first, others in zip(self.ways, firsts, worlds, strict=True):
                for world in chain([first or ()], others):
                    mine = [(cell, n) for cell, n in known.items() if cell[1] in way.sums]
                    if not mine:
                        break
                    of = self._numbers(referrals, world)
                    for (period, name), n in mine:
                        if sum(map(mul, way.sums[name], of[period])) != n:
                            del known[period, name]
            if not known:
                break
        return known

    def _referrals(self) -> Iterator[tuple[int, ...]]:
        """How many referrals each month may have, beginning with the truth; none has two more than any of them has."""
        truth = [self.truth[month]["referrals"] for month in self.months]
        each = [[n for n in range(max(truth) + FEW + 1) if self.may(month, "referrals", n)] for month in self.months]
        for numbers in sorted(product(*each), key=lambda of: sum(abs(a - b) for a, b in zip(of, truth, strict=True))):
            if self.whole is None or self.may(self.whole, "referrals", sum(numbers)):
                yield numbers

    def _worlds(self, way: Way, referrals: Sequence[int]) -> Iterator[tuple[Counts, ...]]:
        """Every way to make up the months, and the quarter with them."""
        each = [self._month(way, month, n) for month, n in zip(self.months, referrals, strict=True)]
        if self.whole is None:
            yield from product(*each)
            return
        total = {
            at: self.truth[self.whole][name] for at, name in enumerate(way.names) if (self.whole, name) in self.shown
        }
        *some, last = each
        by: dict[Counts, list[Counts]] = {}
        for counts in last:
            by.setdefault(tuple(counts[at] for at in total), []).append(counts)
        for months in product(*some):
            for counts in by.get(tuple(n - sum(one[at] for one in months) for at, n in total.items()), ()):
                found = (*months, counts)
                quarter = map(sum, zip(*found, strict=True))
                if all(self.may(self.whole, name, n) for name, n in zip(way.names, quarter, strict=True)):
                    yield found

    def _month(self, way: Way, month: Period, referrals: int) -> list[Counts]:
        return [
            counts
            for counts in every(way, referrals)
            if all(self.may(month, name, n) for name, n in zip(way.names, counts, strict=True))
        ]

    def _numbers(self, referrals: Sequence[int], world: Sequence[Counts]) -> dict[Period, Counts]:
        """The numbers of a world in the order of its way, and all referrals."""
        of = {month: (*counts, n) for month, counts, n in zip(self.months, world, referrals, strict=True)}
        if self.whole:
            of[self.whole] = tuple(map(sum, zip(*of.values(), strict=True)))
        return of


def given_away(reader: Reader) -> set[Cell]:
    """The small numbers that the reader works out, and should not."""
    told = reader.known(reader.secrets())
    anyway = replace(reader, shown=frozenset()).known(told)
    return (told.keys() - anyway) | replace(reader, told=False).known(anyway).keys()


PICKED = [one for one in measures().values() if one.family == "referrals"]


def family(ways: Sequence[Way]) -> Family:
    """The measures of these ways, protected together as they are in the house."""
    every_part = [one.as_set(days).part for one in PICKED for days in ({}, {"days": 28})]
    names = {"referrals", *(name for way in ways for name in way.names)}
    parts = [part for part in every_part if names.issuperset(number.name for number in part.numbers)]
    return family_of([*parts, nested(parts)])


def table_of(ways: Sequence[Way], drawn: Sequence[Sequence[Kinds]]) -> dict[Period, dict[str, int]]:
    """The figures of months of referrals, each drawn as its kind in three ways; and of the quarter, where they are three."""
    table: dict[Period, dict[str, int]] = {}
    names = sorted(name for way in ways for name in way.names)
    for month, referrals in zip(MONTHS, drawn, strict=False):
        counted = [
            name
            for one in referrals
            for way, n in zip(ways, one, strict=False)
            for name in way.kinds[n % len(way.kinds)]
        ]
        table[month] = {"referrals": len(referrals), **{name: counted.count(name) for name in names}}
    if len(drawn) == 3:
        table[QUARTER] = {name: sum(table[month][name] for month in parts_of(QUARTER)) for name in table[MONTHS[0]]}
    return table


def read(ways: tuple[Way, ...], table: Table, of: Family) -> Reader:
    """Who reads a table after disclosure control: even the one number of a share that need not be hidden."""
    marks = protect_family(of, table, threshold=FEW)
    shown = frozenset((period, name) for period in table for name, mark in marks[period].items() if not mark.hidden)
    return Reader(ways, table, shown)


def ways_of(by_days: str) -> tuple[Way, ...]:
    return LEVELS, DAYS[by_days], REPEATED, EVERYONE


kinds = st.tuples(st.integers(0, 9), st.integers(0, 6), st.integers(0, 1))


@pytest.mark.parametrize("by_days", DAYS)
@settings(deadline=None, max_examples=20, derandomize=True)
@given(drawn=st.lists(st.lists(kinds, max_size=3), min_size=3, max_size=3))
def test_nothing_of_three_months_and_their_quarter_is_worked_out(by_days: str, drawn: list[list[Kinds]]) -> None:
    ways = ways_of(by_days)
    assert not given_away(read(ways, table_of(ways, drawn), family(ways)))


@pytest.mark.parametrize("by_days", DAYS)
@settings(deadline=None, max_examples=200, derandomize=True)
@given(drawn=st.lists(kinds, min_size=2, max_size=7))
def test_nothing_of_one_month_is_worked_out(by_days: str, drawn: list[Kinds]) -> None:
    ways = ways_of(by_days)
    assert not given_away(read(ways, table_of(ways, [drawn]), family(ways)))


def month(by_days: str, **of: int) -> dict[Period, dict[str, int]]:
    """One month of few referrals, with nought for whatever is not given. A `due_14` is due for an assessment in 14 days."""
    named = {"due_14": f"due, {ASSESSED}", "in_14": f"in time, {ASSESSED}", "due_28": f"due, {LONGER}"}
    names = [name for way in ways_of(by_days) for name in way.names]
    return {MONTHS[0]: {**dict.fromkeys(names, 0), **{named.get(name, name): n for name, n in of.items()}}}


def test_a_number_that_more_would_hide_is_hidden_from_who_is_told_sizes() -> None:
    """Two were judged: one fell and one rose, which nothing can hide from who knows that each is 1 or 2. That the third was
    not judged can be hidden, with the number of referrals.
    """
    table, ways = (
        month("as they come", referrals=3, high=2, medium=1, judged=2, fell=1, rose=1),
        ways_of("as they come"),
    )
    reader = read(ways, table, family(ways))
    known = reader.known(reader.secrets())
    assert (MONTHS[0], "judged") in known
    assert (MONTHS[0], "referrals - judged") not in known
    more = replace(reader, shown=reader.shown | {(MONTHS[0], "referrals")})
    assert (MONTHS[0], "referrals - judged") in given_away(more)


def test_who_is_late_by_more_days_is_late_by_fewer() -> None:
    """Of two due within 14 days one is late, and so is the one due within 28: no other is late by 14."""
    table, ways = month("two", referrals=3, medium=3, due_14=2, in_14=1, due_28=1), ways_of("two")
    assert not given_away(read(ways, table, family(ways)))
    numbers = protect_family(family(ways), table, threshold=FEW)[MONTHS[0]]
    assert numbers["referrals"].hidden


def test_that_nobody_is_left_out_is_known_by_the_day() -> None:
    """Of a month that is over, each referral is due: where their number is hidden, so is how many are due."""
    table, ways = month("over", referrals=4, high=1, medium=3, judged=3, rose=3, due_14=4, in_14=4), ways_of("over")
    reader = read(ways, table, family(ways))
    assert not given_away(reader)
    assert (MONTHS[0], "referrals") not in reader.shown
    more = replace(reader, shown=reader.shown | {(MONTHS[0], f"due, {ASSESSED}")})
    assert (MONTHS[0], "referrals - judged") in given_away(more)


def test_this_reader_finds_what_protection_of_each_measure_by_itself_gives_away() -> None:
    """Six were at high or medium risk, and five of them fell; a share at a time, nothing of it is few."""
    table, ways = month("as they come", referrals=9, high=3, medium=3, judged=9, fell=5), ways_of("as they come")
    numbers = table[MONTHS[0]]
    for part in (one.part for one in PICKED if {number.name for number in one.part.numbers} <= numbers.keys()):
        given = {MONTHS[0]: {number.name: numbers[number.name] for number in part.numbers}}
        assert not any(
            mark.hidden for mark in protect_family(family_of([part]), given, threshold=FEW)[MONTHS[0]].values()
        )
    alone = Reader(
        ways, table, frozenset((MONTHS[0], name) for name in ("referrals", "high", "medium", "judged", "fell"))
    )
    assert (MONTHS[0], "high or medium, did not fall") in given_away(alone)
    assert not given_away(read(ways, table, family(ways)))
