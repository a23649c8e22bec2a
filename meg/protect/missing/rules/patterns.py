"""What a child's episodes have in common, counted and said in words. Nothing is predicted, and no pattern is said that
fewer than three episodes, or fewer than half of them, have in common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from meg.protect.missing.rules.episode import LONDON, london_day
from meg.protect.missing.rules.strip import Seen

LEAST = 3
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WINDOW = 6  # hours of the clock that are looked at together
AFTER_RETURN = timedelta(days=7)


@dataclass(frozen=True)
class Events:
    """Days on which something happened, what it was ('a move'), and within how many days after is counted."""

    what: str
    on: tuple[date, ...]
    days: int = 14


def patterns(episodes: Sequence[Seen], events: Iterable[Events] = ()) -> str:
    """One sentence of counts: weekday, hour, place, after which event. Empty where nothing is common to enough."""
    found = [
        _weekday(episodes),
        _hour(episodes),
        _place(episodes),
        *[_after(episodes, one) for one in events],
        _after_return(episodes),
    ]
    said = "; ".join(filter(None, found))
    return f"{said[0].upper()}{said[1:]}." if said else ""


def enough(count: int, of: int) -> bool:
    """Whether a count may be said: at least three, and at least half."""
    return count >= LEAST and 2 * count >= of


def _share(count: int, of: int) -> str:
    return f"all {of}" if count == of else f"{count} of {of}"


def _weekday(episodes: Sequence[Seen]) -> str:
    """The two neighbouring days on which most began; one day where the other has none."""
    days = Counter(one.started_at.astimezone(LONDON).weekday() for one in episodes)
    first = max(range(7), key=lambda day: (days[day] + days[(day + 1) % 7], days[day]))
    pair = [day for day in (first, (first + 1) % 7) if days[day]]
    count = sum(days[day] for day in pair)
    if not enough(count, len(episodes)):
        return ""
    return f"{_share(count, len(episodes))} began on a {' or '.join(DAYS[day] for day in pair)}"


def _hour(episodes: Sequence[Seen]) -> str:
    """The part of the day, six hours at most, in which most began; by those whose time is known."""
    clocks = [_clock(one.started_at) for one in episodes if one.exact]
    found = []
    for first in range(24):
        inside = [(clock - first) % 24 for clock in clocks if (clock - first) % 24 < WINDOW]
        if inside:
            begin, end = first + int(min(inside)), first + int(max(inside)) + 1
            found.append((-len(inside), end - begin, begin % 24, end % 24))
    if not found or not enough(-min(found)[0], len(clocks)):
        return ""
    count, _, begin, end = min(found)
    known = "" if len(clocks) == len(episodes) else " whose time is known"
    return f"{_share(-count, len(clocks))}{known} began between {_hour_said(begin)} and {_hour_said(end)}"


def _hour_said(hour: int) -> str:
    return f"{hour:02}:00" if hour else "midnight"


def _clock(moment: datetime) -> float:
    local = moment.astimezone(LONDON)
    return local.hour + local.minute / 60


def _place(episodes: Sequence[Seen]) -> str:
    """The place where most were last seen; else the setting most were missing from."""
    named = Counter(_plain(one.place) for one in episodes if _plain(one.place))
    for plain, count in named.most_common(1):
        if enough(count, len(episodes)):
            place = next(one.place for one in episodes if _plain(one.place) == plain).strip()
            return f"{_share(count, len(episodes))} last seen at {place}"
    for setting, count in Counter(one.setting for one in episodes if one.setting).most_common(1):
        if enough(count, len(episodes)):
            return f"{_share(count, len(episodes))} from {setting[0].lower()}{setting[1:]}"
    return ""


def _plain(place: str) -> str:
    return " ".join(place.casefold().split())


def _after(episodes: Sequence[Seen], events: Events) -> str:
    """How many began within some days of an event that is recorded."""
    count = sum(_within(london_day(one.started_at), events) for one in episodes)
    if not enough(count, len(episodes)):
        return ""
    return f"{_share(count, len(episodes))} began within {events.days} days of {events.what}"


def _within(day: date, events: Events) -> bool:
    return any(0 <= (day - event).days <= events.days for event in events.on)


def _after_return(episodes: Sequence[Seen]) -> str:
    """How many began within a week of the return before."""
    returns = [one.ended_at for one in episodes if one.ended_at is not None]
    count = sum(
        any(timedelta(0) <= one.started_at - back <= AFTER_RETURN for back in returns if back != one.ended_at)
        for one in episodes
    )
    if not enough(count, len(episodes)):
        return ""
    return f"{_share(count, len(episodes))} began within 7 days of the return before"
