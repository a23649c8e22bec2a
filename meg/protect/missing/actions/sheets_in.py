"""Episodes as the partnership's tracker delivers them: set-based, from the temporary table `sheet_episode`.

A row is of the episode of its child that began at that moment, or on that day where either side knows the day only. It
makes an episode, changes one that a file made, or leaves it. One that a person recorded or changed is left as it is:
where the row says something else, it is set aside for a person, in `sheet_aside (number, code, said)`.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction

from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.missing.permissions import LOADERS
from meg.protect.missing.rules import SETTING_OF_PLACEMENT

ONLY = "Only the exploitation team and the operator can load episodes."
NEW_TO_THE_TEAM = timedelta(days=90)  # what began longer ago, and has ended, is history when a file brings it
SOURCE = "tracker"
IN_THE_WAY = (
    "Batch {batch} cannot be taken back: an episode that was recorded since lies over one that would come back. "
    "Correct that episode first."
)

STAGE = """
CREATE TEMP TABLE sheet_episode (number integer PRIMARY KEY, child_id bigint, started timestamptz, started_exact boolean,
  missing_from text, setting text, care_status text, police_category text, last_seen_place text, reported timestamptz,
  reported_by text, reported_to text, located timestamptz, returned timestamptz, returned_exact boolean, held_by text,
  risk text, risk_reason text, risk_assessor text, record bigint, what text) ON COMMIT DROP;
CREATE TEMP TABLE sheet_aside (number integer, code text, said text) ON COMMIT DROP;
CREATE TEMP TABLE sheet_done (in_table text, number integer, record bigint, what text, before jsonb) ON COMMIT DROP;
"""
DAY = "({0} AT TIME ZONE 'Europe/London')::date"
SAME_START = f"""(e.started_at = d.started AND e.started_to_the_minute = d.started_exact
  OR NOT (e.started_to_the_minute AND d.started_exact) AND {DAY.format("e.started_at")} = {DAY.format("d.started")})"""

# What is told by a row and differs from what is recorded; a column that the row leaves empty changes nothing.
DIFFERS = """(
  d.returned IS NOT NULL AND (e.returned_at, e.returned_to_the_minute) IS DISTINCT FROM (d.returned, d.returned_exact)
  OR d.care_status <> '' AND e.care_status <> d.care_status
  OR d.police_category <> '' AND e.police_category <> d.police_category
  OR d.missing_from <> '' AND e.missing_from <> d.missing_from
  OR d.setting <> '' AND e.setting <> d.setting
  OR d.last_seen_place <> '' AND e.last_seen_place <> d.last_seen_place
  OR d.reported IS NOT NULL AND e.reported_at IS DISTINCT FROM d.reported
  OR d.reported_by <> '' AND e.reported_by <> d.reported_by
  OR d.reported_to <> '' AND e.reported_to <> d.reported_to
  OR d.held_by <> '' AND e.held_by <> d.held_by
  OR d.located IS NOT NULL AND e.located_at IS DISTINCT FROM d.located)"""

COMPARE = [
    "LOCK TABLE missing_episode IN SHARE ROW EXCLUSIVE MODE",
    "ANALYZE sheet_episode",
    # The same episode twice in one file: the first row counts.
    """WITH twice AS (SELECT number FROM (SELECT number, row_number() OVER (PARTITION BY child_id, started ORDER BY number) n
         FROM sheet_episode) t WHERE n > 1),
       aside AS (INSERT INTO sheet_aside SELECT number, 'MEG37', '' FROM twice)
       DELETE FROM sheet_episode d USING twice t WHERE t.number = d.number""",
    """CREATE TEMP TABLE sheet_here ON COMMIT DROP AS SELECT e.* FROM missing_episode e
       WHERE e.withdrawn_at IS NULL AND e.child_id IN (SELECT child_id FROM sheet_episode)""",
    "CREATE INDEX ON sheet_here (child_id)",
    "ANALYZE sheet_here",
    f"""UPDATE sheet_episode d SET record = x.id, what = x.what FROM (
          SELECT DISTINCT ON (d.number) d.number, e.id,
            CASE WHEN NOT {DIFFERS} THEN 'unchanged' WHEN e.changed_by_batch IS NULL THEN 'a person''s' ELSE 'changed' END AS what
          FROM sheet_episode d JOIN sheet_here e ON e.child_id = d.child_id AND {SAME_START}
          ORDER BY d.number, (e.started_at = d.started) DESC, e.id) x WHERE x.number = d.number""",
    "INSERT INTO sheet_aside SELECT number, 'MEG38', '' FROM sheet_episode WHERE what = 'a person''s'",
    "DELETE FROM sheet_episode WHERE what = 'a person''s'",
    f"""UPDATE sheet_episode d SET what = COALESCE(d.what, 'created'),
          missing_from = COALESCE(NULLIF(d.missing_from, ''),
            CASE WHEN c.id IS NOT NULL OR d.care_status <> '' THEN 'care' ELSE 'home' END),
          setting = COALESCE(NULLIF(d.setting, ''), CASE WHEN c.id IS NOT NULL
            THEN COALESCE(%(settings)s::jsonb ->> c.placement_type, 'other')
            WHEN d.missing_from = 'care' OR d.care_status <> '' THEN 'other' ELSE 'own_home' END)
        FROM sheet_episode o LEFT JOIN LATERAL (
          SELECT p.id, p.placement_type FROM children_careepisode p
          WHERE p.child_id = o.child_id AND p.withdrawn_at IS NULL AND p.started <= {DAY.format("o.started")}
            AND (p.ended IS NULL OR p.ended >= {DAY.format("o.started")}) ORDER BY p.started DESC LIMIT 1) c ON true
        WHERE o.number = d.number AND (d.what IS NULL OR d.what = 'changed')""",
    "UPDATE sheet_episode SET care_status = CASE police_category WHEN 'MISSING' THEN 'M' ELSE 'A' END "
    "WHERE missing_from = 'care' AND care_status = '' AND what = 'created'",
    "CREATE INDEX ON sheet_episode (child_id)",
    "CREATE INDEX ON sheet_episode (record)",
    "ANALYZE sheet_episode",
]

# Rows that lie over an episode that stays, or over an earlier row of the file. Asked again until none is found.
OVER = """WITH taken AS (
  SELECT d.number, d.child_id, tstzrange(d.started, COALESCE(d.returned, e.returned_at), '[)') AS span, d.record
  FROM sheet_episode d LEFT JOIN sheet_here e ON e.id = d.record WHERE d.what IN ('created', 'changed')
), found AS (
  SELECT DISTINCT ON (t.number) t.number, o.started_at, o.returned_at FROM taken t JOIN LATERAL (
    SELECT h.started_at, h.returned_at FROM sheet_here h WHERE h.child_id = t.child_id AND h.id IS DISTINCT FROM t.record
      AND tstzrange(h.started_at, h.returned_at, '[)') && t.span
      AND NOT EXISTS (SELECT FROM sheet_episode c WHERE c.record = h.id AND c.what = 'changed')
    UNION ALL
    SELECT lower(u.span), upper(u.span) FROM taken u WHERE u.child_id = t.child_id AND u.number < t.number AND u.span && t.span
  ) o ON true ORDER BY t.number, o.started_at
), aside AS (INSERT INTO sheet_aside SELECT number, 'MEG35',
    to_char(started_at AT TIME ZONE 'Europe/London', 'DD/MM/YYYY HH24:MI') || COALESCE(' to ' ||
    to_char(returned_at AT TIME ZONE 'Europe/London', 'DD/MM/YYYY HH24:MI'), ', still open') FROM found)
