"""In every test of this room: Penfield Academy works with Keira, Caldershire Health with Owen; Helen plans and chairs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from conftest import Cast
from meg.partnership.access.actions import involve
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.exploitation.actions import give_level, refer, take_on
from meg.protect.exploitation.models import Referral
from meg.protect.exploitation.rules import Told
from meg.pursue.meetings import actions
from meg.pursue.meetings.models import Item, Meeting

NOW = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)
TODAY = date(2026, 11, 24)
THEN = datetime(2026, 12, 3, 14, 0, tzinfo=UTC)
Referred = Callable[..., Referral]
Planned = Callable[..., Meeting]


@pytest.fixture
def keira(cast: Cast) -> Child:
    return cast.child("Keira", "Dunstan", date(2011, 3, 14), agency="Penfield Academy", worker="nadia")


@pytest.fixture
def owen(cast: Cast) -> Child:
    return cast.child("Owen", "Tarrant", date(2012, 6, 1), agency="Caldershire Health")


def refer_child(cast: Cast, child: Child, *, level: str = "high", at: datetime = NOW, review_on: date | None = None,
                taken_on: bool = True) -> Referral:  # fmt: skip
    """A referral of a child by the team, with the level given and the referral taken on at a moment."""
    told = Told(
        received_at=at - timedelta(hours=2), referred_by="Daniel Example", source="2A", how_known="child_told",
        concerns="Said that someone met online asks for pictures.", kinds=("online",), began="online",
        platform="gaming", voice="Wants it to stop.", consent="given",
    )  # fmt: skip
    with seated(cast.by("helen")) as by:
        made = refer(by=by, child=child, told=told, now=at)
        if level:
            give_level(
                by=by, referral=made, level=level, who=by.name, rationale="As told.", now=at, review_on=review_on
            )
            if taken_on:
                take_on(by=by, referral=made, why="Agreed in the team.", now=at)
        return Referral.objects.get(pk=made.pk)


def plan(cast: Cast, *, starts_at: datetime = THEN, now: datetime = NOW, follows: Meeting | None = None) -> Meeting:
    """A meeting that Helen plans and chairs."""
    with seated(cast.by("helen")) as by:
        return actions.plan_meeting(
            by=by, starts_at=starts_at, where="County Hall, room 2", chair=cast.members["helen"],
            closes_on=max((starts_at - timedelta(days=2)).date(), now.date()), now=now, follows=follows,
        )  # fmt: skip


def on_agenda(cast: Cast, meeting: Meeting, child: Child) -> Item:
    """A child that the team adds to an agenda."""
    with seated(cast.by("helen")) as by:
        return actions.add_child(by=by, meeting=meeting, child=child, why="To be talked about.")


def in_the_room(cast: Cast, meeting: Meeting, now: datetime = THEN) -> Meeting:
    """The meeting, its agenda closed and begun."""
    with seated(cast.by("helen")) as by:
        actions.close_agenda(by=by, meeting=meeting, now=now - timedelta(days=1))
        actions.begin(by=by, meeting=meeting, now=now)
        return Meeting.objects.get(pk=meeting.pk)


def works_with(cast: Cast, child: Child, agency: str) -> None:
    with seated(cast.operator):
        involve(by=cast.operator, agency=cast.agencies[agency], child_id=child.pk, reference=child.reference)
