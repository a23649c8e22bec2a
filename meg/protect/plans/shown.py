"""What the pages of this room show, asked for a few times however much there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

from meg.partnership.agencies.models import AgencyName
from meg.protect.children.at_once import rows_at_once
from meg.protect.children.models import Child
from meg.protect.children.rules import age
from meg.protect.exploitation.models import Level, Referral
from meg.protect.plans.models import Aim, Decision, Given, Plan, Review, Service
from meg.protect.plans.rules import IN_VIEW, birthday, born_on, due_decision
from meg.protect.tasks.models import Task

MOST = 30  # plans of one child
EVERYBODY = 2000


@dataclass
class Whole:
    """A plan with all that is in it."""

    plan: Any
    reference: str
    aims: list[Aim] = field(default_factory=list)
    tasks: list[Any] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)

    @property
    def to_do(self) -> list[Any]:
        return [one for one in self.tasks if one.is_open]

    @property
    def ended(self) -> list[Any]:
        return [one for one in self.tasks if not one.is_open]


def plans_of(child: Child, today: date) -> list[Whole]:
    """The child's plans with all that is in them, the open ones first: three questions to the database."""
    return whole_plans(Plan.objects.filter(child=child), today)


def whole_plans(plans: models.QuerySet[Plan], today: date) -> list[Whole]:
    """Plans with all that is in them, the open ones first: three questions to the database."""
    found = with_levels(plans).select_related("referral").order_by("-opened_at", "-pk")[:MOST]
    first = sorted(found, key=lambda one: not one.is_open)
    whole = {one.pk: Whole(one, str(one.referral.reference) if one.referral else "") for one in first}
    name = AgencyName.objects.filter(agency=models.OuterRef("agency"), valid__contains=today).values("name")[:1]
    if not whole:
        return []
    for kind, one in _said(list(whole), name):
        getattr(whole[one.plan_id], kind).append(one)
    for task in _tasks(first, name):
        whole[_plan_of(task, first)].tasks.append(task)
    return list(whole.values())


def with_levels(plans: models.QuerySet[Plan]) -> models.QuerySet[Plan]:
    """Plans with the level at the point of referral (`first_level`, `first_at`) and the latest of the referral (`last_level`,
    `last_at`, `last_point`).
    """
    levels = Level.objects.filter(referral=models.OuterRef("referral"))
    first, last = levels.at_referral(), levels.order_by("-at", "-pk")
    return plans.annotate(
        first_level=models.Subquery(first.values("level")[:1]),
        first_at=models.Subquery(first.values("at")[:1]),
        last_level=models.Subquery(last.values("level")[:1]),
        last_at=models.Subquery(last.values("at")[:1]),
        last_point=models.Subquery(last.values("point")[:1]),
    )


def _said(plans: list[int], name: Any) -> Iterator[tuple[str, Any]]:
    """Aims, services and reviews of plans, by one question to the database."""
    given = Given.objects.annotate(agency_name=models.Subquery(name)).order_by("given_from", "pk")
    asked: list[tuple[str, type[Aim | Given | Review], Any, tuple[str, ...]]] = [
        ("aims", Aim, Aim.objects.order_by("pk"), ()),
        ("given", Given, given, ("service__name", "agency_name")),
        ("reviews", Review, Review.objects.order_by("-at", "-pk"), ()),
    ]
    rows = [
        found.filter(plan__in=plans).values(*(field.attname for field in model._meta.concrete_fields), *more)
        for _, model, found, more in asked
    ]
    for place, row in rows_at_once(rows):
        kind, model, _, more = asked[place]
        one = model(**{field.attname: field.to_python(row[field.attname]) for field in model._meta.concrete_fields})
        if isinstance(one, Given):
            one.service = Service(pk=one.service_id, name=row["service__name"])
        for extra in more:
            setattr(one, extra, row[extra])
        yield kind, one


def _plan_of(task: Task, plans: list[Any]) -> int:
    """The plan under which a task was asked for: of a context's plans, the one that was the latest then."""
    if task.of != Task.Of.CONTEXT:
        return task.of_number
    of_context = sorted((one for one in plans if one.context == task.of_number), key=lambda one: one.opened_at)
    then = [one for one in of_context if one.opened_at <= task.asked_at]
    return int((then or of_context)[-1 if then else 0].pk)


def _tasks(plans: list[Any], name: Any) -> Any:
    of = models.Q(of__in=[Task.Of.PLAN, Task.Of.TRANSITION], of_number__in=[one.pk for one in plans])
    if contexts := [one.context for one in plans if one.context is not None]:
        of |= models.Q(of=Task.Of.CONTEXT, of_number__in=contexts)
    found = Task.objects.filter(of).with_child()
    return found.annotate(agency_name=models.Subquery(name)).order_by("due_on", "pk")


# ── transition ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Person:
    """Someone on the list of transition, and what is waited for."""

    child: Any
    age: int | None
    eighteen_on: date | None
    level: str
    plan: Plan | None
    due: str

    @property
    def order(self) -> tuple[int, int, str]:
        gravest = ("high", "medium", "low").index(self.level) if self.level in ("high", "medium", "low") else 3
        return ({"plan": 0, "decision": 1}.get(self.due, 2), gravest, str(self.eighteen_on or ""))


def in_transition(today: date) -> list[Person]:
    """Everyone of 17 or older with a referral taken on, or whose latest level is medium or high, and about whom nothing is
    decided: whoever waits for a decision first. Three questions to the database.
    """
    none = models.Value("", models.TextField())
    level = Level.objects.filter(child=models.OuterRef("pk")).order_by("-at", "-pk").values("level")[:1]
    at_work = Referral.objects.open().filter(child=models.OuterRef("pk"))
    decided = Decision.objects.standing().filter(child=models.OuterRef("pk"))
    found = (
        Child.objects.current().filter(born_before(today)).with_names()
        .annotate(level=Coalesce(models.Subquery(level), none))
        .filter(models.Q(models.Exists(at_work)) | models.Q(level__in=IN_VIEW)).exclude(models.Exists(decided))
    )  # fmt: skip
    people = list(found[:EVERYBODY])
    plans = {one.child_id: one for one in Plan.objects.open().filter(child__in=people).select_related("adult_agency")}
    return sorted((_person(one, plans.get(one.pk), today) for one in people), key=lambda one: one.order)


def born_before(today: date) -> models.Q:
    """Those who are 17 or older on a day, by what is known of their birth."""
    try:
        last = today.replace(year=today.year - 17)
    except ValueError:
        last = date(today.year - 17, 2, 28)
    return models.Q(date_of_birth__lte=last) | models.Q(
        date_of_birth__isnull=True, estimated_birth_year__lte=today.year - 17
    )


def _person(child: Any, plan: Plan | None, today: date) -> Person:
    born = born_on(child.date_of_birth, child.estimated_birth_year)
    years = age(born, today)
    due = due_decision(years, child.level, plan is not None, False)
    return Person(child, years, birthday(born, 18) if born else None, child.level, plan, due)
