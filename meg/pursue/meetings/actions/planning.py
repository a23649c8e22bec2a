"""A meeting is planned, changed, and followed by the next one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from meg.partnership.access.models import Member
from meg.partnership.seats import By, Refused, Seat, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.rules import Unfit, Unfits
from meg.pursue.meetings.models import Meeting
from meg.pursue.meetings.permissions import WRITERS
from meg.pursue.meetings.rules import meeting_wrong

ONLY = "Only the exploitation team plans meetings and writes down what they decide."
CHAIR = "{name} does not sit in the exploitation team’s seat. Whoever agrees the minutes must see all of them."
BEGUN = "This meeting has begun. Its day and place stay as they were."


def hold(by: By, meeting: Meeting) -> Meeting:
    """The meeting as it stands now, held for this transaction. Raises: Refused, where the seat may not write."""
    permit(by, WRITERS, ONLY)
    kept = Meeting.objects.select_for_update().filter(pk=meeting.pk).first()
    if kept is None:
        raise Refused("There is no such meeting, or your seat does not reach it.")
    return kept


def write(by: By, meeting: Meeting, sentence: str, reference: str = "", **detail: object) -> None:
    """The line in the trail of what was done at a meeting."""
    record(by=by, kind=Kind.WRITE, sentence=sentence, reference=reference, detail={"meeting": meeting.pk, **detail})


def _check(starts_at: datetime, where: str, chair: Member, closes_on: date, now: datetime) -> None:
    wrong = meeting_wrong(timezone.localtime(starts_at), where, closes_on, timezone.localtime(now))
    if chair.left_on is not None:
        wrong.append(("chair", f"{chair.name} has left. Choose someone else."))
    elif Seat.TEAM.value not in chair.seats:
        wrong.append(("chair", CHAIR.format(name=chair.name)))
    if wrong:
        raise Unfits(wrong)


@transaction.atomic
def plan_meeting(
    *, by: By, starts_at: datetime, where: str, chair: Member, closes_on: date, now: datetime,
    follows: Meeting | None = None,
) -> Meeting:  # fmt: skip
    """Plan a meeting; its agenda is open from now on, and holds what is due already.

    Raises: Refused, where the seat may not; Unfit, where it is in the past, nowhere, or its chair could not agree minutes.
    """
    from meg.pursue.meetings.actions.agenda import gather

    permit(by, WRITERS, ONLY)
    _check(starts_at, where, chair, closes_on, now)
    made = Meeting.objects.create(
        starts_at=starts_at, where=where.strip(), chair=chair, closes_on=closes_on, follows=follows
    )
    made.refresh_from_db()
    write(by, made, f"Planned the meeting of {made.day}.")
    gather(by=by, meeting=made, now=now)
    return made


@transaction.atomic
def plan_next(*, by: By, meeting: Meeting, weeks: int, now: datetime) -> Meeting:
    """Plan the meeting after this one: the same weekday, time, place and chair, so many weeks later.

    Raises: Refused; Unfit, where there is one already, or it would be in the past.
    """
    kept = hold(by, meeting)
    if not 1 <= weeks <= 26:
        raise Unfit("Enter a number of weeks from 1 to 26.", "weeks")
    if Meeting.objects.filter(follows=kept).exists():
        raise Unfit("The next meeting is planned already.")
    later = (timezone.localtime(kept.starts_at) + timedelta(weeks=weeks)).astimezone(UTC)
    closes_on = kept.closes_on + timedelta(weeks=weeks)
    try:
        return plan_meeting(by=by, starts_at=later, where=kept.where, chair=kept.chair, now=now, follows=kept,
                            closes_on=max(closes_on, timezone.localtime(now).date()))  # fmt: skip
    except Unfits as unfit:
        raise Unfit(str(unfit), "weeks") from unfit


@transaction.atomic
def change_meeting(
    *, by: By, meeting: Meeting, starts_at: datetime, where: str, chair: Member, closes_on: date, now: datetime
) -> None:
    """Change the day, place, chair or closing day of a meeting that has not begun. Raises: Refused, Unfit."""
    kept = hold(by, meeting)
    if kept.state not in (Meeting.State.OPEN, Meeting.State.CLOSED):
        raise Unfit(BEGUN)
    _check(starts_at, where, chair, max(closes_on, timezone.localtime(now).date()), now)
    kept.starts_at, kept.where, kept.chair, kept.closes_on = starts_at, where.strip(), chair, closes_on
    kept.save(update_fields=["starts_at", "where", "chair", "closes_on"])
    write(by, kept, f"Changed when or where a meeting is held: {kept.day}.")
