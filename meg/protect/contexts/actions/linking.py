"""Link a child to a context, and end the link with a reason."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from meg.partnership.codes.models import Code
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit, Unfits
from meg.protect.contexts.actions.keeping import ONLY, hold
from meg.protect.contexts.models import HOW, Context, Link
from meg.protect.contexts.permissions import WRITERS
from meg.protect.contexts.rules import link_wrong, why_wrong
from meg.protect.exploitation.models import Referral
from meg.protect.missing.models import Interview
from meg.protect.missing.rules import london_day

TWICE = "This child is linked to this context already. End that link first, or leave it."
OTHERS = "That record is of another child."
ENDED = "This link has ended already."


@transaction.atomic
def link_child(
    *, by: By, context: Context, child: Child, how: str, since: date, now: datetime, referral: Referral | None = None,
    interview: Interview | None = None,
) -> Link:  # fmt: skip
    """A child is linked to a context: how, since when, and from which record where it comes from one.

    Raises: Refused; Unfit, where the child is linked already, the code is not known, the day is still to come, or the record
    is of another child.
    """
    kept = hold(by, context)
    known = Code.objects.labels(HOW)
    wrong = link_wrong(how, known, since, london_day(now))
    if any(one is not None and one.child_id != child.pk for one in (referral, interview)):
        wrong.append(("record", OTHERS))
    if Link.objects.now().filter(context=kept, child=child).exists():
        wrong.append(("child", TWICE))
    if wrong:
        raise Unfits(wrong)
    made = Link.objects.create(
        context=kept, child=child, how=how, since=since, referral=referral, interview=interview, linked_at=now
    )
    _line(by, kept, child, "Linked a child to a context.", made)
    return made


@transaction.atomic
def end_link(*, by: By, link: Link, why: str, now: datetime) -> None:
    """A child is linked to a context no longer: the link is kept, with the reason. Raises: Refused; Unfit."""
    permit(by, WRITERS, ONLY)
    kept = Link.objects.select_for_update(of=("self",)).select_related("context", "child").filter(pk=link.pk).first()
    if kept is None:
        raise Refused("There is no such link, or your seat does not reach it.")
    if wrong := why_wrong(why, "Say why the link ends. The reason stays with the link."):
        raise Unfits(wrong)
    if kept.ended_at is not None:
        raise Unfit(ENDED)
    Link.objects.filter(pk=kept.pk).update(ended_at=now, ended_by=by.name, ended_because=why.strip())
    _line(by, kept.context, kept.child, "Ended a child’s link to a context.", kept)


def _line(by: By, context: Context, child: Child, sentence: str, link: Link) -> None:
    record(by=by, kind=Kind.WRITE, sentence=sentence, reference=str(child.reference),
           detail={"context": str(context.reference), "link": link.pk, "how": link.how})  # fmt: skip
