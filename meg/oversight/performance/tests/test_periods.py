"""Periods are read, written, split and moved as the financial year has them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meg.oversight.performance.rules import (
    APART,
    Kind,
    Period,
    PeriodTrouble,
    a_year_before,
    last_periods,
    month_of,
    months_of,
    parts_of,
    period_of,
    periods_between,
    previous,
    quarter_of,
    quarters_of,
    read_period,
    year_of,
)

DAYS = st.dates(date(2012, 4, 1), date(2098, 6, 30))  # twelve months from these days end by March 2099
KINDS = st.sampled_from(list(Kind))
APART_KINDS = st.sampled_from(APART)


@pytest.mark.parametrize(
    ("text", "start", "end", "words"),
    [
        ("2018-02", date(2018, 2, 1), date(2018, 2, 28), "February 2018"),
        ("2017-18Q4", date(2018, 1, 1), date(2018, 3, 31), "January to March 2018"),
        ("2017-18Q3", date(2017, 10, 1), date(2017, 12, 31), "October to December 2017"),
        ("2017-18Q1", date(2017, 4, 1), date(2017, 6, 30), "April to June 2017"),
        ("2017-18", date(2017, 4, 1), date(2018, 3, 31), "April 2017 to March 2018"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("2012-12", date(2012, 12, 1), date(2012, 12, 31), "December 2012"),
    ],
)
def test_a_period_is_its_first_and_last_day(text: str, start: date, end: date, words: str) -> None:
    period = read_period(text)
    assert (period.start, period.end, period.words, period.label) == (start, end, words, text)


def test_a_person_may_write_a_space_and_a_small_letter() -> None:
    assert read_period(" 2017-18 q4 ") == read_period("2017-18Q4")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2017-19Q4", "years that do not follow each other"),
        ("2017-18Q5", "is not a quarter"),
        ("2017-18Q0", "is not a quarter"),
        ("2018-13", "neither a month"),
        ("2018-00", "neither a month"),
        ("last week", "‘last week’ is not a period"),
        ("", "No period was given"),
        ("\x00\n", "No period was given"),
        ("2017-18Q44", "is not a period"),
        ("２０１７-18", "is not a period"),
        ("2009-10", "April 2012"),
        ("2012-03", "before April 2012"),
        ("2017-18Q4; drop table", "is not a period"),
        ("x" * 5000, "is not a period"),
    ],
)
def test_what_is_not_a_period_is_refused_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(PeriodTrouble) as caught:
        read_period(text)
    sentence = str(caught.value)
    assert says in sentence
    assert sentence.endswith(".")
    assert "20" in sentence, "it shows how to write one"
    assert len(sentence) < 220
    assert sentence.isprintable()


@given(DAYS, KINDS)
def test_every_label_reads_back(day: date, kind: Kind) -> None:
    period = period_of(day, kind)
    assert read_period(period.label) == period
    assert period.start <= day <= period.end


@given(DAYS, APART_KINDS)
def test_neighbours_touch_and_a_year_before_has_the_same_months(day: date, kind: Kind) -> None:
    period = period_of(day, kind)
    assert previous(period).end + timedelta(days=1) == period.start
    earlier = a_year_before(period)
    assert (earlier.start.month, earlier.start.year) == (period.start.month, period.start.year - 1)
    assert last_periods(period, 5)[-2:] == [previous(period), period]


@given(DAYS)
def test_parts_cover_their_whole_once(day: date) -> None:
    year = year_of(day)
    assert [p.label[-2:] for p in quarters_of(year)] == ["Q1", "Q2", "Q3", "Q4"]
    assert len(months_of(year)) == 12
    for whole in (year, quarter_of(day)):
        parts = parts_of(whole)
        assert parts[0].start == whole.start
        assert parts[-1].end == whole.end
        assert all(a.end + timedelta(days=1) == b.start for a, b in pairwise(parts))
    assert parts_of(month_of(day)) == []
    assert quarters_of(month_of(day)) == [quarter_of(day)]


def test_periods_between_takes_every_period_touched() -> None:
    labels = [p.label for p in periods_between(date(2018, 2, 27), date(2018, 4, 2))]
    assert labels == ["2018-02", "2018-03", "2018-04", "2017-18Q4", "2018-19Q1", "2017-18", "2018-19"]
    assert periods_between(date(2018, 2, 27), date(2018, 2, 27), Kind.QUARTER) == [read_period("2017-18Q4")]
    assert periods_between(date(2018, 2, 27), date(2018, 2, 1)) == []


def test_periods_sort_by_time() -> None:
    assert sorted([read_period("2018-03"), read_period("2017-18Q4"), read_period("2018-02")])[0].start == date(
        2018, 1, 1
    )
    assert isinstance(read_period("2018-02"), Period)
