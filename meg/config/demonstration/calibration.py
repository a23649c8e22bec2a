"""The numbers that the demonstration reproduces. Plain Python: no Django, no clock."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
MEDIAN_HOURS = 24.5  # drawn; what lies over the next incident is cut, which leaves a median of one day


@dataclass(frozen=True)
class Year:
    """One financial year from care: children missing, incidents, children missing more than once, looked after."""

    children: int
    incidents: int
    more_than_once: int
    looked_after: int


# Department for Education, Children looked after in England, release 2020 to 2024, County Durham (840), years 2021 to
# 2024, Open Government Licence v3.0. The demonstration's last full year stands for 2024, the one before for 2023 ...
PUBLISHED = (
    Year(91, 466, 57, 1247),
    Year(128, 896, 88, 1334),
    Year(143, 996, 97, 1427),
    Year(171, 1321, 119, 1593),
)


def financial_year(day: date) -> int:
    """The year in which the financial year of a day began: 2025 for 31 March 2026."""
    return day.year if day >= date(day.year, 4, 1) else day.year - 1


def spread(year: Year, draw: random.Random) -> list[int]:
    """How many incidents each child had: exactly the published totals, with a long tail.

    Children beyond those missing more than once have one incident; the others share what is left, two at least.
    """
    once = year.children - year.more_than_once
    left = year.incidents - once - 2 * year.more_than_once
    weights = [draw.paretovariate(1.3) for _ in range(year.more_than_once)]
    more = [min(58, int(left * weight / sum(weights))) for weight in weights]
    while (short := left - sum(more)) > 0:
        for place in draw.sample(range(len(more)), min(short, len(more))):
            more[place] += 1
    return [2 + extra for extra in more] + [1] * once


def hours(draw: random.Random) -> float:
    """How long an incident lasts, in hours: half last less than a day, a few last weeks."""
    return min(24.0 * 21, max(0.5, math.exp(draw.gauss(math.log(MEDIAN_HOURS), 1.15))))


def starts(count: int, first: date, last: date, draw: random.Random) -> list[datetime]:
    """When incidents began: more on Fridays and Saturdays, mostly in the evening; in order, within the days given."""
    days = (last - first).days + 1
    weights = [2.0 if (first + timedelta(days=n)).weekday() in (4, 5) else 1.0 for n in range(days)]
    chosen = draw.choices(range(days), weights, k=count)
    found = []
    for number in chosen:
        day = first + timedelta(days=number)
        found.append(
            datetime(day.year, day.month, day.day, draw.choice((9, 13, 16, 18, 19, 20, 21, 21, 22, 22)),
                     draw.randrange(0, 60, 5), tzinfo=LONDON)
        )  # fmt: skip
    return sorted(found)


@dataclass(frozen=True)
class Incident:
    """One time a child was missing. Times are aware, in Europe/London."""

    started: datetime
    returned: datetime


def incidents(count: int, first: date, last: date, draw: random.Random) -> Iterator[Incident]:
    """`count` incidents of one child that began within the days given, none over another."""
    began = starts(count, first, last, draw)
    while len(set(began)) < count:
        began = starts(count, first, last, draw)
    for started, following in zip(began, [*began[1:], None], strict=True):
        returned = started + timedelta(minutes=5 * round(hours(draw) * 12))
        if following is not None and returned >= following:
            returned = started + (following - started) * 0.6
        yield Incident(started, returned)
