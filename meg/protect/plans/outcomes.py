"""Plans with the level before and after, and the services given: what the page of outcomes counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models

from meg.protect.children.models import FULL_NAME, Name
from meg.protect.exploitation.models import Level
from meg.protect.plans.models import Given, Plan
from meg.protect.plans.rules.outcome import Course, change, course

MOST = 20_000


@dataclass(frozen=True)
class Line:
    """One plan of a child: the level at referral, the latest within the plan, what became of it."""

    plan: Any
    change: str

    @property
    def services(self) -> list[str]:
        return sorted(set(self.plan.services))


def lines_of(state: str) -> list[Line]:
    """Every plan of a child, closed or running or both, latest first. One question to the database."""
    levels = Level.objects.filter(referral=models.OuterRef("referral"))
    ended = models.Q(at__lte=models.functions.Coalesce(models.OuterRef("closed_at"), models.functions.Now()))
    within = levels.exclude(point=Level.Point.REFERRAL).filter(ended, at__gte=models.OuterRef("opened_at"))
    within = within.order_by("-at", "-pk")
    name = Name.objects.current().filter(child=models.OuterRef("child"), kind=Name.Kind.NAME).values_list(FULL_NAME)
    given = Given.objects.filter(plan=models.OuterRef("pk")).values("service__name")
    found = Plan.objects.filter(child__isnull=False).select_related("child").annotate(
        called=models.Subquery(name[:1]),
        first_level=models.Subquery(levels.at_referral().values("level")[:1]),
        last_level=models.Subquery(within.values("level")[:1]),
        services=ArraySubquery(given),
    )  # fmt: skip
    if state:
        found = found.filter(closed_at__isnull=state == "running")
    every: Any = found.order_by("-opened_at", "-pk")[:MOST]
    return [Line(one, change(one.first_level or "", one.last_level or "")) for one in every]


def by_service(lines: Iterable[Line]) -> list[tuple[str, Course]]:
    """What became of risk where each service was given, by name. A plan with two services counts under both."""
    held: dict[str, list[str]] = {}
    for line in lines:
        for name in line.services or ["No service"]:
            held.setdefault(name, []).append(line.change)
    return [(name, course(changes)) for name, changes in sorted(held.items())]
