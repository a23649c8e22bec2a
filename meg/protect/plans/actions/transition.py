"""The way to adult services: nobody leaves the list but by a named decision."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit, Unfits
from meg.protect.exploitation.models import Level
from meg.protect.missing.rules import london_day
from meg.protect.plans.models import Decision
from meg.protect.plans.permissions import ONLY_TEAM, OPENERS
from meg.protect.plans.rules import decision_wrong, is_watched

ONLY = "Only the exploitation team decides on transition."
# Everyone of 17 or older with a referral taken on: the function opens a plan for whoever must have one and has none.
NIGHTLY = """SELECT count(x.made) FROM (
  SELECT meg.keep_in_view(r.child_id) AS made FROM (
    SELECT DISTINCT child_id FROM exploitation_referral
    WHERE partnership_id = meg.partnership() AND state = 'open' AND withdrawn_at IS NULL) r
  WHERE meg.is_in_view(r.child_id)) x"""


@transaction.atomic
def decide(
    *, by: By, child: Child, what: str, decided_by: str, why: str, now: datetime, accepted_by: str = ""
) -> Decision:
    """What becomes of someone of 17 or older, whose decision it is, and why. It stands until something overtakes it.

    Raises: Refused; Unfit, where they are younger, a decision stands already, nobody accepted a handing over, nobody decided
    or no reason is given, or the work is ended at medium or high.
    """
    permit(by, ONLY_TEAM, ONLY)
    kept = Child.objects.select_for_update().get(pk=child.pk)
    if not is_watched(kept.date_of_birth, kept.estimated_birth_year, london_day(now)):
        raise Unfit("Decisions on transition begin at 17.")
    if Decision.objects.standing().filter(child=kept).exists():
        raise Unfit("A decision stands already. Take it back first.")
    wrong = decision_wrong(what, latest_level(kept.pk), accepted_by, why, tuple(Decision.What.values))
    if not decided_by.strip():
        wrong.append(("decided_by", "Enter whose decision it is."))
    if wrong:
        raise Unfits(wrong)
    made = Decision.objects.create(
        child=kept, what=what, decided_by=decided_by.strip(), why=why.strip(), at=now,
        accepted_by=accepted_by.strip() if what == Decision.What.HANDED_OVER else "",
    )  # fmt: skip
    record(by=by, kind=Kind.WRITE, sentence=f"Decided on transition: {made.get_what_display().lower()}.",
           reference=str(kept.reference), detail={"decision": made.pk, "what": what})  # fmt: skip
    return made


def latest_level(child_id: int) -> str:
    """The child's latest level of risk; empty where none is given."""
    found = Level.objects.filter(child=child_id).order_by("-at", "-pk").values_list("level", flat=True)
    return found.first() or ""


@transaction.atomic
def take_back(*, by: By, decision: Decision, why: str, now: datetime) -> None:
    """A decision on transition no longer stands. Raises: Refused; Unfit, where it does not stand, or no reason is given."""
    permit(by, ONLY_TEAM, ONLY)
    if not why.strip():
        raise Unfit("Say why the decision no longer stands.", "why")
    changed = (
        Decision.objects.standing()
        .filter(pk=decision.pk)
        .update(overtaken_at=now, overtaken_because=f"Taken back by {by.name}: {why.strip()}")
    )
    if not changed:
        raise Unfit("This decision does not stand any more.")
    record(by=by, kind=Kind.WRITE, sentence="Took back a decision on transition.",
           reference=str(decision.child.reference), detail={"decision": decision.pk})  # fmt: skip


@transaction.atomic
def keep_everyone_in_view(*, by: By) -> int:
    """Open a plan for everyone of 17 or older at medium or high with a referral taken on who has none, and about whom
    nothing is decided: birthdays pass without anybody's doing. Returns how many were opened. Raises: Refused.
    """
    permit(by, OPENERS, ONLY)
    with connection.cursor() as cursor:
        cursor.execute(NIGHTLY)
        return int(cursor.fetchone()[0])


def record_transition_list(*, by: By, references: Sequence[str]) -> None:
    """One line for the whole list of transition, with whom it showed."""
    record(by=by, kind=Kind.LOOK, sentence="Looked at the list of transition.", detail={"children": list(references)})


def record_outcomes(*, by: By, references: Sequence[str]) -> None:
    """One line for the page of outcomes, with whose plans it showed."""
    record(by=by, kind=Kind.LOOK, sentence="Looked at outcomes of plans.", detail={"children": list(references)})
