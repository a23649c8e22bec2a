"""Verbs of tasks: ask, do, drop, hand over, remind."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from meg.partnership.access.models import Involvement, Member
from meg.partnership.agencies.models import Agency
from meg.partnership.seats import By, Refused, Seat, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit, Unfits
from meg.protect.tasks.models import Task
from meg.protect.tasks.permissions import ASKERS, DOERS, PASSERS
from meg.protect.tasks.rules import task_wrong

ASK = "Only the exploitation team asks agencies to do something."
DO = "Only whoever a task was given to, or the exploitation team, can record what came of it."
NOT_YOURS = "This task is another agency’s. Its own people, or the exploitation team, record what came of it."
ENDED = "This task is done or dropped already."
NOT_INVOLVED = (
    "{agency} does not work with this child. Add it under People and agencies first: it would see the record."
)


@transaction.atomic
def ask_task(
    *, by: By, child: Child | None, of: Task.Of, of_number: int, what: str, agency: Agency, member: Member | None,
    due_on: date, today: date,
) -> Task:  # fmt: skip
    """Ask an agency, or one of its members, to do something by a day.

    Raises: Refused, where the seat may not; Unfit, where it says nothing, its day has passed, the member is of another
    agency, or the agency does not work with the child.
    """
    permit(by, ASKERS, ASK)
    if wrong := task_wrong(what, due_on, today):
        raise Unfits(wrong)
    _check_owner(child, agency, member)
    made = Task.objects.create(
        child=child, of=of, of_number=of_number, what=what.strip(), agency=agency, member=member, due_on=due_on
    )
    record(by=by, kind=Kind.WRITE, sentence="Asked for something to be done.", reference=_reference(child),
           detail={"task": made.pk, "of": of.value, "number": of_number, "agency": agency.pk,
                   "due_on": due_on.isoformat()})  # fmt: skip
    return made


def _reference(child: Child | None) -> str:
    return str(child.reference) if child else ""


def _check_owner(child: Child | None, agency: Agency, member: Member | None) -> None:
    if member is not None and member.agency_id != agency.pk:
        raise Unfit(f"{member.name} works for another agency.", "member")
    if member is not None and member.left_on is not None:
        raise Unfit(f"{member.name} has left. Choose someone else.", "member")
    team = member is not None and Seat.TEAM.value in member.seats
    if child is None or team:
        return
    involved = Involvement.objects.filter(child_id=child.pk, agency=agency, until__isnull=True)
    if not involved.exists():
        name = getattr(agency, "name", None) or "This agency"
        raise Unfit(NOT_INVOLVED.format(agency=name), "agency")


def hold_task(by: By, task: Task) -> Task:
    """The task as it stands now, held for this transaction.

    Raises: Refused, where the seat does not reach it or it is another agency's; Unfit, where it has ended.
    """
    permit(by, DOERS, DO)
    kept = Task.objects.select_for_update(of=("self",)).select_related("child").filter(pk=task.pk).first()
    if kept is None:
        raise Refused("There is no such task, or your seat does not reach it.")
    if not may_end(by, kept):
        raise Refused(NOT_YOURS)
    if not kept.is_open:
        raise Unfit(ENDED)
    return kept


def may_end(by: By, task: Task) -> bool:
    """Whether this person may say what came of a task: the team of any, others of their own."""
    if by.seat is Seat.INTERVIEWER:
        return task.member_id == by.member_id
    return by.seat is Seat.TEAM or (by.seat is Seat.PRACTITIONER and task.agency_id == by.agency_id)


@transaction.atomic
def finish_task(*, by: By, task: Task, outcome: str, now: datetime) -> None:
    """A task is done, and what came of it. Raises: Refused; Unfit, where nothing is said or it has ended."""
    kept = hold_task(by, task)
    if not outcome.strip():
        raise Unfit("Say what came of it.", "outcome")
    Task.objects.filter(pk=kept.pk).update(done_at=now, done_by=by.name, outcome=outcome.strip())
    record(by=by, kind=Kind.WRITE, sentence="Did what was asked for.", reference=_reference(kept.child),
           detail={"task": kept.pk})  # fmt: skip


@transaction.atomic
def drop_task(*, by: By, task: Task, why: str, now: datetime) -> None:
    """A task is no longer to be done. Raises: Refused, where the seat may not; Unfit, where no reason is given."""
    permit(by, ASKERS, ASK)
    kept = hold_task(by, task)
    if not why.strip():
        raise Unfit("Say why it is no longer to be done.", "why")
    Task.objects.filter(pk=kept.pk).update(dropped_at=now, dropped_by=by.name, dropped_because=why.strip())
    record(by=by, kind=Kind.WRITE, sentence="Dropped something that was asked for.", reference=_reference(kept.child),
           detail={"task": kept.pk})  # fmt: skip


@transaction.atomic
def pass_task(*, by: By, task: Task, member: Member | None) -> None:
    """Say which member of the task's agency does it. They are reminded of it as of one of their own.

    Raises: Refused, where the seat may not; Unfit, where they work for another agency or have left.
    """
    permit(by, PASSERS, DO)
    kept = hold_task(by, task)
    if member is not None and member.agency_id != kept.agency_id:
        raise Unfit(f"{member.name} works for another agency.", "member")
    if member is not None and member.left_on is not None:
        raise Unfit(f"{member.name} has left. Choose someone else.", "member")
    Task.objects.filter(pk=kept.pk).update(member=member, reminded_at=None)
    record(by=by, kind=Kind.WRITE, sentence="Said who does what was asked for.", reference=_reference(kept.child),
           detail={"task": kept.pk, "member": member.pk if member else None})  # fmt: skip


def record_task_list(*, by: By, references: list[str]) -> None:
    """Put in the trail that these children were shown in a list of tasks. No line where there was nobody."""
    shown = sorted(set(filter(None, references)))
    if shown:
        record(by=by, kind=Kind.LOOK, sentence="Saw children in the list of tasks.", detail={"children": shown})
