"""What the numbers of one family of measures have to do with each other: declared by the measures, in each one's own file.

A measure says which numbers of its family its figure is made of, and which laws every reader knows of them. Two measures
that give a number of one name give the same number. What a law of a whole and its parts leaves open, and nobody gives, is
a number too: it is shown nowhere, and follows from what is (the rest of a share, children who went missing exactly once).

Laws hold within each period, between a period and its parts, and between two spans of twelve months of which the later
begins a quarter after the earlier. Nothing here knows what is counted: disclosure control takes any family (see
`protection.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import combinations, permutations

from meg.oversight.performance.disclosure import Key, Relation, at_least, whole_of

At = Callable[[str], Key]
"""The key of a number, by its name, in one period."""
MANY = 10**6
"""More episodes than a child can have."""
NUMERATOR, DENOMINATOR, EPISODES = "numerator", "denominator", "episodes"

MISSING, INTERVIEWS, REFERRALS = "missing", "return interviews", "referrals"
"""Families: what a reader could put together."""
FELL, STAYED, ROSE = "fell", "stayed", "rose"
ASSESSED, SERVED = "assessed", "served"
IN_DAYS = "in {days} days"
DEAR = {"referrals": 30}
"""What is hidden last: with the number of referrals every share of them is hidden."""


@dataclass(frozen=True)
class Number:
    """One number of a family. `of`: what it is of the measure's figure. `cost`: what readers lose if it is hidden."""

    name: str
    of: str = NUMERATOR
    cost: int = 5


class Law:
    """What every reader knows of some numbers of a family. `certain`: figures that break it contradict each other; else it
    is a law only where it holds.
    """

    certain = True

    def numbers(self) -> tuple[str, ...]:
        """The names of the numbers that it is about."""
        raise NotImplementedError

    def within(self, at: At) -> Iterator[Relation]:
        """In one period."""
        yield from ()

    def over(self, whole: At, parts: Sequence[At]) -> Iterator[Relation]:
        """Between a period and its parts."""
        yield from ()

    def onward(self, earlier: At, later: At, left: At, come: At) -> Iterator[Relation]:
        """Between twelve months and the twelve months a quarter later: which quarter is left, and which one has come."""
        yield from ()


@dataclass(frozen=True)
class Whole(Law):
    """The parts add up to the whole, in each period. One of them that no measure gives is worked out."""

    whole: str
    parts: tuple[str, ...]
    certain: bool = True

    def numbers(self) -> tuple[str, ...]:
        return (self.whole, *self.parts)

    def within(self, at: At) -> Iterator[Relation]:
        yield whole_of(at(self.whole), [at(part) for part in self.parts])

    def left_open(self, given: Mapping[str, int]) -> tuple[str, int] | None:
        """The number that is not given, where all the others are, and its value."""
        missing = [name for name in self.numbers() if name not in given]
        if len(missing) != 1:
            return None
        known = sum(given[part] for part in self.parts if part in given)
        value = known if missing[0] == self.whole else given[self.whole] - known
        return (missing[0], value) if value >= 0 else None


@dataclass(frozen=True)
class AddsUp(Law):
    """The numbers of the parts of a period add up to those of the period: each thing that is counted is in one part."""

    names: tuple[str, ...]
    certain: bool = True

    def numbers(self) -> tuple[str, ...]:
        return ()

    def over(self, whole: At, parts: Sequence[At]) -> Iterator[Relation]:
        for name in self.names:
            yield whole_of(whole(name), [part(name) for part in parts])


@dataclass(frozen=True)
class KnownNought(Law):
    """Where a number is nought, that is known: by the day, when all days are over none is left out, and before any are over
    none is due; or since it is told.
    """

    number: str
    certain: bool = False

    def numbers(self) -> tuple[str, ...]:
        return (self.number,)

    def within(self, at: At) -> Iterator[Relation]:
        yield Relation(((at(self.number), 1),), 0, 0)


