"""The minutes: as they stand for the team, agreed for every agency that has an item; corrections beside them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.request import who_of
from meg.partnership.seats import By, Refused, Seat
from meg.protect.children.views_small import Small, small
from meg.pursue.meetings import actions
from meg.pursue.meetings.actions.minutes import ONLY_CHAIR
from meg.pursue.meetings.forms import CorrectForm, SureForm
from meg.pursue.meetings.minutes import minutes_of
from meg.pursue.meetings.models import Document, Meeting
from meg.pursue.meetings.paper import minutes_paper
from meg.pursue.meetings.permissions import WRITERS
from meg.pursue.meetings.views.finding import item_of, meeting_of, reader, writer
from meg.pursue.meetings.views.papers import OWN, document

NOT_YET = "The minutes of this meeting are not agreed yet. You can read them when the chair has agreed them."
NOT_HELD = "This meeting has no minutes yet: it was not held."


def _check(by: By, meeting: Meeting) -> None:
    if meeting.is_coming and meeting.state != Meeting.State.ROOM:
        raise Refused(NOT_HELD)
    if meeting.state != Meeting.State.AGREED and by.seat is Seat.PRACTITIONER:
        raise Refused(NOT_YET)


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The minutes as a page."""
    by = reader(request)
    meeting = meeting_of(number)
    _check(by, meeting)
    minutes = minutes_of(meeting)
    references = [one.reference for one in minutes.items if one.reference]
    actions.record_papers(by=by, meeting=meeting, what="the minutes", references=references)
    context = {
        "meeting": meeting, "minutes": minutes, "writes": by.seat in WRITERS, "reach": by.seat.reach,
        "is_chair": meeting.chair_id == by.member_id and by.seat in WRITERS,
    }  # fmt: skip
    return render(request, "meetings/minutes.html", context)


@require_safe
def pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The minutes as a document: for the team the bytes that were kept (with corrections beside, unless the minutes as they
    were agreed are asked for), for an agency its own items.
    """
    by, who = reader(request), who_of(request)
    meeting = meeting_of(number)
    _check(by, meeting)
    minutes = minutes_of(meeting)
    references = [one.reference for one in minutes.items if one.reference]
    actions.record_papers(by=by, meeting=meeting, what="the minutes (PDF)", references=references, taken=True)
    kept = None
    if by.seat is not Seat.PRACTITIONER and ("agreed" in request.GET or not minutes.corrected):
        kept = Document.objects.filter(meeting=meeting).first()
    reach = OWN.format(agency=who.agency) if by.seat is Seat.PRACTITIONER else ""
    content = bytes(kept.content) if kept else minutes_paper(minutes, demonstration=who.demonstration, reach=reach)
    return document(content, f"minutes-{meeting.on:%Y-%m-%d}.pdf")


def agree_them(request: HttpRequest, number: int) -> HttpResponse:
    """The chair agrees the minutes."""
    by = writer(request)
    meeting = meeting_of(number)
    if meeting.chair_id != by.member_id:
        raise Refused(ONLY_CHAIR.format(name=meeting.chair.name))
    page = Small(
        title="Agree the minutes", button="Agree the minutes", key=f"meetings:agree:{meeting.pk}",
        back=reverse("meetings:minutes", args=[meeting.pk]), done="The minutes are agreed, and stay as they are.",
        lead="From then on nothing of them changes. A correction can be written beside them.",
    )  # fmt: skip
    demonstration = who_of(request).demonstration
    return small(request, by, None, page, SureForm, lambda given: actions.agree(
        by=by, meeting=meeting, now=timezone.now(), demonstration=demonstration))  # fmt: skip


def correction(request: HttpRequest, number: int, item: int) -> HttpResponse:
    """Write a correction beside what agreed minutes say of an item."""
    by = writer(request)
    meeting = meeting_of(number)
    found = item_of(meeting, item)
    page = Small(
        title=f"A correction: {found.name}", button="Keep the correction", key=f"meetings:correct:{found.pk}",
        back=reverse("meetings:minutes", args=[meeting.pk]), done="The correction stands beside the minutes.",
    )  # fmt: skip
    return small(request, by, None, page, CorrectForm,
                 lambda given: actions.correct(by=by, item=found, **given))  # fmt: skip
