"""Counting missing episodes by what is recorded of places: where the child was last seen, and where they were placed.

Episodes of children for whom this authority is responsible, by the day they started in Europe/London: the episodes that
stand beside indicators 1 and 3. No place itself leaves the record: only whether it is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from meg.oversight.performance.counting import LEFT_OUT, LEFT_OUT_OF_ALL, PASS, SORTED, absent_too, word_of
from meg.oversight.performance.measures import Counted, Row, RowWords, Settings
from meg.oversight.performance.passes import SPANS, Numbers, Passes, within
from meg.oversight.performance.placed import BY_PERIOD, LINES, PLACED
from meg.oversight.performance.rules import Period
from meg.protect.missing.models import Episode

LAST_SEEN_LEFT_OUT = LEFT_OUT_OF_ALL
OUTSIDE_LEFT_OUT = {
    **LEFT_OUT[Episode.From.CARE],
    "area_unknown": "from a placement of which it is not recorded whose area it lies in",
}
LAST_SEEN_ROWS = RowWords(what="Place last seen", met="Counted", of_met="with a place recorded")
OUTSIDE_ROWS = RowWords(what="Placed in", met="Counted", of_met="from a placement in another authority’s area")
INSIDE, OUTSIDE, UNKNOWN = "0", "1", "2"  # as AREAS has them
AREA_WORDS = {INSIDE: "Our area", OUTSIDE: "Another authority’s area"}

OUTSIDE_PASS = f"""
WITH counted AS MATERIALIZED (
    SELECT 'ours' AS whose, month, left_out, child_id, missing_from, started_at, batch, changed_by_batch
    FROM ({SORTED}) AS sorted WHERE left_out = '' AND missing_from = 'care'),
  spans AS ({SPANS}),
  {PLACED}
{LINES}
UNION ALL
SELECT 'batch', whose, month, behind::text, count(*)
FROM counted CROSS JOIN LATERAL unnest(ARRAY[batch, changed_by_batch]) AS behind WHERE behind IS NOT NULL
GROUP BY whose, month, behind"""
BEHIND = f"""
SELECT reference, started_at, started_to_the_minute, returned_at, setting, care_status, police_category,
  CASE last_seen_place WHEN '' THEN 'no' ELSE 'yes' END
FROM ({SORTED}) AS sorted WHERE left_out = '' ORDER BY started_at, reference"""
OUTSIDE_BEHIND = f"""
WITH counted AS (SELECT 'ours' AS whose, * FROM ({SORTED}) AS sorted WHERE left_out = '' AND missing_from = 'care')
SELECT reference, started_at, started_to_the_minute, returned_at, setting, care_status, police_category,
  CASE care.in_area WHEN true THEN '{INSIDE}' ELSE '{OUTSIDE}' END
FROM counted CROSS JOIN LATERAL (
  SELECT p.in_area FROM children_careepisode p
  WHERE p.child_id = counted.child_id AND p.withdrawn_at IS NULL
    AND p.started <= (counted.started_at AT TIME ZONE 'Europe/London')::date
    AND (p.ended IS NULL OR p.ended >= (counted.started_at AT TIME ZONE 'Europe/London')::date)
  ORDER BY p.started DESC, p.id DESC LIMIT 1) AS care
WHERE care.in_area IS NOT NULL ORDER BY started_at, reference"""


@dataclass(frozen=True)
class LastSeen:
    """Missing episodes that started in a period, and those among them with a place last seen."""

    def count(self, periods: list[Period], settings: Settings, passes: Passes | None = None) -> list[Counted]:
        """One figure for each of these periods; nought of nought where no episode started."""
        found = (passes or Passes()).found(PASS, periods, frozenset({"children"}), include_absent=absent_too(settings))
        return [_last_seen(period, [of[at] for of in found.values()]) for at, period in enumerate(periods)]

    def rows(self, periods: Collection[Period], settings: Settings) -> list[Row]:
        """The episodes behind the figure of these months: those of the denominator."""
        return [
            _row(found, "Recorded" if found[7] == "yes" else "Not recorded", found[7] == "yes")
            for found in _read(BEHIND, periods, settings)
        ]


def _last_seen(period: Period, everywhere: list[Numbers]) -> Counted:
    episodes: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for numbers in everywhere:
        episodes.update(numbers.get("episodes", {}))
        places.update(numbers.get("place", {}))
    left_out = {why: n for why, n in sorted(episodes.items()) if why}
    batches = {int(batch) for numbers in everywhere for batch in numbers.get("batch", {})}
    return Counted(period, places["yes"], episodes[""], None, left_out, tuple(sorted(batches)))


@dataclass(frozen=True)
class PlacedOutside:
    """Missing episodes from care that started in a period from a placement whose area is recorded, and those among them
    from a placement in another authority's area.
    """

    def count(self, periods: list[Period], settings: Settings, passes: Passes | None = None) -> list[Counted]:
        """One figure for each of these periods; nought of nought where no such episode started."""
        passes = passes or Passes()
        absent = absent_too(settings)
        nothing: Sequence[Numbers] = [{}] * len(periods)
        areas = passes.found(OUTSIDE_PASS, periods, BY_PERIOD, include_absent=absent)
        found = passes.found(PASS, periods, frozenset({"children"}), include_absent=absent)
        care = found.get(Episode.From.CARE.value, nothing)
        home = found.get(Episode.From.HOME.value, nothing)
        each = zip(periods, areas.get("ours", nothing), care, home, strict=True)
        return [_outside(period, *numbers) for period, *numbers in each]

    def rows(self, periods: Collection[Period], settings: Settings) -> list[Row]:
        """The episodes behind the figure of these months: those of the denominator."""
        found = _read(OUTSIDE_BEHIND, periods, settings)
        return [_row(one, AREA_WORDS[one[7]], one[7] == OUTSIDE) for one in found]


def _outside(period: Period, areas: Numbers, care: Numbers, home: Numbers) -> Counted:
    lines = areas.get("area", {})
    left_out = Counter({why: n for why, n in care.get("episodes", {}).items() if why})
    for why, n in home.get("episodes", {}).items():
        left_out["withdrawn" if why == "withdrawn" else "elsewhere"] += n
    left_out["area_unknown"] = lines.get(UNKNOWN, 0)
    known = lines.get(INSIDE, 0) + lines.get(OUTSIDE, 0)
    batches = tuple(sorted(int(batch) for batch in areas.get("batch", {})))
    return Counted(period, lines.get(OUTSIDE, 0), known, None, dict(sorted((+left_out).items())), batches)


def _read(sql: str, periods: Collection[Period], settings: Settings) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"include_absent": absent_too(settings), **within(periods)})
        return list(cursor.fetchall())


def _row(found: tuple[Any, ...], words: str, met: bool) -> Row:
    reference, started, to_the_minute, returned, setting, care, police, _ = found
    label = str(Episode.Setting(setting).label)
    return Row(reference, started, to_the_minute, returned, label, word_of(care, police), interview=words, met=met)
