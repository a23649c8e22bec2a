"""The papers of a meeting: for each item who it is, how things stand, why it is here, what was decided last, what is new.

Every part is asked for all items at once, as far as the reader's seat reaches: the number of questions to the database does
not grow with the agenda or the county.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject, RowNumber

from meg.protect.children.chronology import Line, day_and_clock
from meg.protect.children.rules import age
from meg.protect.exploitation.models import Level, Referral
from meg.protect.missing.chronology import lines_of as missing_lines
from meg.protect.missing.models import Episode
from meg.protect.missing.rules import london_day
from meg.protect.plans.models import Aim, Plan
from meg.protect.plans.models import Given as Service
from meg.protect.tasks.models import Task
from meg.pursue.meetings.minutes import long_day, names_of
from meg.pursue.meetings.models import Action, Decision, Item, Meeting, Reason
from meg.pursue.meetings.rules import LATEST

STATES = {"done": "Done", "dropped": "Dropped"}
Names = dict[int, str]


@dataclass(frozen=True)
class Given:
    """A task on a paper: what, whose, by when, and how it stands. `over`: its day has passed."""

    what: str
    owner: str
    due: str
    state: str
    over: bool
    due_short: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Since(Given):
    """A task of the last meeting, and whom it is about."""

    about: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Last:
    """What was decided at an earlier meeting."""

    words: str
    why: str
    source: str


@dataclass(frozen=True)
class Planned:
    """The open plan of a child: what for, each aim with whether it was reached, the services given, the next review."""

    words: str
    aims: list[tuple[str, str]]
    services: list[str]
    review: str
    over: bool


@dataclass(frozen=True)
class Paper:
    """One item for one reader. `number` counts the reader's own items."""

    item: int
    number: int
    name: str
    reference: str
    second: str
    of_child: bool
    late: bool
    state: str
    ended: str
    why: list[tuple[str, str]] = field(default_factory=list)
    level: Level | None = None
    level_over: bool = False
    plan: Planned | None = None
    last: Last | None = None
    actions: list[Given] = field(default_factory=list)
    tasks: list[Given] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def level_why(self) -> str:
        """'At an assessment: several factors.'; empty where no level is given."""
        return f"{self.level.get_point_display()}: {self.level.rationale}" if self.level else ""

    @property
    def level_in_words(self) -> str:
        """'High, given by Helen Example on 3 November 2026, review by 1 December 2026'."""
        if self.level is None:
            return "No level of exploitation risk is given."
        review = f", review by {long_day(self.level.review_on)}" if self.level.review_on else ""
        review += ", which is over" if self.level_over else ""
        return f"{self.level}, given by {self.level.by} on {long_day(london_day(self.level.at))}{review}."


def papers_of(meeting: Meeting, now: datetime, only: int | None = None) -> list[Paper]:
    """A paper for each item that is there, in the order of the agenda; for one item alone where `only` names it."""
    items = list(Item.objects.filter(meeting=meeting).with_child().there())
    number = {one.pk: place for place, one in enumerate(items, start=1)}
    if only is not None:
        items = [one for one in items if one.pk == only]
    children = [one.child_id for one in items if one.child_id is not None]
    today, names = london_day(now), names_of(london_day(now))
    why, levels, plans = _why(items), _levels(children), _plans(children, today)
    last, actions = _last(meeting, children), _last_actions(meeting, children, names, today)
    tasks, lines = _tasks(children, names, today), _lines(children, now)
    return [
        Paper(
            item=one.pk, number=number[one.pk], name=one.name, reference=str(one.child.reference) if one.child else "",
            second=_second(one, today), of_child=one.child is not None, late=one.late, state=one.state,
            ended=one.get_state_display(), why=why[one.pk], level=levels.get(one.child_id or 0),
            level_over=_over(levels.get(one.child_id or 0), today), plan=plans.get(one.child_id or 0),
            last=last.get(one.child_id or 0),
            actions=actions[one.child_id], tasks=tasks[one.child_id], lines=lines[one.child_id],
        )
        for one in items
    ]  # fmt: skip


def _second(item: Item, today: date) -> str:
    """'MEG-000123, 14'."""
    if item.child is None:
        return "No one child"
    years = age(item.child.date_of_birth, today)
    return f"{item.child.reference}{f', aged {years}' if years is not None else ''}"


def _over(level: Level | None, today: date) -> bool:
    return bool(level and level.review_on and level.review_on < today)


def _why(items: Iterable[Item]) -> dict[int, list[tuple[str, str]]]:
    found = defaultdict(list)
    for one in Reason.objects.filter(item__in=[item.pk for item in items]).standing():
        found[one.item_id].append((str(one.get_kind_display()), one.words))
    return found


def _levels(children: list[int]) -> dict[int, Level]:
    latest = Level.objects.filter(child__in=children, referral__withdrawn_at__isnull=True).latest_of_children()
    return {one.child_id: one for one in latest}


