"""For any set of episodes and interviews, indicators 1, 2, 5 and 6 equal a second computation from the rows."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.oversight.performance.measures import Counted, measures
from meg.oversight.performance.passes import Passes
from meg.oversight.performance.rules import Period, periods_between, read_period
from meg.oversight.performance.tests.lives import (
    NOW,
    Away,
    Kept,
    Life,
    age_again,
    answers_again,
    children_again,
    counts,
    denominator_again,
    lives,
    met,
    middle_again,
    placed_again,
    sex_again,
    within,
    write,
)
from meg.oversight.performance.tests.records import LONDON
from meg.partnership.seats import seated
from meg.protect.missing.models import Episode

PERIODS = periods_between(read_period("2017-18Q3").start, read_period("2018-04").end)
HOME, CARE = "home", "care"
COUNTS = {
    "children_missing_from_home": (HOME, 1),
    "children_missing_from_home_more_than_once": (HOME, 2),
    "children_missing_from_care": (CARE, 1),
    "children_missing_from_care_more_than_once": (CARE, 2),
}
SHARES = {"return_interviews_in_time": True, "return_interviews_in_time_placed_here": False}
JUST_OVER = NOW - timedelta(hours=73)
AT_ONCE = Away(1, 0, CARE, ("M", ""), True, "yes", False, None)  # back after no time: 72 hours ago to the second
ANY = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def figures(name: str, include_absent: bool, passes: Passes | None = None) -> dict[Period, Counted]:
    found = measures()[name].counted(PERIODS, {"include_absent": include_absent}, passes or Passes())
    return {counted.period: counted for counted in found}


@ANY
@given(drawn=lives)
def test_measures_that_share_their_passes_count_as_each_alone(cast: Cast, drawn: list[Life]) -> None:
    """Whatever the settings of each, and whichever comes first."""
    with time_machine.travel(NOW, tick=False), seated(cast.operator), transaction.atomic():
        write(drawn)
        shared = Passes()
        for name in [*COUNTS, *SHARES]:
            for include_absent in (True, False):
                assert figures(name, include_absent, shared) == figures(name, include_absent), name
        assert len([key for key in shared.kept if isinstance(key, tuple)]) == 4, "two passes for each of two settings"
        transaction.set_rollback(True)


@ANY
@given(drawn=lives, include_absent=st.booleans())
def test_children_missing_are_as_counted_by_hand(cast: Cast, drawn: list[Life], include_absent: bool) -> None:
    with time_machine.travel(NOW, tick=False), seated(cast.operator), transaction.atomic():
        kept = write(drawn)
        for name, (of, at_least) in COUNTS.items():
            for period, counted in figures(name, include_absent).items():
                children, episodes = children_again(kept, period, of, at_least, include_absent)
                assert counted.numerator == counted.value == children, (name, period.label)
                if at_least == 1:
                    assert counted.episodes == episodes
                    same_parts(kept, period, counted, of, include_absent)
        transaction.set_rollback(True)


def same_parts(kept: Kept, period: Period, counted: Counted, of: str, include_absent: bool) -> None:
    """How the episodes divide, asked again of each episode; every way adds up to all of them."""
    episodes = [
        each
        for each in kept.episodes
        if each.missing_from == of and counts(kept, each, True, include_absent) and within(period, each.started_at)
    ]
    for name in ("setting", "weekday", "hour", "duration"):
        assert sum(counted.beside[name]["lines"].values()) == counted.beside[name]["of"] == len(episodes), name
        for code, number in counted.beside[name]["lines"].items():
            assert number == sum(part(each, name) == code for each in episodes), (name, code, period.label)
    same_children(kept, counted, episodes)


def same_children(kept: Kept, counted: Counted, episodes: list[Episode]) -> None:
    """Who the children were, by age and by sex."""
    for name, of in (("age", age_again), ("sex", sex_again)):
        again = Counter(of(kept, each) for each in episodes)
        assert +Counter(counted.beside[name]["lines"]) == again
        assert counted.beside[name]["of"] == again.total()


def part(each: Episode, name: str) -> str:
    """Where one episode falls."""
    local = each.started_at.astimezone(LONDON)
    if name == "duration":
        return lasted(each)
    if name == "hour":
        return str(local.hour) if each.started_to_the_minute else "unknown"
    return {"setting": each.setting, "weekday": str(local.isoweekday())}[name]


def lasted(each: Episode) -> str:
    if each.returned_at is None:
        return "open"
    hours = (each.returned_at - each.started_at).total_seconds() / 3600
    if not (each.started_to_the_minute and each.returned_to_the_minute):
        days = (each.returned_at.astimezone(LONDON).date() - each.started_at.astimezone(LONDON).date()).days
        if days == 0:
            return "same_day"
        hours = 24 * days
    bands = [(6, "under_6"), (12, "under_12"), (24, "under_24"), (72, "under_72"), (168, "under_168")]
    return next((code for under, code in bands if hours < under), "longer")


@ANY
@given(drawn=lives, include_absent=st.booleans())
@example(drawn=[Life("840", False, JUST_OVER, (AT_ONCE,))], include_absent=False)
@example(drawn=[Life("840", False, JUST_OVER - timedelta(seconds=1), (AT_ONCE,))], include_absent=False)
def test_interviews_in_time_are_as_counted_by_hand(cast: Cast, drawn: list[Life], include_absent: bool) -> None:
    with time_machine.travel(NOW, tick=False), seated(cast.operator), transaction.atomic():
        kept = write(drawn)
        for name, ours in SHARES.items():
            for period, counted in figures(name, include_absent).items():
                same_share(kept, period, counted, denominator_again(kept, period, ours, include_absent))
                ended = [each for each in kept.episodes if within(period, each.returned_at)]
                assert sum(counted.left_out.values()) + (counted.denominator or 0) == len(ended)
                rows = measures()[name].rows([period], {"include_absent": include_absent})
                assert (len(rows), sum(row.met is True for row in rows)) == (counted.denominator, counted.numerator)
        transaction.set_rollback(True)


def same_share(kept: Kept, period: Period, counted: Counted, episodes: list[Episode]) -> None:
    held = sum(met(kept, each) for each in episodes)
    assert (counted.numerator, counted.denominator) == (held, len(episodes)), period.label
    if episodes:
        assert float(counted.value or 0) == pytest.approx(100 * held / len(episodes))
    else:
        assert counted.value is None
    assert counted.beside["answers"] == {"of": len(episodes), "lines": answers_again(kept, episodes)}, period.label
    same_children(kept, counted, episodes)
    many, middle = middle_again(kept, episodes)
    assert counted.beside["median"]["of"] == many
    assert counted.beside["median"]["hours"] == pytest.approx(middle, abs=0.051)
    for name, (of, lines) in placed_again(kept, episodes).items():
        assert counted.beside[name]["of"] == of, (name, period.label)
        assert {code: n for code, n in counted.beside[name]["lines"].items() if n} == lines, (name, period.label)
