"""The rules, without a database: hours across the nights on which clocks change, words, what cannot be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meg.protect.missing.rules import LONDON, Known
from meg.protect.missing.rules import episode as rules
from meg.protect.missing.tests.conftest import NOW, london, told

KNOWN = Known(NOW, date(2011, 3, 14), frozenset({"MISSING"}))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (london(2026, 3, 28, 20), london(2026, 3, 29, 8), 11),  # clocks forward: an hour that was not
        (london(2026, 10, 24, 20), london(2026, 10, 25, 8), 13),  # clocks back: an hour twice
        (london(2026, 3, 28, 0), london(2026, 3, 31, 0), 71),
        (london(2026, 10, 24, 0), london(2026, 10, 27, 0), 73),
        (london(2026, 7, 1, 10), london(2026, 7, 1, 10, 30), 0.5),
    ],
)
def test_hours_are_clock_hours(start: datetime, end: datetime, hours: float) -> None:
    assert rules.hours(start, end) == hours
    assert rules.hours(start.astimezone(LONDON), end.astimezone(LONDON)) == hours


@given(st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)), st.integers(0, 60 * 24 * 40))
def test_hours_do_not_depend_on_the_zone(start: datetime, minutes: int) -> None:
    began = start.replace(tzinfo=UTC)
    ended = began + timedelta(minutes=minutes)
    assert rules.hours(began.astimezone(LONDON), ended.astimezone(LONDON)) == pytest.approx(minutes / 60)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=40), "40 min"),
        (timedelta(hours=9), "9 h"),
        (timedelta(hours=13, minutes=25), "13 h 25 min"),
        (timedelta(hours=31, minutes=5), "31 h 05 min"),
        (timedelta(hours=71, minutes=59), "71 h 59 min"),
        (timedelta(hours=72), "3 days"),
        (timedelta(days=5, hours=9, minutes=50), "5 days 9 h"),
        (timedelta(minutes=-3), "0 min"),
    ],
)
def test_a_duration_in_words(length: timedelta, words: str) -> None:
    assert rules.duration(length) == words


def test_a_wait_is_said_in_days_from_the_first() -> None:
    assert rules.duration(timedelta(hours=32), days_from=rules.DAY) == "1 day 8 h"


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (london(2026, 11, 20), london(2026, 11, 20), "within a day"),
        (london(2026, 11, 20), london(2026, 11, 21), "1 day"),
        (london(2026, 10, 24), london(2026, 10, 27), "3 days"),
        (london(2026, 11, 20), None, "4 days"),
    ],
)
def test_where_days_alone_are_known_the_length_is_in_days(start: datetime, end: datetime | None, words: str) -> None:
    episode = told(
        started_at=start,
        started_to_the_minute=False,
        returned_at=end,
        returned_to_the_minute=False,
        reported_at=None,
    )
    assert rules.how_long(episode, NOW) == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "20 November 2026 17:15 to 22:40"),
        ({"returned_at": london(2026, 11, 21, 2, 10)}, "20 November 2026 17:15 to 21 November 2026 02:10"),
        ({"returned_at": None}, "20 November 2026 17:15, still open"),
        ({"started_to_the_minute": False, "returned_to_the_minute": False}, "20 November 2026"),
    ],
)
def test_a_span_in_words(changes: dict[str, object], words: str) -> None:
    assert rules.span(told(**changes)) == words


def test_a_moment_has_its_year_where_it_is_not_this_one() -> None:
    assert rules.when(london(2026, 11, 23, 19, 15), True, NOW) == "Mon 23 Nov 19:15"
    assert rules.when(london(2017, 11, 23), False, NOW) == "Thu 23 Nov 2017"


LATER = NOW + timedelta(minutes=1)
EARLIER = london(2026, 11, 20, 17, 14)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"started_at": LATER, "reported_at": None, "returned_at": None}, rules.start_in_the_future),
        (
            {"started_at": london(2011, 3, 13, 23, 59), "police_category": "MISSING"},
            rules.start_before_birth,
        ),
        ({"reported_at": LATER}, rules.report_in_the_future),
        ({"reported_at": EARLIER}, rules.report_before_start),
        ({"returned_at": LATER}, rules.return_in_the_future),
        ({"returned_at": EARLIER}, rules.return_before_start),
        ({"care_status": "M"}, rules.care_word_for_home),
        ({"missing_from": "care"}, rules.care_word_wanting),
        ({"police_category": ""}, rules.police_word_wanting),
        ({"police_category": "ABSENT"}, rules.police_word_of_another_time),
        ({"setting": "foster"}, rules.setting_against_home),
    ],
)
def test_what_cannot_be_has_its_sentence(changes: dict[str, object], rule: rules.Rule) -> None:
    assert [sentence for _, sentence in rules.broken(told(**changes), KNOWN)] == [rules.sentence(rule)]
    assert rules.sentence(rule).endswith(".")


def test_what_can_be_breaks_no_rule() -> None:
    assert rules.broken(told(), KNOWN) == []
    assert rules.broken(told(reported_at=None, returned_at=None), KNOWN) == []
    assert rules.broken(told(returned_at=told().started_at), KNOWN) == []
    care = replace(told(), missing_from="care", care_status="A", police_category="", setting="supported")
    assert rules.broken(care, KNOWN) == []


def test_born_that_very_day_is_born() -> None:
    assert not rules.start_before_birth(told(started_at=london(2011, 3, 14)), KNOWN)
    assert not rules.start_before_birth(told(), replace(KNOWN, born=None))


@pytest.mark.parametrize(
    ("placement", "setting"),
    [("U1", "foster"), ("K1", "childrens_home"), ("K2", "childrens_home"), ("R1", "childrens_home"),
     ("H5", "supported"), ("K3", "supported"), ("P1", "own_home"), 
     ("R2", "other"), ("Z1", "other"), ("", "other"), (None, "own_home")],
)  # fmt: skip
def test_the_setting_follows_from_the_placement(placement: str | None, setting: str) -> None:
    assert rules.setting_of(placement) == setting
