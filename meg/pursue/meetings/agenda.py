"""What is due at a meeting: one function for each thing that brings a child, or a context, onto an agenda. `SOURCES` names
them all.

A room that is built later adds its function there. Each asks the database a set number of times, however many children.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from meg.partnership.seats import By
from meg.protect.assessments.models import Assessment
from meg.protect.children.models import Child
from meg.protect.contexts.models import Context
from meg.protect.exploitation.models import Level, Referral
from meg.protect.missing.board import repeats
from meg.protect.missing.rules import london_day
from meg.protect.plans.models import Plan
from meg.protect.tasks.models import Task
from meg.pursue.meetings.models import Decision, Item, Meeting, Reason
from meg.pursue.meetings.rules import SHORT as TITLE
from meg.pursue.meetings.rules import WEEKS

Kind = Reason.Kind


@dataclass(frozen=True)
class Asked:
    """What is asked of each source: what came `since` a moment, what is due `until` a day, as it stands `now`."""

    by: By
    since: datetime
    until: date
    now: datetime


@dataclass(frozen=True)
class Due:
    """One reason for which something is on the agenda. A theme that was put off has no child, and its own words. Nor has a
    context: `context` is its number, by which its reasons stand on one item.
    """

    kind: Kind
    child_id: int | None
    words: str
    number: int | None = None
    title: str = ""
    shared: bool = False
    context: int | None = None

    @property
    def about(self) -> int | str:
        """What its item is about: a child's number, a context, or a theme of its own."""
        if self.child_id is not None:
            return self.child_id
        return f"context {self.context}" if self.context is not None else f"theme {self.number}"


def day(value: date | datetime) -> str:
    """'3 Nov 2026', in Europe/London."""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return f"{local.day} {local:%b %Y}"


def put_off(asked: Asked) -> Iterator[Due]:
    """Items that were put off at a meeting that is over, and are on no agenda since."""
    carried = Reason.objects.filter(kind=Kind.PUT_OFF, number=models.OuterRef("pk"))
    left: Any = Item.objects.filter(state=Item.State.PUT_OFF, meeting__state__in=["held", "agreed"])
    of_context = Reason.objects.filter(kind=Kind.CONTEXT, item=models.OuterRef("pk")).order_by("-pk")
    left = left.annotate(
        context=models.Subquery(of_context.values("number")[:1]), then=models.Subquery(of_context.values("words")[:1])
    )
    for item in (
        left.exclude(models.Exists(carried)).select_related("meeting").order_by("meeting__starts_at", "position")
    ):
        words = f"Put off at the meeting of {day(item.meeting.on)}: {item.ended_because}"
        yield Due(Kind.PUT_OFF, item.child_id, words, item.pk, item.title, item.shared, item.context)
        if item.context is not None:  # what is due of it now stands in place of this
            yield Due(Kind.CONTEXT, None, item.then, item.context, item.title, context=item.context)


def high_referrals(asked: Asked) -> Iterator[Due]:
    """Referrals that were given high when they were made, since the last meeting, and are not closed."""
    given = Level.objects.at_referral().as_of(asked.now)
    given = given.filter(level="high", at__gte=asked.since, referral__withdrawn_at__isnull=True)
    for one in given.exclude(referral__state=Referral.State.CLOSED).select_related("referral").order_by("at", "pk"):
        words = f"Referred on {day(one.referral.received_at)}, given high by {one.by} on {day(one.at)}."
        yield Due(Kind.HIGH, one.child_id, words, one.referral_id)


def referred_again(asked: Asked) -> Iterator[Due]:
    """Referrals of a child who had been referred before, since the last meeting, and are not closed."""
    found = Referral.objects.current().filter(
        repeat_of__isnull=False, child__isnull=False, received_at__range=(asked.since, asked.now)
    )
    found = found.exclude(state=Referral.State.CLOSED).select_related("repeat_of").order_by("received_at", "pk")
    for one in found:
        assert one.repeat_of is not None
        words = f"Referred again on {day(one.received_at)}; before that on {day(one.repeat_of.received_at)}."
        yield Due(Kind.REPEAT, one.child_id, words, one.pk)


def missing_again(asked: Asked) -> Iterator[Due]:
    """Children whose missing episodes have reached the threshold, without a decided strategy discussion."""
    found = {one.who.reference: one for one in repeats(asked.by, asked.now) if not one.decided}
    for pk, reference in Child.objects.filter(reference__in=found).order_by("pk").values_list("pk", "reference"):
        one = found[reference]
        said = one.said if one.asked_at is None or one.asked_at <= asked.now else "Not asked yet"
        words = f"{one.episodes} episodes in {one.days} days. Strategy discussion: {said[0].lower()}{said[1:]}."
        yield Due(Kind.MISSING, pk, words)


