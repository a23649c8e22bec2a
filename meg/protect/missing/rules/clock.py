"""The 72-hour clock. It counts clock hours from the return: through weekends, bank holidays and the nights on which
clocks change.

Source: DfE statutory guidance on children who run away or go missing from home or care (January 2014): a return
interview within 72 hours of the return. Where only the day of the return or of the interview is known, days count:
three days after is in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from meg.protect.missing.rules.episode import HOUR, duration, elapsed, first_minute, london_day

LIMIT = timedelta(hours=72)
LIMIT_DAYS = 3
FIRST_GRADING = timedelta(hours=3)  # after the report, a level of risk is looked for: MEG's own, no national rule
WARN = timedelta(hours=24)  # left, when the worker is told
BAR_HOURS = 96  # the bar runs so far, with a line at 72


class State(StrEnum):
    """How the clock stands: more than 24 hours left, 24 hours or less, past."""

    OK = "ok"
    SOON = "soon"
    OVER = "over"


@dataclass(frozen=True)
class Clock:
    """The clock at one moment. `left` is negative once it is over."""

    due_at: datetime
    left: timedelta

    @property
    def state(self) -> State:
        if self.left < timedelta(0):
            return State.OVER
        return State.SOON if self.left <= WARN else State.OK

    @property
    def words(self) -> str:
        """'21 h 15 min left', '9 h over'. Days only from ten days on: up to then hours are what is counted."""
        over = self.state is State.OVER
        length = duration(-self.left if over else self.left, timedelta(days=10))
        return f"{length} {'over' if over else 'left'}"

    @property
    def bar(self) -> float:
        """How far the bar is filled: hours since the return, from 0 to 96."""
        return round(min(max((LIMIT - self.left) / HOUR, 0), BAR_HOURS), 1)


def due_at(returned_at: datetime, to_the_minute: bool) -> datetime:
    """When a return interview is due: 72 clock hours after the return. Where only the day of the return is known, the
    end of the third day after it.
    """
    if to_the_minute:
        return returned_at + LIMIT
    return first_minute(london_day(returned_at) + timedelta(days=LIMIT_DAYS + 1))


def clock(due: datetime, now: datetime) -> Clock:
    """The clock of an interview that is due at a moment, as it stands now."""
    return Clock(due, elapsed(now, due))


def in_time(returned_at: datetime, return_exact: bool, held_at: datetime, held_exact: bool) -> bool:
    """Whether an interview was held within 72 clock hours of the return: at 72 hours it was, a second later not."""
    if return_exact and held_exact:
        return elapsed(returned_at, held_at) <= LIMIT
    return (london_day(held_at) - london_day(returned_at)).days <= LIMIT_DAYS


def took(returned_at: datetime, return_exact: bool, held_at: datetime, held_exact: bool) -> str:
    """'Held in 41 h 30 min', and by how much it was over."""
    if not (return_exact and held_exact):
        days = (london_day(held_at) - london_day(returned_at)).days
        return f"Held after {days} day{'' if days == 1 else 's'}"
    length = elapsed(returned_at, held_at)
    said = f"Held in {duration(length, timedelta(days=10))}"
    return said if length <= LIMIT else f"{said}, {duration(length - LIMIT, timedelta(days=10))} over"
