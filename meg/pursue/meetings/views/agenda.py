"""The agenda: read by every agency for its own items, written by the team."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from meg.partnership.seats import By, Seat, permit
from meg.protect.children.actions import open_child
from meg.protect.children.rules import Unfit
from meg.protect.children.views_small import Small, small
from meg.pursue.meetings import actions
from meg.pursue.meetings.actions.agenda import ASK
from meg.pursue.meetings.forms import AskForm, SureForm, ThemeForm, WhyForm
from meg.pursue.meetings.models import Item, Meeting, Reason
from meg.pursue.meetings.papers import last_actions
from meg.pursue.meetings.permissions import ASKERS, WRITERS
from meg.pursue.meetings.views.finding import item_of, meeting_of, reader, writer

NOT_REACHED = "You reach no child with this reference. It looks like MEG-000123, and stands on the child’s page."


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The items the reader may see, each with why it is there; first the actions of the last meeting."""
    by, now = reader(request), timezone.now()
    meeting = meeting_of(number)
    items = list(Item.objects.filter(meeting=meeting).with_child().order_by("position", "pk"))
    last = last_actions(meeting, now)
    shown = {str(one.child.reference) for one in items if one.child} | {one.reference for one in last if one.reference}
    actions.record_papers(by=by, meeting=meeting, what="the agenda", references=shown)
    why: dict[int, list[Reason]] = {}
    for reason in Reason.objects.filter(meeting=meeting).standing():
        why.setdefault(reason.item_id, []).append(reason)
    context = {
        "meeting": meeting,
        "items": [one for one in items if one.state != Item.State.TAKEN_OFF],
        "taken_off": [one for one in items if one.state == Item.State.TAKEN_OFF],
        "why": why,
        "last": last,
        "writes": by.seat in WRITERS,
        "asks": by.seat in ASKERS and _takes(by, meeting),
        "is_open": meeting.state == Meeting.State.OPEN,
        "reach": by.seat.reach,
    }
    return render(request, "meetings/agenda.html", context)


def _takes(by: By, meeting: Meeting) -> bool:
    """Whether this seat may still bring a child onto the agenda."""
    if by.seat is Seat.TEAM:
        return meeting.is_coming
    return meeting.state == Meeting.State.OPEN and timezone.localdate() <= meeting.closes_on


def _back(meeting: Meeting) -> str:
    return reverse("meetings:agenda", args=[meeting.pk])


@require_POST
def gather_again(request: HttpRequest, number: int) -> HttpResponse:
    """Look again for what is due."""
    by = writer(request)
    meeting = meeting_of(number)
    try:
        added = actions.gather(by=by, meeting=meeting, now=timezone.now())
    except Unfit as unfit:
        messages.error(request, str(unfit))
    else:
        items = "1 item is" if added == 1 else f"{added} items are"
        messages.success(request, f"The agenda is up to date: {items} new.")
    return redirect(_back(meeting))


@require_POST
def move(request: HttpRequest, number: int, item: int, way: str) -> HttpResponse:
    """Move an item up or down."""
    by = writer(request)
    meeting = meeting_of(number)
    if way not in ("up", "down"):
        raise Http404
    try:
        actions.move_item(by=by, item=item_of(meeting, item), up=way == "up")
    except Unfit as unfit:
        messages.error(request, str(unfit))
    return redirect(f"{_back(meeting)}#item-{item}")


def close(request: HttpRequest, number: int) -> HttpResponse:
    """Close the agenda."""
    by = writer(request)
    meeting = meeting_of(number)
    page = Small(
        title="Close the agenda", button="Close the agenda", key=f"meetings:close:{meeting.pk}", back=_back(meeting),
        done="The agenda is closed. Its papers stay in this order.",
        lead="What is due is looked for once more. From then on the order stays, and what comes later is marked as late.",
    )  # fmt: skip
    return small(request, by, None, page, SureForm,
                 lambda given: actions.close_agenda(by=by, meeting=meeting, now=timezone.now()))  # fmt: skip


def ask(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for a child to be talked about; the team adds it, as late where the agenda is closed."""
    by = reader(request)
    permit(by, ASKERS, ASK)
    meeting = meeting_of(number)
    late = by.seat in WRITERS and meeting.state != Meeting.State.OPEN
    page = Small(
        title="Add a child to the agenda" if by.seat in WRITERS else "Ask for a child to be talked about",
        button="Add it" if by.seat in WRITERS else "Ask for it", key=f"meetings:ask:{meeting.pk}", back=_back(meeting),
        done="The child is on the agenda.", lead="The agenda is closed: the item is marked as late." if late else "",
    )  # fmt: skip
    return small(request, by, None, page, AskForm, lambda given: _ask(by, meeting, given),
                 initial={"reference": request.GET.get("child", "")[:24]})  # fmt: skip


def _ask(by: By, meeting: Meeting, given: dict[str, Any]) -> None:
    try:
        child = open_child(by=by, reference=given["reference"], kind=None)
    except Http404 as nowhere:
        raise Unfit(NOT_REACHED, "reference") from nowhere
    if by.seat in WRITERS:
        actions.add_child(by=by, meeting=meeting, child=child, why=given["why"])
    else:
        actions.ask_for(by=by, meeting=meeting, child=child, why=given["why"], now=timezone.now())


def theme(request: HttpRequest, number: int) -> HttpResponse:
    """Add something that is about no one child."""
    by = writer(request)
    meeting = meeting_of(number)
    page = Small(
        title="Add a theme", button="Add it", key=f"meetings:theme:{meeting.pk}", back=_back(meeting),
        done="The theme is on the agenda.",
        lead="" if meeting.state == Meeting.State.OPEN else "The agenda is closed: the item is marked as late.",
    )  # fmt: skip
    return small(request, by, None, page, ThemeForm,
                 lambda given: actions.add_theme(by=by, meeting=meeting, **given),
                 initial={"title": "Any other business"})  # fmt: skip


def off(request: HttpRequest, number: int, item: int) -> HttpResponse:
    """Take an item off the agenda, or decline what an agency asked for."""
    by = writer(request)
    meeting = meeting_of(number)
    found = item_of(meeting, item)
    page = Small(
        title=f"Take {found.name} off the agenda", button="Take it off", key=f"meetings:off:{found.pk}",
        back=_back(meeting), done="It is off the agenda, and the reason is kept.",
    )  # fmt: skip
    return small(request, by, None, page, WhyForm,
                 lambda given: actions.take_off(by=by, item=found, now=timezone.now(), **given))  # fmt: skip
