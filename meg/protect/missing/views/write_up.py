"""A return interview is written up: nine questions, one a page, each kept as it is typed; sent on the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from meg.partnership.access.actions import clear_draft, save_draft
from meg.partnership.access.drafts import keeps, restore, typed
from meg.partnership.access.models import Draft
from meg.partnership.access.request import by_of, who_of
from meg.partnership.seats import By, permit
from meg.protect.children.actions import open_child
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit, age
from meg.protect.missing.actions import write_up as send
from meg.protect.missing.actions.interviewing import ONLY, answered_by
from meg.protect.missing.forms.write_up import QUESTIONS, About, Question, held_of
from meg.protect.missing.models import Interview
from meg.protect.missing.permissions import INTERVIEWERS
from meg.protect.missing.rules import why_not
from meg.protect.missing.views.interviews import NOWHERE, find

LAST = len(QUESTIONS) + 1
SENT = "The interview is written up. Thank you."


@dataclass(frozen=True)
class Step:
    """One line of the list beside the questions."""

    number: int
    words: str
    address: str
    said: list[str]
    done: bool
    current: bool
    wrong: int = 0


def key(interview: Interview, number: int) -> str:
    """Under which the words of one question are kept for this member."""
    return f"missing:write_up:{interview.pk}:{number}"


def typed_answers(by: By, interview: Interview, about: About) -> dict[int, Question]:
    """The questions answered so far, by number, each checked as it would be when sent."""
    prefix = key(interview, 0)[:-1]
    drafts = Draft.objects.filter(member_id=by.member_id or 0, form__startswith=prefix).exclude(fields={})
    kept = {int(draft.form.removeprefix(prefix)): draft.fields for draft in drafts}
    found = {}
    for number, fields in sorted(kept.items()):
        sent = MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in fields.items()})
        found[number] = QUESTIONS[number - 1](sent, about=about)
    return found


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
    about = About.of(answered_by(interview))
    if question == LAST:
        return _check(request, by, child, interview, about)
    return _ask(request, by, child, interview, about, question)


def _address(child: Child, interview: Interview, number: int) -> str:
    return reverse("missing:write_up", args=[child.reference, interview.pk, number])


def _ask(request: HttpRequest, by: By, child: Child, interview: Interview, about: About, number: int) -> HttpResponse:
    """Show one question, or keep its answer and go on."""
    form_class, name = QUESTIONS[number - 1], key(interview, number)
    if request.method == "POST":
        save_draft(by=by, form=name, fields=typed(request.POST))
        form = keeps(form_class(request.POST, about=about), by, name, timezone.now())
        if "later" in request.POST:
            messages.success(request, "What you typed is kept. Only you can see it until the interview is sent.")
            return redirect("missing:interview", reference=child.reference, number=interview.pk)
        if form.is_valid():
            return redirect(_address(child, interview, number + 1))
    else:
        first = {"held_by": by.name, "held_by_agency": who_of(request).agency} if number == 2 else {}
        form = restore(form_class, by, name, about=about, initial=first)
    return _page(request, by, child, interview, about, number, {"form": form, "question": form_class})


def _check(request: HttpRequest, by: By, child: Child, interview: Interview, about: About) -> HttpResponse:
    """Every answer on one page; sent from here."""
    answers = typed_answers(by, interview, about)
    wanting = [n for n in range(1, LAST) if n not in answers or not answers[n].is_valid()]
    refusal: tuple[int, str] | None = None
    if request.method == "POST" and not wanting:
        told, chosen = held_of([answers[n] for n in range(1, LAST)])
        try:
            send(by=by, interview=interview, told=told, episodes=chosen, now=timezone.now())
        except Unfit as unfit:
            refusal = (3 if unfit.field == "held_at" else 1, str(unfit))
        else:
            for n in range(1, LAST):
                clear_draft(by=by, form=key(interview, n))
            messages.success(request, SENT)
            return redirect("missing:interview", reference=child.reference, number=interview.pk)
    problems = [
        (_address(child, interview, n), f"Question {n}, ‘{QUESTIONS[n - 1].title}’, needs an answer.") for n in wanting
    ]
    if refusal:
        problems.append((_address(child, interview, refusal[0]), refusal[1]))
    rows = [(QUESTIONS[n - 1], answers[n].said(), _address(child, interview, n)) for n in answers if n not in wanting]
    extra = {"problems": problems if request.method == "POST" else [], "rows": rows, "wanting": problems}
    return _page(request, by, child, interview, about, LAST, extra, answers)


def _page(
    request: HttpRequest, by: By, child: Child, interview: Interview, about: About, number: int,
    extra: dict[str, Any], answers: dict[int, Question] | None = None,
) -> HttpResponse:  # fmt: skip
    found = typed_answers(by, interview, about) if answers is None else answers
    form = extra.get("form")
    steps = [_step(child, interview, found.get(n), n, number, form) for n in range(1, LAST + 1)]
    context = {
        "child": child,
        "interview": interview,
        "clock": interview.clock(timezone.now()),
        "first": about.episodes[0] if about.episodes else None,
        "age": age(child.date_of_birth, timezone.localdate()),
        "number": number,
        "last": LAST,
        "steps": steps,
        "back_to": _address(child, interview, number - 1) if number > 1 else _interview(child, interview),
        **extra,
    }
    template = "missing/write_up_check.html" if number == LAST else "missing/write_up.html"
    return render(request, template, context)


def _interview(child: Child, interview: Interview) -> str:
    return reverse("missing:interview", args=[child.reference, interview.pk])


def _step(
    child: Child, interview: Interview, answer: Question | None, n: int, current: int, form: Question | None
) -> Step:
    words = QUESTIONS[n - 1].short if n < LAST else "Check and send"
    done = answer is not None and n != current and answer.is_valid()
    said = [line for line in answer.said() if line][:1] if done and answer is not None else []
    wrong = len(form.errors) if n == current and form is not None and form.is_bound else 0
    return Step(n, words, _address(child, interview, n), said, done, n == current, wrong)
