"""The meetings there are, one meeting, and its planning."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.seats import By
from meg.protect.children.views_small import Small, small
from meg.pursue.meetings import actions
from meg.pursue.meetings.forms import MeetingForm, NextForm
from meg.pursue.meetings.models import Attendance, Item, Meeting
from meg.pursue.meetings.papers import last_actions
from meg.pursue.meetings.permissions import WRITERS
from meg.pursue.meetings.rules import CLOSES, WEEKS
from meg.pursue.meetings.views.finding import meeting_of, reader, writer

SHOWN = 20  # meetings that are over
NAMES = 10  # of those who are there


@require_safe
def show_all(request: HttpRequest) -> HttpResponse:
    """The meetings to come and those that are over, with the reader's own items of each."""
    by = reader(request)
    coming = list(Meeting.objects.coming().select_related("chair"))
    over = list(Meeting.objects.over().select_related("chair")[:SHOWN])
    context = {
        "coming": coming, "over": over, "items": _items([*coming, *over]), "writes": by.seat in WRITERS,
        "reach": by.seat.reach, "more": len(over) == SHOWN,
    }  # fmt: skip
    return render(request, "meetings/meetings.html", context)


def _items(meetings: list[Meeting]) -> dict[int, int]:
    """How many items of each meeting the reader has."""
    found: dict[int, int] = {}
    for pk in Item.objects.filter(meeting__in=meetings).there().values_list("meeting", flat=True):
        found[pk] = found.get(pk, 0) + 1
    return found


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """One meeting: how far it has come, what is to be done next, who is there, and the actions of the last one."""
    by, now = reader(request), timezone.now()
    meeting = meeting_of(number)
    last = last_actions(meeting, now)
    actions.record_papers(
        by=by, meeting=meeting, what="the page", references=(one.reference for one in last if one.reference)
    )
    states = [one.state for one in Item.objects.filter(meeting=meeting)]
    context = {
        "meeting": meeting,
        "writes": by.seat in WRITERS,
        "is_chair": meeting.chair_id == by.member_id,
        "last": last,
        "there": sum(state != Item.State.TAKEN_OFF for state in states),
        "waiting": states.count(Item.State.ON),
        "attendance": list(Attendance.objects.current().filter(meeting=meeting)[:NAMES]),
        "after": Meeting.objects.filter(follows=meeting).first(),
        "asks": meeting.state == Meeting.State.OPEN and timezone.localdate(now) <= meeting.closes_on,
        "before": Meeting.objects.filter(pk=meeting.follows_id or 0).first(),
        "reach": by.seat.reach,
    }
    return render(request, "meetings/meeting.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """Plan a meeting."""
    by = writer(request)
    page = Small(
        title="Plan a meeting", button="Plan the meeting", key="meetings:new", back=reverse("meetings:meetings"),
        done="The meeting is planned, and what is due is on its agenda.",
    )  # fmt: skip
    return small(request, by, None, page, MeetingForm, lambda given: _plan(by, given), initial=_initial(by))


def _plan(by: By, given: dict[str, Any]) -> None:
    actions.plan_meeting(by=by, now=timezone.now(), **given)


def _initial(by: By) -> dict[str, Any]:
    """The place of the last meeting; whoever plans chairs."""
    last = Meeting.objects.order_by("-starts_at").first()
    local = timezone.localtime() + timedelta(weeks=WEEKS)
    at: datetime = local.replace(hour=10, minute=0, second=0, microsecond=0)
    return {"where": last.where if last else "", "chair": last.chair_id if last else by.member_id, "starts_at": at,
            "closes_on": (at - CLOSES).date()}  # fmt: skip


def change(request: HttpRequest, number: int) -> HttpResponse:
    """Change when and where a meeting is held."""
    by = writer(request)
    meeting = meeting_of(number)
    page = Small(
        title="Change when or where", button="Keep the change", key=f"meetings:change:{meeting.pk}",
        back=reverse("meetings:meeting", args=[meeting.pk]), done="The change is kept.",
    )  # fmt: skip
    initial = {"starts_at": meeting.starts_at, "where": meeting.where, "chair": meeting.chair_id,
               "closes_on": meeting.closes_on}  # fmt: skip
    return small(request, by, None, page, MeetingForm,
                 lambda given: actions.change_meeting(by=by, meeting=meeting, now=timezone.now(), **given),
                 initial=initial)  # fmt: skip


def following(request: HttpRequest, number: int) -> HttpResponse:
    """Plan the next meeting from this one, in one step."""
    by = writer(request)
    meeting = meeting_of(number)
    local = timezone.localtime(meeting.starts_at)
    page = Small(
        title="Plan the next meeting", button="Plan it", key=f"meetings:next:{meeting.pk}",
        back=reverse("meetings:meeting", args=[meeting.pk]), on=reverse("meetings:meetings"),
        done="The next meeting is planned, and what is due or was put off is on its agenda.",
        lead=f"It is on a {local:%A} at {local:%H:%M} again, {meeting.where}, chaired by {meeting.chair.name}.",
    )  # fmt: skip
    return small(request, by, None, page, NextForm,
                 lambda given: actions.plan_next(by=by, meeting=meeting, now=timezone.now(), **given),
                 initial={"weeks": WEEKS})  # fmt: skip
