"""One line of time from every room the reader may see. Each room's rows come through its own row policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from meg.partnership.access.models import Involvement
from meg.partnership.seats import Seat
from meg.protect.children.chronology import (
    SEES_GRANTS,
    Line,
    care_lines,
    care_of,
    grant_lines,
    work_lines,
    works_of,
)
from meg.protect.children.models import CareEpisode
from meg.protect.missing.chronology import Done, done_lines, done_of, episodes_of, lines_of
from meg.protect.missing.models import Episode

KINDS = {"missing": "Missing and interviews", "care": "Looked after and moves", "people": "People and agencies"}
MARKS = {"fact": "Facts only", "judgement": "Judgements only"}


@dataclass(frozen=True)
class History:
    """What each room holds of one child, as far as the seat reaches: asked for once, for the page and its lines."""

    child_id: int
    episodes: list[Episode]
    done: list[Done]
    thresholds: dict[str, tuple[int, int]]
    care: list[CareEpisode]
    works: list[Involvement]


def history_of(child_id: int, seat: Seat) -> History:
    """Four questions to the database, however long the history. The thresholds are not for every seat."""
    done, thresholds = done_of(child_id, None if seat is Seat.GOVERNANCE else timezone.localdate())
    return History(child_id, episodes_of(child_id), done, thresholds, care_of(child_id), works_of(child_id))


def chronology(history: History, seat: Seat, *, kind: str = "", mark: str = "") -> list[Line]:
    """Every line the seat shows, newest first; of one kind, and facts or judgements alone, if that is asked."""
    asked = [kind] if kind in KINDS else list(KINDS)
    lines = [line for name in asked for line in _of(name, history, seat)]
    if mark in MARKS:
        lines = [line for line in lines if line.judgement == (mark == "judgement")]
    return sorted(lines, key=lambda line: line.order, reverse=True)


def _of(kind: str, history: History, seat: Seat) -> Iterator[Line]:
    if kind == "missing":
        yield from lines_of(history.episodes)
        yield from done_lines(history.done, history.episodes)
    elif kind == "care":
        yield from care_lines(history.care)
    else:
        yield from work_lines(history.works)
        if seat in SEES_GRANTS:
            yield from grant_lines(history.child_id)
