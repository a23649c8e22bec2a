"""What stands beside indicator 8, and what followed: each against a second computation, referral by referral."""

from __future__ import annotations

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.oversight.performance.beside import divisions
from meg.oversight.performance.measures import measures
from meg.oversight.performance.passes import Passes
from meg.oversight.performance.rules import periods_between, read_period
from meg.oversight.performance.tests import referral_lives as again
from meg.oversight.performance.tests.referral_lives import NOW, Told, told, within, write
from meg.partnership.seats import seated

PERIODS = periods_between(read_period("2017-18Q3").start, read_period("2018-04").end)
ANY = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
DRAWN = st.lists(told, min_size=1, max_size=9)


@ANY
@given(drawn=DRAWN)
def test_how_referrals_divide_is_as_counted_by_hand(cast: Cast, drawn: list[Told]) -> None:
    with time_machine.travel(NOW, tick=False), seated(cast.operator), transaction.atomic():
        write(cast, drawn)
        for counted in measures()["exploitation_referrals"].counted(PERIODS, {}, Passes()):
            of = within(drawn, counted.period)
            for way in again.WAYS:
                kept = counted.beside[way]
                found = {kept["words"][code]: n for code, n in kept["lines"].items() if n}
                assert kept["of"] == len(of)
                assert found == again.by_code(of, way), (way, counted.period)
                assert list(kept["words"]) == kept["order"]
                assert set(kept["lines"]) == set(kept["order"])
            for name, line in (("referral_age", again.age_again), ("referral_sex", again.sex_again)):
                lines = [line(one) for one in of]
                assert {code: n for code, n in counted.beside[name]["lines"].items() if n} == {
                    code: lines.count(code) for code in lines
                }, (name, counted.period)
            read = {one.name: one for one in divisions(counted.beside)}
            assert not any(line.number.value == 0 for line in read["source"].lines) if "source" in read else not of
        transaction.set_rollback(True)


@ANY
@given(drawn=DRAWN, days=st.sampled_from([None, 10, 13]))
def test_what_followed_is_as_counted_by_hand(cast: Cast, drawn: list[Told], days: int | None) -> None:
    given_days = {"days": days} if days else {}
    with time_machine.travel(NOW, tick=False), seated(cast.operator), transaction.atomic():
        write(cast, drawn)
        passes = Passes()
        for name, what in (("referrals_assessed_in_time", "assessed"), ("referrals_served_in_time", "served")):
            measure = measures()[name]
            for counted in measure.counted(PERIODS, given_days, passes):
                of = within(drawn, counted.period)
                own = days or measure.days
                expected = again.in_time_again(of, what, own)
                assert (counted.numerator, counted.denominator) == expected, (name, counted.period)
                assert tuple(counted.beside["median"].values()) == again.middle_again(of, what, own)
                rows = measure.rows([counted.period], given_days)
                assert (sum(row.met is True for row in rows), len(rows)) == expected
                assert set(counted.left_out) <= set(measure.left_out)
        for name, what in (("referrals_level_fell", "fell"), ("referrals_level_rose", "rose")):
            measure = measures()[name]
            for counted in measure.counted(PERIODS, {}, passes):
                expected = again.change_again(within(drawn, counted.period), what)
                assert (counted.numerator, counted.denominator) == expected, (name, counted.period)
                rows = measure.rows([counted.period], {})
                assert (sum(row.met is True for row in rows), len(rows)) == expected
                assert set(counted.left_out) <= set(measure.left_out)
        transaction.set_rollback(True)


@ANY
@given(drawn=DRAWN)
def test_every_referral_is_counted_or_left_out_with_a_reason(cast: Cast, drawn: list[Told]) -> None:
    names = ("referrals_assessed_in_time", "referrals_served_in_time", "referrals_level_fell", "referrals_level_rose")
    with time_machine.travel(NOW, tick=False), seated(cast.operator), transaction.atomic():
        write(cast, drawn)
        for name in names:
            for counted in measures()[name].counted(PERIODS, {}, Passes()):
                every = [one for one in drawn if counted.period.start <= one.day <= counted.period.end]
                assert (counted.denominator or 0) + sum(counted.left_out.values()) == len(every), name
        transaction.set_rollback(True)
