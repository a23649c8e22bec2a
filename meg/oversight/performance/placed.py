"""How far from home, and in whose area, looked-after children were placed when they went missing: beside the interviews.

The placement is the one that held the day on which the episode started, in Europe/London; of two, the one that began
last. Distances are as they are recorded: nothing is measured here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.backends.utils import CursorWrapper

from meg.oversight.performance.beside import PLACED, Beside, table
from meg.oversight.performance.counting import Values, first_day
from meg.oversight.performance.rules import Kind, Period

Line = tuple[str, str]
"""The way to divide, and the line: ('distance', 'under_20'). ('all', '') is everyone."""
Placed = Mapping[Line, tuple[int, int]]
"""Episodes, and different children, by line."""

SQL = """
WITH placed AS (
  SELECT ended.month, ended.month / 3 AS quarter, ended.month / 12 AS year, ended.child_id,
    CASE WHEN care.distance IS NULL THEN 'unknown' WHEN care.distance <= 10 THEN 'to_10'
      WHEN care.distance <= 20 THEN 'to_20' WHEN care.distance <= 50 THEN 'to_50' ELSE 'over_50' END AS distance,
    CASE care.in_area WHEN true THEN 'inside' WHEN false THEN 'outside' ELSE 'unknown' END AS area
  FROM ({ended}) AS ended
  LEFT JOIN LATERAL (
    SELECT p.distance, p.in_area FROM children_careepisode p
    WHERE p.child_id = ended.child_id AND p.withdrawn_at IS NULL
      AND p.started <= (ended.started_at AT TIME ZONE 'Europe/London')::date
      AND (p.ended IS NULL OR p.ended >= (ended.started_at AT TIME ZONE 'Europe/London')::date)
    ORDER BY p.started DESC, p.id DESC LIMIT 1) AS care ON true
  WHERE ended.left_out = '' AND ended.missing_from = 'care')
SELECT CASE WHEN grouping(month) = 0 THEN 'month' WHEN grouping(quarter) = 0 THEN 'quarter' ELSE 'year' END,
  coalesce(month, quarter * 3, year * 12),
  CASE WHEN grouping(distance) = 0 THEN 'distance' WHEN grouping(area) = 0 THEN 'area' ELSE 'all' END,
  coalesce(distance, area, ''), count(*), count(DISTINCT child_id)
FROM placed GROUP BY GROUPING SETS (
  (month), (quarter), (year), (month, distance), (quarter, distance), (year, distance), (month, area), (quarter, area),
  (year, area))"""


def read_placed(cursor: CursorWrapper, ended: str, values: Values) -> dict[Period, Placed]:
    """Episodes and children by line, for each period. `ended` selects the episodes of the interviews."""
    cursor.execute(SQL.format(ended=ended), values)
    return _by_period(cursor.fetchall())


def _by_period(found: Iterable[tuple[str, int, str, str, int, int]]) -> dict[Period, Placed]:
    placed: dict[Period, dict[Line, tuple[int, int]]] = defaultdict(dict)
    for kind, month, name, code, episodes, children in found:
        placed[Period(first_day(month), Kind(kind))][name, code] = (episodes, children)
    return dict(placed)


def beside_of(placed: Placed) -> Beside:
    """The tables of one period: each way by episodes, and by children."""
    of, children = placed.get(("all", ""), (0, 0))
    tables: Beside = {}
    for name, by_children in PLACED.items():
        tables[name] = table(name, of, _lines(placed, name, 0))
        tables[by_children] = table(by_children, children, _lines(placed, name, 1))
    return tables


def _lines(placed: Placed, name: str, which: int) -> dict[str, int]:
    return {code: numbers[which] for (way, code), numbers in placed.items() if way == name}
