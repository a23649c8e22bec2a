"""Plain rules about a child: age, periods of care."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

NEXT_EPISODE = "X1"  # SSDA903 REC: this episode of care ceases and a new one begins on the same day


def age(born: date | None, on: date) -> int | None:
    """Age in whole years on a day; None where the date of birth is not known or lies after the day."""
    if born is None or born > on:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@dataclass(frozen=True)
class Care:
    """An unbroken period looked after. `ended` is None while it lasts."""

    started: date
    ended: date | None


def periods_of_care(episodes: Iterable[tuple[date, date | None, str]]) -> list[Care]:
    """Join episodes of care (started, ended, reason ended) into unbroken periods looked after, oldest first.

    An episode that ends with X1 goes on in the next one (SSDA903 guide, REC); so does one that begins on the day
    another ends.
    """
    periods: list[Care] = []
    goes_on = False
    for started, ended, reason in sorted(episodes, key=lambda e: (e[0], e[1] or date.max)):
        last = periods[-1] if periods else None
        if last and (goes_on or last.ended is None or started <= last.ended):
            end = None if ended is None or last.ended is None and started <= last.started else ended
            periods[-1] = Care(last.started, end if end is None else max(end, last.ended or end))
        else:
            periods.append(Care(started, ended))
        goes_on = reason == NEXT_EPISODE
    return periods


def looked_after_on(episodes: Iterable[tuple[date, date | None]], day: date) -> bool:
    """True where an episode of care holds the day, its first and its last day included."""
    return any(started <= day and (ended is None or day <= ended) for started, ended in episodes)
