"""The time a child is looked after, recorded by hand. Files bring the same rows with more in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from meg.partnership.codes.models import Code
from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.actions.naming import KEEP
from meg.protect.children.models import CareEpisode, Child
from meg.protect.children.permissions import KEEPERS
from meg.protect.children.rules import Unfit

FARTHEST = 1000  # miles


@transaction.atomic
def record_care(
    *, by: By, child: Child, started: date, ended: date | None = None, placement_type: str, legal_status: str,
    distance: Decimal | None = None, in_area: bool | None = None,
) -> CareEpisode:  # fmt: skip
    """Record an episode of care: one placement under one legal status. `ended` is None while it lasts; `distance` is in
    miles from the child’s home, `in_area` says that the placement is in the responsible authority’s area.

    Raises: Refused, where the seat may not; Unfit, where the days or codes cannot be, or another episode is in the way.
    """
    permit(by, KEEPERS, KEEP)
    _check_days(started, ended, timezone.localdate())
    if distance is not None and not 0 <= distance < FARTHEST:
        raise Unfit("Enter the miles from home as a number under 1,000, or leave it empty.", "distance")
    _check_code("ssda903_placement", placement_type, started, "placement_type", "placement")
    _check_code("ssda903_legal_status", legal_status, started, "legal_status", "legal status")
    Child.objects.select_for_update().get(pk=child.pk)
    _check_room(child, started, ended)
    made = CareEpisode.objects.create(
        child=child, started=started, ended=ended, placement_type=placement_type, legal_status=legal_status,
        distance=distance, in_area=in_area,
    )  # fmt: skip
    detail = {"care": made.pk, "started": started.isoformat(), "ended": ended.isoformat() if ended else None}
    record(by=by, kind=Kind.WRITE, sentence="Recorded time looked after.", reference=child.reference, detail=detail)
    return made


@transaction.atomic
def end_care(*, by: By, child: Child, care: CareEpisode, ended: date) -> None:
    """The last day of an episode of care.

    Raises: Refused, where the seat may not; Unfit, where the day cannot be or the episode has ended already.
    """
    permit(by, KEEPERS, KEEP)
    _check_days(care.started, ended, timezone.localdate())
    if not CareEpisode.objects.current().filter(pk=care.pk, child=child, ended__isnull=True).update(ended=ended):
        raise Unfit("This time looked after has ended already.", "ended")
    detail = {"care": care.pk, "ended": ended.isoformat()}
    record(by=by, kind=Kind.WRITE, sentence="Ended time looked after.", reference=child.reference, detail=detail)


def _check_days(started: date, ended: date | None, on: date) -> None:
    if started > on:
        raise Unfit("The day it began is in the future.", "started")
    if ended and ended > on:
        raise Unfit("The day it ended is in the future.", "ended")
    if ended and ended < started:
        raise Unfit("The day it ended is before the day it began.", "ended")


def _check_code(name: str, code: str, on: date, field: str, words: str) -> None:
    if not Code.objects.of(name, on).filter(code=code).exists():
        raise Unfit(f"This {words} was not in use on {on.day} {on:%B %Y}. Choose another.", field)


def _check_room(child: Child, started: date, ended: date | None) -> None:
    """A day on which one placement ends may be the day on which the next begins."""
    begins_before_end = Q() if ended is None else Q(started__lt=ended)
    ends_after_start = Q(ended__isnull=True) | Q(ended__gt=started)
    same_start = Q(started=started)
    episodes = CareEpisode.objects.current().filter(child=child)
    other = episodes.filter((begins_before_end & ends_after_start) | same_start).order_by("started").first()
    if other:
        until = f"to {other.ended.day} {other.ended:%B %Y}" if other.ended else "and has not ended"
        raise Unfit(
            f"Another time looked after is in the way: from {other.started.day} {other.started:%B %Y} {until}.",
            "started",
        )
