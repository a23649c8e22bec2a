"""Disclosure control: the only way by which figures leave.

A count of 1 to 5 is shown as c; nought is shown as 0 (Department for Education, children looked after and
children in need statistics; symbols as in the Government Statistical Service). Further figures are hidden
where a hidden one could be worked out from what is shown: from sums, from children who went missing more
than once among those who went missing, from episodes beside children.

How it is proved: every hidden figure has another world. That is a set of figures in which it is different, in
which every relation between the figures holds, and in which all that is shown is the same. A reader who
knows the relations, and even which figures are hidden for their size, still cannot tell the worlds apart.
The search for another world is also how further figures are chosen: it may change figures that are shown,
at a cost, and what the cheapest world changes is hidden. A world once found stays good when more is hidden
later.

A handful of episodes can be so few that whoever knew which figures are 1 to 5 could work them out though
all of them are hidden (five episodes in a quarter, of a child with two, two and one in its months). There,
and only there, the other world may hold more than 5: a reader sees c and is not told why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from heapq import heappop, heappush
from itertools import count

THRESHOLD = 5
"""Counts of 1 to this many are hidden, unless the partnership's setting says otherwise."""
WORLDS_TRIED = 1000
"""How many worlds are tried for one figure before the search is given up."""
TROUBLE = 16_000
"""What a world is thought to cost still, for each unit by which its relations do not hold."""
NO_LIMIT = 10**9

Key = tuple[str, ...]


class Symbol(StrEnum):
    """What stands in place of a figure. Nought is a figure: 0."""

    HIDDEN = "c"
    NOT_SUPPLIED = "–"
    NOT_APPLICABLE = "z"
    NOT_COLLECTED = "x"


SENTENCE = "Hidden: 1 to {threshold}, or would give away a figure that is."
"""Why a figure is hidden: the same for a small one and for one that protects it, to not tell them apart."""


@dataclass(frozen=True)
class Cell:
    """A figure before disclosure control.

    `value` None: there is no figure, and `absent` says why. `cost`: what readers lose if it is hidden.
    `published` False: not shown anywhere, but it follows from what is (children who went missing exactly
    once).
    """

    key: Key
    value: int | None
    cost: int = 1
    published: bool = True
    absent: Symbol = Symbol.NOT_SUPPLIED


@dataclass(frozen=True)
class Relation:
    """What every reader knows of the figures: low <= the sum of coefficient x figure <= high."""

    terms: tuple[tuple[Key, int], ...]
    low: int | None = 0
    high: int | None = None


@dataclass(frozen=True)
class Shown:
    """A figure as it leaves. `value`: None unless it is a number. `why`: primary or secondary. `of`: the numerator and
    denominator of a share, whose value is in per cent. `total`: what a count is part of, where that is given beside it.

    `why` is for those who run the installation: beside the figure itself print `sentence`, which is the
    same for both.
    """

    text: str
    value: int | float | None = None
    why: str = ""
    sentence: str = ""
    of: tuple[int, int] | None = None
    total: int | None = None

    @property
    def hidden(self) -> bool:
        return self.text == Symbol.HIDDEN

    @property
    def supplied(self) -> bool:
        """There is a figure, shown or hidden."""
        return self.hidden or self.value is not None

    @property
    def grouped(self) -> str:
        """As people read it: 1,321 and 63.2%."""
        return self.text if self.value is None or self.of else f"{self.value:,}"

    @property
    def numerator(self) -> int | None:
        """The number over the line of a share; a count itself."""
        return self.of[0] if self.of else None if self.value is None else int(self.value)

    @property
    def denominator(self) -> int | None:
        """The number under the line of a share, or the total a count is part of."""
        return self.of[1] if self.of else self.total

    @property
    def fraction(self) -> str:
        """131 of 168; empty for a count, and where it is hidden."""
        return f"{self.of[0]:,} of {self.of[1]:,}" if self.of else ""


NOT_SUPPLIED = Shown(Symbol.NOT_SUPPLIED)
NOT_APPLICABLE = Shown(Symbol.NOT_APPLICABLE)


def share_of(numerator: int, denominator: int) -> Shown:
    """A share in per cent, with one decimal; not applicable where there is nothing to be a share of."""
    if not denominator:
        return NOT_APPLICABLE
    value = float((Decimal(100 * numerator) / denominator).quantize(Decimal("0.1"), ROUND_HALF_UP))
    return Shown(f"{value:.1f}%", value, of=(numerator, denominator))


def whole_of(whole: Key, parts: Sequence[Key]) -> Relation:
    """The parts add up to the whole."""
    return Relation((*((part, 1) for part in parts), (whole, -1)), 0, 0)


def at_least(larger: Iterable[tuple[Key, int]], smaller: Iterable[tuple[Key, int]] = ()) -> Relation:
    """One sum of coefficient x figure is never under another."""
    return Relation((*larger, *((key, -coefficient) for key, coefficient in smaller)))


def protect(cells: Iterable[Cell], relations: Iterable[Relation], threshold: int = THRESHOLD) -> dict[Key, Shown]:
    """The published figures as they may leave.

    A figure that was not supplied counts nothing in a relation. Raises ValueError where the figures
    contradict a relation, since what contradicts itself must not leave, and where the threshold is under 2,
    since a hidden 1 to 1 hides nothing.
    """
    if threshold < 2:
        raise ValueError("The threshold of disclosure control is 2 or more: counts of 1 to that many are hidden.")
    table = _Table(list(cells), list(relations), threshold)
    table.protect()
    return {cell.key: table.shown(cell) for cell in table.cells if cell.published}


