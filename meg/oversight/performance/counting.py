"""Counting children by their missing episodes: one pass over the records for all months, quarters and years.

Children, not episodes: a child counts once in a period in which at least so many episodes started, by the day
in Europe/London. Indicators say which episodes, and how many.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Min
from django.db.models.functions import TruncMonth
from django.utils import timezone

from meg.intake.models import Batch
from meg.oversight.performance.measures import Counted, Row, Settings
from meg.oversight.performance.rules import (
    FIRST_DAY,
    Kind,
    Period,
    add_months,
    months_of,
    periods_between,
    year_of,
)
from meg.protect.missing.models import Episode

LONDON = ZoneInfo("Europe/London")
RETURNS = ("ssda903",)  # datasets that report a whole financial year's episodes

LEFT_OUT = {
    "away": "away from placement without authorisation: counted apart",
    "absent": "absent, by the police’s word: counted apart",
    "other_authority": "of children placed here by another authority",
    "authority_unknown": "of children whose responsible authority is not recorded",
    "elsewhere": "that did not start where this indicator counts",
    "withdrawn": "taken back",
}

# `month` counts months from April of the year 0: divided by 3 and 12 it gives financial quarters and years.
SORTED = """
SELECT e.*, c.reference,
  extract(year FROM e.started_at AT TIME ZONE 'Europe/London')::int * 12
    + extract(month FROM e.started_at AT TIME ZONE 'Europe/London')::int - 4 AS month,
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
WHERE e.partnership_id = meg.partnership() AND e.started_at >= %(since)s AND e.started_at < %(until)s"""

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

BEHIND = f"""
WITH counted AS (
  SELECT *, count(*) OVER (PARTITION BY child_id) AS times FROM ({SORTED}) AS sorted WHERE left_out = '')
SELECT reference, started_at, started_to_the_minute, returned_at, setting, care_status, police_category
FROM counted WHERE times >= %(at_least)s ORDER BY started_at, reference"""


def _midnight(day: date) -> datetime:
    """A day's first moment in Europe/London."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)


@dataclass(frozen=True)
class ChildrenByEpisodes:
    """Children with at least so many episodes, from home or from care, that started in a period."""

    missing_from: Episode.From
    at_least: int

    def _values(self, settings: Settings, first: date, after: date) -> dict[str, str | int | bool | datetime]:
        return {
            "missing_from": self.missing_from.value,
            "at_least": self.at_least,
            "include_absent": bool(settings.get("include_absent", False)),
            "since": _midnight(first),
            "until": _midnight(after),
        }

    def count(self, periods: list[Period], settings: Settings) -> list[Counted]:
        """One figure for each of these periods; nought where no episode started."""
        values = self._values(settings, FIRST_DAY, date(2099, 4, 1))
        with connection.cursor() as cursor:
            cursor.execute(CHILDREN, values)
            children = {Period(_first_day(month), Kind(kind)): n for kind, month, n in cursor.fetchall()}
            cursor.execute(EPISODES, values)
            episodes = _by_period(cursor.fetchall())
            cursor.execute(BATCHES, values)
            behind = _batches(cursor.fetchall())
        return [self._counted(p, children.get(p, 0), episodes[p], behind[p]) for p in periods]

    def _counted(self, period: Period, children: int, episodes: Counter[str], batches: set[int]) -> Counted:
        left_out = {why: n for why, n in sorted(episodes.items()) if why}
        beside = episodes[""] if self.at_least == 1 else None
        return Counted(period, children, None, beside, left_out, tuple(sorted(batches)))

    def rows(self, period: Period, settings: Settings) -> list[Row]:
        """The episodes behind the figure of one period: those of the children that it counts."""
        after = add_months(period.start, period.kind.months)
        with connection.cursor() as cursor:
            cursor.execute(BEHIND, self._values(settings, period.start, after))
            return [_row(*found) for found in cursor.fetchall()]


def _first_day(month: int) -> date:
    """The first day of a month that is counted from April of the year 0."""
    return date((month + 3) // 12, (month + 3) % 12 + 1, 1)


def _by_period(found: list[tuple[int, str, int]]) -> dict[Period, Counter[str]]:
    """Episodes by reason, added up for each month, its quarter and its year."""
    counted: dict[Period, Counter[str]] = defaultdict(Counter)
    for month, why, episodes in found:
        for period in periods_between(_first_day(month), _first_day(month)):
            counted[period][why] += episodes
    return counted


def _batches(found: list[tuple[int, int | None]]) -> dict[Period, set[int]]:
    """The deliveries behind each month, its quarter and its year."""
    behind: dict[Period, set[int]] = defaultdict(set)
    for month, batch in found:
        for period in periods_between(_first_day(month), _first_day(month)):
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
    word = Episode.CareStatus(care).label if care else Episode.PoliceCategory(police).label
    return Row(reference, started, to_the_minute, returned, str(Episode.Setting(setting).label), str(word))


def covered_months() -> list[Period]:
    """The months for which episodes are reported: whole years by returns; by forms, since they are used.

    A month outside them has no figure, rather than nought: nobody has said that nothing happened.
    """
    today = timezone.localdate()
    months = set(_months_of_returns()) | set(_months_of_forms(today))
    return sorted(month for month in months if FIRST_DAY <= month.start <= today)


def _months_of_returns() -> Iterator[Period]:
    loaded = Batch.objects.filter(dataset__in=RETURNS, state=Batch.State.LOADED)
    for label in loaded.values_list("year", flat=True).distinct():
        yield from months_of(year_of(date(int(label[:4]), 4, 1)))


def _months_of_forms(today: date) -> Iterator[Period]:
    typed = Episode.objects.current().filter(source="form")
    since = typed.aggregate(first=Min("recorded_at"))["first"]
    if since is None:
        return
    yield from periods_between(timezone.localdate(since), today, Kind.MONTH)
    started = typed.filter(started_at__lt=since).annotate(month=TruncMonth("started_at", tzinfo=LONDON))
    for month in started.values_list("month", flat=True).distinct().order_by():
        yield Period(month.date(), Kind.MONTH)
