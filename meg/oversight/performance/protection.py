"""Which figures are protected together, and how: any family of measures, by the laws that its measures declare.

Every month, quarter and year of a family is one problem, with what earlier published reports showed and hid: what is out
cannot be taken back, and what was hidden must stay so beside what is shown now. Spans of twelve months come after: what
is decided of the others stands, and a span is shown only where every hidden figure still has another world. So do periods of
which a part is counted by other words of the specification.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from meg.oversight.performance.disclosure import (
    SENTENCE,
    THRESHOLD,
    Cell,
    Key,
    Relation,
    Shown,
    Symbol,
    protect,
    share_of,
)
from meg.oversight.performance.families import At, Law, Part, Whole
from meg.oversight.performance.rules import (
    Kind,
    Period,
    a_quarter_later,
    months_of,
    parts_of,
    periods_between,
    quarter_of,
    year_of,
)

COST_OF_PERIOD = {Kind.MONTH: 1, Kind.QUARTER: 8, Kind.YEAR: 30, Kind.ROLLING: 20}
Table = Mapping[Period, Mapping[str, int]]
"""The numbers of every period, by their names. A period that is there without numbers takes part in sums as nothing."""


@dataclass(frozen=True, eq=False)
class Family:
    """The numbers that measures give, with what each costs to hide, and the laws that they know: one, and no copy of it, of
    the same parts.
    """

    costs: Mapping[str, int]
    laws: tuple[Law, ...]


@dataclass(frozen=True)
class Out:
    """A number of a published report, and whether it was hidden there. `unshown`: the report did not have it; it is the same
    period counted by other words of the specification.
    """

    value: int
    hidden: bool
    unshown: bool = False


Release = Mapping[Period, Mapping[str, Out]]
"""What one published report showed and hid."""


def family_of(parts: Iterable[Part]) -> Family:
    """Everything that the measures of a family say of it."""
    return _family(tuple(parts))


@lru_cache(maxsize=100)
def _family(parts: tuple[Part, ...]) -> Family:
    costs = {number.name: number.cost for part in parts for number in part.numbers}
    return Family(costs, tuple(dict.fromkeys(law for part in parts for law in part.laws)))


def whole_years(periods: Iterable[Period]) -> list[Period]:
    """Every month, quarter and year of the financial years that hold these."""
    years = sorted({year_of(day) for period in periods for day in (period.start, period.end)})
    return [each for year in years for each in periods_between(year.start, year.end)]


def protect_family(
    family: Family,
    table: Table,
    releases: Sequence[Release] = (),
    threshold: int = THRESHOLD,
    *,
    otherwise: Table = MappingProxyType({}),
    mixed: Collection[Period] = (),
) -> dict[Period, dict[str, Shown]]:
    """The numbers of a family as they may leave. Give every period shown anywhere at once, and every published report.

    `otherwise`: the same periods counted by other words of the specification than their own. They are shown nowhere, and
    follow where a period that is `mixed`, of parts that are counted by other words than it is, stands beside these. It comes
    last, as spans do; so does one that was published by those other words. But one of which a number was published and is the
    same still comes with the rest, since that cannot be hidden any more; so does one with a number that is few, which others
    must not give away.
    Raises ValueError where the numbers contradict each other.
    """
    both = {period for release in releases for period in release if _both(release, otherwise, period)}
    late = {period for period in table if period.kind is Kind.ROLLING or period in mixed or period in both}
    problem = _Problem(family)
    few = problem.with_few({period: table[period] for period in late}, threshold)
    soon = few | {period for period in late if any(_still(release, period, table[period]) for release in releases)}
    problem.add(
        {period: of for period, of in table.items() if period == _as_one(period) and period not in late - soon},
        otherwise if soon - few or soon & {*mixed, *both} else {},
    )
    for release in releases:
        problem.add_release(release)
    marks = protect(problem.figures(), problem.relations, threshold)
    every = {period: of for period, of in table.items() if period == _as_one(period)}
    if len(every) > len(problem.live):
        problem.settle(marks)
        problem.add(every, otherwise)
        marks = protect(problem.figures(), problem.relations, threshold)
    return {
        period: {
            name: marks[problem.key(_as_one(period), name, value)]
            for name, value in numbers.items()
            if name in family.costs
        }
        for period, numbers in table.items()
    }


def shown_share(numerator: int, denominator: int, marks: Iterable[Shown], threshold: int = THRESHOLD) -> Shown:
    """A share as it may leave: numerator, denominator and share are shown together or not at all."""
    if not any(mark.hidden for mark in marks):
        return share_of(numerator, denominator)
    small = any(1 <= number <= threshold for number in (numerator, denominator, denominator - numerator))
    return Shown(Symbol.HIDDEN, None, "primary" if small else "secondary", SENTENCE.format(threshold=threshold))


def _both(release: Release, otherwise: Table, period: Period) -> bool:
    return any(name in otherwise.get(period, ()) for name, out in release[period].items() if not out.unshown)


def _still(release: Release, period: Period, numbers: Mapping[str, int]) -> bool:
    """Whether a report showed a number of a period that is the same still."""
    return any(
        not out.hidden and not out.unshown and numbers.get(name) == out.value
        for name, out in release.get(period, {}).items()
    )


def _as_one(period: Period) -> Period:
    """Twelve months that end in March are the financial year."""
    return year_of(period.start) if period.kind is Kind.ROLLING and period.quarter == 1 else period


@lru_cache(maxsize=20_000)
def _key(period: Period, name: str) -> Key:
    return (period.label, period.kind.value, name)


Keys = tuple[Key, ...]
"""The keys of all numbers of one period."""


@lru_cache(maxsize=4_000)
def _said(
    family: Family, alike: tuple[bool, ...], whole: Keys, parts: tuple[Keys, ...], onward: tuple[Keys, ...]
) -> tuple[tuple[bool, Relation], ...]:
    """What the laws of a family say of the numbers of a period, and whether it is certain. They say nothing of how much each
    is, so that it is the same for every partnership. `alike`: which laws are about numbers of the same months of the period.
    `onward`: the twelve months a quarter later, the quarter that is left and the one that has come.
    """
    of, later = _at(whole), [_at(keys) for keys in onward]
    within = [law for law, is_alike in zip(family.laws, alike, strict=True) if is_alike]
    found = [(law.certain, each) for law in within for each in law.within(of)]
    for law in family.laws:
        if parts:
            found += [(law.certain, each) for each in law.over(of, [_at(keys) for keys in parts])]
        if later:
            found += [(law.certain, each) for each in law.onward(of, *later)]
    return tuple(found)


def _at(keys: Keys) -> At:
    by_name = {key[2]: key for key in keys}
    return lambda name: by_name.get(name) or ("none", name)


Value = TypeVar("Value")


@dataclass
class _Problem:
    """Cells and relations, as they are gathered from the figures as they are and as they were published."""

    family: Family
    cells: dict[Key, Cell] = field(default_factory=dict)
    relations: dict[Relation, None] = field(default_factory=dict)
    live: frozenset[Period] = frozenset()
    versions: dict[Key, list[int]] = field(default_factory=dict)
    unshown: frozenset[tuple[Period, str]] = frozenset()

    def figures(self) -> list[Cell]:
        return list(self.cells.values())

    def add(self, shown: Table, otherwise: Table = MappingProxyType({})) -> None:
        """The figures as they are, and as they are by other words, which is shown nowhere."""
        known, self.live = (frozenset() if otherwise else self.live), frozenset(shown)
        table = {period: {**otherwise.get(period, {}), **numbers} for period, numbers in shown.items()}
        self.unshown = frozenset(
            (period, name) for period in table for name in table[period].keys() - shown[period].keys()
        )
        full = self._with_what_follows(table)
        self._put(full)
        # What a month and a quarter have to do with others is known already, where they are: only longer ones look onward.
        new = [period for period in full if period not in known or period.kind.is_twelve_months]
        self._relate(new, full, table, surely=True)

    def add_release(self, release: Release) -> None:
        """The figures of a report, as they were when it was published. One that is the same still is one with its
        present figure.
        """
        table: dict[Period, Mapping[str, int]] = {period: {} for period in whole_years(release)}
        table |= {_as_one(period): {name: out.value for name, out in of.items()} for period, of in release.items()}
        self.unshown = frozenset((_as_one(period), name) for period, name, out in _each(release) if out.unshown)
        full = self._with_what_follows(table)
        self._put(full)
        for period, name, out in _each(release):
            if not out.unshown:
                key = self.key(_as_one(period), name, out.value)
                cell = self.cells[key]
                self.cells[key] = replace(cell, hidden=out.hidden and not cell.out, out=cell.out or not out.hidden)
        self._relate(full, full, table, surely=False)

    def with_few(self, table: Table, threshold: int) -> set[Period]:
        """The periods in which a number, given or following, is few."""
        full = self._with_what_follows(table)
        return {period for period, of in full.items() if any(1 <= value <= threshold for value in of.values())}

    def settle(self, marks: Mapping[Key, Shown]) -> None:
        """What is decided stands: what is shown is out, and what is hidden stays so."""
        for key, cell in self.cells.items():
            if key in marks and not cell.out:
                self.cells[key] = replace(cell, hidden=marks[key].hidden, out=not marks[key].hidden)

    def _put(self, full: Table) -> None:
        """A cell for each number. One that is shown nowhere here and shown elsewhere with the same value is shown."""
        for period, name, value in _each(full):
            key = self.key(period, name, value)
            cell, known = self._cell(key, period, name, value), self.cells.get(key)
            if known is None or (cell.published and not known.published):
                self.cells[key] = cell

    def _cell(self, key: Key, period: Period, name: str, value: int) -> Cell:
        cost = COST_OF_PERIOD[period.kind] * self.family.costs.get(name, 1)
        return Cell(key, value, cost, published=name in self.family.costs and (period, name) not in self.unshown)

    def key(self, period: Period, name: str, value: int) -> Key:
        """The key of a number with this value: the same as long as it has not changed."""
        key = _key(period, name)
        values = self.versions.setdefault(key, [])
        if value not in values:
            values.append(value)
        at = values.index(value)
        return (*key, f"version {at}") if at else key

    def _with_what_follows(self, table: Table) -> dict[Period, dict[str, int]]:
        """The numbers of every period, and those that laws leave open, that no measure gives and that follow from them."""
        given = {name for numbers in table.values() for name in numbers}
        return {period: self._following(period, table, given) for period in table}

    def _following(self, period: Period, table: Table, given: Collection[str]) -> dict[str, int]:
        numbers = dict(sorted(table[period].items(), key=lambda item: (self.family.costs.get(item[0], 0), item[0])))
        alike = self._alike(period, table)
        wholes = [law for law, holds in zip(self.family.laws, alike, strict=True) if holds and isinstance(law, Whole)]
        while found := _left_open(wholes, numbers, given):
            numbers.update([found])
        return numbers

    def _alike(self, period: Period, table: Table) -> tuple[bool, ...]:
        """Of each law, whether all that it is about counts the same months of this period: a law between numbers of which one
        is reported for fewer months holds by month alone.
        """
        reported = _reported(period, table)
        if len(set(reported.values())) <= 1:
            return (True,) * len(self.family.laws)
        return tuple(
            [len({reported[name] for name in law.numbers() if name in reported}) <= 1 for law in self.family.laws]
        )

    def _relate(self, periods: Iterable[Period], full: Table, table: Table, *, surely: bool) -> None:
        keys: dict[Period, Keys] = {}

        def of(period: Period) -> Keys:
            if period not in keys:
                keys[period] = tuple([self.key(period, name, value) for name, value in full[period].items()])
            return keys[period]

        for period in periods:
            parts, onward = (
                tuple(map(of, others)) if all(other in table for other in others) else ()
                for others in (parts_of(period), _onward(period))
            )
            for certain, relation in _said(self.family, self._alike(period, table), of(period), parts, onward):
                if (surely and certain) or self._holds(relation):
                    self.relations[relation] = None

    def _holds(self, relation: Relation) -> bool:
        total = sum(by * (self.cells[key].value or 0) for key, by in relation.terms if key in self.cells)
        return (relation.low is None or relation.low <= total) and (relation.high is None or total <= relation.high)


def _left_open(wholes: Iterable[Whole], numbers: Mapping[str, int], given: Collection[str]) -> tuple[str, int] | None:
    """The first number that a law leaves open and no measure gives, and its value."""
    return next((one for law in wholes if (one := law.left_open(numbers)) and one[0] not in given), None)


def _each(table: Mapping[Period, Mapping[str, Value]]) -> Iterator[tuple[Period, str, Value]]:
    for period, numbers in table.items():
        for name, value in numbers.items():
            yield period, name, value


Reported = Mapping[str, tuple[bool, ...]]
"""For which months of a period each of its numbers is reported."""


def _reported(period: Period, table: Table) -> Reported:
    if period.kind is Kind.MONTH:
        return {}
    months = [table[month] for month in months_of(period) if month in table]
    return {name: tuple([name in month for month in months]) for name in table[period]}


def _onward(period: Period) -> tuple[Period, ...]:
    """Of twelve months: those a quarter later, the quarter that is left and the one that has come."""
    if not period.kind.is_twelve_months or _as_one(Period(period.start, Kind.ROLLING)) != period:
        return ()
    later = _as_one(a_quarter_later(period))
    return later, quarter_of(period.start), quarter_of(later.end)
