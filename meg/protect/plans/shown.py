"""What the pages of this room show, asked for a few times however much there is."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

from meg.partnership.agencies.models import AgencyName
from meg.protect.children.models import Child
from meg.protect.children.rules import age
from meg.protect.exploitation.models import Level, Referral
from meg.protect.plans.models import Aim, Decision, Given, Plan, Review
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
    """The child's plans with all that is in them, the open ones first: five questions to the database."""
    found = (
        with_levels(Plan.objects.filter(child=child)).select_related("referral").order_by("-opened_at", "-pk")[:MOST]
    )
    first = sorted(found, key=lambda one: not one.is_open)
    whole = {one.pk: Whole(one, str(one.referral.reference) if one.referral else "") for one in first}
    name = AgencyName.objects.filter(agency=models.OuterRef("agency"), valid__contains=today).values("name")[:1]
    said: dict[str, Any] = {
        "aims": Aim.objects.order_by("pk"),
        "given": Given.objects.select_related("service").annotate(agency_name=models.Subquery(name)).order_by("given_from", "pk"),
        "reviews": Review.objects.order_by("-at", "-pk"),
    }  # fmt: skip
    for kind, rows in said.items():
        for one in rows.filter(plan__in=whole):
            getattr(whole[one.plan_id], kind).append(one)
    for task in _tasks(list(whole), name):
        whole[task.of_number].tasks.append(task)
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


def _tasks(plans: list[int], name: Any) -> Any:
    of = [Task.Of.PLAN, Task.Of.TRANSITION]
    found = Task.objects.filter(of__in=of, of_number__in=plans).with_child()
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
