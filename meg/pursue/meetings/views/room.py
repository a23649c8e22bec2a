"""In the room: one item at a time, from the keyboard; attendance; the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from meg.partnership.access.actions import clear_draft
from meg.partnership.access.drafts import keeps, restore
from meg.partnership.access.models import Involvement, Member
from meg.partnership.agencies.models import Agency
from meg.partnership.seats import By, Seat
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.children.rules import Unfit
from meg.protect.children.views_small import Small, small
from meg.protect.missing.rules import london_day
from meg.pursue.meetings import actions
from meg.pursue.meetings.forms import ActionForm, AttendForm, DecideForm, EndForm, SureForm
from meg.pursue.meetings.minutes import actions_of, names_of, told_action
from meg.pursue.meetings.models import Attendance, Decision, Item, Meeting
from meg.pursue.meetings.papers import papers_of
from meg.pursue.meetings.views.finding import NOWHERE, item_of, meeting_of, writer

Owners = list[tuple[str, list[tuple[str, str]]]]
TWO_WEEKS = timedelta(days=14)


def begin_meeting(request: HttpRequest, number: int) -> HttpResponse:
    """The meeting begins."""
    by = writer(request)
    meeting = meeting_of(number)
    page = Small(
        title="Begin the meeting", button="Begin", key=f"meetings:begin:{meeting.pk}",
        back=reverse("meetings:meeting", args=[meeting.pk]), on=reverse("meetings:room", args=[meeting.pk]),
        done="The meeting has begun.", lead="From then on decisions and actions can be written down, item by item.",
    )  # fmt: skip
    return small(request, by, None, page, SureForm,
                 lambda given: actions.begin(by=by, meeting=meeting, now=timezone.now()))  # fmt: skip


def start(request: HttpRequest, number: int) -> HttpResponse:
    """The first item that is not dealt with; else the first one; the meeting's page, where there is none."""
    writer(request)
    meeting = meeting_of(number)
    there = Item.objects.filter(meeting=meeting).there()
    first = there.filter(state=Item.State.ON).first() or there.first()
    if first is None or meeting.state not in (Meeting.State.ROOM, Meeting.State.HELD):
        return redirect("meetings:meeting", meeting.pk)
    return redirect("meetings:item", meeting.pk, first.pk)


def show(request: HttpRequest, number: int, item: int) -> HttpResponse:
    """One item: its paper, what was decided, and the two forms."""
    by, now = writer(request), timezone.now()
    meeting = meeting_of(number)
    found = item_of(meeting, item)
    owners = owners_of(found, london_day(now))
    decide, give = _forms(request, by, found, owners)
    if request.method == "POST":
        form, act = (give, _give(by, found, now)) if "task" in request.POST else (decide, _decide(by, found, now))
        if _done(request, by, form, act):
            return redirect("meetings:item", meeting.pk, found.pk)
    papers = papers_of(meeting, now, only=found.pk)
    actions.record_papers(
        by=by, meeting=meeting, what="a paper", references=[str(found.child.reference)] if found.child else []
    )
    return render(request, "meetings/room.html", {
        "meeting": meeting, "item": found, "paper": papers[0] if papers else None, "decide": decide, "give": give,
        "form": give if give.errors else decide, **_beside(meeting, found),
    })  # fmt: skip


def _keys(item: Item) -> tuple[str, str]:
    return f"meetings:decide:{item.pk}", f"meetings:action:{item.pk}"


def _forms(request: HttpRequest, by: By, item: Item, owners: Owners) -> tuple[DecideForm, ActionForm]:
    """Both forms: the one that was sent as it was sent, the other as it had been typed."""
    deciding, giving = _keys(item)
    given = "task" in request.POST
    decide = (
        keeps(DecideForm(request.POST), by, deciding) if request.method == "POST" and not given
        else restore(DecideForm, by, deciding, initial=_decided(item))
    )  # fmt: skip
    give = (
        keeps(ActionForm(request.POST, owners=owners, auto_id="action_%s"), by, giving) if given
        else restore(ActionForm, by, giving, owners=owners, auto_id="action_%s")
    )  # fmt: skip
    decide.key, give.key = deciding, giving  # type: ignore[attr-defined]
    return decide, give


def _decided(item: Item) -> dict[str, Any]:
    """What was decided of an item so far, to be changed."""
    stands = Decision.objects.filter(item=item).order_by("-at", "-pk").first()
    if stands is None:
        return {}
    return {
        "what": stands.what,
        "facts": stands.facts,
        "why": stands.why,
        "review_on": stands.review_on,
        "to": stands.to,
    }


def _done(request: HttpRequest, by: By, form: VerbForm, act: Callable[[dict[str, Any]], str]) -> bool:
    """Whether what a form says was done; else it holds the sentence why not."""
    if not form.is_valid():
        return False
    try:
        said = act(form.cleaned_data)
    except Unfit as unfit:
        form.refuse(unfit)
        return False
    clear_draft(by=by, form=form.key)  # type: ignore[attr-defined]
    messages.success(request, said)
    return True


def _decide(by: By, item: Item, now: datetime) -> Callable[[dict[str, Any]], str]:
    def act(given: dict[str, Any]) -> str:
        actions.decide(by=by, item=item, now=now, **given)
        return "The decision is kept."

    return act


