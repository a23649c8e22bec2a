"""In the room: who is there, what is decided on each item, who does what by when, and the end."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from meg.partnership.access.models import Member
from meg.partnership.agencies.models import Agency
from meg.partnership.seats import By
from meg.protect.children.rules import Unfit, Unfits
from meg.protect.missing.rules import london_day
from meg.protect.tasks.actions import ask_task
from meg.protect.tasks.models import Task
from meg.pursue.meetings.actions.agenda import carry
from meg.pursue.meetings.actions.planning import hold, write
from meg.pursue.meetings.models import Action, Attendance, Decision, Item, Meeting
from meg.pursue.meetings.rules import LONG, decision_wrong

NOT_BEGUN = "The meeting has not begun. Begin it first."
AGREED = "The minutes are agreed, and stay as they are. Write a correction beside them."
NOT_REACHED = "Not reached at this meeting."


@transaction.atomic
def begin(*, by: By, meeting: Meeting, now: datetime) -> None:
    """The meeting begins. Raises: Refused; Unfit, where its agenda is open still, or it has begun."""
    kept = hold(by, meeting)
    if kept.state == Meeting.State.OPEN:
        raise Unfit("Close the agenda first: the papers of a meeting stay in their order.")
    if kept.state != Meeting.State.CLOSED:
        raise Unfit("This meeting has begun already.")
    kept.state, kept.opened_at = Meeting.State.ROOM, now
    kept.save(update_fields=["state", "opened_at"])
    write(by, kept, f"Began the meeting of {kept.day}.")


def _held(by: By, meeting: Meeting) -> Meeting:
    """The meeting, in the room or held. Raises: Refused; Unfit, where it has not begun or its minutes are agreed."""
    kept = hold(by, meeting)
    if kept.state == Meeting.State.AGREED:
        raise Unfit(AGREED)
    if kept.state not in (Meeting.State.ROOM, Meeting.State.HELD):
        raise Unfit(NOT_BEGUN)
    return kept


@transaction.atomic
def attend(*, by: By, meeting: Meeting, agency: Agency, name: str, how: str) -> None:
    """Who was there, sent apologies or a report; said again of the same person, it stands in place of what was said.

    Raises: Refused; Unfit, where nobody is named or the minutes are agreed.
    """
    kept = hold(by, meeting)
    if kept.state == Meeting.State.AGREED:
        raise Unfit(AGREED)
    if not name.strip():
        raise Unfit("Enter who it is.", "name")
    if how not in Attendance.How.values:
        raise Unfit("Choose whether they are present, sent apologies or sent a report.", "how")
    Attendance.objects.update_or_create(
        meeting=kept, agency=agency, name=name.strip(), defaults={"how": how, "withdrawn_at": None}
    )
    write(by, kept, "Recorded who is at a meeting.", agency=agency.pk, how=how)


@transaction.atomic
def take_back(*, by: By, attendance: Attendance, now: datetime) -> None:
    """Take back what was said of someone by mistake. Raises: Refused; Unfit, where the minutes are agreed."""
    kept = hold(by, attendance.meeting)
    if kept.state == Meeting.State.AGREED:
        raise Unfit(AGREED)
    Attendance.objects.filter(pk=attendance.pk).update(withdrawn_at=now)
    write(by, kept, "Took back who is at a meeting.", attendance=attendance.pk)


@transaction.atomic
def decide(
    *, by: By, item: Item, what: str, why: str, now: datetime, facts: str = "", review_on: date | None = None,
    to: str = "",
) -> Decision:  # fmt: skip
    """What the meeting decides on an item, and why. Until the minutes are agreed a later decision stands in its place.

    Raises: Refused; Unfit, where no reason is given, the item was taken off, or the minutes are agreed.
    """
    kept = _held(by, item.meeting)
    if wrong := decision_wrong(what, Decision.What.values, why, review_on, to, london_day(now)):
        raise Unfits(wrong)
    for field, words in (("why", why), ("facts", facts)):
        if len(words) > LONG:
            raise Unfit(f"Use {LONG:,} characters or fewer.", field)
    state = Item.State.PUT_OFF if what == Decision.What.PUT_OFF else Item.State.DECIDED
    now_is = Item.objects.filter(pk=item.pk).exclude(state=Item.State.TAKEN_OFF).update(
        state=state, ended_at=now, ended_by=by.name, ended_because=why.strip()
    )  # fmt: skip
    if not now_is:
        raise Unfit("This item was taken off the agenda.")
    made = Decision.objects.create(
        meeting=kept, item=item, child_id=item.child_id, what=what, facts=facts.strip(), why=why.strip(), to=to.strip(),
        review_on=review_on if what == Decision.What.REVIEW else None, at=now,
    )  # fmt: skip
    reference = str(item.child.reference) if item.child else ""
    write(by, kept, f"The meeting decided: {made.get_what_display().lower()}.", reference, item=item.pk)
    if state == Item.State.PUT_OFF and kept.state == Meeting.State.HELD:
        _carry_on(by, kept, now)
    return made


@transaction.atomic
def give_action(
    *, by: By, item: Item, what: str, agency: Agency, member: Member | None, due_on: date, today: date
) -> Task:
    """Who does what by when: a task that sits in its owner's list until it is done.

    Raises: Refused; Unfit, where it says nothing, its day has passed, or the agency does not work with the child.
    """
    kept = _held(by, item.meeting)
    if item.state == Item.State.TAKEN_OFF:
        raise Unfit("This item was taken off the agenda.")
    task = ask_task(
        by=by, child=item.child, of=Task.Of.MEETING, of_number=kept.pk, what=what, agency=agency, member=member,
        due_on=due_on, today=today,
    )  # fmt: skip
    Action.objects.create(meeting=kept, item=item, child_id=item.child_id, task=task)
    return task


@transaction.atomic
def end_meeting(*, by: By, meeting: Meeting, put_off_rest: bool, now: datetime) -> None:
    """The meeting ends. What was not reached is put off by name, and is on the agenda of the next meeting.

    Raises: Refused; Unfit, where it is not in the room, or items are left and are not to be put off.
    """
    kept = hold(by, meeting)
    if kept.state != Meeting.State.ROOM:
        raise Unfit("This meeting is not in the room.")
    left = list(Item.objects.filter(meeting=kept).with_child().waiting())
    if left and not put_off_rest:
        names = ", ".join(one.name for one in left)
        raise Unfit(f"Not dealt with: {names}. Decide on them, or tick that they are put off.", "put_off_rest")
    for item in left:
        decide(by=by, item=item, what=Decision.What.PUT_OFF, why=NOT_REACHED, now=now)
    kept.state, kept.held_at = Meeting.State.HELD, now
    kept.save(update_fields=["state", "held_at"])
    write(by, kept, f"Ended the meeting of {kept.day}.", put_off=[one.pk for one in left])
    _carry_on(by, kept, now)


def _carry_on(by: By, meeting: Meeting, now: datetime) -> None:
    """What was put off goes onto the next agenda there is; else the next meeting that is planned takes it."""
    after = Meeting.objects.coming().filter(starts_at__gte=meeting.starts_at).exclude(pk=meeting.pk).first()
    if after is not None:
        carry(by, hold(by, after), now)
