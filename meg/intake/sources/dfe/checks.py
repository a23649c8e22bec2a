"""Whether a release of the Department's missing figures agrees with itself: averages and percentages, within rounding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from meg.intake.sources.dfe.reading import AVERAGE, INCIDENTS, LEVEL, LOOKED_AFTER, MISSING, PER_CENT
from meg.partnership.published.models import PublishedFigure


@dataclass(frozen=True)
class Check:
    """One relation over every authority-year in which all its figures are given: how many, and where it fails."""

    words: str
    checked: int
    failed: tuple[str, ...]


def check_release(figures: Iterable[PublishedFigure]) -> list[Check]:
    """Incidents ÷ children is the published average to 0.1, children ÷ looked after the published percentage to 1."""
    known: dict[tuple[int, str], dict[str, Decimal]] = defaultdict(dict)
    names: dict[str, str] = {}
    for one in figures:
        if one.level == LEVEL.AUTHORITY and one.value is not None:
            known[one.year, one.code][one.measure] = one.value
            names[one.code] = one.name
    relations = (
        ("incidents ÷ children who went missing is the published average", INCIDENTS, MISSING, AVERAGE, 1, Decimal("0.05")),
        ("children who went missing ÷ looked after is the published percentage", MISSING, LOOKED_AFTER, PER_CENT, 100,
         Decimal("0.5")),
    )  # fmt: skip
    return [_check(known, names, *relation) for relation in relations]


def _check(
    known: dict[tuple[int, str], dict[str, Decimal]], names: dict[str, str], words: str, top: str, under: str, given: str,
    times: int, rounding: Decimal,
) -> Check:  # fmt: skip
    checked, failed = 0, []
    for (year, code), found in sorted(known.items()):
        if not {top, under, given} <= found.keys() or not found[under]:
            continue
        checked += 1
        if abs(times * found[top] / found[under] - found[given]) > rounding:
            failed.append(f"{names[code]}, {year}: {found[top]} ÷ {found[under]} is not {found[given]}")
    return Check(words, checked, tuple(failed))
