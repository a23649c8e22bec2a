"""Whether risk fell: from the level at the point of referral to the latest one of a plan. Counts, and no cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from meg.protect.exploitation.rules import LEVELS

CAUTION = (
    "Before and after is not cause. Risk falls and rises for many reasons, and those who are given a service differ from those "
    "who are not."
)


@dataclass(frozen=True)
class Course:
    """How many plans were judged again, and how many of those fell, stayed or rose."""

    plans: int
    judged: int
    fell: int
    stayed: int
    rose: int

    @property
    def share(self) -> str:
        """'3 of 8 fell'; in words where nothing was judged again."""
        return f"{self.fell} of {self.judged} fell" if self.judged else "None was judged again"


def change(first: str, last: str) -> str:
    """'fell', 'stayed' or 'rose'; empty where one of the two levels is not known."""
    if first not in LEVELS or last not in LEVELS:
        return ""
    steps = LEVELS.index(last) - LEVELS.index(first)
    return "fell" if steps < 0 else "rose" if steps else "stayed"


def course(changes: Iterable[str]) -> Course:
    """What became of risk over some plans; those that were never judged again are counted apart, and in no share."""
    found = Counter(changes)
    judged = found["fell"] + found["stayed"] + found["rose"]
    return Course(found.total(), judged, found["fell"], found["stayed"], found["rose"])
