"""What the team of the demonstration does with its referrals: a meeting whose agenda is open.

Helen Marsh acts in her own seat. Every sentence is about process and says nothing of any child.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from meg.config.demonstration.reporting import in_seat
from meg.partnership.access.models import Member
from meg.partnership.seats import By, Seat, seated
from meg.pursue.meetings.actions import plan_meeting

AT, WHERE = time(14, 0), "Room 2, and by video"
TO_THE_MEETING = timedelta(days=6)


def bring_work(*, by: By, now: datetime) -> None:
    """Plan the next operational meeting: its agenda is built from what is due. `by`: the operator."""
    with seated(by):
        helen = in_seat("Helen Marsh", Seat.TEAM, by.partnership_id)
        chair = Member.objects.get(name="Helen Marsh")
    day = (now + TO_THE_MEETING).date()
    with seated(helen):
        plan_meeting(
            by=helen, starts_at=datetime.combine(day, AT, tzinfo=now.tzinfo), where=WHERE, chair=chair,
            closes_on=day - timedelta(days=1), now=now,
        )  # fmt: skip
