"""A child's plan: what stands in it, and the small forms by which the team changes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.models import Involvement, Member
from meg.partnership.access.request import by_of
from meg.partnership.agencies.models import Agency
from meg.partnership.seats import By, Seat, permit
from meg.protect.children.actions import open_child
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.children.views_small import Small, small
from meg.protect.exploitation.models import Referral
from meg.protect.plans import actions, forms
from meg.protect.plans.actions.keeping import ONLY
from meg.protect.plans.models import Aim, Decision, Given, Plan, Service
from meg.protect.plans.permissions import ONLY_TEAM
from meg.protect.plans.rules import is_watched
from meg.protect.plans.shown import plans_of
from meg.protect.tasks.actions import may_end
from meg.protect.tasks.models import Task
from meg.protect.tasks.permissions import ASKERS, DOERS, PASSERS

NOWHERE = "There is no such record, or your seat does not reach it."
Said = dict[str, Any]


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


def agencies_now(today: date) -> list[tuple[str, str]]:
    """Agencies that are not closed, by name."""
    found: Any = Agency.objects.with_names(today).filter(closed_on__isnull=True)
    return [(str(one.pk), one.name or "Name not recorded") for one in found]


def _working_with(child: Child | None, today: date) -> Said:
    """What the form of an action chooses among: the agencies that work with the child, and their people."""
    every = agencies_now(today)
    if child is not None:
        held = Involvement.objects.filter(child_id=child.pk, until__isnull=True).values_list("agency", flat=True)
        involved = {str(one) for one in held}
        every = sorted(every, key=lambda one: one[0] not in involved)
        every = [(pk, name if pk in involved else f"{name} (does not work with the child yet)") for pk, name in every]
    members = Member.objects.filter(left_on__isnull=True, agency__in=[int(pk) for pk, _ in every]).order_by("name")
    return {"agencies": every, "members": list(members)}


def _action(by: By, plan: Plan, given: Said, transition: bool = False) -> None:
    member = Member.objects.filter(pk=int(given["member"])).first() if given["member"] else None
    agency = Agency.objects.get(pk=int(given["agency"]))
    actions.add_action(by=by, plan=plan, what=given["what"], agency=agency, member=member, due_on=given["due_on"],
                       today=timezone.localdate(), transition=transition)  # fmt: skip


def _step(by: By, plan: Plan, given: Said) -> None:
    _action(by, plan, given, transition=True)


def _give(by: By, plan: Plan, given: Said) -> None:
    service = Service.objects.get(pk=int(given.pop("service")))
    actions.give_service(by=by, plan=plan, service=service, **given)


def _review(by: By, plan: Plan, given: Said) -> None:
    actions.review_plan(by=by, plan=plan, now=timezone.now(), **given)


def _close(by: By, plan: Plan, given: Said) -> None:
    actions.close_plan(by=by, plan=plan, now=timezone.now(), **given)


def _transition(by: By, plan: Plan, given: Said) -> None:
    agency = Agency.objects.get(pk=int(given.pop("agency")))
    actions.plan_transition(by=by, plan=plan, agency=agency, today=timezone.localdate(), **given)


def _aim(by: By, plan: Plan, given: Said) -> None:
    actions.add_aim(by=by, plan=plan, **given)


def _nothing(child: Child | None, plan: Plan) -> Said:
    return {}


def _of_action(child: Child | None, plan: Plan) -> Said:
    return _working_with(child, timezone.localdate())


def _of_service(child: Child | None, plan: Plan) -> Said:
    today = timezone.localdate()
    names = dict(agencies_now(today))
    found = Service.objects.on(today)
    return {"services": [(str(one.pk), f"{one.name}, {names.get(str(one.agency_id), '')}") for one in found]}


def _of_agencies(child: Child | None, plan: Plan) -> Said:
    first = {"agency": str(plan.adult_agency_id or ""), "contact": plan.adult_contact, "by_when": plan.adult_by}
    return {"agencies": agencies_now(timezone.localdate()), "initial": first}


def _of_closing(child: Child | None, plan: Plan) -> Said:
    of = [Task.Of.PLAN, Task.Of.TRANSITION]
    return {"left": Task.objects.open().filter(of__in=of, of_number=plan.pk).count()}


@dataclass(frozen=True)
class Verb:
    """One verb of a plan: its words, its form, what it does, what its form chooses among."""

    title: str
    button: str
    done: str
    form: type[VerbForm]
    act: Callable[[By, Plan, Said], object]
    options: Callable[[Child | None, Plan], Said] = field(default=_nothing)
    lead: str = ""


VERBS = {
    "aim": Verb("Add an aim", "Add the aim", "The aim is added.", forms.AimForm, _aim),
    "action": Verb("Add an action", "Ask for it", "It is in their list until it is done.", forms.ActionForm, _action, _of_action),
    "step": Verb("Add a step towards adult services", "Ask for it", "It is in their list until it is done.",
                 forms.ActionForm, _step, _of_action),
    "service": Verb("Add a service", "Add the service", "The service is added.", forms.GiveForm, _give, _of_service),
    "review": Verb("Review the plan", "Keep the review", "The review is kept.", forms.ReviewForm, _review),
    "transition": Verb("Plan the way to adult services", "Save", "It is also a plan towards adult services.",
                       forms.TransitionForm, _transition, _of_agencies,
                       "Planning begins at 17. Steps are added one by one, each with a day."),
    "close": Verb("Close the plan", "Close the plan", "The plan is closed.", forms.CloseForm, _close, _of_closing),
}  # fmt: skip


def plan_of(child: Child, number: int) -> Plan:
    """A plan of this child's. Raises: Http404."""
    found = Plan.objects.filter(child=child, pk=number).first()
    if found is None:
        raise Http404(NOWHERE)
    return found


