"""Indicators 8, 9 and 10: for any set of referrals and levels the figures equal a second computation from the rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.oversight.performance.referrals import REPEATS, Referrals, covered_referral_months
from meg.oversight.performance.rules import Period, periods_between, read_period
from meg.oversight.performance.tests.records import LONDON
from meg.partnership.seats import seated
from meg.protect.exploitation.actions import close, give_level, refer
from meg.protect.exploitation.models import Level, Referral
from meg.protect.exploitation.rules import Told

NOW = datetime(2018, 4, 20, 9, 30, tzinfo=UTC)
PERIODS = periods_between(read_period("2017-18Q3").start, read_period("2018-04").end)
MOMENTS = [  # the ends of months, quarters and years, and the hours in which London and UTC are on different days
    datetime(2017, 10, 31, 23, 30, tzinfo=UTC),
    datetime(2017, 12, 31, 23, 59, tzinfo=UTC),
    datetime(2018, 1, 1, 0, 0, tzinfo=UTC),
    datetime(2018, 3, 31, 22, 59, tzinfo=UTC),
    datetime(2018, 3, 31, 23, 30, tzinfo=UTC),
    datetime(2018, 4, 12, 12, 0, tzinfo=UTC),
]
ANY = settings(
    max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True)
class Drawn:
    """A referral as drawn. `later`: a level given at a review, which moves no figure."""

    received: datetime
    level: str
    later: str
    mistaken: bool
    withdrawn: bool
    again: bool


seldom = st.sampled_from([False] * 7 + [True])
drawn = st.builds(
    Drawn,
    received=st.sampled_from(MOMENTS),
    level=st.sampled_from(["", "low", "low", "medium", "high"]),
    later=st.sampled_from(["", "low", "high"]),
    mistaken=seldom,
    withdrawn=seldom,
    again=st.booleans(),
)


def write(cast: Cast, many: list[Drawn]) -> None:
    child, first = cast.child(), None
    for one in many:
        made = Referral.objects.create(
            child=child, referred_by="A teacher", received_at=one.received, consent="given", repeat_of=first if one.again else None,
            withdrawn_at=NOW if one.withdrawn else None,
            **({"state": "closed", "outcome": "mistaken", "closed_at": NOW} if one.mistaken else {}),
        )  # fmt: skip
        first = first or made
        of = {"referral": made, "child": child, "by": "Helen Example", "rationale": "As told"}
        if one.level:
            Level.objects.create(level=one.level, point="referral", at=one.received, **of)
        if one.later:
            Level.objects.create(level=one.later, point="review", at=one.received + timedelta(days=9), **of)


def by_hand(many: list[Drawn], period: Period, share: str) -> tuple[int, int | None]:
    """The same, asked of each referral as it was drawn."""
    within = [
        one for one in many
        if period.start <= one.received.astimezone(LONDON).date() <= period.end and not one.mistaken and not one.withdrawn
    ]  # fmt: skip
    if not share:
        return len(within), None
    firsts = [place for place, one in enumerate(many) if one.again and place]
    again = [many[place] for place in firsts]
    if share == REPEATS:
        return sum(any(one is each for each in again) for one in within), len(within)
    return sum(one.level == share for one in within), len(within)


@ANY
@given(many=st.lists(drawn, min_size=1, max_size=9))
def test_referrals_and_levels_are_as_counted_by_hand(cast: Cast, many: list[Drawn]) -> None:
    with time_machine.travel(NOW, tick=False), seated(cast.operator), transaction.atomic():
        write(cast, many)
        for share in ("", "high", "medium", REPEATS):
            for counted in Referrals(share).count(PERIODS, {}):
                assert (counted.numerator, counted.denominator) == by_hand(many, counted.period, share), share
                behind = Referrals(share).rows([counted.period], {})
                expected = counted.numerator if counted.denominator is None else counted.denominator
                assert len(behind) == expected
                if share:
                    assert sum(row.met is True for row in behind) == counted.numerator
        transaction.set_rollback(True)


def test_what_is_left_out_is_counted_by_its_reason(cast: Cast) -> None:
    none = Drawn(MOMENTS[5], "low", "", False, False, False)
    with time_machine.travel(NOW, tick=False), seated(cast.operator):
        write(
            cast, [none, Drawn(MOMENTS[5], "", "", True, False, False), Drawn(MOMENTS[5], "", "", False, True, False)]
        )
        [found] = Referrals().count([read_period("2018-04")], {})
    assert (found.numerator, found.left_out) == (1, {"mistaken": 1, "withdrawn": 1})


def test_a_referral_moves_the_figure_by_one_and_a_later_level_by_nothing(cast: Cast) -> None:
    child, april = cast.child(agency="Penfield Academy"), [read_period("2018-04")]
    told = Told(
        received_at=NOW - timedelta(hours=2), referred_by="Daniel Example", source="2A", how_known="saw", concerns="As told.",
        kinds=("online",), began="online", platform="gaming", voice_because="Not seen yet", consent="given",
    )  # fmt: skip
    with time_machine.travel(NOW, tick=False):
        with seated(cast.by("daniel")) as by:
            made = refer(by=by, child=child, told=told, now=NOW)
        with seated(cast.by("helen")) as team:
            assert [one.numerator for one in Referrals("high").count(april, {})] == [0]
            give_level(by=team, referral=made, level="high", who="Helen Example", rationale="As told.", now=NOW)
            high = Referrals("high").count(april, {})[0]
            assert (high.numerator, high.denominator) == (1, 1)
            give_level(by=team, referral=made, level="low", who="Helen Example", rationale="Work done.", now=NOW,
                       point=Level.Point.REVIEW)  # fmt: skip
            close(by=team, referral=made, outcome="safer", why="Plan ended.", now=NOW)
            assert Referrals("high").count(april, {})[0] == high
            assert Referrals("").count(april, {})[0].numerator == 1
            assert covered_referral_months() == april


def test_nothing_is_covered_before_the_first_referral(cast: Cast) -> None:
    with seated(cast.operator):
        assert covered_referral_months() == []
