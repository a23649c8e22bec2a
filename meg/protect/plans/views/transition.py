"""Transition: the list of those of 17 and older, and the named decision by which one leaves it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.request import by_of
from meg.partnership.seats import By, permit
from meg.protect.children.actions import open_child
from meg.protect.children.models import Child
from meg.protect.children.views_small import Small, small
from meg.protect.plans import actions, forms
from meg.protect.plans.actions.transition import ONLY
from meg.protect.plans.models import Decision
from meg.protect.plans.permissions import LISTERS, ONLY_TEAM
from meg.protect.plans.shown import Person, in_transition
from meg.protect.plans.views.plan import back_to
from meg.protect.plans.views.verbs import NOWHERE

LIST = "The list of transition is for the exploitation team and the analyst."
A_PAGE = 25


@require_safe
def transition(request: HttpRequest) -> HttpResponse:
    """Who is 17 or older and in view, whoever waits for a plan or a decision first."""
    by, today = by_of(request), timezone.localdate()
    permit(by, LISTERS, LIST)
    every = in_transition(today)
    due = request.GET.get("due") == "yes"
    page = Paginator([one for one in every if one.due or not due], A_PAGE).get_page(request.GET.get("page"))
    actions.record_transition_list(by=by, references=[str(one.child.reference) for one in page.object_list])
    context = {"page": page, "tiles": _tiles(every), "total": len(every), "due": due, "writes": by.seat in ONLY_TEAM}
    return render(request, "plans/transition.html", context)


def _tiles(every: list[Person]) -> list[dict[str, object]]:
    here = reverse("plans:transition")
    return [
        {"n": sum(1 for one in every if one.due), "label": "wait for a plan or a decision", "href": f"{here}?due=yes"},
        {"n": sum(1 for one in every if one.age == 17), "label": "are 17", "href": here},
        {"n": sum(1 for one in every if (one.age or 0) >= 18), "label": "are 18 or older", "href": here},
    ]


def _team(request: HttpRequest, reference: str) -> tuple[By, Child]:
    by = by_of(request)
    permit(by, ONLY_TEAM, ONLY)
    return by, open_child(by=by, reference=reference, doing="Opened the form to decide on transition.")


def decide(request: HttpRequest, reference: str) -> HttpResponse:
    """The named decision on one young person."""
    by, child = _team(request, reference)
    page = Small(
        title="Decide on transition", button="Keep the decision", key=f"plans:decide:{child.reference}", back=back_to(child),
        done="The decision is kept.",
        lead="A birthday alone takes nobody off the list. The decision stands until a referral is taken on, a level of medium "
        "or high is given, or it is taken back.",
    )  # fmt: skip
    return small(request, by, child, page, forms.DecideForm,
                 lambda given: actions.decide(by=by, child=child, now=timezone.now(), **given))  # fmt: skip


def take_back(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """A decision no longer stands."""
    by, child = _team(request, reference)
    made = Decision.objects.filter(child=child, pk=number).select_related("child").first()
    if made is None:
        raise Http404(NOWHERE)
    page = Small(title="Take the decision back", button="Take it back", key=f"plans:take_back:{made.pk}", back=back_to(child),
                 done="The decision no longer stands.", lead=f"{made}. {made.why}", warning=True)  # fmt: skip
    return small(request, by, child, page, forms.TakeBackForm,
                 lambda given: actions.take_back(by=by, decision=made, now=timezone.now(), **given))  # fmt: skip
