"""One line of time from every room the reader may see. Each room's rows come through its own row policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from meg.partnership.access.models import Involvement
from meg.partnership.seats import Seat
from meg.protect.assessments import chronology as assessments
from meg.protect.children.at_once import moment_of
from meg.protect.children.chronology import (
    SEES_GRANTS,
    Line,
    Part,
    care_lines,
    care_of,
    grants_part,
    lines_at_once,
    work_lines,
    works_of,
)
from meg.protect.children.models import CareEpisode
from meg.protect.contexts import chronology as contexts
from meg.protect.contexts.permissions import WIDE as READS_CONTEXTS
from meg.protect.exploitation import chronology as exploitation
from meg.protect.missing.chronology import Done, done_lines, done_of, episodes_of, lines_of
from meg.protect.missing.models import Episode
from meg.protect.plans import chronology as plans
from meg.pursue.meetings import chronology as meetings

KINDS = {
    "missing": "Missing and interviews",
    "exploitation": "Referrals, levels and assessments",
    "plan": "Plans and services",
    "context": "Contexts",
    "meetings": "Meetings",
    "care": "Looked after and moves",
    "people": "People and agencies",
}
MARKS = {"fact": "Facts only", "judgement": "Judgements only"}


@dataclass(frozen=True)
class LevelNow:
    """The latest level of exploitation risk: whose it is, since when, and until when it is to be reviewed."""

    level: str
    at: datetime
    by: str
    review_on: date | None

    @classmethod
    def of(cls, row: dict[str, Any]) -> LevelNow:
        review = date.fromisoformat(row["review_on"]) if row["review_on"] else None
        return cls(row["level"], moment_of(row["at"]), row["by"], review)


@dataclass(frozen=True)
class History:
    """What each room holds of one child, as far as the seat reaches: asked for once, for the page and its lines."""

    child_id: int
    episodes: list[Episode]
    done: list[Done]
    thresholds: dict[str, tuple[int, int]]
    care: list[CareEpisode]
    works: list[Involvement]
    said: list[Line]
    level: LevelNow | None


def history_of(child_id: int, seat: Seat) -> History:
    """Five questions to the database, however long the history. The thresholds are not for every seat, nor are grants."""
    done, thresholds = done_of(child_id, None if seat is Seat.GOVERNANCE else timezone.localdate())
    levels: list[LevelNow] = []

    def keep(row: dict[str, Any]) -> Iterable[Line]:
        levels.append(LevelNow.of(row))
        return ()

    rooms = (exploitation, assessments, plans, meetings)
    parts = [Part(exploitation.latest_level_rows(child_id), keep)]
    parts += [part for room in rooms for part in room.parts_of(child_id)]
    parts += contexts.parts_of(child_id, seat in READS_CONTEXTS)
    if seat in SEES_GRANTS:
        parts.append(grants_part(child_id))
    said = list(lines_at_once(parts))
    return History(
        child_id, episodes_of(child_id), done, thresholds, care_of(child_id), works_of(child_id), said,
        levels[0] if levels else None,
    )  # fmt: skip


def chronology(history: History, *, kind: str = "", mark: str = "") -> list[Line]:
    """Every line the seat shows, newest first; of one kind, and facts or judgements alone, if that is asked."""
    asked = [kind] if kind in KINDS else list(KINDS)
    lines = [line for name in asked for line in _of(name, history)]
    if mark in MARKS:
        lines = [line for line in lines if line.judgement == (mark == "judgement")]
    return sorted(lines, key=lambda line: line.order, reverse=True)


def _of(kind: str, history: History) -> Iterator[Line]:
    yield from (line for line in history.said if line.kind == kind)
    if kind == "missing":
        yield from lines_of(history.episodes)
        yield from done_lines(history.done, history.episodes)
    elif kind == "care":
        yield from care_lines(history.care)
    elif kind == "people":
        yield from work_lines(history.works)
