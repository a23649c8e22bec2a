"""How far from home, and in whose area, looked-after children were placed when they went missing: beside the interviews.

The placement is the one that held the day on which the episode started, in Europe/London; of two, the one that began
last. Distances are as they are recorded: nothing is measured here.
"""

from __future__ import annotations

from collections import Counter

from meg.oversight.performance.beside import AREAS, DISTANCES, Beside, table
from meg.oversight.performance.beside import PLACED as WAYS
from meg.oversight.performance.passes import Numbers

# Lines by their place in DISTANCES and AREAS: a child is in several, so that theirs are bits.
PLACED = """
  placed AS MATERIALIZED (
    SELECT counted.whose, counted.month, counted.child_id,
      CASE WHEN care.distance IS NULL THEN 4 WHEN care.distance <= 10 THEN 0
        WHEN care.distance <= 20 THEN 1 WHEN care.distance <= 50 THEN 2 ELSE 3 END AS distance,
      CASE care.in_area WHEN true THEN 0 WHEN false THEN 1 ELSE 2 END AS area
    FROM counted
    LEFT JOIN LATERAL (
      SELECT p.distance, p.in_area FROM children_careepisode p
      WHERE p.child_id = counted.child_id AND p.withdrawn_at IS NULL
        AND p.started <= (counted.started_at AT TIME ZONE 'Europe/London')::date
        AND (p.ended IS NULL OR p.ended >= (counted.started_at AT TIME ZONE 'Europe/London')::date)
      ORDER BY p.started DESC, p.id DESC LIMIT 1) AS care ON true
    WHERE counted.missing_from = 'care'),
  placed_children AS (
    SELECT whose, period, child_id, bit_or(1 << distance) AS distances, bit_or(1 << area) AS areas
    FROM placed JOIN spans USING (month) GROUP BY 1, 2, 3)"""
LINES = """
SELECT CASE WHEN grouping(distance) = 0 THEN 'distance' ELSE 'area' END, whose, month,
  coalesce(distance, area)::text, count(*)
FROM placed GROUP BY whose, month, GROUPING SETS ((distance), (area))
UNION ALL
SELECT 'placed_children', whose, period, distances || ' ' || areas, count(*)
FROM placed_children GROUP BY whose, period, distances, areas"""


def placed_beside(numbers: Numbers) -> Beside:
    """The tables of one period: each way by episodes, and by children."""
    tables: Beside = {}
    children = numbers.get("placed_children", {})
    for which, (name, lines) in enumerate({"distance": DISTANCES, "area": AREAS}.items()):
        codes, episodes = list(lines), numbers.get(name, {})
        of_children: Counter[str] = Counter()
        for bits, n in children.items():
            of_children.update({code: n for at, code in enumerate(codes) if int(bits.split()[which]) >> at & 1})
        by_line = {codes[int(at)]: n for at, n in episodes.items()}
        tables[name] = table(name, sum(episodes.values()), by_line)
        tables[WAYS[name]] = table(WAYS[name], sum(children.values()), of_children)
    return tables
