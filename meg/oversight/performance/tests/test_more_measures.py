"""Measures to be picked: each against a second computation, episode by episode, for any set of records."""

from __future__ import annotations

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.oversight.performance.measures import Counted, measures
from meg.oversight.performance.passes import Passes
from meg.oversight.performance.rules import Period, periods_between, read_period
from meg.oversight.performance.tests.lives import (
    NOW,
    Kept,
    Life,
    counts,
    denominator_again,
    lives,
    met,
    placement_of,
    within,
    write,
)
from meg.partnership.seats import seated
from meg.protect.missing.models import Episode

PERIODS = periods_between(read_period("2017-18Q3").start, read_period("2018-04").end)
ANY = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def started(kept: Kept, period: Period, include_absent: bool) -> list[Episode]:
    return [
        each for each in kept.episodes if counts(kept, each, True, include_absent) and within(period, each.started_at)
    ]


def seen_again(kept: Kept, period: Period, include_absent: bool) -> tuple[int, int | None]:
    """Place last seen recorded."""
    episodes = started(kept, period, include_absent)
    return len([each for each in episodes if each.last_seen_place]), len(episodes)


def outside_again(kept: Kept, period: Period, include_absent: bool) -> tuple[int, int | None]:
    """Missing from placements in other areas."""
    from_care = [each for each in started(kept, period, include_absent) if each.missing_from == "care"]
    areas = [placement.in_area for each in from_care if (placement := placement_of(kept, each))]
    return areas.count(False), areas.count(False) + areas.count(True)


def overdue_again(kept: Kept, period: Period, include_absent: bool) -> tuple[int, int | None]:
    """Return interviews overdue."""
    everyone = [each for ours in (True, False) for each in denominator_again(kept, period, ours, include_absent)]
    return sum(not met(kept, each) for each in everyone), None


AGAIN = {
    "place_last_seen_recorded": seen_again,
    "missing_from_placements_outside": outside_again,
    "return_interviews_overdue": overdue_again,
}


def figures(name: str, include_absent: bool, passes: Passes) -> dict[Period, Counted]:
    found = measures()[name].counted(PERIODS, {"include_absent": include_absent}, passes)
    return {counted.period: counted for counted in found}


@ANY
@given(drawn=lives, include_absent=st.booleans())
def test_measures_to_be_picked_are_as_counted_by_hand(cast: Cast, drawn: list[Life], include_absent: bool) -> None:
    with time_machine.travel(NOW, tick=False), seated(cast.operator), transaction.atomic():
        kept, passes = write(drawn), Passes()
        for name, again in AGAIN.items():
            measure = measures()[name]
            for period, counted in figures(name, include_absent, passes).items():
                assert (counted.numerator, counted.denominator) == again(kept, period, include_absent), (name, period)
                rows = measure.rows([period], {"include_absent": include_absent})
                assert len(rows) == (counted.numerator if counted.denominator is None else counted.denominator)
                assert counted.denominator is None or sum(row.met is True for row in rows) == counted.numerator
                assert {why.split(".")[0] for why in counted.left_out} <= set(measure.left_out)
        transaction.set_rollback(True)


@ANY
@given(drawn=lives, include_absent=st.booleans())
def test_every_episode_is_counted_or_left_out(cast: Cast, drawn: list[Life], include_absent: bool) -> None:
    with time_machine.travel(NOW, tick=False), seated(cast.operator), transaction.atomic():
        kept, passes = write(drawn), Passes()
        for name in AGAIN:
            for period, counted in figures(name, include_absent, passes).items():
                of = counted.denominator if counted.denominator is not None else counted.numerator
                moments = [
                    each.returned_at if name == "return_interviews_overdue" else each.started_at
                    for each in kept.episodes
                ]
                assert of + sum(counted.left_out.values()) == sum(within(period, moment) for moment in moments), name
        transaction.set_rollback(True)
