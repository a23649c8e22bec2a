"""What is due comes onto the agenda, with the reason; what is due no longer goes, with the reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.assessments.actions import begin, finish
from meg.protect.assessments.models import Framework
from meg.protect.assessments.rules import Given
from meg.protect.children.models import Child
from meg.protect.exploitation.actions import close, give_level
from meg.protect.exploitation.models import Level, Referral
from meg.protect.missing.actions import ask_discussion, decide_discussion
from meg.protect.missing.models import Discussion, Episode
from meg.protect.plans.actions import open_plan, review_plan
from meg.protect.plans.models import Plan
from meg.protect.tasks.actions import ask_task, finish_task
from meg.protect.tasks.models import Task
from meg.pursue.meetings import actions
from meg.pursue.meetings.models import Item, Meeting, Reason
from meg.pursue.meetings.rules import moved, rank
from meg.pursue.meetings.tests.conftest import NOW, THEN, TODAY, in_the_room, on_agenda, plan, refer_child


def reasons(cast: Cast, meeting: Meeting, child: Child) -> list[str]:
    """Why a child is on the agenda; empty where it is not, or not any more."""
    with seated(cast.by("helen")):
        found = Reason.objects.filter(meeting=meeting, child=child).exclude(item__state="taken_off").order_by("pk")
        return [one.kind for one in found]


def gather(cast: Cast, meeting: Meeting, now: datetime = NOW) -> int:
    with seated(cast.by("helen")) as by:
        return actions.gather(by=by, meeting=meeting, now=now)


def test_a_new_referral_at_high_comes_and_one_at_low_does_not(cast: Cast, keira: Child, owen: Child) -> None:
    high = refer_child(cast, keira)
    refer_child(cast, owen, level="low")
    meeting = plan(cast)
    assert reasons(cast, meeting, keira) == ["high"]
    assert reasons(cast, meeting, owen) == []
    with seated(cast.by("helen")) as by:
        close(by=by, referral=high, outcome="safer", why="Plan ended", now=NOW)
    gather(cast, meeting)
    assert reasons(cast, meeting, keira) == []
    with seated(cast.by("helen")):
        assert Item.objects.get(meeting=meeting, child=keira).ended_because.startswith("No longer due")


def test_a_referral_at_high_is_new_once(cast: Cast, keira: Child) -> None:
    refer_child(cast, keira)
    first = plan(cast)
    in_the_room(cast, first)
    with seated(cast.by("helen")) as by:
        item = Item.objects.get(meeting=first, child=keira)
        actions.decide(by=by, item=item, what="none", why="The plan stands.", now=THEN)
        actions.end_meeting(by=by, meeting=first, put_off_rest=False, now=THEN)
        after = actions.plan_next(by=by, meeting=first, weeks=1, now=THEN)
        assert "high" not in reasons(cast, after, keira)


def test_a_level_comes_when_its_review_is_due_until_the_meeting(cast: Cast, keira: Child, owen: Child) -> None:
    referral = refer_child(cast, keira, level="medium", review_on=THEN.date())
    refer_child(cast, owen, level="medium", review_on=THEN.date() + timedelta(days=1))
    meeting = plan(cast)
    assert reasons(cast, meeting, keira) == ["level"]
    assert reasons(cast, meeting, owen) == []
    with seated(cast.by("helen")) as by:
        give_level(by=by, referral=referral, level="low", who="Helen", rationale="Work done", now=NOW + timedelta(hours=1),
                   point=Level.Point.REVIEW)  # fmt: skip
    gather(cast, meeting)
    assert reasons(cast, meeting, keira) == ["level"], "as it stood then"
    gather(cast, meeting, NOW + timedelta(hours=2))
    assert reasons(cast, meeting, keira) == []


def test_an_assessment_comes_once_with_the_level_that_was_given_in_it(cast: Cast, keira: Child, owen: Child) -> None:
    """One item a child with every reason, and no reason twice: the level of an assessment is told with it."""
    for child, review_on in ((keira, THEN.date()), (owen, THEN.date() + timedelta(days=1))):
        assess(cast, child, review_on)
    meeting = plan(cast)
    assert reasons(cast, meeting, keira) == ["assessment"]
    assert reasons(cast, meeting, owen) == []
    with seated(cast.by("helen")) as by:
        item = Item.objects.get(meeting=meeting, child=keira)
        assert Reason.objects.get(item=item).words.startswith(
            "First assessment of 23 Nov 2026 by Helen (Factor matrix)"
        )
        give_level(by=by, referral=Referral.objects.get(child=keira), level="high", who="Helen", rationale="New",
                   review_on=THEN.date() - timedelta(days=1), point=Level.Point.REVIEW, now=NOW)  # fmt: skip
    gather(cast, meeting)
    assert reasons(cast, meeting, keira) == ["assessment", "level"], "another level is another reason"
    with seated(cast.by("helen")):
        assert Item.objects.filter(meeting=meeting, child=keira).there().count() == 1


def assess(cast: Cast, child: Child, review_on: date) -> None:
    """A first assessment of the child, finished the day before, to be reviewed by a day."""
    refer_child(cast, child, level="medium", at=NOW - timedelta(days=2), review_on=date(2027, 2, 1))
    before = NOW - timedelta(days=1)
    with seated(cast.by("helen")) as by:
        framework = Framework.objects.in_use().get(key="matrix")
        made = begin(by=by, referral=Referral.objects.get(child=child), framework=framework, kind="first", now=before)
        answered = Given({}, "medium", "Helen", "As told.", review_on=review_on)
        finish(by=by, assessment=made, given=answered, now=before)


def test_a_plan_comes_when_its_review_is_due_until_the_meeting(cast: Cast, keira: Child, owen: Child) -> None:
    for child, days in ((keira, 0), (owen, 1)):
        refer_child(cast, child, level="low")
        with seated(cast.by("helen")) as by:
            made = open_plan(by=by, words="Safer.", referral=Referral.objects.get(child=child), now=NOW,
                             review_on=THEN.date() + timedelta(days=days))  # fmt: skip
    meeting = plan(cast)
    assert reasons(cast, meeting, keira) == ["plan"]
    assert reasons(cast, meeting, owen) == []
    with seated(cast.by("helen")) as by:
        made = Plan.objects.get(child=keira)
        review_plan(by=by, plan=made, who="Helen", words="Reviewed.", next_on=date(2027, 2, 1), now=NOW)
    gather(cast, meeting)
    assert reasons(cast, meeting, keira) == []


def test_a_child_referred_again_comes(cast: Cast, keira: Child) -> None:
    refer_child(cast, keira, level="low", at=NOW - timedelta(days=200))
    refer_child(cast, keira, level="low")
    assert reasons(cast, plan(cast), keira)[0] == "repeat"


def test_a_child_missing_again_and_again_comes_until_a_discussion_decides(cast: Cast, keira: Child) -> None:
    with seated(cast.operator):
        for days in (60, 40, 20):
            start = NOW - timedelta(days=days)
            Episode.objects.create(child=keira, missing_from="home", police_category="MISSING", setting="own_home",
                                   started_at=start, returned_at=start + timedelta(hours=3))  # fmt: skip
    meeting = plan(cast)
    assert reasons(cast, meeting, keira) == ["missing"]
    with seated(cast.by("helen")) as by:
        ask_discussion(by=by, child=keira, why="Threshold reached")
        asked = Discussion.objects.select_related("child").get()
        decide_discussion(
            by=by, asked=asked, outcome="held_plan", who="Helen", why="Plan made", review_on=None, now=NOW
        )
    gather(cast, meeting)
    assert reasons(cast, meeting, keira) == []


def test_overdue_tasks_come_as_one_item_a_child(cast: Cast, keira: Child) -> None:
    with seated(cast.by("helen")) as by:
        for what in ("See Keira", "Tell the family"):
            ask_task(by=by, child=keira, of=Task.Of.REFERRAL, of_number=1, what=what, due_on=TODAY - timedelta(days=5),
                     agency=cast.agencies["Penfield Academy"], member=None, today=TODAY - timedelta(days=9))  # fmt: skip
    meeting = plan(cast)
    assert reasons(cast, meeting, keira) == ["tasks"]
    with seated(cast.by("helen")) as by:
        assert Reason.objects.get(meeting=meeting).words == "2 tasks are overdue, since 19 Nov 2026."
        for task in Task.objects.all():
            finish_task(by=by, task=task, outcome="Done", now=NOW)
    gather(cast, meeting)
    assert reasons(cast, meeting, keira) == []


def test_a_review_that_a_meeting_wanted_comes_back(cast: Cast, keira: Child) -> None:
    first = plan(cast)
    item = on_agenda(cast, first, keira)
    in_the_room(cast, first)
    with seated(cast.by("helen")) as by:
        actions.decide(by=by, item=item, what="review", why="Unclear yet.", review_on=date(2026, 12, 8), now=THEN)
        actions.end_meeting(by=by, meeting=first, put_off_rest=False, now=THEN)
        after = actions.plan_next(by=by, meeting=first, weeks=1, now=THEN)
    assert reasons(cast, after, keira) == ["level"]


def test_looking_again_changes_nothing_and_what_the_team_took_off_stays_off(cast: Cast, keira: Child) -> None:
    refer_child(cast, keira)
    meeting = plan(cast)
    assert gather(cast, meeting) == 0
    with seated(cast.by("helen")) as by:
        actions.take_off(by=by, item=Item.objects.get(meeting=meeting), why="Seen by the team.", now=NOW)
    assert gather(cast, meeting) == 0
    assert reasons(cast, meeting, keira) == []


def test_the_gravest_reason_stands_first(cast: Cast, keira: Child, owen: Child) -> None:
    refer_child(cast, owen, level="medium", review_on=THEN.date())
    refer_child(cast, keira)
    meeting = plan(cast)
    with seated(cast.by("helen")):
        there = Item.objects.filter(meeting=meeting).there()
        assert [one.child_id for one in there] == [keira.pk, owen.pk]


@given(st.lists(st.integers(), min_size=1, unique=True), st.data(), st.booleans())
def test_moving_loses_nothing(order: list[int], data: st.DataObject, up: bool) -> None:
    one = data.draw(st.sampled_from(order))
    after = moved(order, one, up)
    assert sorted(after) == sorted(order)
    assert abs(after.index(one) - order.index(one)) <= 1
    assert moved(after, one, not up) == order or after == order


@pytest.mark.parametrize(("kinds", "before"), [
    (["put_off"], ["high"]), (["high", "tasks"], ["repeat"]), (["level"], ["theme"]), (["theme"], ["elsewhere"]),
])  # fmt: skip
def test_the_rank_of_an_item_is_its_gravest_reasons(kinds: list[str], before: list[str]) -> None:
    assert rank(kinds) < rank(before)
