"""What waits of exploitation today: referrals, reviews of levels and contexts, tasks. All of it by one question to the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone

from meg.partnership.seats import By, Seat
from meg.protect.children.at_once import Asked, moment_of, rows_at_once
from meg.protect.contexts.models import Context
from meg.protect.exploitation.models import Referral
from meg.protect.missing.rules import london_day, when
from meg.protect.tasks.models import Task
from meg.protect.tasks.rules import due_words
from meg.pursue.meetings.models import Item, Meeting

A_WEEK = timedelta(days=7)
MOST = 200
SHOWN = 6
STEPS = (
    ("unmatched", "to match to a child"),
    ("no_level", "to give a level"),
    ("undecided", "to decide on"),
)


@dataclass(frozen=True)
class Review:
    """A level, or a context, whose review is over or due this week. `second`: the child's reference, or the context's."""

    name: str
    address: str
    second: str
    of_child: bool
    level: str
    words: str
    on: date
    over: bool


@dataclass(frozen=True)
class Waits:
    """Referrals that wait for one step: how many, and whom the longest is from, since when."""

    n: int
    words: str
    longest: str


@dataclass(frozen=True)
class ToDo:
    """A task that is over, or due within a week."""

    what: str
    child: str
    due: str
    over: bool
    address: str


@dataclass(frozen=True)
class Coming:
    """The next meeting: when and where, how many children are on its agenda, and when that closes."""

    number: int
    day: str
    words: str
    children: int
    closes: str


@dataclass
class Protecting:
    """All of it, for the page of today."""

    referrals: list[Waits] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    tasks: list[ToDo] = field(default_factory=list)
    tasks_in_all: int = 0
    also: list[dict[str, Any]] = field(default_factory=list)
    meeting: Coming | None = None

    @property
    def waiting(self) -> int:
        return sum(one.n for one in self.referrals)

    @property
    def tasks_over(self) -> int:
        return sum(one.over for one in self.tasks)

    @property
    def reviews_over(self) -> int:
        return sum(one.over for one in self.reviews)

    def references(self) -> Iterator[str]:
        yield from (one.second for one in self.reviews if one.of_child)
        yield from (one.child for one in self.tasks if one.child)


def protecting(by: By, now: datetime, also: Asked | None = None) -> Protecting:
    """What waits, as far as the seat reaches: referrals and reviews for the team alone, tasks for whoever has some. `also`: rows
    that the page asks for besides.
    """
    today = london_day(now)
    tasks = Task.objects.open().filter(due_on__lte=today + A_WEEK)
    own = models.Q(member_id=by.member_id or 0)
    if by.seat is not Seat.INTERVIEWER:
        own |= models.Q(agency_id=by.agency_id or 0, member=None)
    rows = tasks.filter(own).order_by("due_on", "pk").values("pk", "what", "due_on", "child__reference")
    asked = [rows[:MOST]]
    if by.seat is Seat.TEAM:
        asked += [_waiting()[:MOST], _reviews(today)[:MOST], _contexts(today)[:MOST], _meeting()]
    asked += [] if also is None else [also]
    found: list[list[dict[str, Any]]] = [[], [], [], [], [], []]
    for place, row in rows_at_once(asked):
        found[place].append(row)
    reviews = [_review(row, today) for row in found[2]] + [_context(row, today) for row in found[3]]
    return Protecting(
        _steps(found[1], now), sorted(reviews, key=lambda one: one.on), [_task(row, today) for row in found[0]][:SHOWN],
        len(found[0]), found[5], _coming(found[4][0]) if found[4] else None,
    )  # fmt: skip


def _meeting() -> Any:
    on = models.Count("pk", filter=models.Q(child__isnull=False))
    items = Item.objects.filter(meeting=models.OuterRef("pk"), state=Item.State.ON).order_by().values("meeting")
    coming: Any = Meeting.objects.coming().annotate(children=models.Subquery(items.annotate(n=on).values("n")))
    return coming.values("pk", "starts_at", "where", "closes_on", "children")[:1]


def _coming(row: dict[str, Any]) -> Coming:
    starts, closes = timezone.localtime(moment_of(row["starts_at"])), date.fromisoformat(row["closes_on"])
    return Coming(row["pk"], f"{starts:%A} {starts.day} {starts:%B}", f"{starts:%H:%M}, {row['where']}", row["children"] or 0,
                  f"{closes:%A} {closes.day} {closes:%B}")  # fmt: skip


def _waiting() -> Any:
    given: Any = Referral.objects.waiting().with_child().with_level().order_by("received_at")
    return given.values("received_at", "received_to_the_minute", "referred_by", "child_id", "first_level")


def _reviews(today: date) -> Any:
    levelled: Any = Referral.objects.open().with_child().with_level()
    due = levelled.filter(review_on__lte=today + A_WEEK)
    return due.order_by("review_on", "pk").values("reference", "called", "child__reference", "level", "review_on")


def _contexts(today: date) -> Any:
    said: Any = Context.objects.as_said().open()
    due = said.filter(review_on__lte=today + A_WEEK)
    return due.order_by("review_on", "pk").values("reference", "name", "level", "review_on")


def _steps(rows: list[dict[str, Any]], now: datetime) -> list[Waits]:
    steps: dict[str, list[dict[str, Any]]] = {key: [] for key, _ in STEPS}
    for row in rows:
        steps["unmatched" if row["child_id"] is None else "no_level" if not row["first_level"] else "undecided"].append(
            row
        )
    return [Waits(len(steps[key]), words, _longest(steps[key][0], now)) for key, words in STEPS if steps[key]]


def _longest(row: dict[str, Any], now: datetime) -> str:
    received = when(moment_of(row["received_at"]), row["received_to_the_minute"], now)
    return f"From {row['referred_by']}, {received}"


def _review(row: dict[str, Any], today: date) -> Review:
    on = date.fromisoformat(row["review_on"])
    address = reverse("exploitation:referral", args=[row["reference"]])
    child = row["child__reference"]
    return Review(row["called"] or child, address, child, True, row["level"], due_words(on, today), on, on < today)


def _context(row: dict[str, Any], today: date) -> Review:
    on, address = date.fromisoformat(row["review_on"]), reverse("contexts:context", args=[row["reference"]])
    return Review(row["name"], address, row["reference"], False, row["level"], due_words(on, today), on, on < today)


def _task(row: dict[str, Any], today: date) -> ToDo:
    due = date.fromisoformat(row["due_on"])
    address = reverse("tasks:done", args=[row["pk"]])
    return ToDo(row["what"], row["child__reference"] or "", due_words(due, today), due < today, address)
