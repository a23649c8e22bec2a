"""An episode's whole life as its page shows it: what was said of it, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject
from django.urls import reverse

from meg.partnership.seats import By
from meg.protect.children.models import Child
from meg.protect.missing.models import Challenge, Correction, Decision, Episode, Interview, Prevention, Risk, Status
from meg.protect.missing.permissions import DECIDERS, INTERVIEWERS, RECORDERS
from meg.protect.missing.rules import Clock, took, when

LEVELS = {"HIGH": "High", "MEDIUM": "Medium", "LOW": "Low", "VERY_LOW": "Very low", "ABSENT": "Absent"}
BECAUSE = {
    "away": "away",
    "eighteen": "turned 18",
    "never_missing": "was never missing",
    "answered_elsewhere": "answered elsewhere",
    "in_custody": "in custody or secure care",
}


@dataclass(frozen=True)
class Stage:
    """One part of an episode's life: what it is, how far it is, and what there is to do about it."""

    words: str
    said: str
    done: bool
    address: str = ""
    do: str = ""


KINDS: dict[str, type[models.Model]] = {
    "risks": Risk,
    "statuses": Status,
    "preventions": Prevention,
    "decisions": Decision,
    "challenges": Challenge,
    "corrections": Correction,
}


def _said(model: type[models.Model]) -> ArraySubquery:
    """The rows of one kind that belong to an episode, newest first, each as JSON."""
    names = {field.attname: models.F(field.attname) for field in model._meta.concrete_fields}
    rows = model._default_manager.filter(episode=models.OuterRef("pk")).order_by("-at", "-pk")
    return ArraySubquery(rows.values(said=JSONObject(**names)))


def _row(model: type[models.Model], values: dict[str, Any], episode: Episode) -> models.Model:
    """A row as the database said it in JSON."""
    fields = model._meta.concrete_fields
    made = model(**{field.attname: field.to_python(values[field.attname]) for field in fields})
    made.episode = episode  # type: ignore[attr-defined]
    return made


@dataclass(frozen=True)
class Life:
    """What was said of one episode, each kind newest first."""

    episode: Episode
    risks: list[Risk]
    statuses: list[Status]
    preventions: list[Prevention]
    decisions: list[Decision]
    challenges: list[Challenge]
    corrections: list[Correction]
    interview: Interview | None

    @classmethod
    def of(cls, child: Child, number: int) -> Life | None:
        """One episode of a child with everything that was said of it, by one query; None where there is none."""
        asked = {name: _said(model) for name, model in KINDS.items()}
        found = (
            Episode.objects.select_related("interview__allocated_to").filter(child=child, pk=number).annotate(**asked).first()
        )  # fmt: skip
        if found is None:
            return None
        told: dict[str, Any] = {
            name: [_row(model, values, found) for values in getattr(found, name)] for name, model in KINDS.items()
        }
        return cls(episode=found, interview=found.interview, **told)

    def clock(self, now: datetime) -> Clock | None:
        """The 72-hour clock while an interview waits."""
        waits = self.interview is not None and self.interview.settled_at is None
        return self.interview.clock(now) if waits and self.interview else None

    @property
    def done(self) -> list[tuple[str, Any]]:
        """What was done about the episode, each with its kind, newest first."""
        kinds = ("decisions", "challenges", "preventions", "statuses", "risks")
        found: list[tuple[str, Any]] = [(kind, one) for kind in kinds for one in getattr(self, kind)]
        return sorted(found, key=lambda one: one[1].at, reverse=True)

    @property
    def open_challenge(self) -> Challenge | None:
        return next((one for one in self.challenges if not one.answer), None)


