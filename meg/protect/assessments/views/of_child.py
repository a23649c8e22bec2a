"""A child's assessments: the list, one of them, beginning one and withdrawing one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.request import by_of
from meg.partnership.seats import permit
from meg.protect.assessments import actions
from meg.protect.assessments.actions.assessing import ONLY, answers_of, last_of, level_before, rests_on, why_not_begin
from meg.protect.assessments.forms.assessing import BeginForm, WhyForm
from meg.protect.assessments.models import Assessment, Framework
from meg.protect.assessments.permissions import ASSESSORS, FRAMEWORK_READERS
from meg.protect.assessments.rules import band_of, changes, harms
from meg.protect.children.actions import open_child
from meg.protect.children.models import Child
from meg.protect.children.permissions import WIDE
from meg.protect.children.rules import age
from meg.protect.children.views_small import Small, small
from meg.protect.exploitation.models import Level, Referral

NOWHERE = "There is no such record, or your seat does not reach it."
LEARNING = "LD"  # of the list of disabilities: learning
RESTS = "The child’s level of today was given in it: say which level stands now, and whose judgement that is."
STANDS = "Another level was given since, and stands."
YOUNG = 13  # years: DOMAIN E, some tools bar a low level below it where there is harm


@require_safe
def of_child(request: HttpRequest, reference: str) -> HttpResponse:
    """Every assessment of a child, the levels that were given, and what can be begun."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Looked at the child’s assessments.")
    found = list(Assessment.objects.filter(child=child).select_related("framework", "referral").newest_first())
    referrals = list(Referral.objects.current().filter(child=child).order_by("-received_at", "-pk"))
    levels = list(Level.objects.filter(child=child).select_related("referral").order_by("-at", "-pk"))
    may = by.seat in ASSESSORS
    context = {
        "child": child,
        "assessments": [one for one in found if one.state != Assessment.State.BEGUN],
        "begun": [one for one in found if one.state == Assessment.State.BEGUN],
        "standing": next((one for one in found if one.state == Assessment.State.FINISHED), None),
        "referrals": [(one, why_not_begin(one)) for one in referrals] if may else [],
        "levels": levels,
        "now_is": next((one for one in levels if one.referral.withdrawn_at is None), None),
        "taken_back": {(one.pk, one.finished_at) for one in found if one.state == Assessment.State.WITHDRAWN},
        "may_assess": may,
        "seen_by": by.seat in WIDE,
        "today": timezone.localdate(),
    }
    return render(request, "assessments/of_child.html", context)


def find(child: Child, number: int) -> Assessment:
    """One assessment of a child. Raises: Http404, where the seat does not reach it."""
    found = Assessment.objects.select_related("framework", "referral", "previous__framework").filter(
        child=child, pk=number
    )
    one = found.first()
    if one is None:
        raise Http404(NOWHERE)
    one.child = child
    return one


@require_safe
def assessment(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One assessment: harm, what the tool proposed, what was decided and why, what changed, every answer."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Looked at an assessment.")
    found = find(child, number)
    if found.state == Assessment.State.BEGUN and by.seat in ASSESSORS:
        return redirect("assessments:write", child.reference, found.pk, 1)
    tool, answered = found.framework.tool(), answers_of(found)
    context = {
        "child": child,
        "one": found,
        "harms": harms(tool, answered),
        "could_be": band_of(tool.bands, found.at_most) if found.at_most is not None and found.proposed else None,
        "changes": compared(found, answered),
        "sections": _answers(found, answered),
        "caution": caution_of(child, found, tool_has_harm=bool(harms(tool, answered))),
        "may_assess": by.seat in ASSESSORS,
        "reads_tools": by.seat in FRAMEWORK_READERS,
        "today": timezone.localdate(),
    }
    return render(request, "assessments/assessment.html", context)