@dataclass(frozen=True)
class Children(Law):
    """Different children, those among them with two or more episodes, those with one, and the episodes of all of them.

    In each period the relations are exact; between a whole and its parts they are what can be said without the records: a
    child may be in several parts.
    """

    children: str
    again: str
    once: str
    episodes: str

    def numbers(self) -> tuple[str, ...]:
        return (self.children, self.again, self.once, self.episodes)

    def within(self, at: At) -> Iterator[Relation]:
        children, again, episodes = at(self.children), at(self.again), at(self.episodes)
        yield at_least([(episodes, 1)], [(children, 1), (again, 1)])
        yield at_least([(children, 1), (again, MANY)], [(episodes, 1)])

    def over(self, whole: At, parts: Sequence[At]) -> Iterator[Relation]:
        children, again, once = whole(self.children), whole(self.again), whole(self.once)
        each = [(part(self.children), 1) for part in parts]
        for part in parts:
            yield at_least([(children, 1)], [(part(self.children), 1)])
            yield at_least([(again, 1)], [(part(self.again), 1)])
        yield at_least(each, [(children, 1)])
        yield at_least([(part(self.once), 1) for part in parts], [(once, 1)])
        # Whoever is in two of some parts went missing more than once in the whole; part by part, they are counted
        # once too often or, at most, once for each of those parts but one.
        for size in range(2, len(parts) + 1):
            for some in combinations(each, size):
                yield at_least([(again, size - 1), (children, 1)], some)
        for size in range(len(parts)):
            for few in combinations(parts, size):
                yield self._at_most_again(whole, few, [part for part in parts if part not in few])

    def _at_most_again(self, whole: At, some: Sequence[At], rest: Sequence[At]) -> Relation:
        """Children missing more than once are in some parts, twice in one of the rest, or in two of the rest.

        Those in two of the rest are at most the children of the rest counted part by part, less those of the
        whole who are in none of the others.
        """
        again, children = whole(self.again), whole(self.children)
        all_of_some = [(part(self.children), 1) for part in some]
        twice_in_one = [(part(self.again), 1) for part in rest]
        if len(rest) == 1:
            return at_least([*all_of_some, *twice_in_one], [(again, 1)])
        of_rest = [(part(self.children), 1) for part in rest]
        all_twice = [(key, 2) for key, _ in all_of_some]
        return at_least([*all_twice, *twice_in_one, *of_rest], [(again, 1), (children, 1)])

    def onward(self, earlier: At, later: At, left: At, come: At) -> Iterator[Relation]:
        """Whoever is in one of the two spans and not in the other is in the quarter that the other does not hold."""
        for one, other, only in ((earlier, later, left), (later, earlier, come)):
            children, again, once = (only(name) for name in (self.children, self.again, self.once))
            yield at_least([(other(self.children), 1), (children, 1)], [(one(self.children), 1)])
            yield at_least([(other(self.again), 1), (children, 1)], [(one(self.again), 1)])
            yield at_least(
                [(other(self.children), 1), (other(self.again), 1), (children, 1), (again, 1)],
                [(one(self.children), 1), (one(self.again), 1)],
            )
            yield at_least([(other(self.children), 1), (once, 1)], [(one(self.once), 1)])
        for one, other, only, new in ((earlier, later, left, come), (later, earlier, come, left)):
            yield at_least(
                [(other(self.once), 1), (only(self.once), 1), (new(self.children), 1)], [(one(self.once), 1)]
            )


@dataclass(frozen=True)
class Part:
    """What a measure is of its family: the numbers that it gives, and the laws that it knows of them."""

    numbers: tuple[Number, ...]
    laws: tuple[Law, ...] = ()

    def given(self, figure: Mapping[str, int | None]) -> dict[str, int]:
        """The numbers of one figure by their names."""
        return {number.name: n for number in self.numbers if (n := figure.get(number.of)) is not None}

    def name(self, of: str) -> str | None:
        """The name of what is the numerator, the denominator or the episodes of a figure."""
        return next((number.name for number in self.numbers if number.of == of), None)


def renamed(part: Part, new: Callable[[str], str]) -> Part:
    """A part with other names of its numbers, in its laws too."""

    def other(value: object) -> object:
        if isinstance(value, tuple):
            return tuple(other(each) for each in value)
        return new(value) if isinstance(value, str) else value

    def law_of(law: Law) -> Law:
        assert is_dataclass(law)
        return type(law)(**{each.name: other(getattr(law, each.name)) for each in fields(law)})

    numbers = tuple(replace(number, name=new(number.name)) for number in part.numbers)
    return Part(numbers, tuple(map(law_of, part.laws)))


def with_absent(part: Part) -> Part:
    """The part of a measure that counts absent episodes too: its numbers are others, and what adds up in them is what adds
    up without absent episodes, and those.
    """

    other = renamed(part, lambda name: f"{name}, with absent")
    adding = [name for law in part.laws if isinstance(law, AddsUp) for name in law.names]
    joins = [law for name in adding for law in _absent_laws(name)]
    return Part(other.numbers, (*other.laws, *joins, AddsUp(tuple(f"{name}, absent alone" for name in adding))))


