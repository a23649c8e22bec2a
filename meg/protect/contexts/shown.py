"""What the pages of this room show, asked for a few times however much there is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models.functions import Coalesce

from meg.partnership.agencies.models import AgencyName
from meg.partnership.codes.models import Code
from meg.partnership.seats import By
from meg.protect.children.at_once import moment_of, rows_at_once
from meg.protect.contexts.models import HOW, Context, Level, Link, Said
from meg.protect.tasks.models import Task

LEFT = 7  # days before a review is due from which it is near
MOST = 200  # rows of one kind on a page
GRAVEST = models.Case(
    models.When(level="high", then=0), models.When(level="medium", then=1), models.When(level="low", then=2), default=3
)


@dataclass(frozen=True)
class Step:
    """One thing that the team said of a context: a level, a review, what is known, why it was opened or closed."""

    at: datetime
    kind: str
    words: str
    by: str
    level: str = ""
    held_on: date | None = None
    next_on: date | None = None


@dataclass
class Course:
    """All that was said of a context, the latest first."""

    steps: list[Step] = field(default_factory=list)

    def of(self, kind: str) -> list[Step]:
        return [one for one in self.steps if one.kind == kind]

    @property
    def known(self) -> list[Step]:
        return self.of("known")

    @property
    def judged(self) -> list[Step]:
        return [one for one in self.steps if one.kind in ("level", "review")]

    @property
    def opened(self) -> Step | None:
        return next(iter(self.of("opened")), None)

    @property
    def closed(self) -> Step | None:
        return next(iter(self.of("closed")), None)


def course_of(context: Context) -> Course:
    """What was said of a context, by one question to the database."""
    said = Said.objects.filter(context=context).order_by("-at", "-pk")
    levels = Level.objects.filter(context=context).order_by("-at", "-pk")
    asked = [
        said.values("at", "what", "words", "by", "held_on", "next_on")[:MOST],
        levels.values("at", "level", "rationale", "by")[:MOST],
    ]
    found = [_level(row) if place else _said(row) for place, row in rows_at_once(asked)]
    return Course(sorted(found, key=lambda one: one.at, reverse=True))


def _said(row: dict[str, Any]) -> Step:
    days = [date.fromisoformat(row[name]) if row[name] else None for name in ("held_on", "next_on")]
    return Step(moment_of(row["at"]), row["what"], row["words"], row["by"], "", *days)


def _level(row: dict[str, Any]) -> Step:
    return Step(moment_of(row["at"]), "level", row["rationale"], row["by"], row["level"])


def with_words(links: models.QuerySet[Link]) -> models.QuerySet[Link]:
    """Links with the words for how as `how_words`."""
    words = Code.objects.filter(list=HOW, code=models.OuterRef("how")).values("label")[:1]
    return links.annotate(how_words=Coalesce(models.Subquery(words), models.F("how")))


def links_of(context: Context) -> list[Link]:
    """The children linked to a context, as far as the seat reaches, those who are linked now first."""
    found = with_words(Link.objects.filter(context=context).with_child())
    return list(found.order_by(models.F("ended_at").desc(nulls_first=True), "-since", "pk")[:MOST])


def contexts_of(child_id: int) -> list[Link]:
    """The contexts a child is linked to, those of now first, each with its context."""
    found = with_words(Link.objects.filter(child=child_id).select_related("context", "referral", "interview"))
    return list(found.order_by(models.F("ended_at").desc(nulls_first=True), "-since", "pk")[:MOST])


def tasks_for(contexts: Iterable[int], by: By, today: date) -> list[Any]:
    """What the member's own agency was asked for in contexts, as far as the seat reads tasks."""
    name = AgencyName.objects.filter(agency=models.OuterRef("agency"), valid__contains=today).values("name")[:1]
    found = Task.objects.filter(of=Task.Of.CONTEXT, of_number__in=list(contexts), agency=by.agency_id or 0)
    return list(found.with_child().annotate(agency_name=models.Subquery(name)).order_by("due_on", "pk")[:MOST])


def listed(state: str, kind: str, today: date) -> Any:
    """Contexts as a filter asks for them: whose review is due longest first, then the gravest."""
    found: Any = Context.objects.as_said()
    found = found.filter(closed_at__isnull=False) if state == "closed" else found.open()
    if state == "due":
        found = found.filter(review_on__lte=today)
    if state == "high":
        found = found.filter(level="high")
    if kind in Context.Kind.values:
        found = found.filter(kind=kind)
    linked = Link.objects.now().filter(context=models.OuterRef("pk")).order_by().values("context")
    found = found.annotate(linked=Coalesce(models.Subquery(linked.annotate(n=models.Count("pk")).values("n")), 0))
    if state == "closed":
        return found.order_by("-closed_at", "-pk")
    return found.order_by(models.F("review_on").asc(nulls_first=True), GRAVEST, "pk")


def tiles_of(today: date) -> dict[str, int]:
    """How many contexts are open, whose review is due, and how many are at high."""
    found: Any = Context.objects.as_said().open()
    return dict(
        found.aggregate(
            open=models.Count("pk"),
            due=models.Count("pk", filter=models.Q(review_on__lte=today)),
            high=models.Count("pk", filter=models.Q(level="high")),
        )
    )
