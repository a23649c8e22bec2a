"""A child's plan: what stands in it, and the small forms by which the team changes it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.request import by_of
from meg.partnership.seats import By, Seat, permit
from meg.protect.children.actions import open_child
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.children.views_small import Small, small
from meg.protect.exploitation.models import Referral
from meg.protect.plans import actions, forms
from meg.protect.plans.actions.keeping import ONLY
from meg.protect.plans.models import Decision, Plan
from meg.protect.plans.permissions import ONLY_TEAM
from meg.protect.plans.rules import is_watched
from meg.protect.plans.shown import plans_of
from meg.protect.plans.views.verbs import Said, Whose, show_end, show_settle, show_verb
from meg.protect.tasks.actions import may_end
from meg.protect.tasks.permissions import ASKERS, DOERS, PASSERS


@require_safe
def of_child(request: HttpRequest, reference: str) -> HttpResponse:
    """A child's plans, and what is decided on the way to adult services."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Looked at the plan.")
    today = timezone.localdate()
    plans = plans_of(child, today)
    watched, writes = is_watched(child.date_of_birth, child.estimated_birth_year, today), by.seat in ONLY_TEAM
    decisions = list(Decision.objects.filter(child=child).order_by("-at", "-pk")) if watched else []
    planned = any(one.plan.is_open for one in plans)
    context = {
        "child": child,
        "whose": whose(child),
        "plans": plans,
        "today": today,
        "decisions": decisions,
        "watched": watched,
        "standing": next((one for one in decisions if one.overtaken_at is None), None),
        "may_end": {task.pk for one in plans for task in one.to_do if may_end(by, task)} if by.seat in DOERS else set(),
        "asks": by.seat in ASKERS,
        "passes": by.seat in PASSERS,
        "writes": writes,
        "may_open": writes and not planned and bool(_without_plan(child)),
        "wide": by.seat is Seat.TEAM,
    }
    return render(request, "plans/child.html", context)


def _without_plan(child: Child) -> list[tuple[str, str]]:
    """The child's referrals that were taken on and have no open plan."""
    planned = Plan.objects.open().filter(child=child).values("referral")
    found = Referral.objects.open().filter(child=child).exclude(pk__in=planned).order_by("-received_at")
    return [
        (str(one.pk), f"{one.reference}, received {timezone.localtime(one.received_at):%-d %B %Y}") for one in found
    ]


def _team(request: HttpRequest, reference: str, doing: str) -> tuple[By, Child]:
    by = by_of(request)
    permit(by, ONLY_TEAM, ONLY)
    return by, open_child(by=by, reference=reference, doing=doing)


def back_to(child: Child) -> str:
    return reverse("plans:of_child", args=[child.reference])


def open_plan(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a plan after a referral that was taken on."""
    by, child = _team(request, reference, "Opened the form of a new plan.")
    referrals = _without_plan(child)
    page = Small(
        title="Open a plan", button="Open the plan", key=f"plans:open:{child.reference}", back=back_to(child),
        done="The plan is open. Add its aims and actions.",
        lead="" if referrals else "There is no referral to make a plan for: it is taken on first, and has one open plan at most.",
    )  # fmt: skip

    def act(given: Said) -> None:
        referral = Referral.objects.filter(pk=int(given["referral"]), child=child).first()
        if referral is None:
            raise Unfit("Choose the referral.", "referral")
        actions.open_plan(
            by=by, referral=referral, words=given["words"], review_on=given["review_on"], now=timezone.now()
        )

    first = {"referral": referrals[0][0]} if referrals else {}
    return small(request, by, child, page, forms.OpenForm, act, referrals=referrals, initial=first)


def whose(child: Child) -> Whose:
    return Whose(str(child.reference), back_to(child), child)


def verb(request: HttpRequest, reference: str, number: int, name: str) -> HttpResponse:
    """One verb of a child's plan."""
    by, child = _team(request, reference, "Opened a form of the plan.")
    return show_verb(request, by, whose(child), number, name)


def settle(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Whether an aim was reached."""
    by, child = _team(request, reference, "Opened the form to settle an aim.")
    return show_settle(request, by, whose(child), number)


def end(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """A service has ended."""
    by, child = _team(request, reference, "Opened the form to end a service.")
    return show_end(request, by, whose(child), number)
