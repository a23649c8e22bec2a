"""Figures that their source supplies: which periods, by when, and what is amiss with a number. No clock, no database.

A figure is due fifteen days after its period ends: the Group's report is written in the weeks after that. The strategy says
how often figures are supplied, and no day; the number of days is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from meg.oversight.performance.rules import Kind, Period, last_periods, period_of, previous

DAYS = 15
WARNED = timedelta(days=7)
MOST = 10_000_000
LOOKED_BACK = 8  # periods, besides those supplied, that are asked for
KIND = {"monthly": Kind.MONTH, "quarterly": Kind.QUARTER, "six_monthly": Kind.QUARTER, "yearly": Kind.YEAR}
EVERY = {"six_monthly": 2}
"""Six-monthly figures are supplied by quarter, two at a time."""


class State(StrEnum):
    """How it stands with a figure to supply."""

    SUPPLIED = "supplied"
    SOON = "soon"  # its period is over, and its day has not come
    OVER = "over"  # its day has passed


@dataclass(frozen=True)
class Asked:
    """One figure of one period that is asked for."""

    period: Period
    due: date
    state: State

    def near(self, today: date) -> bool:
        """Whoever supplies it is to be reminded."""
        return self.state is State.OVER or (self.state is State.SOON and self.due <= today + WARNED)


def kind_of(often: str) -> Kind:
    """The periods that a figure is supplied of."""
    return KIND[often]


def due_on(period: Period, often: str) -> date:
    """The last day on which it is in time. Of six months, both quarters are due after the second."""
    last = period
    if often in EVERY and period.quarter % EVERY[often]:
        last = Period(date.fromordinal(period.end.toordinal() + 1), period.kind)
    return last.end + timedelta(days=DAYS)


def asked_for(often: str, since: date, supplied: set[Period], today: date) -> list[Asked]:
    """The figures asked for, newest first: of the periods that ended since an indicator is supplied, and those supplied."""
    ended = previous(period_of(today, kind_of(often)))
    wanted = {period for period in last_periods(ended, LOOKED_BACK) if period.start >= since}
    found = []
    for period in sorted(wanted | supplied, reverse=True):
        due = due_on(period, often)
        state = State.SUPPLIED if period in supplied else State.OVER if due < today else State.SOON
        found.append(Asked(period, due, state))
    return found


def amiss(numerator: int | None, denominator: int | None, *, share: bool) -> str:
    """What is wrong with a figure, as one sentence; nothing where it may stand."""
    if numerator is None:
        return "Enter the number."
    if numerator < 0 or (denominator is not None and denominator < 0):
        return "The number must be 0 or more."
    if max(numerator, denominator or 0) > MOST:
        return f"The number must be {MOST:,} or less."
    if share and denominator is None:
        return "Enter how many it is out of: this figure is a share."
    if not share and denominator is not None:
        return "This figure is a count, so it is out of nothing. Leave the second number empty."
    if denominator is not None and numerator > denominator:
        return f"{numerator:,} cannot be a part of {denominator:,}. Check both numbers."
    return ""


def wrong_period(period: Period, often: str, today: date) -> str:
    """Why a figure of this period cannot be supplied, as one sentence; nothing where it can."""
    kind = kind_of(often)
    if period.kind is not kind:
        return f"This figure is supplied by {kind.value}, and {period.label} is a {period.kind.word}."
    if period.end >= today:
        return f"{period.label} has not ended: it ends on {period.end:%-d %B %Y}."
    return ""
