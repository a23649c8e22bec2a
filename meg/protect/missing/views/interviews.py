"""Pages of a return interview: where it stands, and each step towards it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.models import Member
from meg.partnership.access.request import by_of
from meg.partnership.codes.models import Code
from meg.partnership.seats import By, Seat, permit
from meg.protect.children.actions import open_child
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.children.models import Child
from meg.protect.children.rules import age
from meg.protect.children.views_small import Small, small
from meg.protect.missing import actions
from meg.protect.missing.actions.interviewing import ALLOCATES, ONLY, answered_by
from meg.protect.missing.forms import interviews as forms
from meg.protect.missing.models import Episode, Interview, Link, Step
from meg.protect.missing.permissions import DECIDERS, INTERVIEWERS
from meg.protect.missing.rules import took, why_not

NOWHERE = "There is no such record, or your seat does not reach it."
Given = dict[str, Any]


@dataclass(frozen=True)
class StepPage:
    """One step: its words, its form, what it does and who may."""

    step: str
    title: str
    button: str
    done: str
    form: type[VerbForm]
    act: Callable[[By, Interview, Given], object]
    link: str
    lead: str = ""
    seats: frozenset[Seat] = INTERVIEWERS
    only: str = ONLY


def _allocate(by: By, interview: Interview, given: Given) -> None:
    member = Member.objects.select_related("agency").get(pk=int(given["member"]))
    actions.allocate(by=by, interview=interview, member=member, now=timezone.now())


def _with_now(verb: Callable[..., object]) -> Callable[[By, Interview, Given], object]:
    """A verb that takes the cleaned values as they are, and the time."""

    def act(by: By, interview: Interview, given: Given) -> object:
        return verb(by=by, interview=interview, now=timezone.now(), **given)

    return act


STEPS = {
    "allocate": StepPage(
        "allocated", "Allocate the return interview", "Allocate", "The interview is allocated.", forms.AllocateForm,
        _allocate, "Allocate", "They reach the child’s record from then on.", DECIDERS, ALLOCATES,
    ),
    "offer": StepPage(
        "offered", "Record the offer", "Record the offer", "The offer is recorded.", forms.WayForm,
        _with_now(actions.offer), "Record offer",
    ),
    "try": StepPage(
        "tried", "Record an attempt", "Record the attempt", "The attempt is recorded.", forms.WayForm,
        _with_now(actions.try_to_reach), "Record attempt", "You tried to reach the child, and did not.",
    ),
    "accept": StepPage(
        "accepted", "The child accepted", "Record the answer", "The answer is recorded.", forms.AcceptForm,
        _with_now(actions.accept), "Record acceptance",
    ),
    "book": StepPage(
        "booked", "Set a time", "Set the time", "The time is set.", forms.BookForm, _with_now(actions.book),
        "Set a time",
    ),
    "decline": StepPage(
        "declined", "The interview was declined", "Record the answer", "The answer is recorded.", forms.DeclineForm,
        _with_now(actions.decline), "Record that it was declined",
    ),
    "give-up": StepPage(
        "not_contactable", "The child could not be reached", "Record that the child was not reached",
        "It is recorded that the child could not be reached.", forms.NoFieldsForm, _with_now(actions.give_up),
        "Record as not contactable", "The attempts stay on the record. The interview can be opened again at any time.",
    ),
    "hand-over": StepPage(
        "handed_over", "Hand the interview to another authority", "Hand over", "The interview is handed over.",
        forms.AuthorityForm, _with_now(actions.hand_over), "Hand over",
        "For a child placed out of this area. It stays on the board until that authority has answered.", DECIDERS,
        ALLOCATES,
    ),
    "take-over": StepPage(
        "taken_over", "Take the interview over for another authority", "Take over", "The interview is taken over.",
        forms.AuthorityForm, _with_now(actions.take_over), "Take over",
        "For a child whom that authority has placed here.", DECIDERS, ALLOCATES,
    ),
    "reopen": StepPage(
        "reopened", "Open the interview again", "Open again", "The interview is open again.", forms.ReopenForm,
        _with_now(actions.reopen), "Open again", "The steps before stay on the record.",
    ),
}  # fmt: skip
# What there is to do next, by state, the likeliest first.
NEXT = {
    "due": ("offer", "try", "decline", "give-up", "hand-over", "take-over", "allocate"),
    "offered": ("accept", "decline", "book", "try", "give-up", "hand-over", "take-over", "allocate"),
    "accepted": ("book", "decline", "try", "give-up", "hand-over", "allocate"),
    "booked": ("book", "decline", "try", "give-up", "hand-over", "allocate"),
    "handed_over": ("offer", "accept", "decline", "allocate"),
    "declined": ("reopen",),
    "not_contactable": ("reopen",),
    "not_required": ("reopen",),
}


def next_steps(interview: Interview, by: By) -> list[tuple[str, str]]:
    """What this seat can do next with an interview: the address of the step's page, and its words."""
    if by.seat not in INTERVIEWERS:
        return []
    found = [(name, STEPS[name]) for name in NEXT.get(interview.state, ())]
    if interview.allocated_to_id is None and by.seat in DECIDERS:
        found.sort(key=lambda one: one[0] != "allocate")
    return [
        (reverse("missing:step", args=[interview.child.reference, interview.pk, name]), page.link)
        for name, page in found
        if by.seat in page.seats and not why_not(page.step, interview.state, interview.attempts)
    ]