DELETE FROM sheet_episode d USING found f WHERE f.number = d.number"""

KEPT = """care_status, police_category, missing_from, setting, last_seen_place, reported_at, reported_by, reported_to,
  located_at, returned_at, returned_to_the_minute, held_by"""
STORE = [
    """INSERT INTO sheet_done SELECT 'Tracker', d.number, d.record, d.what, to_jsonb(e)
       FROM sheet_episode d JOIN missing_episode e ON e.id = d.record WHERE d.what = 'changed'""",
    "INSERT INTO sheet_done SELECT 'Tracker', number, record, 'unchanged', NULL FROM sheet_episode WHERE what = 'unchanged'",
    """INSERT INTO missing_correction (episode_id, child_id, before, after, is_correction, reason, batch)
       SELECT e.id, e.child_id, b.was - 'id', b.now - 'id', true, format('Corrected by the tracker, batch %%s', %(batch)s), %(batch)s
       FROM sheet_episode d JOIN missing_episode e ON e.id = d.record CROSS JOIN LATERAL (
         SELECT jsonb_object_agg(k.key, k.was) AS was, jsonb_object_agg(k.key, k.now) AS now FROM (VALUES
           ('care_status', to_jsonb(e.care_status), to_jsonb(COALESCE(NULLIF(d.care_status, ''), e.care_status))),
           ('police_category', to_jsonb(e.police_category), to_jsonb(COALESCE(NULLIF(d.police_category, ''), e.police_category))),
           ('missing_from', to_jsonb(e.missing_from), to_jsonb(COALESCE(NULLIF(d.missing_from, ''), e.missing_from))),
           ('setting', to_jsonb(e.setting), to_jsonb(COALESCE(NULLIF(d.setting, ''), e.setting))),
           ('reported_at', to_jsonb(e.reported_at), to_jsonb(COALESCE(d.reported, e.reported_at))),
           ('returned_at', to_jsonb(e.returned_at), to_jsonb(COALESCE(d.returned, e.returned_at)))) AS k(key, was, now)
         WHERE k.was IS DISTINCT FROM k.now) b
       WHERE d.what = 'changed' AND b.was IS NOT NULL""",
    """UPDATE missing_episode e SET withdrawn_at = now() FROM sheet_episode d WHERE d.what = 'changed' AND e.id = d.record""",
    """UPDATE missing_episode e SET withdrawn_at = NULL, changed_at = now(), changed_by_batch = %(batch)s,
         care_status = COALESCE(NULLIF(d.care_status, ''), e.care_status),
         police_category = COALESCE(NULLIF(d.police_category, ''), e.police_category),
         missing_from = d.missing_from, setting = d.setting,
         last_seen_place = COALESCE(NULLIF(d.last_seen_place, ''), e.last_seen_place),
         reported_at = COALESCE(d.reported, e.reported_at), reported_by = COALESCE(NULLIF(d.reported_by, ''), e.reported_by),
         reported_to = COALESCE(NULLIF(d.reported_to, ''), e.reported_to), held_by = COALESCE(NULLIF(d.held_by, ''), e.held_by),
         located_at = COALESCE(d.located, e.located_at), returned_at = COALESCE(d.returned, e.returned_at),
         returned_to_the_minute = CASE WHEN d.returned IS NULL THEN e.returned_to_the_minute ELSE d.returned_exact END,
         ended_as = CASE WHEN COALESCE(d.returned, e.returned_at) IS NULL THEN '' ELSE 'returned' END
       FROM sheet_episode d WHERE d.what = 'changed' AND e.id = d.record""",
    """INSERT INTO missing_episode (child_id, missing_from, care_status, police_category, setting, started_at,
         started_to_the_minute, reported_at, reported_by, reported_to, located_at, returned_at, returned_to_the_minute,
         ended_as, last_seen_place, held_by, scrutiny, source, year, batch, changed_by_batch, recorded_by)
       SELECT child_id, missing_from, CASE WHEN missing_from = 'care' THEN care_status ELSE '' END, police_category, setting,
         started, started_exact, reported, reported_by, reported_to, located, returned, COALESCE(returned_exact, true),
         CASE WHEN returned IS NULL THEN '' ELSE 'returned' END, last_seen_place, held_by,
         CASE WHEN returned IS NULL OR started > %(recent)s THEN 'due' ELSE 'history' END,
         %(source)s, '', %(batch)s, %(batch)s, meg.name()
       FROM sheet_episode WHERE what = 'created'""",
    """INSERT INTO sheet_done SELECT 'Tracker', d.number, e.id, 'created', NULL FROM sheet_episode d
       JOIN missing_episode e ON e.batch = %(batch)s AND e.child_id = d.child_id AND e.started_at = d.started
       WHERE d.what = 'created'""",
    "ANALYZE sheet_done",
    """INSERT INTO missing_risk (episode_id, child_id, level, reason, assessor, at, batch)
       SELECT x.record, d.child_id, d.risk, COALESCE(NULLIF(d.risk_reason, ''), 'Not given in the file'),
         COALESCE(NULLIF(d.risk_assessor, ''), 'Not given in the file'), COALESCE(d.reported, d.started), %(batch)s
       FROM sheet_episode d JOIN sheet_done x ON x.number = d.number WHERE d.risk <> ''
         AND NOT EXISTS (SELECT FROM missing_risk r WHERE r.episode_id = x.record AND r.level = d.risk)""",
]

# What follows from a return: whether an interview is required, and one that waits for each child of recent episodes.
MISSING = "(e.care_status = 'M' OR e.care_status = '' AND e.police_category = 'MISSING')"
TOUCHED = "x.record = e.id AND x.what IN ('created', 'changed') AND e.returned_at IS NOT NULL"
DUE = f"""CASE WHEN e.returned_to_the_minute THEN e.returned_at + interval '72 hours'
  ELSE (({DAY.format("e.returned_at")} + 4)::timestamp AT TIME ZONE 'Europe/London') END"""
FALL_DUE = [
    f"""UPDATE missing_episode e SET interview_needed = CASE WHEN {MISSING} THEN 'yes' ELSE 'no' END,
          not_needed_because = CASE WHEN {MISSING} THEN '' ELSE 'away' END
        FROM sheet_done x WHERE {TOUCHED} AND e.interview_needed = ''""",
    f"""INSERT INTO missing_interview (child_id, state, due_at, source, batch, changed_by_batch)
        SELECT e.child_id, 'due', min({DUE}), %(source)s, %(batch)s, %(batch)s
        FROM missing_episode e JOIN sheet_done x ON {TOUCHED}
        WHERE e.interview_needed = 'yes' AND e.interview_id IS NULL AND e.scrutiny = 'due'
          AND NOT EXISTS (SELECT FROM missing_interview i WHERE i.child_id = e.child_id AND i.settled_at IS NULL
                          AND i.withdrawn_at IS NULL) GROUP BY e.child_id""",
    """INSERT INTO missing_step (interview_id, child_id, what, at, by, way, words)
       SELECT id, child_id, 'due', due_at - interval '72 hours', '', '', '' FROM missing_interview WHERE batch = %(batch)s""",
    f"""UPDATE missing_episode e SET interview_id = i.id FROM sheet_done x, missing_interview i
        WHERE {TOUCHED} AND e.interview_needed = 'yes' AND e.interview_id IS NULL AND e.scrutiny = 'due'
          AND i.child_id = e.child_id AND i.settled_at IS NULL AND i.withdrawn_at IS NULL""",
]


def stage_sheet() -> None:
    """Make the temporary tables that a tracker's rows are handed over in. They last as long as the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sheet_episode, sheet_aside, sheet_done, sheet_here")
        cursor.execute(STAGE)


