"""Which episode each row of a tracker is of, and what would become of it. Nothing here writes a record.

A row of `sheet_episode` is of the episode with the sender's own number; else of the one that began at that moment; else of
one that began on that day, where either side knows the day only. Each episode is of one row at most. What a row leaves
empty is filled in from the episode, so that a row says afterwards what the episode would be.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from django.db.backends.utils import CursorWrapper

from meg.protect.missing.rules import LONDON

STAGE = """
CREATE TEMP TABLE sheet_episode (number integer PRIMARY KEY, child_id bigint, key text, started timestamptz,
  started_exact boolean, missing_from text, setting text, care_status text, police_category text, last_seen_place text,
  reported timestamptz, reported_by text, reported_to text, located timestamptz, returned timestamptz,
  returned_exact boolean, held_by text, risk text, risk_reason text, risk_assessor text, prevention text,
  prevention_by text, prevention_why text, record bigint, what text DEFAULT 'created', differs boolean DEFAULT false,
  adds_risk boolean,
  adds_prevention boolean) ON COMMIT DROP;
CREATE TEMP TABLE sheet_aside (number integer, code text, said text) ON COMMIT DROP;
CREATE TEMP TABLE sheet_done (in_table text, number integer, record bigint, what text, before jsonb) ON COMMIT DROP;
"""
DAY = "({0} AT TIME ZONE 'Europe/London')::date"
SAME_START = f"""(e.started_at = d.started AND e.started_to_the_minute = d.started_exact
  OR NOT (e.started_to_the_minute AND d.started_exact) AND {DAY.format("e.started_at")} = {DAY.format("d.started")})"""
FAR = datetime(9999, 12, 31, tzinfo=UTC)


def set_aside(table: str, code: str, which: str) -> list[str]:
    """Set aside the rows of a temporary table that a query names by `number`, under one code."""
    return [
        f"INSERT INTO sheet_aside SELECT number, '{code}', '' FROM ({which}) found",
        f"DELETE FROM {table} d USING sheet_aside a WHERE a.number = d.number",
    ]


def aside(code: str, which: str) -> list[str]:
    """Set aside rows of the tracker."""
    return set_aside("sheet_episode", code, which)


def second(by: str, where: str = "true") -> str:
    """The rows that come second and later under the same value."""
    return f"""SELECT number FROM (SELECT number, row_number() OVER (PARTITION BY {by} ORDER BY number) AS n
      FROM sheet_episode WHERE {where}) t WHERE n > 1"""


def pair(rows: str, here: str, where_row: str, where_here: str) -> str:
    """Pair rows and episodes of a child that agree in a value: the first with the first, the second with the second."""
    return f"""WITH told AS (
      SELECT number, child_id, {rows} AS k, row_number() OVER (PARTITION BY child_id, {rows} ORDER BY started, number) AS n
      FROM sheet_episode WHERE record IS NULL AND {where_row}
    ), kept AS (
      SELECT id, child_id, {here} AS k, row_number() OVER (PARTITION BY child_id, {here} ORDER BY started_at, id) AS n
      FROM sheet_here h WHERE {where_here} AND NOT EXISTS (SELECT FROM sheet_episode m WHERE m.record = h.id)
    ) UPDATE sheet_episode d SET record = k.id FROM told t JOIN kept k USING (child_id, k, n) WHERE d.number = t.number"""


MATCH = [
    "LOCK TABLE missing_episode IN SHARE ROW EXCLUSIVE MODE",
    "ANALYZE sheet_episode",
    # The same episode twice in one file: the first row counts.
    *aside("MEG37", second("child_id, key", "key <> ''")),
    *aside("MEG37", second("child_id, started, started_exact")),
    *aside("MEG43", second("key", "key <> ''")),
    *aside(
        "MEG43",
        """SELECT d.number FROM sheet_episode d JOIN missing_episode e ON e.sent ->> 'episode_id' = d.key
           WHERE d.key <> '' AND e.partnership_id = meg.partnership() AND e.source = %(source)s AND e.withdrawn_at IS NULL
             AND e.child_id <> d.child_id""",
    ),
    """CREATE TEMP TABLE sheet_here ON COMMIT DROP AS
       SELECT e.*, CASE WHEN e.source = %(source)s THEN COALESCE(e.sent ->> 'episode_id', '') ELSE '' END AS key
       FROM missing_episode e WHERE e.withdrawn_at IS NULL AND e.child_id IN (SELECT child_id FROM sheet_episode)""",
    "CREATE INDEX ON sheet_here (child_id)",
    "CREATE INDEX ON sheet_here (id)",
    "ANALYZE sheet_here",
    pair("key", "key", "key <> ''", "key <> ''"),
    "CREATE INDEX ON sheet_episode (record)",
    pair("started", "started_at", "started_exact", "started_to_the_minute"),
    pair("started", "started_at", "NOT started_exact", "NOT started_to_the_minute"),
    pair(DAY.format("started"), DAY.format("started_at"), "started_exact", "NOT started_to_the_minute"),
    pair(DAY.format("started"), DAY.format("started_at"), "NOT started_exact", "started_to_the_minute"),
    "ANALYZE sheet_episode (record)",
]

# A moment that a row gives as a day says nothing new of an episode that knows the minute of the same day.
SAYS_RETURN = f"""(d.returned IS NOT NULL AND (e.returned_at IS NULL OR d.returned_exact
  OR {DAY.format("d.returned")} <> {DAY.format("e.returned_at")}))"""
SAYS_START = f"""((d.started_exact OR {DAY.format("d.started")} <> {DAY.format("e.started_at")})
  AND (d.key <> '' AND d.key = e.key OR d.started <= LEAST(COALESCE(d.returned, e.returned_at),
       COALESCE(d.reported, e.reported_at), COALESCE(d.located, e.located_at), 'infinity')))"""
MOVED_FROM = "d.missing_from <> '' AND d.missing_from <> e.missing_from"
FILL = f"""UPDATE sheet_episode d SET
  started = CASE WHEN {SAYS_START} THEN d.started ELSE e.started_at END,
  started_exact = CASE WHEN {SAYS_START} THEN d.started_exact ELSE e.started_to_the_minute END,
  returned = CASE WHEN {SAYS_RETURN} THEN d.returned ELSE e.returned_at END,
  returned_exact = CASE WHEN {SAYS_RETURN} THEN d.returned_exact ELSE e.returned_to_the_minute END,
  reported = COALESCE(d.reported, e.reported_at), located = COALESCE(d.located, e.located_at),
  missing_from = COALESCE(NULLIF(d.missing_from, ''), e.missing_from),
  setting = CASE WHEN d.setting <> '' THEN d.setting WHEN {MOVED_FROM} THEN '' ELSE e.setting END,
  care_status = CASE WHEN d.care_status <> '' THEN d.care_status WHEN d.missing_from = 'home' THEN '' ELSE e.care_status END,
  police_category = COALESCE(NULLIF(d.police_category, ''), e.police_category),
  last_seen_place = COALESCE(NULLIF(d.last_seen_place, ''), e.last_seen_place),
  reported_by = COALESCE(NULLIF(d.reported_by, ''), e.reported_by),
  reported_to = COALESCE(NULLIF(d.reported_to, ''), e.reported_to),
  held_by = COALESCE(NULLIF(d.held_by, ''), e.held_by)