def levels_due(asked: Asked) -> Iterator[Due]:
    """Assessments of open referrals that are to be reviewed by the day of the meeting, and levels that are; the latest level
    of a child counts. A level that was given in such an assessment is told with it, and not once more.
    """
    told = set()
    for found in Assessment.objects.reviews_due(asked.until, asked.now).select_related("framework"):
        told.add((found.child_id, found.finished_at))
        assert found.finished_at is not None
        assert found.review_on is not None
        words = (
            f"{found} of {day(found.finished_at)} by {found.by} ({found.framework.title}), level {found.level}, "
            f"to be reviewed by {day(found.review_on)}."
        )
        yield Due(Kind.ASSESSMENT, found.child_id, words, found.pk)
    latest = Level.objects.as_of(asked.now).filter(
        referral__state=Referral.State.OPEN, referral__withdrawn_at__isnull=True
    )
    for one in latest.latest_of_children():
        if one.review_on is not None and one.review_on <= asked.until and (one.child_id, one.at) not in told:
            words = f"Level {one.level}, given by {one.by} on {day(one.at)}, to be reviewed by {day(one.review_on)}."
            yield Due(Kind.LEVEL, one.child_id, words, one.pk)


def reviews_asked(asked: Asked) -> Iterator[Due]:
    """Levels that an earlier meeting wanted reviewed by the day of this one, where none was given since."""
    since = Level.objects.filter(child=models.OuterRef("child"), at__gt=models.OuterRef("at"))
    wanted = Decision.objects.filter(
        what=Decision.What.REVIEW,
        review_on__lte=asked.until,
        child__isnull=False,
        meeting__state__in=["held", "agreed"],
    )
    for one in wanted.exclude(models.Exists(since)).order_by("child", "-at", "-pk").distinct("child"):
        assert one.review_on is not None
        words = f"The meeting of {day(one.at)} wanted the level reviewed by {day(one.review_on)}."
        yield Due(Kind.LEVEL, one.child_id, words, -one.pk)


def plans_due(asked: Asked) -> Iterator[Due]:
    """Open plans of children that are to be reviewed by the day of the meeting."""
    found = Plan.objects.open().filter(child__isnull=False, review_on__lte=asked.until, opened_at__lte=asked.now)
    for one in found.order_by("review_on", "pk"):
        words = f"Plan of {day(one.opened_at)}, to be reviewed by {day(one.review_on)}."
        yield Due(Kind.PLAN, one.child_id, words, one.pk)


def tasks_over(asked: Asked) -> Iterator[Due]:
    """Children with tasks whose day has passed, one reason a child."""
    over = Task.objects.over(london_day(asked.now)).filter(child__isnull=False).values("child").order_by("child")
    for one in over.annotate(n=models.Count("pk"), since=models.Min("due_on")):
        count = "1 task is overdue" if one["n"] == 1 else f"{one['n']} tasks are overdue"
        yield Due(Kind.TASKS, one["child"], f"{count}, since {day(one['since'])}.")


def contexts_due(asked: Asked) -> Iterator[Due]:
    """Open contexts whose review is due by the day of the meeting, that are at high, or that were opened since the last one.
    The item is the team's and the analyst's: no agency reads it.
    """
    found: Any = Context.objects.as_said().open()
    due = models.Q(review_on__lte=asked.until) | models.Q(level="high") | models.Q(opened_at__gte=asked.since)
    for one in found.filter(due).order_by("review_on", "pk"):
        title = f"{one.name} ({one.get_kind_display().lower()}, {one.reference})"
        words = " ".join(_why_now(one, asked))
        yield Due(Kind.CONTEXT, None, words, one.pk, title[:TITLE], context=one.pk)


def _why_now(one: Any, asked: Asked) -> Iterator[str]:
    if one.review_on is not None and one.review_on <= asked.until:
        yield f"To be reviewed by {day(one.review_on)}."
    if one.level == "high":
        yield f"At high, given by {one.level_by} on {day(one.level_at)}."
    if one.opened_at >= asked.since:
        yield f"Opened on {day(one.opened_at)}."


SOURCES: tuple[Callable[[Asked], Iterator[Due]], ...] = (
    put_off,
    high_referrals,
    referred_again,
    missing_again,
    levels_due,
    reviews_asked,
    plans_due,
    tasks_over,
    contexts_due,
)


def everything_due(by: By, meeting: Meeting, now: datetime) -> list[Due]:
    """All that is due at a meeting, as far as the seat reaches."""
    asked = Asked(by, since(meeting), meeting.on, now)
    return [due for source in SOURCES for due in source(asked)]


def since(meeting: Meeting) -> datetime:
    """From when on a referral is new to this meeting: since the agenda of the one before was closed."""
    before = meeting.follows
    if before is None:
        before = Meeting.objects.filter(starts_at__lt=meeting.starts_at).order_by("-starts_at", "-pk").first()
    if before is None:
        return min(meeting.starts_at, meeting.planned_at) - timedelta(weeks=WEEKS)
    return before.closed_at or before.starts_at
