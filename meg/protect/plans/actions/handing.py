"""Handing over a caseload when someone leaves: all of it in one step, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from meg.partnership.access.actions import end_involvement, involve
from meg.partnership.access.models import Involvement, Member
from meg.partnership.seats import By, Seat, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.exploitation.actions import allocate as allocate_referral
from meg.protect.exploitation.models import Referral
from meg.protect.missing.actions import allocate as allocate_interview
from meg.protect.missing.models import Interview
from meg.protect.plans.permissions import ONLY_TEAM
from meg.protect.tasks.actions import pass_task
from meg.protect.tasks.models import Task

HAND = "Only the exploitation team hands a caseload over."
DOES_WORK = frozenset({Seat.PRACTITIONER.value, Seat.INTERVIEWER.value, Seat.TEAM.value})
INTERVIEWS = frozenset({Seat.INTERVIEWER.value, Seat.TEAM.value})


@dataclass(frozen=True)
class Caseload:
    """What someone holds: allocations, return interviews that wait, referrals not closed, open tasks."""

    works: list[Involvement]
    interviews: list[Interview]
    referrals: list[Referral]
    tasks: list[Task]
    references: dict[int, str]

    @property
    def total(self) -> int:
        return len(self.works) + len(self.interviews) + len(self.referrals) + len(self.tasks)


def caseload_of(member: Member) -> Caseload:
    """What would move if this member left. Five questions to the database."""
    works = list(Involvement.objects.filter(member=member, until__isnull=True).select_related("agency").order_by("pk"))
    interviews = list(
        Interview.objects.waiting().filter(allocated_to=member).select_related("child").order_by("due_at")
    )
    referrals = Referral.objects.current().filter(allocated_to=member).exclude(state=Referral.State.CLOSED)
    tasks = list(Task.objects.open().filter(member=member).select_related("child").order_by("due_on", "pk"))
    references = Child.objects.filter(pk__in={one.child_id for one in works}).values_list("pk", "reference")
    return Caseload(works, interviews, list(referrals.select_related("child").order_by("pk")), tasks, dict(references))


def why_not(leaver: Member, taker: Member, held: Caseload) -> str:
    """Why a caseload cannot go to someone: one sentence; empty where it can."""
    seats = set(taker.seats)
    if leaver.pk == taker.pk:
        return "Choose someone else: nobody hands over to themselves."
    if taker.left_on is not None:
        return f"{taker.name} has left. Choose someone else."
    if taker.agency_id != leaver.agency_id:
        return f"{taker.name} works for another agency. A caseload stays within its agency."
    if not held.total:
        return f"{leaver.name} holds nothing that would be handed over."
    if not seats & DOES_WORK:
        return f"{taker.name} has no seat in which to work with children. Give them one first, or choose someone else."
    if held.interviews and not seats & INTERVIEWS:
        return f"{taker.name} does not hold return interviews. Allocate those first, or choose someone who does."
    if held.referrals and Seat.TEAM.value not in seats:
        return f"{taker.name} is not of the exploitation team. Allocate the referrals first, or choose someone who is."
    return ""


@transaction.atomic
def hand_over(*, by: By, leaver: Member, taker: Member, now: datetime, seen: int | None = None) -> Caseload:
    """All that someone holds goes to another of the same agency. `seen`: how much the page showed; if it has changed since,
    nothing moves. Raises: Refused; Unfit, where it cannot go to them.
    """
    permit(by, ONLY_TEAM, HAND)
    held = caseload_of(leaver)
    if wrong := why_not(leaver, taker, held):
        raise Unfit(wrong, "taker")
    if seen is not None and seen != held.total:
        raise Unfit("What they hold has changed since this page was made. Look at it again.")
    _allocations(by, held, taker)
    for interview in held.interviews:
        allocate_interview(by=by, interview=interview, member=taker, now=now)
    for referral in held.referrals:
        allocate_referral(by=by, referral=referral, member=taker)
    for task in held.tasks:
        pass_task(by=by, task=task, member=taker)
    record(by=by, kind=Kind.WRITE, sentence=f"Handed the caseload of {leaver.name} over to {taker.name}.",
           detail={"from": leaver.pk, "to": taker.pk, "allocations": len(held.works), "interviews": len(held.interviews),
                   "referrals": len(held.referrals), "tasks": len(held.tasks)})  # fmt: skip
    return held


def _allocations(by: By, held: Caseload, taker: Member) -> None:
    has = set(Involvement.objects.filter(member=taker, until__isnull=True).values_list("child_id", flat=True))
    for work in held.works:
        reference = held.references.get(work.child_id, "")
        if work.child_id not in has:
            involve(by=by, agency=work.agency, member=taker, role=work.role, child_id=work.child_id,
                    reference=reference)  # fmt: skip
            has.add(work.child_id)
        end_involvement(by=by, involvement=work, reference=reference)
