"""Families of the tests: a pair of counts of children, a share and a number, each protected alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from meg.oversight.performance.disclosure import NOT_SUPPLIED, THRESHOLD, Shown
from meg.oversight.performance.families import AddsUp, Number, Part, again_part, children_part, share
from meg.oversight.performance.protection import family_of, protect_family, shown_share
from meg.oversight.performance.rules import Period

CHILDREN = family_of([children_part("from care"), again_part("from care")])
NAMES = {"children": "children from care", "more_than_once": "again from care", "episodes": "episodes from care"}
SHARE = family_of([share("numerator", "denominator", "rest")])
NUMBER = family_of([Part((Number("number"),), (AddsUp(("number",), certain=False),))])


@dataclass(frozen=True)
class Counts:
    """One period before disclosure control. None: not supplied."""

    children: int | None
    more_than_once: int | None
    episodes: int | None

    def numbers(self) -> dict[str, int]:
        return {name: n for field, name in NAMES.items() if (n := getattr(self, field)) is not None}


@dataclass(frozen=True)
class ShownCounts:
    """One period as it may leave."""

    children: Shown = NOT_SUPPLIED
    more_than_once: Shown = NOT_SUPPLIED
    episodes: Shown = NOT_SUPPLIED


@dataclass(frozen=True)
class Share:
    """The share of one period before disclosure control. None: not supplied."""

    numerator: int | None
    denominator: int | None

    def numbers(self) -> dict[str, int]:
        return {name: n for name in ("numerator", "denominator") if (n := getattr(self, name)) is not None}


def protect_counts(counts: Mapping[Period, Counts], threshold: int = THRESHOLD) -> dict[Period, ShownCounts]:
    """Children, those missing more than once among them, and episodes."""
    shown = protect_family(CHILDREN, {period: of.numbers() for period, of in counts.items()}, (), threshold)
    return {
        period: ShownCounts(**{field: of[name] for field, name in NAMES.items() if name in of})
        for period, of in shown.items()
    }


def protect_shares(shares: Mapping[Period, Share], threshold: int = THRESHOLD) -> dict[Period, Shown]:
    """The shares of one measure."""
    shown = protect_family(SHARE, {period: of.numbers() for period, of in shares.items()}, (), threshold)
    return {period: _share(of, shown[period], threshold) for period, of in shares.items()}


def _share(of: Share, marks: Mapping[str, Shown], threshold: int) -> Shown:
    if of.numerator is None or of.denominator is None:
        return NOT_SUPPLIED
    return shown_share(of.numerator, of.denominator, marks.values(), threshold)


def protect_numbers(numbers: Mapping[Period, int], threshold: int = THRESHOLD) -> dict[Period, Shown]:
    """Numbers that add up where they do."""
    shown = protect_family(NUMBER, {period: {"number": n} for period, n in numbers.items()}, (), threshold)
    return {period: of["number"] for period, of in shown.items()}
