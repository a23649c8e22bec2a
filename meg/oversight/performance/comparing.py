"""A share of ours beside others': whether it differs from the country's by more than chance.

A funnel plot (D. J. Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 24:1185,
2005): around the country's share, how far a share may lie by chance alone in an authority of that size.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import comb, erfc, sqrt

WARN, ACT = 2.0, 3.09
"""Standard errors: about 95 and 99.8 in 100 of what chance alone brings lie within them."""
EXACT_UNDER = 100  # children: the normal approximation is rough for so few


class Side(StrEnum):
    """Where a share lies against the limits."""

    INSIDE = "Inside"
    ABOVE = "Above 95%"
    FAR_ABOVE = "Above 99.8%"
    BELOW = "Below 95%"
    FAR_BELOW = "Below 99.8%"


@dataclass(frozen=True)
class Area:
    """An authority, a region or the country: how many of how many children, and how many children live there.

    `count` or `of` None: not given; `hidden`, where the publisher hides one of them to protect children.
    """

    code: str
    name: str
    count: int | None
    of: int | None
    population: int | None = None
    region: str = ""
    hidden: bool = False

    @property
    def share(self) -> float | None:
        """Between 0 and 1. None where it cannot be known."""
        return None if self.count is None or not self.of else self.count / self.of

    @property
    def rate(self) -> float | None:
        """For each 10,000 children aged 0 to 17. None where it cannot be known."""
        return None if self.count is None or not self.population else 10_000 * self.count / self.population


def limits(share: float, size: int, errors: float) -> tuple[float, float]:
    """The lowest and highest share of so many children that chance alone brings, within so many standard errors.

    Under 100 children by the binomial distribution itself. Raises ValueError for a size under 1.
    """
    if size < 1:
        raise ValueError("A share needs at least one child to be a share of.")
    if size < EXACT_UNDER:
        tail = erfc(errors / sqrt(2)) / 2
        return _quantile(share, size, tail) / size, _quantile(share, size, 1 - tail) / size
    reach = errors * sqrt(share * (1 - share) / size)
    return max(share - reach, 0.0), min(share + reach, 1.0)


def _quantile(share: float, size: int, probability: float) -> int:
    """The least number that as many or fewer are expected with at least this probability."""
    total = 0.0
    for number in range(size + 1):
        total += comb(size, number) * share**number * (1 - share) ** (size - number)
        if total >= probability:
            return number
    return size


def side(area: Area, share: float) -> Side | None:
    """Where an area lies against the limits around a share. None where its own share is hidden."""
    if area.share is None or area.of is None:
        return None
    (low, high), (far_low, far_high) = limits(share, area.of, WARN), limits(share, area.of, ACT)
    if area.share > high:
        return Side.FAR_ABOVE if area.share > far_high else Side.ABOVE
    if area.share < low:
        return Side.FAR_BELOW if area.share < far_low else Side.BELOW
    return Side.INSIDE
