"""Indicators 5 and 6 as forms and the clock move them: by exactly one, at 71 hours and not at 73."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from conftest import Cast
from meg.oversight.performance.actions import bring_up_to_date, rows_behind
from meg.oversight.performance.covered import covered_home_months, covered_interview_months
from meg.oversight.performance.measures import measures
from meg.oversight.performance.models import Figure, Indicator, ShownFigure
from meg.oversight.performance.rules import read_period
from meg.oversight.performance.tests.records import LONDON, batch, episode
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.missing import actions
from meg.protect.missing.models import Episode, Interview
from meg.protect.missing.rules import Held, Told

LEFT = datetime(2026, 11, 9, 20, 15, tzinfo=LONDON)
BACK = datetime(2026, 11, 10, 7, 30, tzinfo=LONDON)
OURS, PLACED_HERE = "return_interviews_in_time", "return_interviews_in_time_placed_here"


def told() -> Told:
    return Told(
        missing_from="home", care_status="", police_category="MISSING", setting="own_home", started_at=LEFT,
        reported_at=LEFT, reported_by="Parent", returned_at=None,
    )  # fmt: skip


def returned(cast: Cast, child: Child) -> Episode:
    """Reported missing by a practitioner, and back, by their forms."""
    with seated(cast.by("daniel")) as by:
        found = actions.record_episode(by=by, child=child, told=told(), now=LEFT + timedelta(hours=1))
        actions.record_return(by=by, episode=found, returned_at=BACK, now=BACK + timedelta(hours=1))
        return Episode.objects.select_related("interview", "child").get(pk=found.pk)


def figures(cast: Cast, number: str = "5") -> dict[str, tuple[int, int | None]]:
    """What the worker leaves behind, by period."""
    with seated(cast.operator) as by:
        bring_up_to_date(by=by)
        found = Figure.objects.current().filter(indicator=number)
        return {figure.period: (figure.numerator, figure.denominator) for figure in found}


@pytest.mark.parametrize(("hours", "in_time"), [(71, 1), (72, 1), (73, 0)])
def test_an_interview_held_moves_the_figures_by_exactly_one(cast: Cast, hours: int, in_time: int) -> None:
    child = cast.child(agency="Penfield Academy", worker="nadia")
    with time_machine.travel(BACK + timedelta(hours=71), tick=False) as clock:
        missing = returned(cast, child)
        assert figures(cast)["2026-11"] == (0, 0), "its 72 hours are not over"
        clock.move_to(BACK + timedelta(hours=80))
        before = figures(cast)
        assert before["2026-11"] == before["2026-27Q3"] == before["2026-27"] == (0, 1)
        assert missing.interview is not None
        with seated(cast.by("nadia")) as by:
            held = Held(held_at=BACK + timedelta(hours=hours), held_by="Nadia Example", place="school")
            actions.write_up(by=by, interview=missing.interview, told=held, episodes=[missing.pk], now=timezone.now())
        after = figures(cast)
    moved = {period: (numerator - before[period][0], denominator) for period, (numerator, denominator) in after.items()}
    assert moved["2026-11"] == moved["2026-27Q3"] == moved["2026-27"] == (in_time, 1)
    assert all(number == (0, 0) for period, number in moved.items() if not period.startswith(("2026-11", "2026-27")))


def test_time_alone_brings_an_episode_into_the_figure(cast: Cast) -> None:
    child = cast.child(agency="Penfield Academy", worker="nadia")
    with time_machine.travel(BACK + timedelta(hours=72), tick=False) as clock:
        returned(cast, child)
        assert figures(cast)["2026-11"] == (0, 0)
        clock.shift(timedelta(seconds=1))
        assert figures(cast)["2026-11"] == (0, 1)


def test_whose_child_decides_between_five_and_six(cast: Cast) -> None:
    child = cast.child(agency="Penfield Academy", worker="nadia")
    with time_machine.travel(BACK + timedelta(hours=80), tick=False):
        returned(cast, child)
        assert (figures(cast)["2026-11"], figures(cast, "6")["2026-11"]) == ((0, 1), (0, 0))
        with seated(cast.operator):
            Child.objects.filter(pk=child.pk).update(responsible_authority="805")
        assert (figures(cast)["2026-11"], figures(cast, "6")["2026-11"]) == ((0, 0), (0, 1))
        with seated(cast.operator):
            ended = {name: measures()[name].count([read_period("2026-11")], {})[0] for name in (OURS, PLACED_HERE)}
            assert (ended[OURS].left_out, ended[PLACED_HERE].left_out) == ({"other_authority": 1}, {})


def test_an_interview_that_is_not_required_is_left_out_with_its_reason(cast: Cast) -> None:
    child = cast.child(agency="Penfield Academy", worker="nadia")
    with time_machine.travel(BACK + timedelta(hours=80), tick=False):
        missing = returned(cast, child)
        with seated(cast.by("helen")) as by:
            actions.not_required(by=by, episode=missing, because="in_custody")
        assert figures(cast)["2026-11"] == (0, 0)
        with seated(cast.operator):
            kept = Figure.objects.get(indicator="5", period="2026-11")
    assert kept.left_out == {"not_required.in_custody": 1}
    assert kept.beside["left_out"]["words"] == {
        "not_required.in_custody": "No interview required: in custody or secure care"
    }


def test_an_away_episode_follows_the_setting_though_the_team_asked(cast: Cast) -> None:
    with time_machine.travel(BACK + timedelta(hours=80), tick=False), seated(cast.operator):
        away = episode(cast.child(), LEFT, care_status="A", returned_at=BACK, interview_needed="yes", source="form")
        period = [read_period("2026-11")]
        assert measures()[OURS].count(period, {})[0].left_out == {"away": 1}
        assert measures()[OURS].count(period, {"include_absent": True})[0].denominator == 1
        Episode.objects.filter(pk=away.pk).update(interview_needed="no", not_needed_because="away")
        asked = measures()[OURS].count(period, {"include_absent": True})[0]
    assert (asked.denominator, asked.left_out) == (0, {"not_required.away": 1})


def test_one_interview_answers_several_episodes_each_by_its_own_72_hours(cast: Cast) -> None:
    with time_machine.travel(BACK + timedelta(days=9), tick=False), seated(cast.operator):
        child = cast.child()
        held = Interview.objects.create(
            child=child, state="held", due_at=BACK + timedelta(hours=72), held_at=BACK + timedelta(hours=80),
            held_by="Nadia Example", settled_at=BACK + timedelta(hours=80),
        )  # fmt: skip
        for started, back in ((LEFT, BACK), (BACK + timedelta(hours=20), BACK + timedelta(hours=30))):
            episode(child, started, returned_at=back, interview=held, interview_needed="yes", source="form")
        found = measures()[OURS].count([read_period("2026-11")], {})[0]
        rows = measures()[OURS].rows([read_period("2026-11")], {})
    assert (found.numerator, found.denominator) == (1, 2)
    assert [(row.interview, row.met) for row in rows] == [("Held in 80 h, 8 h over", False), ("Held in 50 h", True)]


def test_the_clock_across_the_night_on_which_clocks_change(cast: Cast) -> None:
    """72 hours from Friday 23:00 in October end at 22:00 on Monday: the day is 25 hours long."""
    back = datetime(2026, 10, 23, 23, tzinfo=LONDON)
    with time_machine.travel(back + timedelta(days=9), tick=False), seated(cast.operator):
        for hour, minute in ((22, 0), (22, 1)):
            child, at = cast.child(), datetime(2026, 10, 26, hour, minute, tzinfo=LONDON)
            held = Interview.objects.create(
                child=child, state="held", due_at=at, held_at=at, held_by="Nadia Example", settled_at=at
            )
            episode(child, back - timedelta(hours=5), returned_at=back, interview=held, source="form")
        found = measures()[OURS].count([read_period("2026-10")], {})[0]
    assert (found.numerator, found.denominator) == (1, 2)


def test_a_return_alone_says_nothing_of_home_or_interviews(cast: Cast) -> None:
    with seated(cast.operator):
        batch("2017-18")
        child = cast.child()
        kept = episode(child, datetime(2017, 6, 5, 12, tzinfo=LONDON))
        assert covered_home_months() == covered_interview_months() == []
        held = Interview.objects.create(
            child=child, state="due", due_at=LEFT, settled_at=LEFT, source="return-interviews"
        )
        Episode.objects.filter(pk=kept.pk).update(interview=held)
        assert [month.label for month in covered_interview_months()] == ["2017-06"]
        episode(cast.child(), datetime(2017, 8, 5, 12, tzinfo=LONDON), missing_from="home", source="missing")
        episode(cast.child(), datetime(2017, 10, 5, 12, tzinfo=LONDON), source="missing")
        assert [month.label for month in covered_home_months()] == ["2017-08", "2017-09", "2017-10"]


def test_what_figures_seats_read_is_after_disclosure_control(cast: Cast) -> None:
    with time_machine.travel(BACK + timedelta(days=20), tick=False), seated(cast.operator) as by:
        for number in range(12):
            child = cast.child()
            states = {"state": "held", "held_at": BACK + timedelta(hours=10), "held_by": "Nadia Example"}
            if number > 9:
                states = {"state": "declined", "declined_by": "child"}
            asked = Interview.objects.create(child=child, due_at=BACK, settled_at=BACK, **states)
            episode(child, LEFT, returned_at=BACK, interview=asked, interview_needed="yes", source="form")
        bring_up_to_date(by=by)
        kept = Figure.objects.get(indicator="5", period="2026-27Q3")
        shown = ShownFigure.objects.get(indicator="5", period="2026-27Q3")
        month = ShownFigure.objects.get(indicator="5", period="2026-11")
    assert (kept.numerator, kept.denominator) == (10, 12)
    assert (shown.shown, shown.numerator, shown.denominator, shown.value) == ("c", None, None, None)
    assert set(shown.beside["answers"]["lines"].values()) == {"c"}
    assert month.beside == {}


def test_a_year_counts_the_months_that_are_covered_and_no_others(cast: Cast) -> None:
    """Interviews are recorded since February 2018; what ended before is in no figure and behind none."""
    with seated(cast.operator) as by:
        kept = [
            episode(cast.child(), datetime(2018, month, 9, 12, tzinfo=LONDON), source="missing")
            for month in (1, 2, 2, 3)
        ]
        Episode.objects.filter(pk=kept[1].pk).update(interview_needed="no", not_needed_because="other")
        bring_up_to_date(by=by)
        found = dict(Figure.objects.filter(indicator="5").values_list("period", "denominator"))
    assert found == {"2018-02": 1, "2018-03": 1, "2017-18Q4": 2, "2017-18": 2}
    with seated(cast.by("helen")) as by:
        year = read_period("2017-18")
        assert len(rows_behind(by=by, indicator=Indicator.objects.get(number="5"), period=year)) == 2
        assert len(rows_behind(by=by, indicator=Indicator.objects.get(number="3"), period=year)) == 4