def _plans(children: list[int], today: date) -> dict[int, Planned]:
    """The open plan of each child, the latest where two referrals have one each."""
    of_plan = {"plan": models.OuterRef("pk")}
    aims = Aim.objects.filter(**of_plan).order_by("pk").values(said=JSONObject(words="words", reached="reached"))
    services = Service.objects.filter(**of_plan, given_until=None).order_by("given_from", "pk").values("service__name")
    found: Any = Plan.objects.open().filter(child__in=children).order_by("opened_at", "pk")
    told = {None: "not settled yet", True: "reached", False: "not reached"}
    return {
        one.child_id: Planned(
            one.words, [(aim["words"], told[aim["reached"]]) for aim in one.aims], one.services,
            f"Next review {long_day(one.review_on)}", one.review_on < today,
        )
        for one in found.annotate(aims=ArraySubquery(aims), services=ArraySubquery(services))
        if one.child_id is not None
    }  # fmt: skip


def _last(meeting: Meeting, children: list[int]) -> dict[int, Last]:
    earlier = Decision.objects.filter(child__in=children, meeting__starts_at__lt=meeting.starts_at)
    latest = earlier.select_related("meeting").order_by("child", "-at", "-pk").distinct("child")
    return {
        one.child_id: Last(one.in_words, one.why, f"Meeting of {one.meeting.day}, written by {one.recorded_by}")
        for one in latest
        if one.child_id is not None
    }


def given(task: Task, names: Names, today: date) -> dict[str, Any]:
    """The parts of a task as a paper tells them."""
    owner, state = names.get(task.agency_id, "An agency"), task.state(today)
    return {
        "what": task.what,
        "owner": f"{task.member.name}, {owner}" if task.member else owner,
        "due": long_day(task.due_on),
        "due_short": f"{task.due_on.day} {task.due_on:%b %Y}",
        "state": STATES.get(state) or task.due(today).capitalize(),
        "over": state == "over",
        "outcome": task.outcome or task.dropped_because,
    }


def _last_actions(meeting: Meeting, children: list[int], names: Names, today: date) -> dict[int | None, list[Given]]:
    """The tasks that the latest earlier meeting gave for each child, however they stand now."""
    found = Action.objects.filter(item__child__in=children, meeting__starts_at__lt=meeting.starts_at)
    latest = models.Window(models.Max("meeting__starts_at"), partition_by=[models.F("child")])
    rows = found.annotate(latest=latest).filter(meeting__starts_at=models.F("latest"))
    told = defaultdict(list)
    for one in rows.select_related("task__member").order_by("task__due_on", "pk"):
        told[one.child_id].append(Given(**given(one.task, names, today)))
    return told


def _tasks(children: list[int], names: Names, today: date) -> dict[int | None, list[Given]]:
    """Open tasks of each child from anywhere else, the most overdue first."""
    found = Task.objects.open().filter(child__in=children).exclude(of=Task.Of.MEETING)
    told = defaultdict(list)
    for one in found.select_related("member").order_by("due_on", "pk"):
        told[one.child_id].append(Given(**given(one, names, today)))
    return told


def _lines(children: list[int], now: datetime) -> dict[int | None, list[Line]]:
    """The latest lines of each child: episodes and referrals, newest first."""
    found: dict[int | None, list[Line]] = defaultdict(list)
    episodes: dict[int, list[Episode]] = defaultdict(list)
    near = Episode.objects.current().filter(child__in=children).with_corrections().with_risk()
    for episode in _newest(near.select_related("interview__allocated_to"), "started_at"):
        episodes[episode.child_id].append(episode)
    for child, theirs in episodes.items():
        found[child] += missing_lines(theirs)
    for referral in _newest(Referral.objects.current().filter(child__in=children), "received_at"):
        found[referral.child_id].append(_referred(referral))
    return defaultdict(list, {
        child: sorted(lines, key=lambda line: line.order, reverse=True)[:LATEST] for child, lines in found.items()
    })  # fmt: skip


def _newest(found: models.QuerySet[Any], by: str) -> Sequence[Any]:
    """The latest rows of each child."""
    nth = models.Window(RowNumber(), partition_by=[models.F("child")], order_by=models.F(by).desc())
    return list(found.annotate(nth=nth).filter(nth__lte=LATEST).order_by("-" + by))


def _referred(one: Referral) -> Line:
    again = " again" if one.repeat_of_id else ""
    on, clock = day_and_clock(one.received_at, one.received_to_the_minute)
    return Line(
        on, clock, "exploitation", f"Referred{again}.", f"{one.in_words}.", f"{one.referred_by}, {one.reference}"
    )


def last_actions(meeting: Meeting, now: datetime) -> list[Since]:
    """The tasks of the meeting before this one and how they stand: the start of the agenda. Three questions at most."""
    before = meeting.follows_id
    if before is None:
        earlier = Meeting.objects.over().filter(starts_at__lt=meeting.starts_at)
        before = earlier.values_list("pk", flat=True).first()
    if before is None:
        return []
    today = london_day(now)
    names = names_of(today)
    found = Action.objects.filter(meeting=before).with_child().select_related("task__member")
    return [
        Since(
            **given(one.task, names, today), reference=str(one.child.reference) if one.child else "",
            about=str(one.called or one.child or one.item.title),  # type: ignore[attr-defined]
        )
        for one in found.order_by("task__due_on", "pk")
    ]  # fmt: skip
