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

from meg.oversight.performance.worlds import Bounds, Problem, amiss, hidden_of, joined

THRESHOLD = 5
"""Counts of 1 to this many are hidden, unless the partnership's setting says otherwise."""
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
    once). `out`: shown before where it cannot be taken back, so that every reader knows it; `hidden`: hidden already.
    """

    key: Key
    value: int | None
    cost: int = 1
    published: bool = True
    absent: Symbol = Symbol.NOT_SUPPLIED
    out: bool = False
    hidden: bool = False


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
    figures = list(cells)
    known = [cell for cell in figures if cell.value is not None and not cell.out]
    out = {cell.key: cell.value or 0 for cell in figures if cell.out}
    joins = _known(relations, {cell.key: (at, cell.value or 0) for at, cell in enumerate(known)}, out)
    hidden = {known[at].key for at in _hidden(known, joins, threshold)}
    hidden |= {cell.key for cell in known if cell.hidden} | {
        key for key, value in out.items() if 1 <= value <= threshold
    }
    return {cell.key: _shown(cell, cell.key in hidden, threshold) for cell in figures if cell.published}


def _known(relations: Iterable[Relation], truth: Mapping[Key, tuple[int, int]], out: Mapping[Key, int]) -> list[Bounds]:
    """The relations by the places of their figures. What is out is a constant in them. What was not supplied counts nothing;
    where a relation does not hold for want of it, it says nothing.
    """
    known = []
    for relation in relations:
        terms, total, constant, counted = [], 0, 0, 0
        for key, coefficient in relation.terms:
            if found := truth.get(key):
                terms.append((found[0], coefficient))
                total += coefficient * found[1]
                counted += 1
            elif key in out:
                constant += coefficient * out[key]
                counted += 1
        low, high = (None if limit is None else limit - constant for limit in (relation.low, relation.high))
        if amiss(total, low, high):
            if counted == len(relation.terms):
                names = ", ".join(" ".join(key) for key, _ in relation.terms)
                raise ValueError(f"These figures contradict each other, so none of them can be shown: {names}.")
        elif terms:
            known.append(Bounds(tuple(terms), low, high))
    return known


def _hidden(cells: Sequence[Cell], relations: Sequence[Bounds], threshold: int) -> Iterator[int]:
    """The places of the figures to hide. Those that no chain of relations joins are solved apart from each other."""
    small = [1 <= (cell.value or 0) <= threshold for cell in cells]
    if not any(small):
        return
    for places, numbers in joined(relations, len(cells)):
        if any(small[at] for at in places):
            of = _problem([cells[at] for at in places], places, [relations[n] for n in numbers], threshold)
            yield from (places[at] for at in hidden_of(of))


def _problem(cells: Sequence[Cell], places: Sequence[int], relations: Sequence[Bounds], threshold: int) -> Problem:
    place = {was: at for at, was in enumerate(places)}
    return Problem(
        tuple(cell.value or 0 for cell in cells),
        tuple(0 if cell.hidden else 1000 * cell.cost + min(cell.value or 0, 999) + 1 for cell in cells),
        tuple(cell.published for cell in cells),
        tuple(Bounds(tuple([(place[at], by) for at, by in each.terms]), each.low, each.high) for each in relations),
        threshold,
    )


def _shown(cell: Cell, hidden: bool, threshold: int) -> Shown:
    if cell.value is None:
        return Shown(cell.absent)
    if not hidden:
        return Shown(str(cell.value), cell.value)
    why = "primary" if 1 <= cell.value <= threshold else "secondary"
    return Shown(Symbol.HIDDEN, None, why, SENTENCE.format(threshold=threshold))
