"""Counting children by their missing episodes: one pass over the records for all months, quarters and years.

Children, not episodes: a child counts once in a period in which at least so many episodes started, by the day
in Europe/London. Indicators say which episodes, and how many.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.utils import CursorWrapper

from meg.oversight.performance.beside import Beside, table
from meg.oversight.performance.measures import Counted, Row, Settings
from meg.oversight.performance.rules import FIRST_DAY, Kind, Period, months_of, periods_between
from meg.protect.missing.models import Episode

LONDON = ZoneInfo("Europe/London")
Values = dict[str, str | int | bool | datetime | list[int]]
Counts = TypeVar("Counts")

LEFT_OUT_OF_ALL = {
    "away": "away from placement without authorisation: counted apart",
    "absent": "absent, by the police’s word: counted apart",
    "other_authority": "of children placed here by another authority",
    "authority_unknown": "of children whose responsible authority is not recorded",
    "withdrawn": "taken back",
}
LEFT_OUT = {
    Episode.From.CARE: {**LEFT_OUT_OF_ALL, "elsewhere": "from home: counted by indicators 1 and 2"},
    Episode.From.HOME: {**LEFT_OUT_OF_ALL, "elsewhere": "from care: counted by indicators 3 and 4"},
}

# Months are counted from April of the year 0: divided by 3 and 12 that gives financial quarters and years.
MONTH = """(extract(year FROM {moment} AT TIME ZONE 'Europe/London')::int * 12
    + extract(month FROM {moment} AT TIME ZONE 'Europe/London')::int - 4)"""
STARTED = MONTH.format(moment="e.started_at")
SORTED = f"""
SELECT e.*, c.reference,
  {STARTED} AS month,
  CASE
    WHEN e.withdrawn_at IS NOT NULL OR c.withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN e.missing_from <> %(missing_from)s THEN 'elsewhere'
    WHEN c.responsible_authority = '' THEN 'authority_unknown'
    WHEN c.responsible_authority <> p.authority THEN 'other_authority'
    WHEN e.care_status = 'A' AND NOT %(include_absent)s THEN 'away'
    WHEN e.care_status = '' AND e.police_category = 'ABSENT' AND NOT %(include_absent)s THEN 'absent'
    ELSE '' END AS left_out
FROM missing_episode e
JOIN children_child c ON c.id = e.child_id
JOIN agencies_partnership p ON p.id = e.partnership_id
WHERE e.partnership_id = meg.partnership() AND e.started_at >= %(since)s AND e.started_at < %(until)s
  AND {STARTED} = ANY(%(months)s)"""

CHILDREN = f"""
WITH monthly AS (
    SELECT child_id, month, count(*) AS episodes FROM ({SORTED}) AS sorted WHERE left_out = '' GROUP BY 1, 2),
  quarterly AS (SELECT child_id, month / 3 AS quarter, sum(episodes) AS episodes FROM monthly GROUP BY 1, 2),
  yearly AS (SELECT child_id, quarter / 4 AS year, sum(episodes) AS episodes FROM quarterly GROUP BY 1, 2)
SELECT 'month', month, count(*) FROM monthly WHERE episodes >= %(at_least)s GROUP BY 2
UNION ALL
SELECT 'quarter', quarter * 3, count(*) FROM quarterly WHERE episodes >= %(at_least)s GROUP BY 2
UNION ALL
SELECT 'year', year * 12, count(*) FROM yearly WHERE episodes >= %(at_least)s GROUP BY 2"""

EPISODES = f"SELECT month, left_out, count(*) FROM ({SORTED}) AS sorted GROUP BY 1, 2"

BATCHES = f"""
SELECT DISTINCT month, unnest(ARRAY[batch, changed_by_batch]) FROM ({SORTED}) AS sorted
WHERE left_out = '' AND (batch IS NOT NULL OR changed_by_batch IS NOT NULL)"""

# How long an episode lasted, in hours; by whole days where only days are known, and then 0 is the same day.
PARTS = f"""
WITH sorted AS ({SORTED}), parts AS (
  SELECT month, setting, extract(isodow FROM started_at AT TIME ZONE 'Europe/London')::int::text AS weekday,
    CASE WHEN started_to_the_minute
      THEN extract(hour FROM started_at AT TIME ZONE 'Europe/London')::int::text ELSE 'unknown' END AS hour,
    CASE WHEN returned_at IS NULL THEN 'open'
      WHEN lasted = interval '0' AND NOT exact THEN 'same_day'
      WHEN lasted < interval '6 hours' THEN 'under_6' WHEN lasted < interval '12 hours' THEN 'under_12'
      WHEN lasted < interval '24 hours' THEN 'under_24' WHEN lasted < interval '72 hours' THEN 'under_72'
      WHEN lasted < interval '168 hours' THEN 'under_168' ELSE 'longer' END AS duration
  FROM (SELECT *, started_to_the_minute AND returned_to_the_minute AS exact,
      CASE WHEN started_to_the_minute AND returned_to_the_minute THEN returned_at - started_at
        ELSE ((returned_at AT TIME ZONE 'Europe/London')::date - (started_at AT TIME ZONE 'Europe/London')::date)
          * interval '24 hours' END AS lasted
    FROM sorted WHERE left_out = '') AS timed)
