"""No item is lost between meetings, whatever is done with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.partnership.seats import By, seated
from meg.protect.children.models import Child
from meg.pursue.meetings import actions
from meg.pursue.meetings.models import Item, Meeting, Minute, Reason
from meg.pursue.meetings.tests.conftest import THEN, plan

FATES = st.sampled_from(["decided", "put_off", "taken_off", "left"])
MEETINGS = st.lists(st.lists(FATES, min_size=4, max_size=4), min_size=1, max_size=3)


class Undo(Exception):
    """Ends one example: what it wrote is taken back."""


@pytest.fixture
def children(cast: Cast) -> list[Child]:
    return [cast.child(name, "Example", agency="Penfield Academy") for name in ("Anna", "Ben", "Cleo")]


def meet(fate: str, by: By, item: Item) -> None:
    """What becomes of one item at its meeting."""
    if fate == "decided":
        actions.decide(by=by, item=item, what="none", why="Nothing new.", now=THEN)
    elif fate == "put_off":
        actions.decide(by=by, item=item, what="put_off", why="The school is away.", now=THEN)
    elif fate == "taken_off":
        actions.take_off(by=by, item=item, why="Seen by the team.", now=THEN)


def hold_one(by: By, meeting: Meeting, fates: list[str], next_first: bool, now: int) -> Meeting:
    """Hold a meeting, its items ended as `fates` say, and plan the next: before it ends, or after."""
    later = THEN + timedelta(weeks=now)
    actions.close_agenda(by=by, meeting=meeting, now=later)
    actions.begin(by=by, meeting=meeting, now=later)
    after = actions.plan_next(by=by, meeting=meeting, weeks=1, now=later - timedelta(days=2)) if next_first else None
    items = Item.objects.filter(meeting=meeting).select_related("meeting", "child").there()
    for item, fate in zip(items, fates, strict=False):
        meet(fate, by, item)
    actions.end_meeting(by=by, meeting=meeting, put_off_rest=True, now=later)
    actions.agree(by=by, meeting=meeting, now=later, demonstration=True)
    return after or actions.plan_next(by=by, meeting=meeting, weeks=1, now=later - timedelta(days=2))


def nothing_is_lost(meeting: Meeting, after: Meeting) -> None:
    """Each item ended with a reason and is in the minutes; each that was put off is on the next agenda, once."""
    items = list(Item.objects.filter(meeting=meeting))
    assert all(one.state != "on" and one.ended_because for one in items)
    assert Minute.objects.filter(meeting=meeting).count() == len(items)
    for one in items:
        carried = Reason.objects.filter(kind="put_off", number=one.pk)
        if one.state != "put_off":
            assert not carried.exists()
            continue
        reason = carried.select_related("item").get()
        assert reason.meeting_id == after.pk
        assert (reason.item.child_id, reason.item.title) == (one.child_id, one.title)
        assert reason.item.state == "on"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(meetings=MEETINGS, next_first=st.booleans())
def test_no_item_is_lost_between_meetings(
    cast: Cast, children: list[Child], meetings: list[list[str]], next_first: bool
) -> None:
    with pytest.raises(Undo), transaction.atomic():
        meeting = plan(cast)
        with seated(cast.by("helen")) as by:
            for child in children:
                actions.add_child(by=by, meeting=meeting, child=child, why="To be talked about.")
            actions.add_theme(by=by, meeting=meeting, title="The arcade", why="Came up.", shared=False)
            for number, fates in enumerate(meetings):
                after = hold_one(by, meeting, fates, next_first, number)
                nothing_is_lost(meeting, after)
                meeting = after
        raise Undo