def _absent_laws(name: str) -> tuple[Law, ...]:
    """What a number has more with absent episodes; and how many of them are told beside it, where any are."""
    alone, untold = f"{name}, absent alone", f"{name}, absent, not told"
    told = Whole(alone, (absent_told(name), untold))
    return Whole(f"{name}, with absent", (name, alone)), told, KnownNought(alone), KnownNought(untold)


def absent_told(name: str) -> str:
    """The absent episodes that are told beside a number that does not count them."""
    return f"{name}, absent, told"


def share(numerator: str, denominator: str, rest: str, *laws: Law) -> Part:
    """A share whose numerator, denominator and rest add up over periods."""
    names = (numerator, denominator, rest)
    return Part(
        (Number(numerator), Number(denominator, DENOMINATOR, DEAR.get(denominator, 5))),
        (Whole(denominator, (numerator, rest)), AddsUp(names), *laws),
    )


def children_of(where: str) -> tuple[Law, ...]:
    """The laws of children missing from somewhere: both indicators of it know them."""
    children, again, once, episodes = (f"{what} {where}" for what in ("children", "again", "once", "episodes"))
    return (
        Whole(children, (again, once)),
        AddsUp((episodes,)),
        Children(children, again, once, episodes),
    )


def children_part(where: str) -> Part:
    """Children missing from somewhere, with their episodes beside them."""
    numbers = (Number(f"children {where}"), Number(f"episodes {where}", EPISODES, cost=2))
    return Part(numbers, children_of(where))


def again_part(where: str) -> Part:
    """Children missing from somewhere more than once."""
    return Part((Number(f"again {where}", cost=3),), children_of(where))


def interviews_part(whose: str) -> Part:
    """The share of return interviews in time, of the children of one side."""
    in_time, due, overdue = (f"{what}, {whose}" for what in ("in time", "due", "not in time"))
    return share(in_time, due, overdue)


def referrals_part(share_of: str) -> Part:
    """A share of all referrals. High, medium, and low or not given yet, are all of them."""
    lower = "low or not given"
    levels = Whole("referrals", ("high", "medium", lower))
    return share(share_of, "referrals", f"not {share_of}", levels, AddsUp((lower,)))


# What followed a referral is joined to the levels when they were made: only a high or medium one can fall, and only one
# that is not high can rise; and whoever knows all referrals knows those that are not counted, too.
LATER_LAWS: tuple[Law, ...] = (
    Whole("judged", (FELL, STAYED, ROSE)),
    Whole("referrals", ("judged", "not judged")),
    Whole("high or medium", ("high", "medium")),
    Whole("high or medium", (FELL, "high or medium, not fell")),
    Whole("not high", (ROSE, "not high, not rose")),
    AddsUp((STAYED, "not judged", "high or medium", "high or medium, not fell", "not high, not rose")),
)


def later_share(numerator: str, denominator: str, rest: str, *laws: Law) -> Part:
    """A share of what followed. It is hidden before the referrals and their levels are."""
    part = share(numerator, denominator, rest, *laws)
    return replace(part, numbers=tuple(replace(number, cost=2) for number in part.numbers))


def in_time_part(what: str) -> Part:
    """A share of the referrals whose days are over. Its names hold the days, so that two numbers of days are two numbers."""
    due, other = f"due, {what} {IN_DAYS}", f"not due, {what} {IN_DAYS}"
    laws = (Whole("referrals", (due, other)), AddsUp((other,)), KnownNought(due), KnownNought(other))
    return later_share(f"in time, {what} {IN_DAYS}", due, f"not in time, {what} {IN_DAYS}", *laws)


def nested(parts: Iterable[Part]) -> Part:
    """What a reader knows between shares within so many days: whoever is due for one thing is due for another one whose
    days are not more, what was done within fewer days was done within more, and whoever is late by more days is late by
    fewer. It is a law where it holds.
    """
    names = dict.fromkeys(number.name for part in parts for number in part.numbers)
    names |= dict.fromkeys(f"not {name}" for name in [*names] if name.startswith("in time, "))
    laws = [
        Whole(more, (less, f"{more}, less {less}"), certain=False)
        for kind in ("due, ", "in time, ", "not in time, ")
        for more, less in permutations([name for name in names if name.startswith(kind) and name.endswith(" days")], 2)
        if kind == "due, " or more.rsplit(" in ", 1)[0] == less.rsplit(" in ", 1)[0]
    ]
    return Part((), tuple(laws))
