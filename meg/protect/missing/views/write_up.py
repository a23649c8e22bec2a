"""A return interview is written up: nine questions, one a page, each kept as it is typed; sent on the last."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from meg.partnership.access.request import by_of, who_of
from meg.partnership.seats import By, permit
from meg.protect.children.actions import open_child
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit, age
from meg.protect.children.views_questions import Answers, Journey
from meg.protect.missing.actions import write_up as send
from meg.protect.missing.actions.interviewing import ONLY, answered_by
from meg.protect.missing.forms.write_up import QUESTIONS, OfEpisodes, held_of
from meg.protect.missing.models import Interview
from meg.protect.missing.permissions import INTERVIEWERS
from meg.protect.missing.rules import why_not
from meg.protect.missing.views.interviews import NOWHERE, find

LAST = len(QUESTIONS) + 1
SENT = "The interview is written up. Thank you."


def journey_of(by: By, child: Child, interview: Interview) -> Journey:
    """The questions of one interview, asked of this person."""

    def address(number: int) -> str:
        return reverse("missing:write_up", args=[child.reference, interview.pk, number])

    return Journey(by, f"missing:write_up:{interview.pk}", QUESTIONS, OfEpisodes.of(answered_by(interview)), address)


def write_up(request: HttpRequest, reference: str, number: int, question: int) -> HttpResponse:
    """One question of a return interview, or the page that checks and sends."""
    by = by_of(request)
    permit(by, INTERVIEWERS, ONLY)
    child = open_child(by=by, reference=reference, doing="Wrote up a return interview.")
    interview = find(child, number)
    if not 1 <= question <= LAST:
        raise Http404(NOWHERE)
    closed = why_not("held", interview.state)
    if closed:
        messages.info(request, closed)
        return redirect("missing:interview", reference=child.reference, number=interview.pk)
    journey = journey_of(by, child, interview)
    if question == LAST:
        return _check(request, journey, child, interview)
    return _ask(request, journey, child, interview, question)


def _ask(request: HttpRequest, journey: Journey, child: Child, interview: Interview, number: int) -> HttpResponse:
    """Show one question, or keep its answer and go on."""
    by = journey.by

    def later() -> HttpResponse:
        messages.success(request, "What you typed is kept. Only you can see it until the interview is sent.")
        return redirect("missing:interview", reference=child.reference, number=interview.pk)

    first = {"held_by": by.name, "held_by_agency": who_of(request).agency} if number == 2 else {}
    form, on = journey.ask(request, number, later, first)
    extra = {"form": form, "question": journey.questions[number - 1]}
    return on or _page(request, journey, child, interview, number, extra, journey.answers())


def _check(request: HttpRequest, journey: Journey, child: Child, interview: Interview) -> HttpResponse:
    """Every answer on one page; sent from here."""
    answers = journey.answers()
    wanting = journey.wanting(answers)
    problems = journey.problems(wanting)
    if request.method == "POST" and not wanting:
        told, chosen = held_of([answers[n] for n in range(1, LAST)])
        try:
            send(by=journey.by, interview=interview, told=told, episodes=chosen, now=timezone.now())
        except Unfit as unfit:
            problems.append((journey.address(3 if unfit.field == "held_at" else 1), str(unfit)))
        else:
            journey.clear()
            messages.success(request, SENT)
            return redirect("missing:interview", reference=child.reference, number=interview.pk)
    shown = problems if request.method == "POST" else []
    extra = {"problems": shown, "rows": journey.rows(answers), "wanting": problems}
    return _page(request, journey, child, interview, LAST, extra, answers)


def _page(
    request: HttpRequest, journey: Journey, child: Child, interview: Interview, number: int, extra: dict[str, Any],
    answers: Answers,
) -> HttpResponse:  # fmt: skip
    about = journey.about
    assert isinstance(about, OfEpisodes)
    context = {
        "child": child,
        "interview": interview,
        "clock": interview.clock(timezone.now()),
        "first": about.episodes[0] if about.episodes else None,
        "age": age(child.date_of_birth, timezone.localdate()),
        "number": number,
        "last": LAST,
        "steps": journey.steps(answers, number, extra.get("form")),
        "back_to": journey.address(number - 1) if number > 1 else _interview(child, interview),
        **extra,
    }
    template = "missing/write_up_check.html" if number == LAST else "missing/write_up.html"
    return render(request, template, context)


def _interview(child: Child, interview: Interview) -> str:
    return reverse("missing:interview", args=[child.reference, interview.pk])
