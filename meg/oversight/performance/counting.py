"""Counting children by their missing episodes: one pass over the records for all months, quarters and years.

Children, not episodes: a child counts once in a period in which at least so many episodes started, by the day
in Europe/London. Indicators say which episodes, and how many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from meg.oversight.performance.beside import Beside, table
from meg.oversight.performance.measures import Counted, Row, Settings
from meg.oversight.performance.passes import BEFORE, IN_MONTHS, MONTH, SPANS, Numbers, Passes, Values, within
from meg.oversight.performance.rules import Period
from meg.protect.missing.models import Episode

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

STARTED = MONTH.format(moment="e.started_at")
SORTED = f"""
SELECT e.*, c.reference, c.date_of_birth, c.sex,
  {STARTED} AS month,
  CASE
    WHEN e.withdrawn_at IS NOT NULL OR c.withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN c.responsible_authority = '' THEN 'authority_unknown'
    WHEN c.responsible_authority <> p.authority THEN 'other_authority'
    WHEN e.care_status = 'A' AND NOT %(include_absent)s THEN 'away'
    WHEN e.care_status = '' AND e.police_category = 'ABSENT' AND NOT %(include_absent)s THEN 'absent'
    ELSE '' END AS left_out
FROM missing_episode e
JOIN children_child c ON c.id = e.child_id
JOIN agencies_partnership p ON p.id = e.partnership_id
WHERE e.partnership_id = meg.partnership() AND {IN_MONTHS.format(moment="e.started_at")}"""

# Who a child was when the episode started: the age in whole years, and the sex by either code list.
AGE = """CASE WHEN date_of_birth IS NULL THEN 'other'
      ELSE CASE date_part('year', age((started_at AT TIME ZONE 'Europe/London')::date, date_of_birth))::int
        WHEN 10 THEN '10_12' WHEN 11 THEN '10_12' WHEN 12 THEN '10_12'
        WHEN 13 THEN '13_15' WHEN 14 THEN '13_15' WHEN 15 THEN '13_15'
        WHEN 16 THEN '16_17' WHEN 17 THEN '16_17' ELSE 'other' END END"""
SEX = (
    "CASE sex WHEN 'F' THEN 'female' WHEN '2' THEN 'female' WHEN 'M' THEN 'male' WHEN '1' THEN 'male' ELSE 'other' END"
)

DIMENSIONS = ("setting", "age", "sex", "weekday", "hour", "duration")

# Everything that these indicators count, from home and from care, at once. How long an episode lasted, in hours; by whole
# days where only days are known, and then 0 is the same day. Children are counted by which of their episodes of a period each
# one is: the first, where the one before began before the period; the second, where the one before that did.
PASS = f"""
WITH sorted AS MATERIALIZED (
    SELECT child_id, missing_from, month, left_out, batch, changed_by_batch, setting, started_to_the_minute,
      {AGE} AS age, {SEX} AS sex, CASE last_seen_place WHEN '' THEN 'no' ELSE 'yes' END AS place,
      started_at AT TIME ZONE 'Europe/London' AS started, started_to_the_minute AND returned_to_the_minute AS exact,
      CASE WHEN started_to_the_minute AND returned_to_the_minute THEN returned_at - started_at
        ELSE ((returned_at AT TIME ZONE 'Europe/London')::date - (started_at AT TIME ZONE 'Europe/London')::date)
          * interval '24 hours' END AS lasted
    FROM ({SORTED}) AS each),
  counted AS MATERIALIZED (
    SELECT child_id, missing_from, month, batch, changed_by_batch, setting, age, sex, place, date_part('isodow', started)::int AS weekday,
      CASE WHEN started_to_the_minute THEN date_part('hour', started)::int ELSE -1 END AS hour,
      CASE WHEN lasted IS NULL THEN 'open'
        WHEN lasted = interval '0' AND NOT exact THEN 'same_day'
        WHEN lasted < interval '6 hours' THEN 'under_6' WHEN lasted < interval '12 hours' THEN 'under_12'
        WHEN lasted < interval '24 hours' THEN 'under_24' WHEN lasted < interval '72 hours' THEN 'under_72'
        WHEN lasted < interval '168 hours' THEN 'under_168' ELSE 'longer' END AS duration
    FROM sorted WHERE left_out = ''),
  spans AS ({SPANS}),
  following AS (
    SELECT missing_from, month, {BEFORE.format(back="", window="of_child")} AS before,
      {BEFORE.format(back=", 2", window="of_child")} AS before_that
    FROM counted WINDOW of_child AS (PARTITION BY child_id, missing_from ORDER BY month)),
  alike AS (SELECT missing_from, month, before, before_that, count(*) AS n FROM following GROUP BY 1, 2, 3, 4)