@transaction.atomic
def take_in_tracker(*, by: By, batch: int, now: datetime) -> None:
    """Write the episodes of `sheet_episode`. What became of each row is left in `sheet_done` and `sheet_aside`.

    Raises: Refused, where the seat may not.
    """
    permit(by, LOADERS, ONLY)
    values: dict[str, int | str | datetime] = {
        "batch": batch, "source": SOURCE, "recent": now - NEW_TO_THE_TEAM, "settings": json.dumps(SETTING_OF_PLACEMENT),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in COMPARE:
            cursor.execute(statement, values)
        while True:
            cursor.execute(OVER)
            if cursor.rowcount == 0:
                break
        for statement in (*STORE, *FALL_DUE):
            cursor.execute(statement, values)
    record(by=by, kind=Kind.FILES_IN, sentence=f"Took in missing episodes from batch {batch}.", detail={"batch": batch})


BACK = [
    """UPDATE missing_episode e SET interview_id = NULL FROM missing_interview i
        WHERE i.id = e.interview_id AND i.batch = %(batch)s""",
    "UPDATE missing_interview SET withdrawn_at = now(), settled_at = COALESCE(settled_at, now()), "
    "state = CASE WHEN state IN ('due', 'offered', 'accepted', 'booked', 'handed_over') THEN 'not_required' ELSE state END "
    "WHERE batch = %(batch)s AND withdrawn_at IS NULL",
    "UPDATE missing_episode SET withdrawn_at = now() WHERE batch = %(batch)s AND withdrawn_at IS NULL",
    f"""UPDATE missing_episode e SET ({KEPT}, ended_as, interview_needed, not_needed_because, changed_at, changed_by_batch)
        = (b.{", b.".join(name.strip() for name in KEPT.split(","))}, b.ended_as, b.interview_needed, b.not_needed_because,
           b.changed_at, b.changed_by_batch)
        FROM sheet_back g, jsonb_populate_record(NULL::missing_episode, g.before) b
        WHERE g.in_table = 'Tracker' AND e.id = g.record""",
    """INSERT INTO missing_correction (episode_id, child_id, before, after, is_correction, reason)
       SELECT e.id, e.child_id, '{}', '{}', true, format('Batch %%s was taken back', %(batch)s)
       FROM sheet_back g JOIN missing_episode e ON e.id = g.record WHERE g.in_table = 'Tracker'""",
]
SINCE = """SELECT count(*) FROM missing_episode e
WHERE (e.batch = %(batch)s OR e.id IN (SELECT record FROM sheet_back WHERE in_table = 'Tracker'))
  AND (e.changed_by_batch IS DISTINCT FROM %(batch)s OR e.scrutiny = 'done'
       OR EXISTS (SELECT FROM missing_decision d WHERE d.episode_id = e.id)
       OR EXISTS (SELECT FROM missing_interview i WHERE i.id = e.interview_id AND i.changed_by_batch IS NULL
                  AND i.changed_at IS NOT NULL))"""


def tracker_worked_on_since(*, batch: int) -> int:
    """How many episodes of a batch have been worked on since it was loaded. After `sheet_back` is filled."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE, {"batch": batch})
        return int(cursor.fetchone()[0])


@transaction.atomic
def take_back_tracker(*, by: By, batch: int) -> None:
    """Withdraw the episodes that a batch made and restore those it changed, from `sheet_back`.

    Raises: Refused, where the seat may not, or an episode recorded since is in the way.
    """
    permit(by, LOADERS, ONLY)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in BACK:
                cursor.execute(statement, {"batch": batch})
    except IntegrityError as error:
        raise Refused(IN_THE_WAY.format(batch=batch)) from error
    record(by=by, kind=Kind.FILES_IN, sentence=f"Took back episodes of batch {batch}.", detail={"batch": batch})
