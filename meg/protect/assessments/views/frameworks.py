"""The frameworks: which there are, what each asks, and how the team keeps them. Analysts read them."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from meg.partnership.access.actions import clear_draft
from meg.partnership.access.drafts import form_of
from meg.partnership.access.request import by_of
from meg.partnership.seats import By, permit
from meg.protect.assessments import actions
from meg.protect.assessments.actions.frameworks import ONLY
from meg.protect.assessments.forms.frameworks import FactorForm, FrameworkForm
from meg.protect.assessments.models import Assessment, Framework, FrameworkFactor
from meg.protect.assessments.permissions import FRAMEWORK_READERS, KEEPERS
from meg.protect.assessments.rules import tool_wrong
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.children.rules import Unfit

READ = "Only the exploitation team and the analyst open the frameworks."
NOWHERE = "There is no such framework."
NEW = "A framework in use is not changed. What you change goes into a new version; assessments made before keep theirs."


def _find(key: str, version: int) -> Framework:
    found = Framework.objects.filter(key=key, version=version).first()
    if found is None:
        raise Http404(NOWHERE)
    return found


def _keeper(request: HttpRequest) -> By:
    by = by_of(request)
    permit(by, KEEPERS, ONLY)
    return by


@require_safe
def frameworks(request: HttpRequest) -> HttpResponse:
    """Every framework, the newest version first."""
    by = by_of(request)
    permit(by, FRAMEWORK_READERS, READ)
    found = list(Framework.objects.in_order())
    return render(request, "assessments/frameworks.html", {"frameworks": found, "may_keep": by.seat in KEEPERS})


@require_safe
def framework(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """One version: how it is scored, its bands, its factors, and where it was used."""
    by = by_of(request)
    permit(by, FRAMEWORK_READERS, READ)
    found = _find(key, version)
    factors = list(FrameworkFactor.objects.filter(framework=found, left_out=False).order_by("position", "pk"))
    sections: dict[str, list[FrameworkFactor]] = {}
    for one in factors:
        sections.setdefault(one.section, []).append(one)
    is_draft = found.state == Framework.State.DRAFT
    context = {
        "one": found,
        "sections": sections,
        "used": Assessment.objects.filter(framework=found).exclude(state=Assessment.State.WITHDRAWN).count(),
        "wrong": tool_wrong(found.tool(), found.review_days) if is_draft else [],
        "versions": list(Framework.objects.filter(key=key).exclude(pk=found.pk).order_by("-version")),
        "is_draft": is_draft,
        "may_keep": by.seat in KEEPERS,
    }
    return render(request, "assessments/framework.html", context)


def _address(one: Framework) -> str:
    return reverse("assessments:framework", args=[one.key, one.version])


def _kept(
    request: HttpRequest, by: By, form: VerbForm, key: str, act: Callable[[], Framework], done: str
) -> HttpResponse | None:
    """Do what a form says and go to the draft; None where it cannot be done, with the sentences in the form."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        made = act()
    except Unfit as unfit:
        form.refuse(unfit)
        return None
    clear_draft(by=by, form=key)
    messages.success(request, done)
    return redirect(_address(made))


def new(request: HttpRequest) -> HttpResponse:
    """Begin a framework of one's own."""
    by, key = _keeper(request), "assessments:framework:new"
    form = form_of(request, FrameworkForm, by, key, initial={"high": 28, "medium": 91, "low": 182, "most_missing": 3})
    done = "The draft is begun. Add its factors."
    made = _kept(request, by, form, key, lambda: actions.start_framework(by=by, said=form.said()), done)
    context = {
        "form": form,
        "title": "Begin a framework",
        "button_words": "Begin",
        "back_to": reverse("assessments:frameworks"),
    }
    return made or render(request, "assessments/framework_form.html", context)


def change(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """Change what a framework says of itself; of a published one, in a new version."""
    by, found = _keeper(request), _find(key, version)
    name = f"assessments:framework:{found.pk}"
    form = form_of(request, FrameworkForm, by, name, initial=FrameworkForm.of(found))
    done = "The draft is changed."
    made = _kept(
        request, by, form, name, lambda: actions.change_framework(by=by, framework=found, said=form.said()), done
    )
    lead = "" if found.state == Framework.State.DRAFT else NEW
    context = {
        "form": form,
        "title": f"Change ‘{found.title}’",
        "button_words": "Keep",
        "back_to": _address(found),
        "lead": lead,
    }
    return made or render(request, "assessments/framework_form.html", context)


def factor(request: HttpRequest, key: str, version: int, code: str = "") -> HttpResponse:
    """Add a factor or change one; of a published framework, in a new version."""
    by, found = _keeper(request), _find(key, version)
    there = FrameworkFactor.objects.filter(framework=found, code=code, left_out=False).first() if code else None
    if code and there is None:
        raise Http404(NOWHERE)
    name = f"assessments:factor:{found.pk}:{code}"
    form = form_of(request, FactorForm, by, name, initial=FactorForm.of(there) if there else {})
    made = _kept(
        request, by, form, name,
        lambda: actions.keep_factor(by=by, framework=found, said=form.said(), code=code), "The factor is in the draft.",
    )  # fmt: skip
    lead = "" if found.state == Framework.State.DRAFT else NEW
    context = {
        "form": form, "title": "Change a factor" if there else "Add a factor", "button_words": "Keep", "back_to": _address(found),
        "lead": lead,
    }  # fmt: skip
    return made or render(request, "assessments/framework_form.html", context)


@require_POST
def leave_out(request: HttpRequest, key: str, version: int, code: str) -> HttpResponse:
    """Leave a factor out of the draft."""
    by, found = _keeper(request), _find(key, version)
    messages.success(request, "The factor is left out of the draft.")
    return redirect(_address(actions.leave_out(by=by, framework=found, code=code)))


@require_POST
def publish(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """Take a draft into use."""
    by, found = _keeper(request), _find(key, version)
    try:
        actions.publish(by=by, framework=found, today=timezone.localdate())
    except Unfit as unfit:
        messages.error(request, str(unfit))
    else:
        messages.success(request, f"Version {found.version} is in use from today.")
    return redirect(_address(found))


@require_POST
def new_version(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """Begin the next version of a framework."""
    by, found = _keeper(request), _find(key, version)
    return redirect(_address(actions.new_version(by=by, framework=found)))


@require_POST
def end(request: HttpRequest, key: str, version: int) -> HttpResponse:
    """Use a framework for no new assessment."""
    by, found = _keeper(request), _find(key, version)
    try:
        actions.end_framework(by=by, framework=found, today=timezone.localdate())
    except Unfit as unfit:
        messages.error(request, str(unfit))
    else:
        messages.success(request, "It is used for no new assessment. Those that were begun keep it.")
    return redirect(_address(found))
