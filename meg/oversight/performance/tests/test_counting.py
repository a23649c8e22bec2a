"""Indicators 3 and 4 against a second computation: plain Python, episode by episode, period by period."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from conftest import Cast
from meg.oversight.performance.beside import PLACED
from meg.oversight.performance.covered import covered_months
from meg.oversight.performance.measures import Counted, measures
from meg.oversight.performance.rules import Kind, Period, periods_between, read_period
from meg.oversight.performance.tests.records import LONDON, Some, batch, episode, many
from meg.partnership.seats import seated
from meg.protect.missing.models import Episode

APPENDIX_1 = Path(__file__).parents[1] / "data" / "appendix_1.csv"
THREE, FOUR = "children_missing_from_care", "children_missing_from_care_more_than_once"


def counted_again(some: Some, period: Period, at_least: int, include_absent: bool = False) -> tuple[int, int]:
    """Children, and the episodes of all children counted once or more, by hand."""
    times: Counter[int] = Counter()
    of = {child.pk: child for child in some.children}
    for each in some.episodes:
        day = each.started_at.astimezone(LONDON).date()
        child = of[each.child_id]
        if each.withdrawn_at or child.withdrawn_at or child.responsible_authority != "840":
            continue
        if each.missing_from == "care" and period.start <= day <= period.end:
            times[each.child_id] += each.counts_as_missing or include_absent
    return sum(1 for n in times.values() if n >= at_least), sum(times.values())


def all_periods() -> list[Period]:
    return periods_between(read_period("2016-17").start, read_period("2017-18").end)


def one(name: str, label: str, **settings: object) -> Counted:
    return measures()[name].count([read_period(label)], settings)[0]


@pytest.mark.parametrize(("name", "at_least"), [(THREE, 1), (FOUR, 2)])
@pytest.mark.parametrize("include_absent", [False, True])
def test_every_period_is_as_counted_by_hand(cast: Cast, name: str, at_least: int, include_absent: bool) -> None:
    some = many(cast)
    with seated(cast.operator):
        found = measures()[name].count(all_periods(), {"include_absent": include_absent})
    assert len(found) == 24 + 8 + 2
    for counted in found:
        children, episodes = counted_again(some, counted.period, at_least, include_absent)
        assert counted.numerator == counted.value == children, counted.period
        assert counted.episodes == (episodes if at_least == 1 else None)
    assert sum(counted.numerator for counted in found) > 50


def test_what_is_left_out_adds_up_to_every_episode(cast: Cast) -> None:
    some = many(cast)
    with seated(cast.operator):
        for counted in measures()[THREE].count(all_periods(), {}):
            started = [e for e in some.episodes if _in(e, counted.period)]
            assert sum(counted.left_out.values()) + (counted.episodes or 0) == len(started)
            assert set(counted.left_out) <= set(measures()[THREE].left_out)


def _in(each: Episode, period: Period) -> bool:
    return period.start <= each.started_at.astimezone(LONDON).date() <= period.end


@pytest.mark.parametrize("name", [THREE, FOUR])
def test_the_rows_behind_a_figure_are_its_children(cast: Cast, name: str) -> None:
    many(cast)
    with seated(cast.operator):
        assert one(name, "2016-17").numerator > 5
        for label in ("2016-17", "2016-17Q4", "2017-06"):
            rows = measures()[name].rows([read_period(label)], {})
            assert len({row.reference for row in rows}) == one(name, label).numerator
            assert len(rows) == one(THREE, label).episodes or name == FOUR
            assert all(row.setting == "Foster care" for row in rows)


def test_the_day_is_the_day_in_london(cast: Cast) -> None:
    utc = ZoneInfo("UTC")
    child = cast.child()
    with seated(cast.operator):
        episode(child, datetime(2018, 3, 31, 22, 59, tzinfo=utc), returned_at=None)
        other = cast.child("Other")
        episode(other, datetime(2018, 3, 31, 23, 0, tzinfo=utc))
        assert one(THREE, "2018-03").numerator == 1
        assert one(THREE, "2018-04").numerator == 1
        assert [row.reference for row in measures()[THREE].rows([read_period("2018-19Q1")], {})] == [other.reference]


def test_twice_is_twice_within_the_period(cast: Cast) -> None:
    child = cast.child()
    with seated(cast.operator):
        episode(child, datetime(2017, 6, 30, 12, tzinfo=LONDON))
        episode(child, datetime(2017, 7, 1, 12, tzinfo=LONDON))
        found = {label: one(FOUR, label).numerator for label in ("2017-06", "2017-07", "2017-18Q1", "2017-18")}
    assert found == {"2017-06": 0, "2017-07": 0, "2017-18Q1": 0, "2017-18": 1}


def test_a_figure_knows_its_deliveries(cast: Cast) -> None:
    some = many(cast)
    first, second = sorted({each.batch for each in some.episodes if each.batch})
    with seated(cast.operator):
        assert one(THREE, "2016-17").batches == (first,)
        assert one(THREE, "2017-18Q3").batches == (second,)


def test_a_month_nobody_reported_is_not_nought(cast: Cast) -> None:
    with seated(cast.operator):
        assert covered_months() == []
        batch("2017-18")
        months = [month.label for month in covered_months()]
        assert (months[0], months[-1], len(months)) == ("2017-04", "2018-03", 12)
        episode(cast.child(), datetime(2015, 5, 5, tzinfo=LONDON), source="form")
        months = [month.label for month in covered_months()]
    today = datetime.now(LONDON)
    assert months[0] == "2015-05"
    assert months[-1] == f"{today:%Y-%m}"
    assert "2016-01" not in months
    assert len(months) == 14


def test_every_measure_says_what_it_is() -> None:
    appendix_1 = {row["measure"] for row in csv.DictReader(APPENDIX_1.read_text(encoding="utf-8").splitlines())}
    assert set(measures()) >= appendix_1 - {""}
    assert len(appendix_1 - {""}) == 9
    for measure in measures().values():
        words = (
            measure.title,
            measure.why,
            measure.numerator,
            measure.denominator,
            measure.source,
            measure.unit,
        )
        assert all(words)
        assert measure.left_out["withdrawn"]
        assert {number.of for number in measure.part.numbers} >= {"numerator"}
        assert measure.is_share == (measure.part.name("denominator") is not None)
    assert Kind.MONTH.months == 1


@pytest.mark.parametrize("name", sorted(measures()))
def test_a_measure_divides_what_it_counts_by_the_dimensions_that_it_declares(cast: Cast, name: str) -> None:
    measure = measures()[name]
    with seated(cast.operator):
        (counted,) = measure.count([read_period("2017-18Q4")], {})
    others = {"answers", "left_out", "median", *PLACED.values()}
    assert set(measure.dimensions) == counted.beside.keys() - others
    assert bool(measure.divided_by) == bool(measure.dimensions)
