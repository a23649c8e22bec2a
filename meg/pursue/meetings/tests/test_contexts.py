"""Contexts on an agenda: which come and why, and that no agency reads of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.contexts.actions import close_context, give_level, link_child, open_context
from meg.protect.contexts.models import Context
from meg.protect.exploitation.tests.test_rows import rows
from meg.protect.missing.tests.pages import SignIn, text_of
from meg.pursue.meetings import actions
from meg.pursue.meetings.models import Item, Meeting, Reason
from meg.pursue.meetings.tests.conftest import NOW, THEN, TODAY, in_the_room, plan

LONG_AGO = NOW - timedelta(weeks=20)
FAR = THEN.date() + timedelta(days=60)


@pytest.fixture
def station(cast: Cast) -> Context:
    return make(cast)


def make(cast: Cast, **other: Any) -> Context:
    """A context that was opened long ago and is to be reviewed long after the meeting."""
    values: dict[str, Any] = {
        "kind": "place", "name": "The bus station", "known": "Busy after school", "why": "Named often", "review_on": FAR,
        "now": LONG_AGO,
    }  # fmt: skip
    with seated(cast.by("helen")) as by:
        return open_context(by=by, **{**values, **other})


def words(cast: Cast, meeting: Meeting) -> list[str]:
    """Why contexts are on an agenda."""
    with seated(cast.by("helen")):
        there = Item.objects.filter(meeting=meeting).there()
        return list(
            Reason.objects.filter(item__in=there, kind="context").order_by("pk").values_list("words", flat=True)
        )


def gather(cast: Cast, meeting: Meeting) -> int:
    with seated(cast.by("helen")) as by:
        return actions.gather(by=by, meeting=meeting, now=NOW)


def test_what_comes_and_why(cast: Cast, station: Context) -> None:
    make(cast, name="New", now=NOW)
    make(cast, name="Due", review_on=THEN.date())
    high = make(cast, name="At high", level="high", who="Helen Example", rationale="Named often")
    over = make(cast, name="Closed", review_on=TODAY - timedelta(days=3))
    with seated(cast.by("helen")) as by:
        close_context(by=by, context=over, why="Quiet", now=NOW)
    meeting = plan(cast)
    assert set(words(cast, meeting)) == {
        "To be reviewed by 3 Dec 2026.", f"At high, given by Helen Example on {said(LONG_AGO.date())}.",
        "Opened on 24 Nov 2026.",
    }  # fmt: skip
    with seated(cast.by("helen")) as by:
        titles = [one.title for one in Item.objects.filter(meeting=meeting).there()]
        assert f"At high (place, {high.reference})" in titles
        assert not [one for one in titles if "bus station" in one]
        give_level(by=by, context=high, level="low", who="Helen", rationale="Quiet", now=NOW)
    assert gather(cast, meeting) == 0
    assert len(words(cast, meeting)) == 2


def said(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


def test_one_item_of_a_context_also_when_it_was_put_off(cast: Cast) -> None:
    station = make(cast, level="high", who="Helen Example", rationale="Named often")
    first = plan(cast)
    in_the_room(cast, first)
    with seated(cast.by("helen")) as by:
        item = Item.objects.get(meeting=first)
        actions.decide(by=by, item=item, what="put_off", why="No time.", now=THEN)
        actions.end_meeting(by=by, meeting=first, put_off_rest=False, now=THEN)
        after = actions.plan_next(by=by, meeting=first, weeks=4, now=THEN)
        actions.gather(by=by, meeting=after, now=THEN)
        carried = Item.objects.get(meeting=after)
        kinds = sorted(Reason.objects.filter(item=carried).values_list("kind", "number"))
        assert kinds == [("context", station.pk), ("put_off", item.pk)]
        give_level(by=by, context=station, level="low", who="Helen", rationale="Quiet", now=THEN)
        actions.gather(by=by, meeting=after, now=THEN)
        assert Item.objects.there().filter(meeting=after).count() == 1


def test_no_agency_reads_of_a_context(cast: Cast, as_member: SignIn, keira: Child) -> None:
    station = make(cast, level="high", who="Helen Example", rationale="Named often")
    with seated(cast.by("helen")) as by:
        link_child(by=by, context=station, child=keira, how="seen", since=TODAY, now=NOW)
    meeting = plan(cast)
    for person, sees in (("helen", True), ("arthur", True), ("daniel", False), ("nadia", False), ("grace", False)):
        assert bool(rows(cast, person, "meetings_item")) is sees, person
        assert bool(rows(cast, person, "meetings_reason", "kind = 'context'")) is sees, person
    address = f"/meetings/{meeting.pk}/agenda/"
    page = text_of(as_member("helen").get(address))
    assert "The bus station" in page
    assert f'href="/contexts/{station.pk}/"' in page
    assert as_member("helen").get(f"/contexts/{station.pk}/").status_code == 200
    assert "bus station" not in text_of(as_member("daniel").get(address))