FROM sheet_here e WHERE e.id = d.record"""
# By the care record of that day, where the row does not say; in a tracker a child is missing unless it says otherwise.
DERIVE = [
    f"""UPDATE sheet_episode d SET
          missing_from = CASE WHEN d.missing_from <> '' THEN d.missing_from
            WHEN c.id IS NOT NULL OR d.care_status <> '' THEN 'care' ELSE 'home' END,
          setting = CASE WHEN d.setting <> '' THEN d.setting WHEN d.missing_from = 'home' THEN 'own_home'
            WHEN c.id IS NOT NULL THEN COALESCE(%(settings)s::jsonb ->> c.placement_type, 'other')
            WHEN d.missing_from = 'care' OR d.care_status <> '' THEN 'other' ELSE 'own_home' END
        FROM sheet_episode o LEFT JOIN LATERAL (
          SELECT p.id, p.placement_type FROM children_careepisode p
          WHERE p.child_id = o.child_id AND p.withdrawn_at IS NULL AND p.started <= {DAY.format("o.started")}
            AND (p.ended IS NULL OR p.ended >= {DAY.format("o.started")}) ORDER BY p.started DESC LIMIT 1) c ON true
        WHERE o.number = d.number AND (d.missing_from = '' OR d.setting = '')""",
    "UPDATE sheet_episode SET police_category = 'MISSING' WHERE care_status = '' AND police_category = ''",
    """UPDATE sheet_episode SET care_status = CASE police_category WHEN 'ABSENT' THEN 'A' ELSE 'M' END
       WHERE missing_from = 'care' AND care_status = ''""",
]
DIFFERS = """(d.started, d.started_exact, d.missing_from, d.setting, d.care_status, d.police_category, d.last_seen_place,
    d.reported, d.reported_by, d.reported_to, d.located, d.returned, d.held_by)
  IS DISTINCT FROM (e.started_at, e.started_to_the_minute, e.missing_from, e.setting, e.care_status, e.police_category,
    e.last_seen_place, e.reported_at, e.reported_by, e.reported_to, e.located_at, e.returned_at, e.held_by)
  OR d.returned IS NOT NULL AND d.returned_exact <> e.returned_to_the_minute"""
# Levels of risk and prevention interviews that are here already. Those that people recorded stand; so do later ones.
HERE_ALREADY = [
    """CREATE TEMP TABLE sheet_graded ON COMMIT DROP AS
       SELECT r.episode_id, (array_agg(r.level ORDER BY r.id DESC) FILTER (WHERE r.batch IS NOT NULL))[1] AS of_a_file
       FROM sheet_episode d JOIN missing_risk r ON r.episode_id = d.record GROUP BY r.episode_id""",
    """CREATE TEMP TABLE sheet_prevented ON COMMIT DROP AS
       SELECT DISTINCT p.episode_id FROM sheet_episode d JOIN missing_prevention p ON p.episode_id = d.record""",
    "ANALYZE sheet_graded, sheet_prevented",
]
OUT_OF_ORDER = """d.started > LEAST(COALESCE(d.returned, 'infinity'), COALESCE(d.reported, 'infinity'),
    COALESCE(d.located, 'infinity'))
  OR d.returned IS NOT NULL AND d.returned_exact AND d.located > d.returned"""
BECOMES = [
    FILL,
    *DERIVE,
    *HERE_ALREADY,
    f"""UPDATE sheet_episode r SET differs = x.differs, adds_risk = x.adds_risk, adds_prevention = x.adds_prevention,
          what = CASE WHEN NOT (x.differs OR x.adds_risk OR x.adds_prevention) THEN 'unchanged'
            WHEN x.differs AND x.a_persons THEN 'a person''s' ELSE 'changed' END
        FROM (SELECT d.number, {DIFFERS} AS differs, e.changed_by_batch IS NULL AS a_persons,
            d.risk <> '' AND (g.episode_id IS NULL OR g.of_a_file <> d.risk) AS adds_risk,
            d.prevention <> '' AND p.episode_id IS NULL AS adds_prevention
          FROM sheet_episode d JOIN sheet_here e ON e.id = d.record
            LEFT JOIN sheet_graded g ON g.episode_id = d.record LEFT JOIN sheet_prevented p ON p.episode_id = d.record) x
        WHERE x.number = r.number""",
    *aside("MEG38", "SELECT number FROM sheet_episode WHERE what = 'a person''s'"),
    *aside("MEG44", f"SELECT number FROM sheet_episode d WHERE what <> 'unchanged' AND ({OUT_OF_ORDER})"),
    "CREATE INDEX ON sheet_episode (child_id)",
    "ANALYZE sheet_episode",
]

MOVES = "(d.what = 'created' OR d.differs)"
SPAN = "tstzrange(d.started, d.returned, '[)')"
OVER_STAYS = f"""SELECT DISTINCT ON (d.number) d.number, d.differs, e.started_at, e.returned_at
FROM sheet_episode d JOIN sheet_here e ON e.child_id = d.child_id AND e.id IS DISTINCT FROM d.record
  AND tstzrange(e.started_at, e.returned_at, '[)') && {SPAN}