SELECT 'children', missing_from, period, CASE WHEN before < begins THEN '1' ELSE '2' END, sum(n)::bigint
FROM alike JOIN spans USING (month) WHERE before_that < begins GROUP BY missing_from, period, before < begins
UNION ALL
SELECT 'episodes', missing_from, month, left_out, count(*) FROM sorted GROUP BY missing_from, month, left_out
UNION ALL
SELECT CASE WHEN grouping(setting) = 0 THEN 'setting' WHEN grouping(weekday) = 0 THEN 'weekday'
    WHEN grouping(hour) = 0 THEN 'hour' WHEN grouping(age) = 0 THEN 'age' WHEN grouping(sex) = 0 THEN 'sex'
    WHEN grouping(place) = 0 THEN 'place' ELSE 'duration' END, missing_from, month,
  coalesce(setting, weekday::text, CASE hour WHEN -1 THEN 'unknown' ELSE hour::text END, age, sex, place, duration), count(*)
FROM counted GROUP BY missing_from, month, GROUPING SETS ((setting), (weekday), (hour), (age), (sex), (place), (duration))
UNION ALL
SELECT 'batch', missing_from, month, behind::text, count(*)
FROM counted CROSS JOIN LATERAL unnest(ARRAY[batch, changed_by_batch]) AS behind
WHERE (batch IS NOT NULL OR changed_by_batch IS NOT NULL) AND behind IS NOT NULL GROUP BY missing_from, month, behind"""

BEHIND = f"""
WITH counted AS (
  SELECT *, count(*) OVER (PARTITION BY child_id) AS times FROM ({SORTED}) AS sorted
  WHERE left_out = '' AND missing_from = %(missing_from)s)
SELECT reference, started_at, started_to_the_minute, returned_at, setting, care_status, police_category
FROM counted WHERE times >= %(at_least)s ORDER BY started_at, reference"""


@dataclass(frozen=True)
class ChildrenByEpisodes:
    """Children with at least one episode, or two, from home or from care, that started in a period."""

    missing_from: Episode.From
    at_least: int

    def count(self, periods: list[Period], settings: Settings, passes: Passes | None = None) -> list[Counted]:
        """One figure for each of these periods; nought where no episode started. Only the months among them count.

        Indicators of the same periods and settings share one pass.
        """
        found = (passes or Passes()).found(PASS, periods, frozenset({"children"}), include_absent=absent_too(settings))
        nothing: Sequence[Numbers] = [{}] * len(periods)
        own, elsewhere = (
            [numbers for of, numbers in found.items() if (of == self.missing_from) is ours] for ours in (True, False)
        )
        return [
            self._counted(period, of, [numbers[at] for numbers in elsewhere])
            for at, (period, of) in enumerate(zip(periods, own[0] if own else nothing, strict=True))
        ]

    def _counted(self, period: Period, numbers: Numbers, elsewhere: list[Numbers]) -> Counted:
        children = numbers.get("children", {}).get(str(self.at_least), 0)
        episodes = Counter(numbers.get("episodes", {}))
        for why, n in (item for each in elsewhere for item in each.get("episodes", {}).items()):
            episodes["withdrawn" if why == "withdrawn" else "elsewhere"] += n
        left_out = {why: n for why, n in sorted(episodes.items()) if why}
        batches = tuple(sorted(int(batch) for batch in numbers.get("batch", {})))
        if self.at_least > 1:
            return Counted(period, children, None, None, left_out, batches)
        beside: Beside = {name: table(name, episodes[""], numbers.get(name, {})) for name in DIMENSIONS}
        told = {why: left_out[why] for why in ("away", "absent") if why in left_out}
        beside["left_out"] = {"of": None, "lines": told}
        return Counted(period, children, None, episodes[""], left_out, batches, beside)

    def rows(self, periods: Collection[Period], settings: Settings) -> list[Row]:
        """The episodes behind the figure of these months: those of the children that it counts."""
        asked: Values = {"missing_from": self.missing_from.value, "at_least": self.at_least}
        with connection.cursor() as cursor:
            cursor.execute(BEHIND, {**asked, "include_absent": absent_too(settings), **within(periods)})
            return [_row(*found) for found in cursor.fetchall()]


def absent_too(settings: Settings) -> bool:
    return bool(settings.get("include_absent", False))


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