SELECT month, CASE WHEN grouping(setting) = 0 THEN 'setting' WHEN grouping(weekday) = 0 THEN 'weekday'
    WHEN grouping(hour) = 0 THEN 'hour' ELSE 'duration' END, coalesce(setting, weekday, hour, duration), count(*)
FROM parts GROUP BY GROUPING SETS ((month, setting), (month, weekday), (month, hour), (month, duration))"""

BEHIND = f"""
WITH counted AS (
  SELECT *, count(*) OVER (PARTITION BY child_id) AS times FROM ({SORTED}) AS sorted WHERE left_out = '')
SELECT reference, started_at, started_to_the_minute, returned_at, setting, care_status, police_category
FROM counted WHERE times >= %(at_least)s ORDER BY started_at, reference"""


def midnight(day: date) -> datetime:
    """A day's first moment in Europe/London."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


def within(periods: Collection[Period]) -> Values:
    """The months among periods, as the queries take them; the months of the periods, where none is a month."""
    months = sorted(p for p in periods if p.kind is Kind.MONTH) or [month for p in periods for month in months_of(p)]
    last = max((month.end for month in months), default=FIRST_DAY)
    return {
        "months": [month.start.year * 12 + month.start.month - 4 for month in months],
        "since": midnight(min((month.start for month in months), default=FIRST_DAY)),
        "until": midnight(last + timedelta(days=1)),
    }


@dataclass(frozen=True)
class ChildrenByEpisodes:
    """Children with at least so many episodes, from home or from care, that started in a period."""

    missing_from: Episode.From
    at_least: int

    def _values(self, settings: Settings, periods: Collection[Period]) -> Values:
        return {
            "missing_from": self.missing_from.value,
            "at_least": self.at_least,
            "include_absent": bool(settings.get("include_absent", False)),
            **within(periods),
        }

    def count(self, periods: list[Period], settings: Settings) -> list[Counted]:
        """One figure for each of these periods; nought where no episode started. Only the months among them count."""
        values = self._values(settings, periods)
        with connection.cursor() as cursor:
            cursor.execute(CHILDREN, values)
            children = {Period(first_day(month), Kind(kind)): n for kind, month, n in cursor.fetchall()}
            cursor.execute(EPISODES, values)
            episodes = by_period(cursor.fetchall())
            parts = self._parts(cursor, values)
            cursor.execute(BATCHES, values)
            behind = batches_by_period(cursor.fetchall())
        return [self._counted(p, children.get(p, 0), episodes[p], parts[p], behind[p]) for p in periods]

    def _parts(self, cursor: CursorWrapper, values: Values) -> dict[Period, Counter[tuple[str, str]]]:
        """How the episodes divide, beside the count of all children; nothing beside those missing again."""
        if self.at_least > 1:
            return defaultdict(Counter)
        cursor.execute(PARTS, values)
        return by_period((month, (name, code), n) for month, name, code, n in cursor.fetchall())

    def _counted(
        self, period: Period, children: int, episodes: Counter[str], parts: Counter[tuple[str, str]], batches: set[int]
    ) -> Counted:
        left_out = {why: n for why, n in sorted(episodes.items()) if why}
        if self.at_least > 1:
            return Counted(period, children, None, None, left_out, tuple(sorted(batches)))
        beside: Beside = {
            name: table(name, episodes[""], {code: n for (of, code), n in parts.items() if of == name})
            for name in ("setting", "weekday", "hour", "duration")
        }
        told = {why: left_out[why] for why in ("away", "absent") if why in left_out}
        beside["left_out"] = {"of": None, "lines": told}
        return Counted(period, children, None, episodes[""], left_out, tuple(sorted(batches)), beside)

    def rows(self, periods: Collection[Period], settings: Settings) -> list[Row]:
        """The episodes behind the figure of these months: those of the children that it counts."""
        with connection.cursor() as cursor:
            cursor.execute(BEHIND, self._values(settings, periods))
            return [_row(*found) for found in cursor.fetchall()]


def first_day(month: int) -> date:
    """The first day of a month that is counted from April of the year 0."""
    return date((month + 3) // 12, (month + 3) % 12 + 1, 1)


@cache
def _holding(month: int) -> tuple[Period, ...]:
    """A month, its quarter and its year."""
    return tuple(periods_between(first_day(month), first_day(month)))


def by_period(found: Iterable[tuple[int, Counts, int]]) -> dict[Period, Counter[Counts]]:
    """Numbers of each month by what they count, added up for the month, its quarter and its year."""
    counted: dict[Period, Counter[Counts]] = defaultdict(Counter)
    for month, what, number in found:
        for period in _holding(month):
            counted[period][what] += number
    return counted


def batches_by_period(found: Iterable[tuple[int, int | None]]) -> dict[Period, set[int]]:
    """The deliveries behind each month, its quarter and its year."""
    behind: dict[Period, set[int]] = defaultdict(set)
    for month, batch in found:
        for period in _holding(month):
            behind[period].update([batch] if batch else [])
    return behind


def _row(
    reference: str,
    started: datetime,
    to_the_minute: bool,
    returned: datetime | None,
    setting: str,
    care: str,
    police: str,
) -> Row:
    return Row(reference, started, to_the_minute, returned, str(Episode.Setting(setting).label), word_of(care, police))


def word_of(care: str, police: str) -> str:
    """How an episode is recorded, in words."""
    return str(Episode.CareStatus(care).label if care else Episode.PoliceCategory(police).label)
