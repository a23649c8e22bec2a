"""What the team does with a proposal: opens a context from it, adds to one that is open, or sets it aside."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit, Unfits
from meg.protect.contexts.actions.keeping import ONLY, hold, open_context
from meg.protect.contexts.actions.linking import link_child
from meg.protect.contexts.models import Answer, Context, Link
from meg.protect.contexts.permissions import WRITERS
from meg.protect.contexts.proposals import Proposal
from meg.protect.contexts.rules import why_wrong
from meg.protect.exploitation.models import Referral
from meg.protect.missing.models import Interview
from meg.protect.missing.rules import london_day

NOBODY = "Choose which children are linked to it."


@transaction.atomic
def open_proposed(
    *, by: By, proposal: Proposal, children: Collection[str], how: str, kind: str, name: str, known: str, why: str,
    review_on: date, now: datetime, level: str = "", who: str = "", rationale: str = "",
) -> Context:  # fmt: skip
    """Open a context from a proposal, with the children that are chosen, each from the record that names it.

    Raises: Refused; Unfit, as `open_context` and `link_child`, or where no child is chosen.
    """
    permit(by, WRITERS, ONLY)
    made = open_context(by=by, kind=kind, name=name, known=known, why=why, review_on=review_on, now=now, level=level,
                        who=who, rationale=rationale)  # fmt: skip
    _link(by, made, proposal, children, how, now)
    _answer(by, proposal, Answer.What.OPENED, made, "", now)
    return made


@transaction.atomic
def add_proposed(
    *, by: By, proposal: Proposal, context: Context, children: Collection[str], how: str, now: datetime
) -> None:
    """Link the chosen children of a proposal to a context that is open; who is linked already stays so.

    Raises: Refused; Unfit, as `link_child`, or where no child is chosen.
    """
    kept = hold(by, context)
    _link(by, kept, proposal, children, how, now)
    _answer(by, proposal, Answer.What.ADDED, kept, "", now)


@transaction.atomic
def set_aside(*, by: By, proposal: Proposal, why: str, now: datetime) -> Answer:
    """Set a proposal aside, with the reason. It is proposed again when another child joins. Raises: Refused; Unfit."""
    permit(by, WRITERS, ONLY)
    if wrong := why_wrong(why, "Say why it is set aside. The reason is kept."):
        raise Unfits(wrong)
    return _answer(by, proposal, Answer.What.SET_ASIDE, None, why.strip(), now)


def _answer(by: By, proposal: Proposal, what: Answer.What, context: Context | None, why: str, now: datetime) -> Answer:
    made = Answer.objects.create(
        kind=proposal.kind, words=proposal.words, children=proposal.ids, what=what, context=context, why=why, at=now
    )
    record(by=by, kind=Kind.WRITE, sentence=f"Answered a proposed group: {made.get_what_display().lower()}.",
           reference=str(context.reference) if context else "",
           detail={"answer": made.pk, "children": sorted({one.child for one in proposal.namings})})  # fmt: skip
    return made


def _link(by: By, context: Context, proposal: Proposal, children: Collection[str], how: str, now: datetime) -> None:
    chosen = [(first, records) for first, records in proposal.children if first.child in set(children)]
    if not chosen:
        raise Unfit(NOBODY, "children")
    there = set(Link.objects.now().filter(context=context).values_list("child_id", flat=True))
    people = Child.objects.in_bulk([first.child_id for first, _ in chosen])
    for first, records in chosen:
        if first.child_id not in there:
            link_child(
                by=by, context=context, child=people[first.child_id], how=how, since=london_day(records[-1].at), now=now,
                referral=Referral.objects.get(pk=first.referral) if first.referral else None,
                interview=Interview.objects.get(pk=first.interview) if first.interview else None,
            )  # fmt: skip
