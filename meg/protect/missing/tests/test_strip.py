"""The picture of a missing history: where bars and marks stand, and what is said to who does not see them."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from meg.protect.missing.rules.strip import (
    BAR,
    BASE,
    LEFT,
    RIGHT,
    Asked,
    Mark,
    Seen,
    height,
    hours_in_words,
    strip,
    year_before,
)
from meg.protect.missing.tests.conftest import NOW, london

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def seen(days: float, hours: float | None = 6, missing: bool = True, exact: bool = True) -> Seen:
    """An episode that began so many days ago and lasted so many hours; open where there are none."""
    start = NOW - days * DAY
    return Seen(start, None if hours is None else start + hours * HOUR, missing, exact)


episodes = st.lists(
    st.builds(seen, st.floats(0, 400), st.one_of(st.none(), st.floats(0, 500)), st.booleans(), st.booleans()),
    max_size=60,
)  # fmt: skip
asked = st.lists(st.builds(Asked, st.sampled_from(Mark), st.floats(-3, 400).map(lambda days: NOW - days * DAY)))


@given(episodes, asked)
def test_everything_stands_within_the_picture(told: list[Seen], interviews: list[Asked]) -> None:
    made = strip(told, interviews, NOW)
    since = year_before(NOW)
    assert len(made.bars) == sum(one.started_at >= since or one.ended_at is None for one in told)
    for bar in made.bars:
        assert LEFT - 15 <= bar.x <= made.today
        assert 40 <= bar.top < BASE
        assert round(bar.top + bar.height, 1) == BASE
    assert all(LEFT <= point.x <= RIGHT for point in made.points)
    assert made.lately == sum(one.started_at >= NOW - 90 * DAY for one in told)
    assert LEFT < made.window < made.today < RIGHT


@given(episodes)
def test_words_never_stand_over_each_other(told: list[Seen]) -> None:
    said = [bar for bar in strip(told, [], NOW).bars if bar.words]
    for place, one in enumerate(said):
        for other in said[place + 1 :]:
            apart = one.extent[1] <= other.extent[0] or other.extent[1] <= one.extent[0]
            assert apart or abs(one.words_y - other.words_y) >= 14


@given(episodes)
def test_words_never_stand_across_a_taller_bar(told: list[Seen]) -> None:
    bars = strip(told, [], NOW).bars
    for one in bars:
        if one.words and not one.is_open:
            for other in bars:
                apart = one.extent[1] <= other.x or other.x + BAR <= one.extent[0]
                assert apart or other is one or other.top >= one.words_y


@given(episodes)
def test_bars_stand_in_order_of_time(told: list[Seen]) -> None:
    bars = strip(told, [], NOW).bars
    assert all(one.x - 14.1 <= after.x for one, after in pairwise(bars))


def test_the_height_is_the_hours_and_is_cut_at_forty() -> None:
    assert height(0) == 8
    assert height(10) == 22
    assert height(40) == height(41) == height(1000) == 64


def test_the_number_above_is_not_cut() -> None:
    made = strip([seen(100, 112.4)], [], NOW)
    assert made.bars[0].words == "112 h"
    assert made.bars[0].height == height(40)


def test_an_open_episode_says_so_and_stands_before_today() -> None:
    made = strip([seen(13 / 24, None)], [], NOW)
    bar = made.bars[0]
    assert (bar.is_open, bar.words, bar.anchor) == (True, "13 h, still missing", "end")
    assert bar.x + BAR < made.today
    assert "One is still open." in made.description
    assert strip([seen(0.5, None, missing=False)], [], NOW).bars[0].words == "12 h, still away"


def test_minutes_and_days_where_hours_say_too_much_or_too_little() -> None:
    assert hours_in_words(seen(5, 0.7), NOW) == "42 min"
    assert hours_in_words(seen(5, 5.5), NOW) == "6 h"
    assert hours_in_words(seen(9, 48, exact=False), NOW) == "2 days"
    assert hours_in_words(seen(9, 1, exact=False), NOW) == "1 day"


def test_an_episode_a_year_and_a_day_ago_is_left_out() -> None:
    assert strip([seen(366), seen(364)], [], NOW).bars[0].words == "6 h"
    assert len(strip([seen(366), seen(364)], [], NOW).bars) == 1


def test_over_forty_only_the_longest_five_have_words() -> None:
    told = [seen(8 * place + 1, 1 + place / 10) for place in range(45)]
    made = strip(told, [], NOW)
    assert len(made.bars) == 45
    said = [bar for bar in made.bars if bar.words]
    assert 0 < len(said) <= 5
    assert min(bar.height for bar in said) >= max(bar.height for bar in made.bars if not bar.words)


def test_two_that_are_close_stand_side_by_side() -> None:
    first, second = strip([seen(50), seen(51)], [], NOW).bars
    assert first.x + BAR < second.x


def test_the_picture_in_words() -> None:
    told = [seen(300), seen(200), seen(80, missing=False), seen(5)]
    interviews = [
        Asked(Mark.HELD, NOW - 298 * DAY), Asked(Mark.LATE, NOW - 195 * DAY), Asked(Mark.DUE, NOW + DAY),
    ]  # fmt: skip
    made = strip(told, interviews, NOW)
    assert made.title == "Missing episodes and return interviews, November 2025 to November 2026"
    assert made.description == (
        "Four episodes: three missing and one away or absent. Interviews: one held in 72 hours, one held late, one due. "
        "Two episodes in the last 90 days. The table below gives every value."
    )


def test_months_have_their_year_where_it_begins_and_none_stands_over_today() -> None:
    words = [month.words for month in strip([], [], NOW).months]
    assert words == [
        "Dec 2025", "Jan 2026", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "",
    ]  # fmt: skip


def test_the_year_begins_on_the_same_day_also_after_29_february() -> None:
    assert year_before(NOW) == london(2025, 11, 24)
    assert year_before(datetime.fromisoformat("2028-02-29T12:00:00+00:00")) == london(2027, 2, 28)
