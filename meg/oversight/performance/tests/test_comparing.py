"""Funnel limits: the designed table of County Durham, a second computation, and what is hidden."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meg.oversight.performance.comparing import ACT, WARN, Area, Side, limits, side

ENGLAND = 13_010 / 116_420  # children who went missing of those looked after, year to 31 March 2024 (DfE, OGL v3)
DESIGNED = [
    ("County Durham", 171, 1593, (9.6, 12.8), Side.INSIDE),
    ("Sunderland", 100, 757, (8.9, 13.5), Side.INSIDE),
    ("South Tyneside", 51, 444, (8.2, 14.2), Side.INSIDE),
    ("Halton", 46, 506, (8.4, 14.0), Side.INSIDE),
    ("Wirral", 83, 980, (9.2, 13.2), Side.BELOW),
    ("Barnsley", 52, 620, (8.6, 13.7), Side.BELOW),
    ("Darlington", 25, 431, (8.1, 14.2), Side.FAR_BELOW),
]


@pytest.mark.parametrize(("name", "count", "of", "expected", "where"), DESIGNED)
def test_the_designed_table(name: str, count: int, of: int, expected: tuple[float, float], where: Side) -> None:
    low, high = limits(ENGLAND, of, WARN)
    assert (round(100 * low, 1), round(100 * high, 1)) == expected
    assert side(Area("", name, count, of), ENGLAND) is where


@given(st.integers(1, 99), st.fractions(Fraction(1, 100), Fraction(99, 100), max_denominator=100))
def test_small_areas_have_exact_limits(size: int, share: Fraction) -> None:
    """The chance of fewer than the lower limit, and of more than the upper, is under the tail in fractions."""
    low, high = (round(each * size) for each in limits(float(share), size, WARN))
    chance = [comb(size, n) * share**n * (1 - share) ** (size - n) for n in range(size + 1)]
    tail = Fraction(2_275_014, 100_000_000)  # beyond two standard errors on one side
    almost = Fraction(1, 10**7)
    assert sum(chance[:low]) < tail + almost
    assert sum(chance[: low + 1]) > tail - almost
    assert sum(chance[high + 1 :]) < tail + almost
    assert sum(chance[:high]) < 1 - tail + almost


@given(st.integers(1, 5000), st.floats(0.01, 0.99))
def test_the_outer_limits_lie_outside_the_inner(size: int, share: float) -> None:
    (low, high), (far_low, far_high) = limits(share, size, WARN), limits(share, size, ACT)
    assert 0 <= far_low <= low <= high <= far_high <= 1


def test_what_is_hidden_lies_nowhere() -> None:
    assert side(Area("1", "Hidden", None, 300), ENGLAND) is None
    assert side(Area("1", "Nobody", 0, 0), ENGLAND) is None
    assert Area("1", "Hidden", None, 300, 1000).rate is None


def test_a_rate_is_for_each_ten_thousand_children() -> None:
    assert Area("840", "County Durham", 171, 1593, 100_432).rate == pytest.approx(17.026, abs=0.001)


def test_a_share_of_nobody_has_no_limits() -> None:
    with pytest.raises(ValueError, match="at least one child"):
        limits(0.1, 0, WARN)
