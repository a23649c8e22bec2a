"""What episodes have in common, in words: counted, never predicted."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from meg.protect.missing.rules import LONDON
from meg.protect.missing.rules.patterns import DAYS, Events, patterns
from meg.protect.missing.rules.strip import Seen
from meg.protect.missing.tests.conftest import london

FRIDAY = date(2026, 3, 6)


def seen(day: date, hour: int = 20, minute: int = 0, **other: object) -> Seen:
    start = london(day.year, day.month, day.day, hour, minute)
    given = {"ended_at": start + timedelta(hours=4), "missing": True, **other}
    return Seen(started_at=start, **given)  # type: ignore[arg-type]


def on(weekday: int, week: int) -> date:
    """A day of a week: Friday is 0, Saturday 1."""
    return FRIDAY + timedelta(days=weekday, weeks=2 * week)


def test_the_sentence_of_the_design() -> None:
    told = [seen(on(day, week), 18 + week % 4, 45) for week, day in enumerate([1, 0, 5, 1, 0, 1, 1])]
    assert patterns(told) == "6 of 7 began on a Friday or Saturday; all 7 began between 18:00 and 22:00."


def test_fewer_than_three_have_nothing_in_common() -> None:
    assert patterns([]) == ""
    assert patterns([seen(FRIDAY, place="Bus station"), seen(FRIDAY, place="Bus station")]) == ""


def test_less_than_half_is_not_said() -> None:
    spread = [seen(FRIDAY + timedelta(days=9 * place), 3 * place) for place in range(7)]
    told = [*spread, *[seen(on(0, 10 + week), 23 - week, place="Bus station") for week in range(3)]]
    assert "Bus station" not in patterns(told)


def test_one_day_is_said_where_its_neighbours_have_none() -> None:
    assert patterns([seen(on(0, week), 20) for week in range(3)]).startswith("All 3 began on a Friday;")


def test_sunday_and_monday_are_neighbours() -> None:
    told = [seen(on(day, week), 5 * week) for week, day in enumerate([2, 3, 2, 3])]
    assert patterns(told).startswith("All 4 began on a Sunday or Monday")


def test_hours_go_over_midnight() -> None:
    told = [seen(FRIDAY + timedelta(days=9 * place), hour) for place, hour in enumerate([23, 0, 1, 12, 22])]
    assert "4 of 5 began between 22:00 and 02:00" in patterns(told)
    told = [seen(FRIDAY + timedelta(days=9 * place), hour) for place, hour in enumerate([23, 22, 21])]
    assert "between 21:00 and midnight" in patterns(told)


def test_a_time_that_is_not_known_is_no_hour() -> None:
    told = [
        seen(FRIDAY + timedelta(days=9 * place), hour, exact=place < 3) for place, hour in enumerate([20, 20, 21, 0, 0])
    ]
    assert "All 3 whose time is known began between 20:00 and 22:00" in patterns(told)


def test_a_place_counts_however_it_is_written() -> None:
    places = ["Penfield bus station", "penfield  Bus station ", "PENFIELD BUS STATION", "School"]
    told = [seen(FRIDAY + timedelta(days=9 * at), 5 * at, place=place) for at, place in enumerate(places)]
    assert "3 of 4 last seen at Penfield bus station" in patterns(told)


def test_the_setting_is_said_where_no_place_is() -> None:
    told = [seen(FRIDAY + timedelta(days=9 * at), 5 * at, setting="Foster care") for at in range(4)]
    assert "All 4 from foster care" in patterns(told)


def test_after_which_event() -> None:
    told = [seen(FRIDAY + timedelta(days=days), hour) for days, hour in [(2, 1), (30, 8), (75, 15), (120, 22)]]
    moves = Events("a move", (FRIDAY, FRIDAY + timedelta(days=20), FRIDAY + timedelta(days=74)))
    assert "3 of 4 began within 14 days of a move" in patterns(told, [moves])
    assert "move" not in patterns(told, [Events("a move", (FRIDAY + timedelta(days=121),))])


def test_soon_after_the_return_before() -> None:
    told = [seen(FRIDAY + timedelta(days=days), hour) for days, hour in [(0, 1), (3, 8), (7, 15), (12, 22), (60, 4)]]
    assert "3 of 5 began within 7 days of the return before" in patterns(told)


starts = st.lists(
    st.datetimes(datetime(2025, 11, 24), datetime(2026, 11, 24)).map(lambda at: at.replace(tzinfo=LONDON)), max_size=30
)  # fmt: skip


@given(starts)
def test_what_is_said_of_weekdays_is_so(moments: list[datetime]) -> None:
    told = [Seen(at, None, True) for at in moments]
    found = re.match(r"(?:All (\d+)|(\d+) of (\d+)) began on a (\w+)(?: or (\w+))?", patterns(told))
    if found is None:
        return
    every, count, of, *days = found.groups()
    named = {DAYS.index(day) for day in days if day}
    assert int(every or of) == len(told)
    assert int(every or count) == sum(at.weekday() in named for at in moments)


@given(starts)
def test_what_is_said_is_said_of_three_and_of_half(moments: list[datetime]) -> None:
    said = patterns([Seen(at, None, True) for at in moments])
    for every, count, of in re.findall(r"(?:[Aa]ll (\d+)|(\d+) of (\d+))", said):
        assert int(every or count) >= 3
        assert 2 * int(every or count) >= int(every or of)
    assert not re.search(r"likely|will|risk|expect", said)