def may_write_up(interview: Interview, by: By) -> bool:
    """Whether this seat can write the interview up now."""
    return by.seat in INTERVIEWERS and not why_not("held", interview.state)


def verbs(interview: Interview, by: By) -> tuple[tuple[str, str] | None, list[tuple[str, str]]]:
    """The one next verb of an interview by where it stands, and every other that can follow. None is next once it is
    settled.
    """
    others = next_steps(interview, by)
    if not may_write_up(interview, by):
        return None, others
    address = reverse("missing:write_up", args=[interview.child.reference, interview.pk, 1])
    if interview.settled_at is not None:
        return None, [*others, (address, "It was held after all: write it up")]
    write = (address, "Write it up")
    if interview.state in ("due", "offered", "accepted") and others:
        return others[0], [write, *others[1:]]
    return write, others


def find(child: Child, number: int) -> Interview:
    """One interview of a child. Raises: Http404, where the seat does not reach it."""
    found = Interview.objects.current().select_related("allocated_to").filter(child=child, pk=number).first()
    if found is None:
        raise Http404(NOWHERE)
    found.child = child
    return found


def how_it_went(interview: Interview, episodes: list[Episode]) -> list[tuple[Episode, str]]:
    """Each episode it answers, and in what time it was held after that return."""
    return [
        (one, took(one.returned_at, one.returned_to_the_minute, interview.held_at, interview.held_to_the_minute)
         if interview.held_at and one.returned_at else "")
        for one in episodes
    ]  # fmt: skip


@require_safe
def interview(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Where a return interview stands: its clock, its steps, and what was written up."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Looked at a return interview.")
    found, now = find(child, number), timezone.now()
    episodes = answered_by(found)
    next_verb, others = verbs(found, by)
    context = {
        "child": child,
        "age": age(child.date_of_birth, timezone.localdate()),
        "interview": found,
        "moment": now,
        "clock": found.clock(now) if found.settled_at is None else None,
        "episodes": how_it_went(found, episodes),
        "steps": list(Step.objects.filter(interview=found).order_by("-at", "-pk")),
        "links": list(Link.objects.filter(interview=found).order_by("kind", "name")),
        "written": written(found) if found.state == Interview.State.HELD else [],
        "next": next_verb,
        "others": others,
        "may_correct": by.seat in INTERVIEWERS and not why_not("corrected", found.state),
        "ways": Code.objects.labels("interview_way"),
    }
    return render(request, "missing/interview.html", context)


def written(interview: Interview) -> list[tuple[str, list[str]]]:
    """What was written up, under the guidance's four purposes; codes by their labels."""
    lists = ("interview_place", "interview_present", "interview_harm", "interview_reason", "interview_information")
    labels = {(one.list, one.code): one.label for one in Code.objects.filter(list__in=lists)}

    def said(name: str, chosen: list[str]) -> list[str]:
        return [labels.get((name, one), one) for one in chosen]

    independent = {True: "Independent of the care setting and of the family", False: "Not independent", None: ""}
    return [
        ("Held by", [", ".join(filter(None, (interview.held_by, interview.held_by_agency))),
                     independent[interview.independent]]),
        ("Where, and who was there", [*said("interview_place", [interview.place]),
                                      *said("interview_present", interview.present)]),
        ("Harm, and what was done", [*said("interview_harm", interview.harm), interview.harm_dealt_with]),
        ("Reasons", [*said("interview_reason", interview.reasons), interview.reasons_words]),
        ("What would help", [interview.would_help]),
        ("Information given", said("interview_information", interview.information)),
    ]  # fmt: skip


def step(request: HttpRequest, reference: str, number: int, step: str) -> HttpResponse:
    """One step towards an interview, by its own small form."""
    page, by = STEPS.get(step), by_of(request)
    if page is None:
        raise Http404(NOWHERE)
    permit(by, page.seats, page.only)
    child = open_child(by=by, reference=reference, doing=f"Opened a form: {page.title.lower()}.")
    found = find(child, number)
    words = Small(
        title=page.title, button=page.button, key=f"missing:{step}:{found.pk}", done=page.done, lead=page.lead,
        back=reverse("missing:interview", args=[child.reference, found.pk]),
        beside={"clock": found.clock(timezone.now()) if found.settled_at is None else None},
    )  # fmt: skip
    return small(request, by, child, words, page.form, lambda given: page.act(by, found, given),
                 initial=_initial(page, by, found))  # fmt: skip


def _initial(page: StepPage, by: By, interview: Interview) -> Given:
    """What stands in a step's form beforehand: the time now, and who it is allocated to."""
    start: Given = {}
    if "at" in page.form.base_fields:
        start["at"] = timezone.now()
    if "member" in page.form.base_fields and interview.allocated_to_id:
        start["member"] = str(interview.allocated_to_id)
    if "authority" in page.form.base_fields and page.step == "taken_over":
        start["authority"] = interview.taken_from
    return start
