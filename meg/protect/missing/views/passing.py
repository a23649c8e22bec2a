"""Whether an interview is required; and information for the police, which leaves by its own form."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from meg.partnership.access.request import by_of
from meg.partnership.seats import permit
from meg.protect.children.actions import open_child
from meg.protect.children.rules import Unfit
from meg.protect.children.views_small import Small, small
from meg.protect.missing import actions
from meg.protect.missing.actions.interviewing import REQUIRES
from meg.protect.missing.actions.sheets import READS
from meg.protect.missing.forms.interviews import NeedForm, PassForm
from meg.protect.missing.models import Passed
from meg.protect.missing.permissions import DECIDERS, PASSED_READERS, PASSERS
from meg.protect.missing.views.episodes import episode_of
from meg.protect.missing.views.interviews import NOWHERE

PASS_ONLY = "Only those who work with children pass information on here."
PASS_LEAD = (
    "It goes to the police intelligence officer and is not kept in the child’s record. Once it is sent you cannot read "
    "it again. If a child is in danger now, call 999 first."
)
A_PAGE = 25


def need(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Whether a return interview is required for an episode, and why not."""
    by = by_of(request)
    permit(by, DECIDERS, REQUIRES)
    child = open_child(by=by, reference=reference, doing="Opened the form on whether an interview is required.")
    found = episode_of(child, number)

    def act(given: dict[str, Any]) -> None:
        if given["needed"] == "yes":
            actions.required(by=by, episode=found)
        elif not given["because"]:
            raise Unfit("Choose why no interview is required.", "because")
        else:
            actions.not_required(by=by, episode=found, because=given["because"])

    page = Small(
        title="Is a return interview required?", button="Keep the decision", key=f"missing:need:{found.pk}",
        back=reverse("missing:episode", args=[child.reference, found.pk]), done="The decision is kept.",
        lead="Every child who was missing is offered one. For a child who was away or absent, the team decides.",
    )  # fmt: skip
    first = {"needed": found.interview_needed, "because": found.not_needed_because}
    return small(request, by, child, page, NeedForm, act, initial=first)


def pass_on(request: HttpRequest, reference: str) -> HttpResponse:
    """Pass information to the police."""
    by = by_of(request)
    permit(by, PASSERS, PASS_ONLY)
    child = open_child(by=by, reference=reference, doing="Opened the form to pass information to the police.")
    page = Small(
        title="Pass information to the police", button="Send to the police", key=f"missing:pass_on:{child.reference}",
        back=reverse("children:child", args=[child.reference]), done="The information is sent to the police.",
        lead=PASS_LEAD,
    )  # fmt: skip
    return small(
        request, by, child, page, PassForm, lambda given: actions.pass_information(by=by, child=child, **given)
    )


@require_safe
def passed(request: HttpRequest) -> HttpResponse:
    """What was passed on, for the police intelligence officer: not taken up first, then the newest."""
    by = by_of(request)
    permit(by, PASSED_READERS, READS)
    found = Passed.objects.order_by(F("taken_up_at").desc(nulls_first=True), "-passed_at", "-pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    actions.record_passed_read(by=by, numbers=[one.pk for one in page])
    return render(request, "missing/passed.html", {"page": page})


@require_POST
def taken_up(request: HttpRequest, number: int) -> HttpResponse:
    """An item is taken up."""
    by = by_of(request)
    permit(by, PASSED_READERS, READS)
    found = Passed.objects.filter(pk=number).first()
    if found is None:
        raise Http404(NOWHERE)
    try:
        actions.take_up(by=by, passed=found, now=timezone.now())
        messages.success(request, "It is marked as taken up.")
    except Unfit as unfit:
        messages.info(request, str(unfit))
    return redirect("missing:passed")
