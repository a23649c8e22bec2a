"""One pass over the records for all measures that ask for the same: read once in a computation, handed from hand to hand.

A pass gives lines: a name and a code say what is counted, `of` whose, `at` the month, or the period by its place among
those that were asked for. The months are added up to periods here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from meg.oversight.performance.rules import FIRST_DAY, Kind, Period, months_of

LONDON = ZoneInfo("Europe/London")
Values = dict[str, str | int | bool | datetime | list[int] | list[datetime]]
Kept = TypeVar("Kept")
Line = tuple[str, str, int, str, int]
"""Name, of, at, code, how many."""
Numbers = Mapping[str, Mapping[str, int]]
"""What a pass found of one period: by name, and by code, how many."""
Found = Mapping[str, Sequence[Numbers]]
"""By whose, and by the place of the period."""

# Months are counted from April of the year 0, and found among the first moments of the months that are asked for.
MONTH = "(%(first)s + width_bucket({moment}, %(starts)s::timestamptz[]) - 1)"
# That a moment is in one of these months. Where all months from the first to the last are asked for, it need not be looked up.
IN_MONTHS = "{moment} >= %(since)s AND {moment} < %(until)s AND (%(unbroken)s OR " + MONTH + " = ANY(%(months)s))"
SPANS = """SELECT * FROM unnest(%(span_months)s::int[], %(span_begins)s::int[], %(span_periods)s::int[])
    AS span (month, begins, period)"""
# The month of the one before, of a window in the order of months; as if it were a year ago, where it was longer ago or there
# is none. It began before a period, which lasts a year at most, where its month is before the month in which the period begins.
BEFORE = "greatest(lag(month{back}) OVER {window}, month - 12)"


@dataclass
class Passes:
    """What one computation has read so far, at one moment for all of it."""

    now: datetime = field(default_factory=timezone.now)
    kept: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, key: Hashable, read: Callable[[], Kept]) -> Kept:
        """What is kept under a key; read, where it is asked for the first time."""
        if key not in self.kept:
            self.kept[key] = read()
        found: Kept = self.kept[key]
        return found

    def found(
        self, sql: str, periods: Collection[Period], by_period: frozenset[str], **values: str | int | datetime
    ) -> Found:
        """What a query finds in these periods. `by_period`: the names of the lines that come by period."""

        def read() -> Found:
            given = {**values, **within(periods)}
            with connection.cursor() as cursor:
                cursor.execute(sql, given)
                return in_periods(cursor.fetchall(), given, len(periods), by_period)

        return self.once((sql, tuple(periods), tuple(sorted(values.items()))), read)


def in_periods(lines: Iterable[Line], values: Values, periods: int, by_period: frozenset[str]) -> Found:
    """The lines by whose they are and by period: those of months are added up."""
    holding: dict[int, list[int]] = defaultdict(list)
    for month, place in zip(_numbers(values["span_months"]), _numbers(values["span_periods"]), strict=True):
        holding[month].append(place)
    found: dict[str, list[dict[str, dict[str, int]]]] = defaultdict(lambda: [{} for _ in range(periods)])
    for name, of, at, code, number in lines:
        whose = found[of]
        for place in (at,) if name in by_period else holding[at]:
            numbers = whose[place].setdefault(name, {})
            numbers[code] = numbers.get(code, 0) + number
    return found


def _numbers(value: Any) -> list[int]:
    return list(value)


def midnight(day: date) -> datetime:
    """A day's first moment in Europe/London."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def within(periods: Collection[Period]) -> Values:
    """The months among periods, as the queries take them; the months of the periods, where none is a month.

    `span_months` and `span_periods`: which of these months are in which period, by its place; `span_begins`: the month in
    which that period begins.
    """
    months = [p for p in periods if p.kind is Kind.MONTH] or [month for p in periods for month in months_of(p)]
    among = {number_of(month) for month in months} or {number_of(Period(FIRST_DAY, Kind.MONTH))}
    spans = [
        (number, number_of(period), at)
        for at, period in enumerate(periods)
        for number in _numbers_of(period)
        if number in among
    ]
    starts = [midnight(first_day(number)) for number in range(min(among), max(among) + 2)]
    return {
        "months": sorted(among) if months else [],
        "first": min(among),
        "starts": starts,
        "since": starts[0],
        "until": starts[-1],
        "unbroken": bool(months) and len(among) == len(starts) - 1,
        "span_months": [number for number, _, _ in spans],
        "span_begins": [begins for _, begins, _ in spans],
        "span_periods": [at for _, _, at in spans],
    }


def number_of(period: Period) -> int:
    """A month, or the first of a period, counted from April of the year 0."""
    return period.start.year * 12 + period.start.month - 4


def _numbers_of(period: Period) -> range:
    return range(number_of(period), number_of(period) + period.kind.months)


def first_day(month: int) -> date:
    """The first day of a month that is counted from April of the year 0."""
    return date((month + 3) // 12, (month + 3) % 12 + 1, 1)
