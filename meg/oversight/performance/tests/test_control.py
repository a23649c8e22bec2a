"""Control charts: the limits, each rule on its own, and what must never follow from a hidden figure."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meg.oversight.performance.control import (
    Reset,
    Rule,
    Segment,
    chart,
    limits_of_counts,
    limits_of_shares,
    outside,
    run_of_eight,
    six_in_a_row,
    two_of_three_near,
)
from meg.oversight.performance.disclosure import NOT_SUPPLIED, Shown, share_of
from meg.oversight.performance.rules import Kind, Period, add_months

DESIGNED = [27, 24, 29, 26, 31, 34, 30, 35, 41, 38, 44, 43, 45, 49, 44, 47, 52, 57, 54, 61]
RESET = Reset(date(2021, 4, 1), date(2023, 2, 14), "the Group", "Eight quarters above the old mean.")
HIDDEN = Shown("c")


def quarter(number: int) -> Period:
    return Period(add_months(date(2019, 4, 1), 3 * number), Kind.QUARTER)


def counted(*values: int | None) -> dict[Period, Shown]:
    """Quarters with these counts; None is hidden."""
    return {quarter(n): HIDDEN if v is None else Shown(f"{v:,}", v) for n, v in enumerate(values)}


def signals(segments: list[Segment]) -> list[set[Rule]]:
    return [{signal.rule for signal in point.signals} for segment in segments for point in segment.points]


def test_the_designed_chart_has_its_limits_and_its_three_signals() -> None:
    before, after = chart(counted(*DESIGNED), [RESET])
    first, second = before.points[0].limits, after.points[0].limits
    assert first
    assert second
    assert (first.mean, first.low, first.high) == (29.5, 19, 40)
    assert (round(second.mean, 1), second.low, second.high) == (43.9, 35, 53)
    assert after.reset == RESET
    assert before.reset is None
    assert signals([before]) == [set()] * 8
    above = [Rule.OUTSIDE in found for found in signals([after])]
    assert above == [False] * 9 + [True] * 3
    assert [s.periods for s in after.points[-1].signals if s.rule is Rule.OUTSIDE] == [3]


def test_without_the_decision_the_old_limits_stand() -> None:
    (whole,) = chart(counted(*DESIGNED))
    limits = whole.points[-1].limits
    assert limits
    assert (limits.low, limits.high) == (19, 40)


def test_fewer_than_eight_periods_have_no_limits_and_no_signal() -> None:
    (few,) = chart(counted(10, 20, 30, 40, 50, 60, 70))
    assert all(point.limits is None and not point.signals for point in few.points)


def test_a_lower_limit_is_never_under_nought() -> None:
    limits = limits_of_counts([0, 12, 0, 14, 1, 11, 0, 13])
    assert limits
    assert limits.low == 0


def test_a_hidden_period_is_no_part_of_a_limit() -> None:
    limits = limits_of_counts([20, None, 22, 20, 22, 20, 22, 20, 22, 500])
    assert limits
    assert limits.mean == 21
    assert limits.sigma == pytest.approx(2.66 * 2 / 3)


@given(st.lists(st.integers(min_value=0, max_value=500), min_size=8, max_size=30))
def test_the_limits_of_counts_equal_a_second_computation(values: list[int]) -> None:
    first = values[:8]
    mean = Fraction(sum(first), 8)
    moved = Fraction(sum(abs(first[n] - first[n + 1]) for n in range(7)), 7)
    limits = limits_of_counts(values)
    assert limits
    assert limits.mean == pytest.approx(float(mean))
    assert limits.low == max(round(float(mean - Fraction(266, 100) * moved)), 0)
    assert limits.high == round(float(mean + Fraction(266, 100) * moved))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).filter(any), min_size=8, max_size=20))
def test_the_limits_of_shares_equal_a_second_computation(pairs: list[tuple[int, int]]) -> None:
    shares = [(met, met + not_met) for met, not_met in pairs]
    p = sum(met for met, _ in shares[:8]) / sum(of for _, of in shares[:8])
    for (_, of), limits in zip(shares, limits_of_shares(shares), strict=True):
        assert limits
        assert limits.mean == pytest.approx(100 * p)
        assert limits.high == pytest.approx(min(100 * (p + 3 * sqrt(p * (1 - p) / of)), 100), abs=0.06)
        assert limits.low == pytest.approx(max(100 * (p - 3 * sqrt(p * (1 - p) / of)), 0), abs=0.06)


def test_outside_counts_the_periods_beyond_the_same_limit() -> None:
    found = outside([0.1, -3.5, 3.2, 3.4], [False, True, True, True])
    assert found
    assert (found.above, found.periods) == (True, 2)
    assert outside([3.4, 0.2], [True, False]) is None
    assert outside([3.4, None], [True, False]) is None


def test_eight_on_one_side_of_the_mean_and_not_seven() -> None:
    assert run_of_eight([0.5] * 7) is None
    found = run_of_eight([-1.0, *[0.5] * 8])
    assert found
    assert (found.above, found.periods) == (True, 8)
    below = run_of_eight([-0.5] * 9)
    assert below
    assert (below.above, below.periods) == (False, 9)
    assert run_of_eight([0.5] * 4 + [0.0] + [0.5] * 4) is None, "on the mean is on neither side"
    assert run_of_eight([0.5] * 4 + [None] + [0.5] * 4) is None, "a hidden period ends a run"


def test_two_of_three_beyond_two_sigma_on_one_side() -> None:
    assert two_of_three_near([2.1, 0.0, 2.2])
    assert two_of_three_near([0.0, -2.1, -2.2])
    assert two_of_three_near([2.1, 0.0, 0.0, 2.2]) is None
    assert two_of_three_near([2.1, 2.2, 0.0]) is None, "the last is not near"
    assert two_of_three_near([-2.1, 0.0, 2.2]) is None


def test_six_in_a_row_and_not_five() -> None:
    assert six_in_a_row([1, 2, 3, 4, 5]) is None
    rising = six_in_a_row([9, 1, 2, 3, 4, 5, 6])
    assert rising
    assert (rising.above, rising.periods) == (True, 6)
    falling = six_in_a_row([6, 5, 4, 3, 2, 1])
    assert falling
    assert not falling.above
    assert six_in_a_row([1, 2, 3, 3, 4, 5, 6]) is None, "two that are the same end it"
    assert six_in_a_row([1, 2, 3, None, 4, 5, 6]) is None


def test_a_period_that_was_not_supplied_is_kept_in_its_place() -> None:
    figures = counted(*[20, 22] * 4, 21)
    figures[quarter(9)] = NOT_SUPPLIED
    (segment,) = chart(figures)
    assert segment.points[-1].signals == ()
    assert (len(segment.points), segment.shown) == (10, 9)


def test_shares_of_the_same_size_are_judged_by_their_own_denominators() -> None:
    (segment,) = chart({quarter(n): share_of(60, 100) for n in range(8)} | {quarter(8): share_of(45, 50)})
    last = segment.points[-1]
    assert last.limits
    assert last.limits.high == 80.8
    assert {signal.rule for signal in last.signals} == {Rule.OUTSIDE}


@given(st.lists(st.one_of(st.none(), st.integers(6, 200)), min_size=1, max_size=24))
def test_what_is_hidden_changes_nothing(values: list[int | None]) -> None:
    """Judging knows figures only as they are shown: a hidden one has no value to be known."""
    one = {quarter(n): Shown("c", None, "primary") if v is None else Shown(str(v), v) for n, v in enumerate(values)}
    two = {quarter(n): Shown("c", None, "secondary") if v is None else Shown(str(v), v) for n, v in enumerate(values)}
    assert signals(chart(one)) == signals(chart(two))
    assert all(not point.signals for segment in chart(one) for point in segment.points if point.shown.hidden)