def compared(one: Assessment, answered: dict[str, str]) -> list[Any]:
    """What changed since the assessment before; nothing where there is none."""
    if one.previous is None:
        return []
    return changes(one.previous.framework.tool(), answers_of(one.previous), one.framework.tool(), answered)


def caution_of(child: Child, one: Assessment, *, tool_has_harm: bool) -> str:
    """The framework's caution, where it speaks to this child: harm is recorded, and the child is under 13 or is recorded
    with a learning disability. It decides nothing.
    """
    years = age(child.date_of_birth, timezone.localdate())
    speaks = (years is not None and years < YOUNG) or LEARNING in child.disabilities
    return one.framework.caution if tool_has_harm and speaks else ""


def _answers(
    one: Assessment, answered: dict[str, str]
) -> list[tuple[str, str, list[tuple[str, bool, str, int | None]]]]:
    """Every factor by section, with its answer in words; 'Not answered' where there is none."""
    found: dict[str, list[tuple[str, bool, str, int | None]]] = {}
    for factor in one.framework.tool().factors:
        given = factor.answer(answered.get(factor.code, ""))
        line = (factor.label, factor.harm, given.label if given else "Not answered", given.weight if given else None)
        found.setdefault(factor.section, []).append(line)
    return [(title, str(one.notes.get(title, "")), lines) for title, lines in found.items()]


def begin(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Begin an assessment of one of the child's referrals."""
    by = by_of(request)
    permit(by, ASSESSORS, ONLY)
    child = open_child(by=by, reference=reference, doing="Opened a form: begin an assessment.")
    referral = Referral.objects.current().filter(child=child, pk=number).first()
    if referral is None:
        raise Http404(NOWHERE)
    frameworks = list(Framework.objects.in_use())
    last = last_of(referral)
    page = Small(
        title="Begin an assessment", button="Begin", key=f"assessments:begin:{referral.pk}",
        back=reverse("assessments:of_child", args=[child.reference]),
        done="The assessment is begun.", lead=why_not_begin(referral) or _lead(last),
        hints={"framework": {str(one.pk): one.about for one in frameworks}},
    )  # fmt: skip

    def act(given: dict[str, Any]) -> None:
        chosen = next(one for one in frameworks if str(one.pk) == given["framework"])
        actions.begin(by=by, referral=referral, framework=chosen, kind=given["kind"])

    made = small(request, by, child, page, BeginForm, act, has_one=last is not None, frameworks=frameworks,
                 initial=_same(last, frameworks))  # fmt: skip
    begun = Assessment.objects.begun().filter(referral=referral).first()
    if made.status_code == 302 and begun:
        return redirect("assessments:write", child.reference, begun.pk, 1)
    return made


def _lead(last: Assessment | None) -> str:
    return "It starts from what was answered last time." if last else ""


def _same(last: Assessment | None, frameworks: list[Framework]) -> dict[str, str]:
    """The framework of the last assessment, in the version that is in use."""
    same = [one for one in frameworks if last and one.key == last.framework.key]
    return {"framework": str(same[0].pk)} if same else {}


def withdraw(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Take an assessment back, with the reason."""
    by = by_of(request)
    permit(by, ASSESSORS, ONLY)
    child = open_child(by=by, reference=reference, doing="Opened a form: withdraw an assessment.")
    found = find(child, number)
    rests = rests_on(found)
    page = Small(
        title="Withdraw this assessment", button="Withdraw", key=f"assessments:withdraw:{found.pk}", warning=True,
        back=reverse("assessments:of_child", args=[child.reference]), done="The assessment is withdrawn.",
        lead="It stays readable and is counted nowhere. " + (RESTS if rests else STANDS if found.finished_at else ""),
    )  # fmt: skip
    before = level_before(found) if rests else None
    return small(
        request, by, child, page, WhyForm,
        lambda given: actions.withdraw(by=by, assessment=found, now=timezone.now(), **given),
        rests=rests, initial={"who": by.name, **({"stands": before.level} if before else {})},
    )  # fmt: skip
