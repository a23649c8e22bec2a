"""An assessment is written: one section a page, each kept as it is typed; decided and finished on the last."""

from __future__ import annotations

from dataclasses import dataclass, field
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
from meg.partnership.access.request import by_of
from meg.partnership.seats import By, permit
from meg.protect.assessments import actions
from meg.protect.assessments.actions.assessing import ONLY, answers_of
from meg.protect.assessments.forms.assessing import FinishForm, Section, SectionForm, sections_of
from meg.protect.assessments.models import Assessment
from meg.protect.assessments.permissions import ASSESSORS
from meg.protect.assessments.rules import Tool, harms, score
from meg.protect.assessments.views.of_child import NOWHERE, caution_of, compared, find
from meg.protect.children.actions import open_child
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit, age
from meg.protect.exploitation.models import Referral

SENT = "The assessment is finished. Thank you."


@dataclass(frozen=True)
class Step:
    """One line of the list beside the sections."""

    number: int
    words: str
    address: str
    said: list[str]
    done: bool
    current: bool
    wrong: int = 0


@dataclass
class Writing:
    """One assessment on its way: whose, of which child, in which sections, and what was typed so far."""

    by: By
    child: Child
    one: Assessment
    sections: list[Section]
    tool: Tool
    forms: dict[int, SectionForm] = field(default_factory=dict)

    @property
    def last(self) -> int:
        return len(self.sections) + 1

    def key(self, number: int) -> str:
        """Under which the words of one page are kept for this member."""
        return f"assessments:write:{self.one.pk}:{number}"

    def address(self, number: int) -> str:
        return reverse("assessments:write", args=[self.child.reference, self.one.pk, number])

    def read(self) -> None:
        """The sections answered so far, by number."""
        prefix = self.key(0)[:-1]
        drafts = Draft.objects.filter(member_id=self.by.member_id or 0, form__startswith=prefix).exclude(fields={})
        for number, fields in sorted((int(one.form.removeprefix(prefix)), one.fields) for one in drafts):
            if number < self.last:
                sent = {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
                self.forms[number] = SectionForm(MultiValueDict(sent), section=self.sections[number - 1])

    def answers(self) -> dict[str, str]:
        return {code: answer for form in self.forms.values() for code, answer in form.answered().items()}

    def notes(self) -> dict[str, str]:
        return {form.section.title: form.notes() for form in self.forms.values()}

    def steps(self, current: int, form: Any = None) -> list[Step]:
        return [self._step(number, current, form) for number in range(1, self.last + 1)]

    def _step(self, number: int, current: int, form: Any) -> Step:
        if number == self.last:
            return Step(
                number,
                "Decide and finish",
                self.address(number),
                [],
                False,
                number == current,
                _wrong(form, number == current),
            )
        kept, section = self.forms.get(number), self.sections[number - 1]
        said = [f"{len(kept.answered())} of {len(section.factors)} answered"] if kept and number != current else []
        return Step(number, section.title, self.address(number), said, kept is not None and number != current,
                    number == current, _wrong(form, number == current))  # fmt: skip


def _wrong(form: Any, current: bool) -> int:
    return len(form.errors) if current and form is not None and form.is_bound else 0


def write(request: HttpRequest, reference: str, number: int, section: int) -> HttpResponse:
    """One section of an assessment, or the page on which it is decided and finished."""
    by = by_of(request)
    permit(by, ASSESSORS, ONLY)
    child = open_child(by=by, reference=reference, doing="Wrote an assessment.")
    found = find(child, number)
    if found.state != Assessment.State.BEGUN:
        messages.info(request, "This assessment is no longer worked on. It can be read.")
        return redirect("assessments:assessment", child.reference, found.pk)
    before = answers_of(found.previous) if found.previous else {}
    writing = Writing(by, child, found, sections_of(found.framework, before), found.framework.tool())
    if not 1 <= section <= writing.last:
        raise Http404(NOWHERE)
    return _finish(request, writing) if section == writing.last else _ask(request, writing, section)


def _ask(request: HttpRequest, writing: Writing, number: int) -> HttpResponse:
    """Show one section, or keep its answers and go on."""
    section, name = writing.sections[number - 1], writing.key(number)
    if request.method == "POST":
        save_draft(by=writing.by, form=name, fields=typed(request.POST))
        form = keeps(SectionForm(request.POST, section=section), writing.by, name, timezone.now())
        if "later" in request.POST:
            messages.success(request, "What you typed is kept. Only you can see it until the assessment is finished.")
            return redirect("assessments:of_child", writing.child.reference)
        if form.is_valid():
            return redirect(writing.address(number + 1))
    else:
        form = restore(SectionForm, writing.by, name, section=section)
    writing.read()
    return _page(request, writing, number, {"form": form, "section": section}, form)


def _finish(request: HttpRequest, writing: Writing) -> HttpResponse:
    """What the tool proposes, what is harm, what changed; then the decision."""
    writing.read()
    answered, name = writing.answers(), writing.key(writing.last)
    days = writing.one.framework.review_days
    if request.method == "POST":
        save_draft(by=writing.by, form=name, fields=typed(request.POST))
        form = keeps(FinishForm(request.POST, days=days), writing.by, name, timezone.now())
        if form.is_valid() and _sent(writing, form, answered):
            messages.success(request, SENT)
            return redirect("assessments:assessment", writing.child.reference, writing.one.pk)
    else:
        form = restore(FinishForm, writing.by, name, days=days, initial={"who": writing.by.name})
    found = harms(writing.tool, answered)
    extra = {
        "form": form,
        "result": score(writing.tool, answered),
        "tool": writing.tool,
        "harms": found,
        "changes": compared(writing.one, answered),
        "caution": caution_of(writing.child, writing.one, tool_has_harm=bool(found)),
        "wanting": _wanting(writing),
        "closed": writing.one.referral.state == Referral.State.CLOSED,
    }
    return _page(request, writing, writing.last, extra, form)


def _sent(writing: Writing, form: FinishForm, answered: dict[str, str]) -> bool:
    """Finish, and forget what was typed; else say what is wrong at its field."""
    try:
        actions.finish(
            by=writing.by, assessment=writing.one, given=form.given(answered, writing.notes()), now=timezone.now()
        )
    except Unfit as unfit:
        form.refuse(unfit)
        return False
    for number in range(1, writing.last + 1):
        clear_draft(by=writing.by, form=writing.key(number))
    return True


def _wanting(writing: Writing) -> list[tuple[str, str]]:
    """The sections in which something is unanswered, with how much."""
    found = []
    for number, section in enumerate(writing.sections, 1):
        kept = writing.forms.get(number)
        given = kept.answered() if kept else {}
        known = sum(answer != "not_known" for answer in given.values())
        open_ones = len(section.factors) - known
        if open_ones:
            found.append((writing.address(number), f"{section.title}: {open_ones} of {len(section.factors)}"))
    return found


def _page(request: HttpRequest, writing: Writing, number: int, extra: dict[str, Any], form: Any) -> HttpResponse:
    child = writing.child
    context = {
        "child": child,
        "one": writing.one,
        "age": age(child.date_of_birth, timezone.localdate()),
        "number": number,
        "last": writing.last,
        "steps": writing.steps(number, form),
        "back_to": writing.address(number - 1)
        if number > 1
        else reverse("assessments:of_child", args=[child.reference]),
        **extra,
    }
    return render(request, f"assessments/{'finish' if number == writing.last else 'section'}.html", context)