def interview_in_words(episode: Episode, interview: Interview | None) -> str:
    """How the return interview of an episode stands, in words."""
    if episode.returned_at is None:
        return "Falls due with the return"
    if interview is None:
        because = BECAUSE.get(episode.not_needed_because, "another reason")
        return f"Not required: {because}" if episode.interview_needed == "no" else "Nothing is recorded"
    if interview.held_at is not None:
        exact = (episode.returned_to_the_minute, interview.held_to_the_minute)
        return took(episode.returned_at, exact[0], interview.held_at, exact[1])
    if interview.declined_by:
        return f"Declined by {Interview.Who(interview.declined_by).label.lower()}"
    return Interview.State(interview.state).label


def stages_of(child: Child, episode: Episode, life: Life, by: By, now: datetime, grown_up: bool) -> list[Stage]:
    """The stages of an episode in their order, with what this seat can do next about each."""
    if episode.withdrawn_at is not None:
        return []
    one, record = [child.reference, episode.pk], by.seat in RECORDERS
    back = episode.returned_at is not None
    reported = when(episode.reported_at, True, now) if episode.reported_at else "The time is not recorded"
    stages = [
        Stage("Reported", reported, True),
        _graded(episode, life, one, record),
        _returned(episode, one, record, now),
    ]
    if grown_up and not back and record:
        stages.insert(0, Stage("Turned 18", "This episode is still open", False, reverse("missing:eighteen", args=one),
                               "Close it at 18"))  # fmt: skip
    if back:
        came_back = episode.ended_as != Episode.Ended.EIGHTEEN
        stages += [_prevention(life, one, record and came_back), _interview(child, episode, life, by)]
    return [*stages, _scrutiny(episode, life, one, by)]


def _graded(episode: Episode, life: Life, one: list[object], may: bool) -> Stage:
    """It comes next while the child is missing and no level is recorded; later it can still be told."""
    said = LEVELS[life.risks[0].level] if life.risks else "Not graded" if episode.returned_at else "Not graded yet"
    may = may and not (life.risks and episode.returned_at)
    waits = not life.risks and episode.is_open and episode.counts_as_missing
    address = reverse("missing:grade", args=one) if may else ""
    return Stage("Police risk", said, not waits, address, "Grade again" if life.risks else "Grade the risk")


def _returned(episode: Episode, one: list[object], may: bool, now: datetime) -> Stage:
    back = episode.returned_at is not None
    at_18 = "Closed at 18" if episode.ended_as == Episode.Ended.EIGHTEEN else ""
    address = reverse("missing:returned", args=one) if may and not back else ""
    return Stage(
        "Returned", at_18 or (f"{episode.until(now)}" if back else "Not back yet"), back, address, "Record the return"
    )


def _prevention(life: Life, one: list[object], may: bool) -> Stage:
    said = ("Held" if life.preventions[0].held else "Not held") if life.preventions else "Nothing is recorded"
    address = reverse("missing:prevention", args=one) if may else ""
    return Stage("Prevention interview", said, True, address, "Record another" if life.preventions else "Record it")


def _interview(child: Child, episode: Episode, life: Life, by: By) -> Stage:
    found = life.interview
    waits = found is not None and found.settled_at is None
    address = reverse("missing:interview", args=[child.reference, found.pk]) if found else ""
    if not found and by.seat in DECIDERS:
        address = reverse("missing:need", args=[child.reference, episode.pk])
    do = "Go to the interview" if found else "Is one required?"
    done = not (waits and by.seat in INTERVIEWERS)
    return Stage("Return interview", interview_in_words(episode, found), done, address, do)


def _scrutiny(episode: Episode, life: Life, one: list[object], by: By) -> Stage:
    said = Episode.Scrutiny(episode.scrutiny).label
    if life.decisions and episode.scrutiny == Episode.Scrutiny.DONE:
        said = Decision.What(life.decisions[0].what).label
    due = episode.scrutiny == Episode.Scrutiny.DUE
    if due and episode.returned_at is None:
        said = "Falls due with the return"
    address = reverse("missing:decide", args=one) if by.seat in DECIDERS else ""
    return Stage(
        "The team’s scrutiny", said, not (due and address), address, "Decide again" if life.decisions else "Decide"
    )