def verb(request: HttpRequest, reference: str, number: int, name: str) -> HttpResponse:
    """One verb of a plan."""
    by, child = _team(request, reference, "Opened a form of the plan.")
    plan, one = plan_of(child, number), VERBS.get(name)
    if one is None:
        raise Http404(NOWHERE)
    page = Small(title=one.title, button=one.button, key=f"plans:{name}:{plan.pk}", back=back_to(child), done=one.done,
                 lead=one.lead)  # fmt: skip
    return small(request, by, child, page, one.form, lambda given: one.act(by, plan, given), **one.options(child, plan))


def settle(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Whether an aim was reached."""
    by, child = _team(request, reference, "Opened the form to settle an aim.")
    aim = Aim.objects.filter(child=child, pk=number).select_related("plan").first()
    if aim is None:
        raise Http404(NOWHERE)
    page = Small(title="Was the aim reached?", button="Save", key=f"plans:settle:{aim.pk}", back=back_to(child),
                 done="It is kept.", lead=f"{aim.words}. How it will be known: {aim.known_by}")  # fmt: skip

    def act(given: Said) -> None:
        reached = given["reached"] == "yes"
        actions.settle_aim(by=by, aim=aim, reached=reached, words=given["words"], now=timezone.now())

    return small(request, by, child, page, forms.SettleForm, act)


def end(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """A service has ended."""
    by, child = _team(request, reference, "Opened the form to end a service.")
    given = Given.objects.filter(child=child, pk=number).select_related("plan", "service").first()
    if given is None:
        raise Http404(NOWHERE)
    lead = f"{given.service.name}, from {given.given_from.day} {given.given_from:%B %Y}"
    page = Small(title="End the service", button="End it", key=f"plans:end:{given.pk}", back=back_to(child),
                 done="The service is ended.", lead=lead)  # fmt: skip
    return small(request, by, child, page, forms.EndForm,
                 lambda said: actions.end_service(by=by, given=given, **said))  # fmt: skip