class _Table:
    """The figures, their relations, which are hidden so far, and the search for other worlds."""

    def __init__(self, cells: list[Cell], relations: list[Relation], threshold: int) -> None:
        self.cells = cells
        self.threshold = threshold
        self.truth = {cell.key: cell.value for cell in cells if cell.value is not None}
        self.cost = {cell.key: 1000 * cell.cost + min(cell.value or 0, 999) + 1 for cell in cells}
        self.unpublished = {cell.key for cell in cells if not cell.published}
        self.small = {key for key, value in self.truth.items() if 1 <= value <= threshold}
        self.hidden = self.small - self.unpublished
        self.touching: dict[Key, list[Relation]] = {key: [] for key in self.truth}
        for relation in relations:
            self._know(relation)

    def _know(self, relation: Relation) -> None:
        terms = tuple((key, coefficient) for key, coefficient in relation.terms if key in self.truth)
        known = Relation(terms, relation.low, relation.high)
        if _amiss(known, self.truth, {}):
            if len(terms) == len(relation.terms):
                names = ", ".join(" ".join(key) for key, _ in terms)
                raise ValueError(f"These figures contradict each other, so none of them can be shown: {names}.")
            return
        for key, _ in terms:
            self.touching[key].append(known)

    def protect(self) -> None:
        """Hides what must be hidden, until every hidden figure has another world."""
        safe: set[Key] = set()
        for key in [cell.key for cell in self.cells if cell.key in self.small]:
            if key in safe:
                continue
            world = self.other_world(key, self.threshold) or self.other_world(key, NO_LIMIT)
            changed = world.keys() if world else self._all_around(key)
            self.hidden |= changed - self.unpublished
            safe |= changed

    def other_world(self, key: Key, most: int) -> dict[Key, int] | None:
        """The figures of the cheapest world in which this one is different; None if none was found.

        `most`: what a figure that is hidden for its size can be at most in that world.
        """
        serial, seen = count(), set()
        heap: list[tuple[int, int, int, int, dict[Key, int]]] = []

        def consider(cost: int, changes: dict[Key, int]) -> None:
            mark = frozenset(changes.items())
            if mark not in seen:
                seen.add(mark)
                trouble = self._trouble(changes)
                heappush(heap, (cost + TROUBLE * trouble, trouble, cost, next(serial), changes))

        for value in self._other_values(key):
            consider(0, {key: value})
        while heap and len(seen) < WORLDS_TRIED:
            _, trouble, cost, _, changes = heappop(heap)
            if not trouble:
                return changes
            for mended, price in self._mendings(changes, most):
                consider(cost + price, mended)
        return None

    def _other_values(self, key: Key) -> list[int]:
        """Values that a reader must hold possible for a small figure, nearest first."""
        truth = self.truth[key]
        most = truth + self.threshold if key in self.unpublished else self.threshold
        least = 0 if key in self.unpublished else 1
        return sorted(set(range(least, most + 1)) - {truth}, key=lambda value: (abs(value - truth), value))

    def _broken(self, changes: Mapping[Key, int]) -> Iterator[tuple[Relation, int]]:
        """The relations that do not hold in this world, and by how much."""
        for relation in {id(each): each for key in changes for each in self.touching[key]}.values():
            short = _amiss(relation, self.truth, changes)
            if short:
                yield relation, short

    def _trouble(self, changes: Mapping[Key, int]) -> int:
        return sum(abs(short) for _, short in self._broken(changes))

    def _mendings(self, changes: Mapping[Key, int], most: int) -> Iterator[tuple[dict[Key, int], int]]:
        """Worlds with one more figure different, so as to mend one relation, and the price of each."""
        relation, short = next(self._broken(changes))
        for key, coefficient in relation.terms:
            if key in changes:
                continue
            step = -(-abs(short) // abs(coefficient))
            price = 0 if key in self.hidden or key in self.unpublished else self.cost[key]
            for size in {step, 1}:
                value = self._nearest(key, size if (short > 0) == (coefficient > 0) else -size, most)
                if value != self.truth[key]:
                    yield {**changes, key: value}, price

    def _nearest(self, key: Key, step: int, most: int) -> int:
        """The value nearest to what is wanted that a reader must hold possible."""
        truth = self.truth[key]
        value = max(0, truth + step)
        if key in self.unpublished:
            return value
        if key in self.small:
            return min(max(value, 1), most)
        if 1 <= value <= self.threshold:
            return 0 if step < 0 else self.threshold + 1
        return value

    def _all_around(self, key: Key) -> set[Key]:
        """Everything that any chain of relations leads to from here."""
        found, waiting = {key}, [key]
        while waiting:
            near = {other for relation in self.touching[waiting.pop()] for other, _ in relation.terms}
            waiting += near - found
            found |= near
        return found

    def shown(self, cell: Cell) -> Shown:
        if cell.value is None:
            return Shown(cell.absent)
        if cell.key not in self.hidden:
            return Shown(str(cell.value), cell.value)
        why = "primary" if cell.key in self.small else "secondary"
        return Shown(Symbol.HIDDEN, None, why, SENTENCE.format(threshold=self.threshold))


def _amiss(relation: Relation, truth: Mapping[Key, int], changes: Mapping[Key, int]) -> int:
    """By how much the sum is too small (positive) or too large (negative); 0 if the relation holds."""
    total = 0
    for key, coefficient in relation.terms:
        total += coefficient * (changes[key] if key in changes else truth[key])
    if relation.low is not None and total < relation.low:
        return relation.low - total
    if relation.high is not None and total > relation.high:
        return relation.high - total
    return 0
