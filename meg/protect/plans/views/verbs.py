"""The small forms by which the team changes a plan, whosever it is: a child's, or that of a context in the room above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from meg.partnership.access.models import Involvement, Member
from meg.partnership.agencies.models import Agency
from meg.partnership.seats import By
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.children.models import Child
from meg.protect.children.views_small import Small, small
from meg.protect.plans import actions, forms
from meg.protect.plans.models import Aim, Given, Plan, PlanQuerySet, Service

NOWHERE = "There is no such record, or your seat does not reach it."
Said = dict[str, Any]


@dataclass(frozen=True)
class Whose:
    """Whose plans a page is about, and the addresses of their forms: a child's, or those of the context with a `number`.

    `called`: what a form says above its questions, where no child is shown there.
    """

    reference: str
    back: str
    child: Child | None = None
    number: int | None = None
    space: str = "plans:"
    called: str = ""

    @property
    def plans(self) -> PlanQuerySet:
        found: PlanQuerySet = (
            Plan.objects.filter(child=self.child) if self.child else Plan.objects.filter(context=self.number)
        )
        return found

    def verb(self, plan: Plan, name: str) -> str:
        return reverse(f"{self.space}verb", args=[self.reference, plan.pk, name])

    def settle(self, aim: Aim) -> str:
        return reverse(f"{self.space}settle", args=[self.reference, aim.pk])

    def end(self, given: Given) -> str:
        return reverse(f"{self.space}end", args=[self.reference, given.pk])


def agencies_now(today: date) -> list[tuple[str, str]]:
    """Agencies that are not closed, by name."""
    found: Any = Agency.objects.with_names(today).filter(closed_on__isnull=True)
    return [(str(one.pk), one.name or "Name not recorded") for one in found]


def _working_with(child: Child | None, today: date) -> Said:
    """What the form of an action chooses among: the agencies, first those that work with the child, and their people."""
    every = agencies_now(today)
    if child is not None:
        held = Involvement.objects.filter(child_id=child.pk, until__isnull=True).values_list("agency", flat=True)
        involved = {str(one) for one in held}
        every = sorted(every, key=lambda one: one[0] not in involved)
        every = [(pk, name if pk in involved else f"{name} (does not work with the child yet)") for pk, name in every]
    members = Member.objects.filter(left_on__isnull=True, agency__in=[int(pk) for pk, _ in every]).order_by("name")
    return {"agencies": every, "members": list(members), "of_child": child is not None}


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


def _of_review(child: Child | None, plan: Plan) -> Said:
    return {"levels": child is not None}


def _of_closing(child: Child | None, plan: Plan) -> Said:
    return {"left": plan.tasks.open().count(), "levels": child is not None}


@dataclass(frozen=True)
class Verb:
    """One verb of a plan: its words, its form, what it does, what its form chooses among. Not `anybodys`: of a child alone."""

    title: str
    button: str
    done: str
    form: type[VerbForm]
    act: Callable[[By, Plan, Said], object]
    options: Callable[[Child | None, Plan], Said] = field(default=_nothing)
    lead: str = ""
    anybodys: bool = True


VERBS = {
    "aim": Verb("Add an aim", "Add the aim", "The aim is added.", forms.AimForm, _aim),
    "action": Verb("Add an action", "Ask for it", "It is in their list until it is done.", forms.ActionForm, _action, _of_action),
    "step": Verb("Add a step towards adult services", "Ask for it", "It is in their list until it is done.",
                 forms.ActionForm, _step, _of_action, anybodys=False),
    "service": Verb("Add a service", "Add the service", "The service is added.", forms.GiveForm, _give, _of_service),
    "review": Verb("Review the plan", "Keep the review", "The review is kept.", forms.ReviewForm, _review,
                   _of_review),
    "transition": Verb("Plan the way to adult services", "Save", "It is also a plan towards adult services.",
                       forms.TransitionForm, _transition, _of_agencies,
                       "Planning begins at 17. Steps are added one by one, each with a day.", anybodys=False),
    "close": Verb("Close the plan", "Close the plan", "The plan is closed.", forms.CloseForm, _close, _of_closing),
}  # fmt: skip


def _about(whose: Whose, words: str) -> str:
    return ". ".join(filter(None, (whose.called, words)))


def show_verb(request: HttpRequest, by: By, whose: Whose, number: int, name: str) -> HttpResponse:
    """One verb of a plan. Raises: Http404, where the plan is another's, or has no such verb."""
    plan, one = whose.plans.filter(pk=number).first(), VERBS.get(name)
    if plan is None or one is None or not (whose.child or one.anybodys):
        raise Http404(NOWHERE)
    page = Small(title=one.title, button=one.button, key=f"plans:{name}:{plan.pk}", back=whose.back, done=one.done,
                 lead=_about(whose, one.lead))  # fmt: skip
    return small(request, by, whose.child, page, one.form, lambda given: one.act(by, plan, given),
                 **one.options(whose.child, plan))  # fmt: skip


def show_settle(request: HttpRequest, by: By, whose: Whose, number: int) -> HttpResponse:
    """Whether an aim was reached. Raises: Http404, where it is another's."""
    aim = Aim.objects.filter(plan__in=whose.plans, pk=number).select_related("plan").first()
    if aim is None:
        raise Http404(NOWHERE)
    page = Small(title="Was the aim reached?", button="Save", key=f"plans:settle:{aim.pk}", back=whose.back,
                 done="It is kept.", lead=_about(whose, f"{aim.words}. How it will be known: {aim.known_by}"))  # fmt: skip

    def act(given: Said) -> None:
        reached = given["reached"] == "yes"
        actions.settle_aim(by=by, aim=aim, reached=reached, words=given["words"], now=timezone.now())

    return small(request, by, whose.child, page, forms.SettleForm, act)


def show_end(request: HttpRequest, by: By, whose: Whose, number: int) -> HttpResponse:
    """A service has ended. Raises: Http404, where it is another's."""
    given = Given.objects.filter(plan__in=whose.plans, pk=number).select_related("plan", "service").first()
    if given is None:
        raise Http404(NOWHERE)
    lead = f"{given.service.name}, from {given.given_from.day} {given.given_from:%B %Y}"
    page = Small(title="End the service", button="End it", key=f"plans:end:{given.pk}", back=whose.back,
                 done="The service is ended.", lead=_about(whose, lead))  # fmt: skip
    return small(request, by, whose.child, page, forms.EndForm,
                 lambda said: actions.end_service(by=by, given=given, **said))  # fmt: skip