WHERE {MOVES} AND NOT EXISTS (SELECT FROM sheet_episode c WHERE c.record = e.id AND c.differs)
ORDER BY d.number, e.started_at, e.id"""
# Rows of one child that lie over each other, with all that lie near: most files have none.
NEAR = f"""SELECT number, child_id, differs, started, returned FROM (
  SELECT *, count(*) OVER (PARTITION BY child_id, island) AS together FROM (
    SELECT *, sum(fresh) OVER (PARTITION BY child_id ORDER BY started, number) AS island FROM (
      SELECT d.number, d.child_id, d.differs, d.started, d.returned,
        CASE WHEN d.started < max(COALESCE(d.returned, 'infinity')) OVER (PARTITION BY d.child_id ORDER BY d.started, d.number
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS fresh
      FROM sheet_episode d WHERE {MOVES} AND d.started < COALESCE(d.returned, 'infinity')) a) b) c
WHERE together > 1 ORDER BY number"""
Over = tuple[int, bool, datetime, datetime | None]


def compare(cursor: CursorWrapper, values: dict[str, Any]) -> None:
    """Say of each row of `sheet_episode` what would become of it; those that cannot be stored are set aside."""
    for statement in (*MATCH, *BECOMES):
        cursor.execute(statement, values)
    while found := _over(cursor):
        # Where a correction is set aside, its episode stays as it is: all others are asked again.
        stays = [one for one in found if one[1]] or found
        with cursor.copy("COPY sheet_aside FROM STDIN") as copy:
            for number, _, started, returned in stays:
                copy.write_row((number, "MEG35", _when(started, returned)))
        cursor.execute("DELETE FROM sheet_episode d USING sheet_aside a WHERE a.number = d.number")


def _when(started: datetime, returned: datetime | None) -> str:
    until = f" to {returned.astimezone(LONDON):%d/%m/%Y %H:%M}" if returned else ", still open"
    return f"{started.astimezone(LONDON):%d/%m/%Y %H:%M}{until}"


def _over(cursor: CursorWrapper) -> list[Over]:
    """The rows that lie over an episode that stays, or over an earlier row that is taken, with the span of that."""
    cursor.execute(OVER_STAYS)
    found: list[Over] = cursor.fetchall()
    out = {one[0] for one in found}
    cursor.execute(NEAR)
    return [*found, *over_earlier(row for row in cursor.fetchall() if row[0] not in out)]


def over_earlier(rows: Iterable[tuple[int, int, bool, datetime, datetime | None]]) -> list[Over]:
    """Of rows in their order in the file: those that lie over an earlier one that is taken."""
    taken: dict[int, list[tuple[datetime, datetime | None]]] = {}
    found: list[Over] = []
    for number, child, differs, started, returned in rows:
        spans = taken.setdefault(child, [])
        at = bisect_left(spans, started, key=itemgetter(0))
        before, after = spans[at - 1] if at else None, spans[at] if at < len(spans) else None
        if before and (before[1] or FAR) > started:
            found.append((number, differs, *before))
        elif after and after[0] < (returned or FAR):
            found.append((number, differs, *after))
        else:
            insort(spans, (started, returned), key=itemgetter(0))
    return found