def _give(by: By, item: Item, now: datetime) -> Callable[[dict[str, Any]], str]:
    def act(given: dict[str, Any]) -> str:
        agency, _, member = given["owner"].partition(":")
        actions.give_action(
            by=by, item=item, what=given["task"], agency=Agency.objects.with_names(london_day(now)).get(pk=agency),
            member=Member.objects.get(pk=member) if member else None, due_on=given["due_on"], today=london_day(now),
        )  # fmt: skip
        return "The action is given, and stands in its owner’s list."

    return act


def owners_of(item: Item, on: date) -> Owners:
    """Who can be given an action: the team's people, then each agency that works with the child and its people; every
    agency, where the item is about no one child.
    """
    names = names_of(on)
    agencies = set(names)
    if item.child_id is not None:
        works = Involvement.objects.filter(child_id=item.child_id, until__isnull=True)
        agencies = set(works.values_list("agency", flat=True))
    people = Member.objects.filter(left_on__isnull=True).order_by("name")
    team = [(f"{one.agency_id}:{one.pk}", one.name) for one in people if Seat.TEAM.value in one.seats]
    found: Owners = [("Exploitation team", team)] if team else []
    for pk, name in names.items():
        if pk in agencies:
            theirs = [
                (f"{pk}:{one.pk}", f"{one.name}, {name}") for one in people if one.agency_id == pk and _works(one)
            ]
            found.append((name, [(f"{pk}:", f"{name}: whoever is there"), *theirs]))
    return found


def _works(member: Member) -> bool:
    return bool({Seat.PRACTITIONER.value, Seat.INTERVIEWER.value} & set(member.seats))


def _beside(meeting: Meeting, item: Item) -> dict[str, Any]:
    """Where the item stands among the others, what stands decided, what was given."""
    order = list(Item.objects.filter(meeting=meeting).with_child().there())
    place = next((n for n, one in enumerate(order) if one.pk == item.pk), 0)
    names = names_of(meeting.on)
    waiting = [one for one in order if one.is_on and one.pk != item.pk]
    after = [one for one in waiting if order.index(one) > place]
    return {
        "order": order,
        "place": place + 1,
        "before": order[place - 1] if place > 0 else None,
        "after": order[place + 1] if place + 1 < len(order) else None,
        "next_open": next(iter(after or waiting), None),
        "waiting": len([one for one in order if one.is_on]),
        "stands": Decision.objects.filter(item=item).order_by("-at", "-pk").first(),
        "given": [told_action(one, names) for one in actions_of(meeting) if one.item_id == item.pk],
    }


def attendance(request: HttpRequest, number: int) -> HttpResponse:
    """Who is there, who sent apologies or a report."""
    by = writer(request)
    meeting = meeting_of(number)
    here = reverse("meetings:attendance", args=[meeting.pk])
    names = names_of(meeting.on)
    said = list(Attendance.objects.current().filter(meeting=meeting))
    page = Small(
        title="Who is there", button="Keep", key=f"meetings:attendance:{meeting.pk}",
        back=reverse("meetings:meeting", args=[meeting.pk]), on=here, done="It is kept. Add the next one.",
        template="meetings/attendance.html",
        beside={"rows": [(one, names.get(one.agency_id, "")) for one in said], "meeting": meeting,
                "expected": _expected(meeting, said, names), "ways": Attendance.How.choices},
    )  # fmt: skip
    return small(request, by, None, page, AttendForm, lambda given: _attend(by, meeting, given), on=meeting.on,
                 initial={"how": "present"})  # fmt: skip


def _expected(meeting: Meeting, said: list[Attendance], names: dict[int, str]) -> list[tuple[int, str, str]]:
    """Who took part in the last meeting, in any way, and is not written down for this one yet: agency, its name, theirs."""
    before = Meeting.objects.over().filter(starts_at__lt=meeting.starts_at).first()
    known = {(one.agency_id, one.name) for one in said}
    last = Attendance.objects.current().filter(meeting=before) if before else []
    return [
        (one.agency_id, names.get(one.agency_id, ""), one.name) for one in last
        if (one.agency_id, one.name) not in known
    ]  # fmt: skip


@require_POST
def attendance_back(request: HttpRequest, number: int, said: int) -> HttpResponse:
    """Take back what was said of someone by mistake."""
    by = writer(request)
    found = Attendance.objects.select_related("meeting").filter(meeting=number, pk=said).first()
    if found is None:
        raise Http404(NOWHERE)
    actions.take_back(by=by, attendance=found, now=timezone.now())
    return redirect("meetings:attendance", number)


def _attend(by: By, meeting: Meeting, given: dict[str, Any]) -> None:
    actions.attend(
        by=by, meeting=meeting, agency=Agency.objects.get(pk=given["agency"]), name=given["name"], how=given["how"]
    )


def end(request: HttpRequest, number: int) -> HttpResponse:
    """End the meeting; what was not reached is put off by name."""
    by = writer(request)
    meeting = meeting_of(number)
    left = list(Item.objects.filter(meeting=meeting).with_child().waiting())
    page = Small(
        title="End the meeting", button="End the meeting", key=f"meetings:end:{meeting.pk}",
        back=reverse("meetings:meeting", args=[meeting.pk]), on=reverse("meetings:minutes", args=[meeting.pk]),
        done="The meeting has ended. Its chair agrees the minutes.", template="meetings/end.html",
        lead="" if left else "Every item is dealt with.", beside={"left": left, "meeting": meeting},
    )  # fmt: skip
    return small(request, by, None, page, EndForm if left else SureForm, lambda given: actions.end_meeting(
        by=by, meeting=meeting, put_off_rest=bool(given.get("put_off_rest")), now=timezone.now()))  # fmt: skip
