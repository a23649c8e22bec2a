"""Scrutiny and repeat: which episodes wait for the team, and when several are asked about together.

Source: the strategy, which has the team scrutinise every absent and missing case. The threshold is the partnership's
own, by setting; three in 90 days where none is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

REPEAT = (3, 90)  # episodes, days
AFTER_INTERVIEW = "interview_first"


def next_scrutiny(what: str, interview_waits: bool) -> str:
    """Where a decision leaves an episode in the queue: decided, or waiting for the interview while there is one."""
    if what == AFTER_INTERVIEW and interview_waits:
        return "after_interview"
    return "due" if what == AFTER_INTERVIEW else "done"


@dataclass(frozen=True)
class Repeat:
    """A child whose episodes have reached the threshold of the latest one's setting."""

    episodes: int
    days: int
    reached_at: datetime


def repeat(
    episodes: Iterable[tuple[datetime, str]], thresholds: Mapping[str, tuple[int, int]], now: datetime
) -> Repeat | None:
    """Whether a child's episodes (start, setting) reach the threshold; None where they do not."""
    found = sorted((start, setting) for start, setting in episodes if start <= now)
    if not found:
        return None
    least, days = thresholds.get(found[-1][1], REPEAT)
    near = [start for start, _ in found if start > now - timedelta(days=days)]
    return Repeat(len(near), days, near[least - 1]) if len(near) >= least else None
