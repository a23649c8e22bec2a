"""Opening one record. Every look, and every look that was refused, is a line in the trail."""

from __future__ import annotations

from dataclasses import replace

from django.db import models
from django.http import Http404

from meg.partnership.seats import By, Refused
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.models import Child
from meg.protect.children.rules import as_reference

NO_CHILDREN = "Your seat works without children’s records. Change your seat to open one."
NOT_REACHED = "Asked for a record that the seat does not reach or that does not exist."


class WhyReached(models.Func):
    """By what right the seat reaches a child: its wide reach, the agency's work with the child, or a grant."""

    function = "meg.why_reached"
    output_field = models.TextField()


def open_child(*, by: By, reference: str, doing: str = "Looked at the record.", kind: Kind | None = Kind.LOOK) -> Child:
    """The child with this reference, with `called`, `other_names`, `former_names` and the `why` of the look; a trail line.

    `doing` is the line's sentence; without a `kind` only a refusal is a line, for forms whose action writes its own.
    Call it outside any action: a refusal must stay in the trail.
    Raises: Refused, where the seat works without children's records; Http404, in the same words whether the
    seat does not reach the child or there is none.
    """
    if not by.seat.sees_children:
        raise Refused(NO_CHILDREN)
    asked = as_reference(reference)
    child = _reached(asked) if asked else None
    if child is None:
        record(by=by, kind=Kind.REFUSED, sentence=NOT_REACHED, reference=asked or reference.replace("\0", "")[:40])
        raise Http404("There is no such record, or your seat does not reach it.")
    right = str(getattr(child, "why", "") or by.reason)
    if kind:
        record(by=replace(by, reason=right), kind=kind, sentence=doing, reference=child.reference)
    return child


def _reached(reference: str) -> Child | None:
    children = Child.objects.current().with_names().with_other_names().with_labels().annotate(why=WhyReached("pk"))
    return children.filter(reference=reference).first()
