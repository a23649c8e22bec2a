"""Corrections of a return interview that was written up: when it was held, and by whom. What stood there is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.rules import Unfit
from meg.protect.missing.actions.interviewing import ONLY, answered_by, hold_interview, returns
from meg.protect.missing.models import Interview, Step
from meg.protect.missing.permissions import INTERVIEWERS
from meg.protect.missing.rules import HeldThen, corrected_in_words, first_minute, london_day, moment_wrong

CHANGED_MEANWHILE = "Someone changed this interview while you were typing. Look at it again, then make your change."
NOTHING_CHANGED = "Nothing is different from what is recorded. Change a value, or go back."


@transaction.atomic
def correct_interview(
    *, by: By, interview: Interview, told: HeldThen, reason: str, now: datetime, as_of: datetime | None
) -> None:
    """Correct when an interview was held or by whom. `as_of`: the change last seen by the writer.

    What follows from the moment follows: whether it was in time, and the figures.
    Raises: Refused, where the seat may not; Unfit, where it is not written up, cannot have been then, gives no reason,
    or someone else changed it meanwhile.
    """
    permit(by, INTERVIEWERS, ONLY)
    kept = hold_interview(interview, "corrected")
    if kept.changed_at != as_of:
        raise Unfit(CHANGED_MEANWHILE)
    if not told.held_by.strip():
        raise Unfit("Enter who held the interview.", "held_by")
    if not reason.strip():
        raise Unfit("Say why it is corrected: the reason stays with the earlier values.", "reason")
    was = held_then(kept)
    if told == was:
        raise Unfit(NOTHING_CHANGED)
    _hold_to_the_returns(kept, told, now)
    Interview.objects.filter(pk=kept.pk).update(**_values(kept, told), changed_at=Now(), changed_by_batch=None)
    Step.objects.create(
        interview=kept, child_id=kept.child_id, what=Step.What.CORRECTED, at=now, by=by.name, way="",
        words=corrected_in_words(was, told, reason.strip()),
    )  # fmt: skip
    record(by=by, kind=Kind.WRITE, sentence=f"{Step.What.CORRECTED.label}.", reference=kept.child.reference,
           detail={"interview": kept.pk, "before": _plain(was), "after": _plain(told), "reason": reason.strip()})  # fmt: skip


def held_then(interview: Interview) -> HeldThen:
    """When and by whom an interview was held, as it is recorded."""
    assert interview.held_at is not None
    return HeldThen(interview.held_at, interview.held_to_the_minute, interview.held_by, interview.held_by_agency)


def _hold_to_the_returns(kept: Interview, told: HeldThen, now: datetime) -> None:
    """Raises: Unfit, where it was in the future, or before a return it answers."""
    back = max(returns(answered_by(kept)), default=None)
    if back is not None and not told.to_the_minute:
        back = first_minute(london_day(back))  # a day is held against a day
    wrong = moment_wrong("The interview", told.held_at, [] if back is None else [back], now)
    if wrong:
        raise Unfit(wrong, "held_at")


def _values(kept: Interview, told: HeldThen) -> dict[str, Any]:
    """What changes. An offer or an answer known only from the interview itself moves with it."""
    moved = {name: told.held_at for name in ("offered_at", "accepted_at") if getattr(kept, name) == kept.held_at}
    return {
        "held_at": told.held_at, "held_to_the_minute": told.to_the_minute, "held_by": told.held_by.strip(),
        "held_by_agency": told.held_by_agency.strip(), **moved,
    }  # fmt: skip


def _plain(told: HeldThen) -> dict[str, Any]:
    return {
        "held_at": told.held_at.isoformat(), "to_the_minute": told.to_the_minute, "held_by": told.held_by,
        "held_by_agency": told.held_by_agency,
    }  # fmt: skip
