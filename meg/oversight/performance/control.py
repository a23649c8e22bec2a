"""Statistical process control: whether a figure has changed, or only varies as it always has.

Counts are judged by an XmR chart, shares by a p-chart. Limits come from the first eight periods that are shown, and stand
until a recorded decision begins new ones. Everything is worked out from figures after disclosure control, so that a limit
gives nothing away. A hidden or missing period ends a run and is no part of a limit.

Sources: W. A. Shewhart, Economic Control of Quality of Manufactured Product, 1931; Western Electric, Statistical Quality
Control Handbook, 1956; L. S. Nelson, The Shewhart Control Chart: Tests for Special Causes, Journal of Quality Technology
16:4, 1984; D. J. Wheeler, Understanding Variation, 1993. Eight periods as the baseline is MEG's own choice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from math import inf, sqrt
from typing import TypeVar

from meg.oversight.performance.disclosure import Shown
from meg.oversight.performance.rules import Period

BASELINE = 8  # periods
RUN = 8  # Western Electric; Nelson asks for nine
TREND = 6
OF_THE_RANGE = 2.66  # 3 / 1.128: three sigma from the mean moving range of two (Wheeler 1993)
T = TypeVar("T")


class Rule(StrEnum):
    """Which rule says that something has changed."""

    OUTSIDE = "outside"
    RUN = "run"
    NEAR = "near"
    TREND = "trend"


@dataclass(frozen=True)
class Signal:
    """One rule that a period breaks: on which side (for a trend: rising), and since how many periods."""

    rule: Rule
    above: bool
    periods: int


@dataclass(frozen=True)
class Limits:
    """The mean and the usual range, in the unit of the figure: whole numbers for a count, tenths for a share.

    They are rounded before anything is compared with them, so that what is said to be usual is what is judged usual.
    """

    mean: float
    low: float
    high: float
    sigma: float


@dataclass(frozen=True)
class Judged:
    """One period of a chart. `limits` None: too few periods to have any, or a share that is not shown."""

    period: Period
    shown: Shown
    limits: Limits | None
    signals: tuple[Signal, ...] = ()


@dataclass(frozen=True)
class Reset:
    """A decision by which limits begin anew with the period that holds `since`. `defined`: by that what is counted changed,
    and by nobody's decision on limits.
    """

    since: date
    decided: date
    by: str
    reason: str
    defined: bool = False


@dataclass(frozen=True)
class Segment:
    """Neighbouring periods judged by the same limits. `reset`: the decision they began with, if one did."""

    points: tuple[Judged, ...]
    reset: Reset | None

    @property
    def shown(self) -> int:
        """How many of its periods are shown."""
        return sum(point.shown.value is not None for point in self.points)


Z = Sequence[float | None]
"""Distances from the mean in sigma (for a trend: figures), oldest first; None where a period is hidden or missing."""


def outside(z: Z, beyond: Sequence[bool]) -> Signal | None:
    """The last period lies outside the limits (Shewhart 1931; Western Electric rule 1). `beyond` says which ones do."""
    last = z[-1]
    if last is None or not beyond[-1]:
        return None
    above = last > 0
    return Signal(Rule.OUTSIDE, above, _run(z, lambda n, each: beyond[n] and (each > 0) == above))


def run_of_eight(z: Z) -> Signal | None:
    """Eight or more periods in a row lie on one side of the mean (Western Electric rule 4)."""
    last = z[-1]
    if not last:
        return None
    above = last > 0
    length = _run(z, lambda _, each: each != 0 and (each > 0) == above)
    return Signal(Rule.RUN, above, length) if length >= RUN else None


def two_of_three_near(z: Z) -> Signal | None:
    """The last period and one of the two before it lie beyond two sigma on one side (Western Electric rule 2)."""
    last = z[-1]
    if last is None or abs(last) <= 2 or len(z) < 3:
        return None
    sign = 1 if last > 0 else -1
    near = sum(each is not None and sign * each > 2 for each in z[-3:])
    return Signal(Rule.NEAR, sign > 0, 3) if near >= 2 else None


def six_in_a_row(values: Z) -> Signal | None:
    """Six or more periods in a row, each over the one before, or each under it (Nelson 1984, test 3)."""
    steps = [None if a is None or b is None or a == b else b > a for a, b in pairwise(values)]
    if not steps or steps[-1] is None:
        return None
    rising, length = steps[-1], 1
    for step in reversed(steps):
        if step is not rising:
            break
        length += 1
    return Signal(Rule.TREND, rising, length) if length >= TREND else None


def _run(z: Z, holds: Callable[[int, float], bool]) -> int:
    """How many periods at the end hold, one after the other."""
    length = 0
    for number in range(len(z) - 1, -1, -1):
        each = z[number]
        if each is None or not holds(number, each):
            break
        length += 1
    return length


def limits_of_counts(counts: Sequence[int | None]) -> Limits | None:
    """XmR: mean ± 2.66 × mean moving range of the baseline, in whole numbers, never under nought (Wheeler 1993).

    A moving range is between neighbours. None where fewer than eight are shown, or no two of them are neighbours.
    """
    baseline = _baseline(counts)
    values = [value for value in baseline if value is not None]
    ranges = [abs(b - a) for a, b in pairwise(baseline) if a is not None and b is not None]
    if len(values) < BASELINE or not ranges:
        return None
    mean, reach = sum(values) / len(values), OF_THE_RANGE * sum(ranges) / len(ranges)
    return Limits(mean, max(round(mean - reach), 0), round(mean + reach), reach / 3)


def limits_of_shares(shares: Sequence[tuple[int, int] | None]) -> list[Limits | None]:
    """p-chart: the baseline's share ± three standard errors, for each period by its own denominator, in per cent
    (Shewhart 1931). None where a period is not shown; all None where fewer than eight are.
    """
    baseline = [share for share in _baseline(shares) if share is not None]
    if len(baseline) < BASELINE:
        return [None] * len(shares)
    p = sum(numerator for numerator, _ in baseline) / sum(denominator for _, denominator in baseline)
    return [None if share is None else _of_share(p, share[1]) for share in shares]


def _of_share(p: float, denominator: int) -> Limits:
    sigma = sqrt(p * (1 - p) / denominator)
    low, high = max(p - 3 * sigma, 0), min(p + 3 * sigma, 1)
    return Limits(100 * p, round(100 * low, 1), round(100 * high, 1), 100 * sigma)


def _baseline(points: Sequence[T | None]) -> list[T | None]:
    """The first points, up to and with the eighth that is shown."""
    found: list[T | None] = []
    for point in points:
        found.append(point)
        if sum(each is not None for each in found) == BASELINE:
            break
    return found


def chart(figures: Mapping[Period, Shown], resets: Sequence[Reset] = ()) -> list[Segment]:
    """Periods of one kind, oldest first, in segments of the same limits, each period judged.

    `figures` holds every period from the first to the last, as it may be shown.
    """
    begins = {next((p for p in figures if p.end >= reset.since), None): reset for reset in _in_order(resets)}
    parts: list[tuple[Reset | None, list[Period]]] = [(None, [])]
    for period in figures:
        if period in begins:
            parts.append((begins[period], []))
        parts[-1][1].append(period)
    return [Segment(_judged({p: figures[p] for p in periods}), reset) for reset, periods in parts if periods]


def unjudged(figures: Mapping[Period, Shown]) -> list[Segment]:
    """Periods that overlap: nine months of each are in the one before, so that no limit drawn from them would hold."""
    points = tuple(Judged(period, shown, None) for period, shown in figures.items())
    return [Segment(points, None)] if points else []


def _in_order(resets: Sequence[Reset]) -> list[Reset]:
    return sorted(resets, key=lambda reset: (reset.since, reset.decided))


def _judged(figures: Mapping[Period, Shown]) -> tuple[Judged, ...]:
    shown = list(figures.values())
    if any(each.of for each in shown):
        limits = limits_of_shares([each.of for each in shown])
    else:
        counts = [None if each.value is None else int(each.value) for each in shown]
        whole = limits_of_counts(counts)
        limits = [whole] * len(counts)
    z = [_z(each, limit) for each, limit in zip(shown, limits, strict=True)]
    beyond = [_is_beyond(each, limit) for each, limit in zip(shown, limits, strict=True)]
    values = [None if limit is None else each.value for each, limit in zip(shown, limits, strict=True)]
    judged = []
    for n, (period, each) in enumerate(figures.items(), 1):
        found = (outside(z[:n], beyond[:n]), run_of_eight(z[:n]), two_of_three_near(z[:n]), six_in_a_row(values[:n]))
        judged.append(Judged(period, each, limits[n - 1], tuple(signal for signal in found if signal)))
    return tuple(judged)


def _is_beyond(shown: Shown, limits: Limits | None) -> bool:
    return limits is not None and shown.value is not None and not limits.low <= shown.value <= limits.high


def _z(shown: Shown, limits: Limits | None) -> float | None:
    if shown.value is None or limits is None:
        return None
    exact = 100 * shown.of[0] / shown.of[1] if shown.of else shown.value
    away = exact - limits.mean
    return away / limits.sigma if limits.sigma else 0.0 if abs(away) < 1e-9 else inf if away > 0 else -inf
