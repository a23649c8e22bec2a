"""How far from home, and in whose area, looked-after children were placed when they went missing: beside the interviews.

The placement is the one that held the day on which the episode started, in Europe/London; of two, the one that began
last. Distances are as they are recorded: nothing is measured here.
"""

from __future__ import annotations

from meg.oversight.performance.beside import AREAS, DISTANCES, Beside, table
from meg.oversight.performance.beside import PLACED as WAYS
from meg.oversight.performance.passes import BEFORE, Numbers

# Lines by their place in DISTANCES and AREAS. A child is counted by the first episode of a period, and in each line by the
# first that is in it. Whose a child is, is the same of all its episodes.
PLACED = f"""
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
  placed_after AS (
    SELECT whose, month, distance, area, {BEFORE.format(back="", window="of_child")} AS before,
      {BEFORE.format(back="", window="as_far")} AS before_as_far, {BEFORE.format(back="", window="of_area")} AS before_of_area
    FROM placed WINDOW of_child AS (PARTITION BY child_id ORDER BY month),
      as_far AS (PARTITION BY child_id, distance ORDER BY month), of_area AS (PARTITION BY child_id, area ORDER BY month)),
  placed_alike AS (
    SELECT whose, month, coalesce(before, before_as_far, before_of_area) AS before, CASE WHEN grouping(distance) = 0
      THEN 'distance_children' WHEN grouping(area) = 0 THEN 'area_children' ELSE 'placed_children' END AS name,
      coalesce(distance, area, 0)::text AS code, count(*) AS n
    FROM placed_after
    GROUP BY whose, month, GROUPING SETS ((before), (distance, before_as_far), (area, before_of_area)))"""
LINES = """
SELECT CASE WHEN grouping(distance) = 0 THEN 'distance' ELSE 'area' END, whose, month,
  coalesce(distance, area)::text, count(*)
FROM placed GROUP BY whose, month, GROUPING SETS ((distance), (area))
UNION ALL
SELECT name, whose, period, code, sum(n)::bigint
FROM placed_alike JOIN spans USING (month) WHERE before < begins GROUP BY name, whose, period, code"""
BY_PERIOD = frozenset({"placed_children", *WAYS.values()})


def placed_beside(numbers: Numbers) -> Beside:
    """The tables of one period: each way by episodes, and by children."""
    tables: Beside = {}
    children = sum(numbers.get("placed_children", {}).values())
    for name, lines in {"distance": DISTANCES, "area": AREAS}.items():
        codes = list(lines)
        episodes, of_children = (
            {codes[int(at)]: n for at, n in numbers.get(each, {}).items()} for each in (name, WAYS[name])
        )
        tables[name] = table(name, sum(episodes.values()), episodes)
        tables[WAYS[name]] = table(WAYS[name], children, of_children)
    return tables
