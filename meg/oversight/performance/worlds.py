"""The search for other worlds, on numbers alone: which figures must be hidden so that each hidden one has another world.

A figure is its place here. Why a world proves what it proves is said in `disclosure.py`; nothing here knows periods,
measures or the database. Figures that no chain of relations joins are given apart, and the answer to a problem depends
on nothing but its numbers: it is remembered by them.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from heapq import heappop, heappush
from typing import Any, NamedTuple

WORLDS_TRIED = 2000
"""How many worlds are tried for one figure before the search is given up."""
TROUBLE = 16_000
"""What a world is thought to cost still, for each unit by which its relations do not hold."""
NO_LIMIT = 10**9
REMEMBERED = 10_000
"""How many answers are remembered."""


class Bounds(NamedTuple):
    """low <= the sum of coefficient x figure <= high, the figures by their places."""

    terms: tuple[tuple[int, int], ...]
    low: int | None
    high: int | None

    def amiss(self, total: int) -> int:
        return amiss(total, self.low, self.high)


class Problem(NamedTuple):
    """Figures that relations join: their values, what each costs to hide, which are published, and the relations."""

    values: tuple[int, ...]
    costs: tuple[int, ...]
    published: tuple[bool, ...]
    relations: tuple[Bounds, ...]
    threshold: int


def amiss(total: int, low: int | None, high: int | None) -> int:
    """By how much a sum is too small (positive) or too large (negative); 0 if it is neither."""
    if low is not None and total < low:
        return low - total
    if high is not None and total > high:
        return high - total
    return 0


_answers: dict[bytes, frozenset[int]] = {}


def hidden_of(problem: Problem) -> frozenset[int]:
    """The published figures to hide, so that every hidden one, and every small one that is not published, has another
    world.
    """
    # The second version of the format writes the same numbers as the same bytes, whoever else holds them.
    mark = sha256(marshal.dumps(_plain(problem), 2)).digest()
    found = _answers.get(mark)
    if found is None:
        if len(_answers) >= REMEMBERED:
            _answers.clear()
        found = _answers[mark] = Search(problem).hidden()
    return found


def forget() -> None:
    """Solve every problem anew from here."""
    _answers.clear()


def _plain(problem: Problem) -> tuple[Any, ...]:
    return (*problem[:3], tuple(tuple(relation) for relation in problem.relations), problem.threshold)


@dataclass
class World:
    """Figures that differ from the truth, and the sums of all relations that these touch."""

    changes: dict[int, int]
    sums: dict[int, int]
    mark: int
    trouble: int


NO_CHANGE = World({}, {}, 0, 0)
Step = tuple[int, int, int, int, World, int, int, int]
"""What a world is thought to cost in all, its trouble, its cost, its number; the world before it, and the figure that
differs from that one, its value, and the mark.
"""


class Search:
    """The figures of one problem, which are hidden so far, and the search."""

    def __init__(self, problem: Problem) -> None:
        self.truth, self.cost, self.published, relations, self.threshold = problem
        self.relations = [each._replace(terms=_once(each.terms)) for each in relations]
        self.small = [1 <= value <= self.threshold for value in self.truth]
        self.free = [not published or small for published, small in zip(self.published, self.small, strict=True)]
        self.found: list[tuple[int, dict[int, int] | None]] = []
        """The proof: for which figure a world was sought, and the world; None where none was found, and all is hidden."""
        self.sums = [sum(by * self.truth[at] for at, by in relation.terms) for relation in self.relations]
        self.touching: list[list[tuple[int, int, int, int]]] = [[] for _ in self.truth]
        for number, (terms, low, high) in enumerate(self.relations):
            for at, by in terms:
                self.touching[at].append(
                    (number, by, -(NO_LIMIT**2) if low is None else low, NO_LIMIT**2 if high is None else high)
                )

    def hidden(self) -> frozenset[int]:
        """Hides what must be hidden, until every hidden figure has another world."""
        safe: set[int] = set()
        for at, small in enumerate(self.small):
            if small and at not in safe:
                likely = self.other_world(at, self.threshold)
                world = likely or self.other_world(at, NO_LIMIT)
                self.found.append((at, world))
                changed = range(len(self.truth)) if world is None else world
                # Where a hidden figure is larger than what is hidden for its size, the world is good for this one alone.
                safe.update(changed if likely or world is None else (at,))
                for each in changed:
                    self.free[each] = True
        return frozenset(at for at, free in enumerate(self.free) if free and self.published[at])

    def other_world(self, at: int, most: int) -> dict[int, int] | None:
        """The figures of the cheapest world in which this one is different; None if none was found.

        `most`: what a figure that is hidden for its size can be at most in that world.
        """
        heap: list[Step] = []
        seen: set[int] = set()
        for value in self._other_values(at):
            self._consider(heap, seen, 0, NO_CHANGE, at, value)
        while heap and len(seen) < WORLDS_TRIED:
            _, trouble, cost, _, before, changed, value, mark = heappop(heap)
            world = self._world(before, changed, value, mark, trouble)
            if not trouble:
                return world.changes
            for mended, to, price in self._mendings(world, most):
                self._consider(heap, seen, cost + price, world, mended, to)
        return None

    def _consider(self, heap: list[Step], seen: set[int], cost: int, world: World, at: int, value: int) -> None:
        """One more figure different: put among the worlds to look at, unless it was there."""
        mark = world.mark ^ hash((at, value))
        if mark in seen:
            return
        seen.add(mark)
        trouble, sums, by_how_much = world.trouble, world.sums, value - self.truth[at]
        for number, by, low, high in self.touching[at]:
            was = sums.get(number)
            if was is None:
                was = self.sums[number]  # in the truth every relation holds
            elif was < low:
                trouble -= low - was
            elif was > high:
                trouble -= was - high
            total = was + by * by_how_much
            if total < low:
                trouble += low - total
            elif total > high:
                trouble += total - high
        heappush(heap, (cost + TROUBLE * trouble, trouble, cost, len(seen), world, at, value, mark))

    def _world(self, before: World, at: int, value: int, mark: int, trouble: int) -> World:
        sums, by_how_much = dict(before.sums), value - self.truth[at]
        for number, by, _, _ in self.touching[at]:
            sums[number] = sums.get(number, self.sums[number]) + by * by_how_much
        return World({**before.changes, at: value}, sums, mark, trouble)

    def _other_values(self, at: int) -> list[int]:
        """Values that a reader must hold possible for a small figure, nearest first."""
        truth = self.truth[at]
        least, most = (1, self.threshold) if self.published[at] else (0, truth + self.threshold)
        return sorted(set(range(least, most + 1)) - {truth}, key=lambda value: (abs(value - truth), value))

    def _mendings(self, world: World, most: int) -> Iterator[tuple[int, int, int]]:
        """One more figure different, so as to mend the first relation that does not hold, and the price of each."""
        broken, short = next((n, short) for n, total in world.sums.items() if (short := self.relations[n].amiss(total)))
        for at, by in self.relations[broken].terms:
            if at in world.changes:
                continue
            step = -(-abs(short) // abs(by))
            sign = 1 if (short > 0) == (by > 0) else -1
            price = 0 if self.free[at] else self.cost[at]
            for size in (1, step) if step > 1 else (1,):
                value = self._nearest(at, sign * size, most)
                if value != self.truth[at]:
                    yield at, value, price

    def _nearest(self, at: int, step: int, most: int) -> int:
        """The value nearest to what is wanted that a reader must hold possible."""
        value = max(0, self.truth[at] + step)
        if not self.published[at]:
            return value
        if self.small[at]:
            return min(max(value, 1), most)
        if 1 <= value <= self.threshold:
            return 0 if step < 0 else self.threshold + 1
        return value


def _once(terms: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """The terms of a relation, each figure once: what counts it twice counts it by the sum."""
    by_place: dict[int, int] = {}
    for at, by in terms:
        by_place[at] = by_place.get(at, 0) + by
    return terms if len(by_place) == len(terms) else tuple((at, by) for at, by in by_place.items() if by)


def joined(relations: Sequence[Bounds], places: int) -> Iterator[tuple[list[int], list[int]]]:
    """The figures that chains of relations join, and the relations: each group in the order given."""
    group = list(range(places))

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = at = group[group[at]]
        return at

    for relation in relations:
        first = root(relation.terms[0][0])
        for at, _ in relation.terms[1:]:
            group[root(at)] = first
    found: dict[int, tuple[list[int], list[int]]] = {}
    for at in range(places):
        found.setdefault(root(at), ([], []))[0].append(at)
    for number, relation in enumerate(relations):
        found[root(relation.terms[0][0])][1].append(number)
    yield from found.values()
