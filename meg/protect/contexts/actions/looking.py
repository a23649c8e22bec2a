"""Opening one context, and lists of them. Every look, and every look that was refused, is a line in the trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404

from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.contexts.models import Context
from meg.protect.contexts.permissions import READERS, WIDE
from meg.protect.contexts.rules import as_reference

ONLY = "Contexts are for those who work with children."
NOWHERE = "There is no such context, or your seat does not reach it."
NOT_REACHED = "Asked for a context that the seat does not reach or that does not exist."


def open_one(*, by: By, reference: str) -> Any:
    """The context with this reference, with its `level` and `review_on` for the seats that read them.

    Call it outside any action: a refusal must stay in the trail.
    Raises: Refused, where the seat works without children's records; Http404, in the same words whether the seat does not
    reach it or there is none.
    """
    permit(by, READERS, ONLY)
    asked = as_reference(reference)
    contexts = Context.objects.as_said() if by.seat in WIDE else Context.objects.all()
    found = contexts.filter(reference=asked).first() if asked else None
    if found is None:
        record(by=by, kind=Kind.REFUSED, sentence=NOT_REACHED, reference=asked or reference.replace("\0", "")[:40])
        raise Http404(NOWHERE)
    return found


def record_look(*, by: By, context: Context, doing: str, references: Iterable[str] = ()) -> None:
    """One line for a page of a context, with the children whom it showed."""
    children = sorted(set(references))
    record(by=by, kind=Kind.LOOK, sentence=doing, reference=str(context.reference),
           detail={"children": children} if children else {})  # fmt: skip


def record_contexts(*, by: By, sentence: str, references: Iterable[str]) -> None:
    """One line for a list, with the children whom it showed."""
    children = sorted(set(references))
    record(by=by, kind=Kind.LOOK, sentence=sentence, detail={"children": children} if children else {})
