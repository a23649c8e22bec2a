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
from meg.protect.missing.actions.tracker import DAY, STAGE, compare
from meg.protect.missing.permissions import LOADERS
from meg.protect.missing.rules import SETTING_OF_PLACEMENT

ONLY = "Only the exploitation team and the operator can load episodes."
NEW_TO_THE_TEAM = timedelta(days=90)  # what began longer ago, and has ended, is history when a file brings it
SOURCE = "tracker"
IN_THE_WAY = (
    "Batch {batch} cannot be taken back: an episode that was recorded since lies over one that would come back. "
    "Correct that episode first."
)

# What a corrected row writes, and what the episode has it in: also what taking the batch back restores.
WRITES = {
    "started_at": "d.started", "started_to_the_minute": "d.started_exact", "missing_from": "d.missing_from",
    "setting": "d.setting", "care_status": "d.care_status", "police_category": "d.police_category",
    "last_seen_place": "d.last_seen_place", "reported_at": "d.reported", "reported_by": "d.reported_by",
    "reported_to": "d.reported_to", "located_at": "d.located", "returned_at": "d.returned",
    "returned_to_the_minute": "COALESCE(d.returned_exact, true)", "held_by": "d.held_by",
    "ended_as": "CASE WHEN d.returned IS NULL THEN e.ended_as ELSE 'returned' END",
}  # fmt: skip
FOLLOWS = ("interview_id", "interview_needed", "not_needed_because", "changed_at", "changed_by_batch")
SAID = [name for name in WRITES if not name.endswith("_minute") and name not in ("ended_as", "held_by")]
CHANGED = "d.what = 'changed' AND d.differs AND e.id = d.record"
WAS_MISSING = "(d.care_status = 'M' OR d.care_status = '' AND d.police_category = 'MISSING')"
SENT = "CASE WHEN d.key = '' THEN NULL ELSE jsonb_build_object('episode_id', d.key) END"
LEVEL = "COALESCE(NULLIF(d.{0}, ''), 'Not given in the file')"
STORE = [
    """INSERT INTO sheet_done SELECT 'Tracker', d.number, d.record, d.what, CASE WHEN d.differs THEN to_jsonb(e) END
        FROM sheet_episode d LEFT JOIN missing_episode e ON e.id = d.record AND d.differs WHERE d.record IS NOT NULL""",
    f"""INSERT INTO missing_correction (episode_id, child_id, before, after, is_correction, reason, batch)
        SELECT e.id, e.child_id, b.was, b.now, true, format('Corrected by the tracker, batch %%s', %(batch)s), %(batch)s
        FROM sheet_episode d JOIN missing_episode e ON {CHANGED} CROSS JOIN LATERAL (
          SELECT jsonb_object_agg(k.key, k.was) AS was, jsonb_object_agg(k.key, k.now) AS now FROM (VALUES
            {", ".join(f"('{name}', to_jsonb(e.{name}), to_jsonb({WRITES[name]}))" for name in SAID)}) AS k(key, was, now)
          WHERE k.was IS DISTINCT FROM k.now) b WHERE b.was IS NOT NULL""",
    # Out of the way of each other first: two corrected episodes of one child may change places.
    f"UPDATE missing_episode e SET withdrawn_at = now() FROM sheet_episode d WHERE {CHANGED}",
    f"""UPDATE missing_episode e SET ({", ".join(WRITES)}, withdrawn_at, changed_at, changed_by_batch)
        = ({", ".join(WRITES.values())}, NULL, now(), %(batch)s) FROM sheet_episode d WHERE {CHANGED}""",
    f"""UPDATE missing_episode e SET sent = COALESCE(e.sent, '{{}}') || {SENT} FROM sheet_episode d
        WHERE e.id = d.record AND e.source = %(source)s AND d.key <> '' AND e.sent ->> 'episode_id' IS NULL""",
    # Child by child as they come, the index of what may not overlap grows at one edge, and takes three times as long.
    f"""INSERT INTO missing_episode (child_id, {", ".join(name for name in WRITES if name != "ended_as")}, ended_as, scrutiny,
          interview_needed, not_needed_because, source, year, batch, changed_by_batch, sent, recorded_by)
        SELECT child_id, {", ".join(value for name, value in WRITES.items() if name != "ended_as")},
          CASE WHEN returned IS NULL THEN '' ELSE 'returned' END,
          CASE WHEN returned IS NULL OR started > %(recent)s THEN 'due' ELSE 'history' END,
          CASE WHEN returned IS NULL THEN '' WHEN {WAS_MISSING} THEN 'yes' ELSE 'no' END,
          CASE WHEN returned IS NULL OR {WAS_MISSING} THEN '' ELSE 'away' END,
          %(source)s, '', %(batch)s, %(batch)s, {SENT}, meg.name()
        FROM sheet_episode d WHERE what = 'created' ORDER BY hashint8(child_id), number""",
    # Which episode became of which row: two of a child that began in one moment are the same but for their number.
    """WITH made AS (SELECT id, child_id, started_at, row_number() OVER (PARTITION BY child_id, started_at ORDER BY id) AS n
         FROM missing_episode WHERE batch = %(batch)s),
       told AS (SELECT number, child_id, started, row_number() OVER (PARTITION BY child_id, started ORDER BY number) AS n
         FROM sheet_episode WHERE what = 'created')
       INSERT INTO sheet_done SELECT 'Tracker', t.number, m.id, 'created', NULL FROM told t JOIN made m
         ON (m.child_id, m.started_at, m.n) = (t.child_id, t.started, t.n)""",
    # Indexed, all of these: of a table that was filled in this transaction the planner may expect a single row.
    "CREATE INDEX ON sheet_done (record)",
    "CREATE INDEX ON sheet_done (number)",
    "ANALYZE sheet_done",
    f"""INSERT INTO missing_risk (episode_id, child_id, level, reason, assessor, at, batch)
        SELECT x.record, d.child_id, d.risk, {LEVEL.format("risk_reason")}, {LEVEL.format("risk_assessor")},
          COALESCE(d.reported, d.started), %(batch)s
        FROM sheet_episode d JOIN sheet_done x ON x.number = d.number
        WHERE CASE d.what WHEN 'created' THEN d.risk <> '' ELSE d.adds_risk END""",
    f"""INSERT INTO missing_prevention (episode_id, child_id, held, by, passed_on, not_held_because, at, batch)
        SELECT x.record, d.child_id, d.prevention = 'yes', {LEVEL.format("prevention_by")}, false,
          CASE d.prevention WHEN 'yes' THEN '' ELSE {LEVEL.format("prevention_why")} END,
          COALESCE(d.returned, d.located, d.started), %(batch)s
        FROM sheet_episode d JOIN sheet_done x ON x.number = d.number
        WHERE CASE d.what WHEN 'created' THEN d.prevention <> '' ELSE d.adds_prevention END""",
]

# What follows from a return: whether an interview is required, and one that waits for each child of recent episodes.
MISSING = WAS_MISSING.replace("d.", "e.")
TOUCHED = "x.record = e.id AND x.what IN ('created', 'changed') AND e.returned_at IS NOT NULL"
DUE = f"""CASE WHEN e.returned_to_the_minute THEN e.returned_at + interval '72 hours'
  ELSE (({DAY.format("e.returned_at")} + 4)::timestamp AT TIME ZONE 'Europe/London') END"""
# Each by the earliest return that it answers, from `sheet_linked (interview_id)`. The worker is told again.
SET_DUE = [
    "CREATE INDEX ON sheet_linked (interview_id)",
    "ANALYZE sheet_linked",
    f"""CREATE TEMP TABLE sheet_due ON COMMIT DROP AS SELECT l.interview_id AS id, min({DUE}) AS due
        FROM sheet_linked l JOIN missing_episode e ON e.interview_id = l.interview_id
        WHERE e.withdrawn_at IS NULL AND e.returned_at IS NOT NULL GROUP BY l.interview_id""",
    "CREATE INDEX ON sheet_due (id)",
    "ANALYZE sheet_due",
    """UPDATE missing_interview i SET due_at = t.due, warned_at = NULL, over_told_at = NULL FROM sheet_due t
        WHERE t.id = i.id AND i.due_at <> t.due""",
    "DROP TABLE sheet_linked, sheet_due",
]
FALL_DUE = [
    f"""UPDATE missing_episode e SET interview_needed = CASE WHEN {MISSING} THEN 'yes' ELSE 'no' END,
          not_needed_because = CASE WHEN {MISSING} THEN '' ELSE 'away' END
        FROM sheet_done x WHERE {TOUCHED} AND x.what = 'changed' AND e.ended_as = 'returned' AND (e.interview_needed = ''
          OR e.interview_id IS NULL AND (e.interview_needed = 'yes' OR e.not_needed_because = 'away'))""",
    f"""CREATE TEMP TABLE sheet_returned ON COMMIT DROP AS SELECT e.id, e.child_id, {DUE} AS due
        FROM missing_episode e JOIN sheet_done x ON {TOUCHED}
        WHERE e.interview_needed = 'yes' AND e.interview_id IS NULL AND e.scrutiny = 'due'""",
    "ANALYZE sheet_returned",
    """INSERT INTO missing_interview (child_id, state, due_at, source, batch, changed_by_batch)
        SELECT r.child_id, 'due', min(r.due), %(source)s, %(batch)s, %(batch)s FROM sheet_returned r
        WHERE NOT EXISTS (SELECT FROM missing_interview i WHERE i.child_id = r.child_id AND i.settled_at IS NULL
                          AND i.withdrawn_at IS NULL) GROUP BY r.child_id""",
    """INSERT INTO missing_step (interview_id, child_id, what, at, by, way, words)
       SELECT id, child_id, 'due', due_at - interval '72 hours', '', '', '' FROM missing_interview WHERE batch = %(batch)s""",
    """CREATE TEMP TABLE sheet_waits ON COMMIT DROP AS SELECT i.id, i.child_id FROM missing_interview i
        WHERE i.partnership_id = meg.partnership() AND i.settled_at IS NULL AND i.withdrawn_at IS NULL""",
    "CREATE INDEX ON sheet_waits (child_id)",
    "ANALYZE sheet_waits",
    """UPDATE missing_episode e SET interview_id = i.id FROM sheet_returned r, sheet_waits i
        WHERE r.id = e.id AND i.child_id = r.child_id""",
    """CREATE TEMP TABLE sheet_linked ON COMMIT DROP AS SELECT DISTINCT e.interview_id FROM sheet_done x
        JOIN missing_episode e ON e.id = x.record WHERE x.what IN ('created', 'changed') AND e.interview_id IS NOT NULL""",
    *SET_DUE,
]  # fmt: skip


def stage_sheet() -> None:
    """Make the temporary tables that a tracker's rows are handed over in. They last as long as the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP TABLE IF EXISTS sheet_episode, sheet_aside, sheet_done, sheet_here, sheet_graded, sheet_prevented, "
            "sheet_waits, sheet_returned"
        )
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
        compare(cursor, values)
        for statement in (*STORE, *FALL_DUE):
            cursor.execute(statement, values)
    record(by=by, kind=Kind.FILES_IN, sentence=f"Took in missing episodes from batch {batch}.", detail={"batch": batch})


RESTORED = (*WRITES, *FOLLOWS)
LINKED = """SELECT DISTINCT e.interview_id FROM missing_episode e WHERE (e.batch = %(batch)s
  OR e.id IN (SELECT record FROM sheet_back WHERE in_table = 'Tracker')) AND e.interview_id IS NOT NULL"""
BACK = [
    # The level of risk that the file replaced holds again; the file's own stays readable.
    """INSERT INTO missing_risk (episode_id, child_id, level, reason, assessor, at, batch)
       SELECT w.episode_id, w.child_id, p.level, format('Batch %%s was taken back: the level before it', %(batch)s), p.assessor,
         now(), %(batch)s
       FROM missing_risk w JOIN LATERAL (SELECT r.level, r.assessor FROM missing_risk r WHERE r.episode_id = w.episode_id
         AND r.batch IS DISTINCT FROM %(batch)s ORDER BY r.at DESC, r.id DESC LIMIT 1) p ON p.level <> w.level
       WHERE w.batch = %(batch)s""",
    "CREATE TEMP TABLE sheet_linked ON COMMIT DROP AS " + LINKED,
    """UPDATE missing_episode e SET interview_id = NULL FROM missing_interview i
        WHERE i.id = e.interview_id AND i.batch = %(batch)s""",
    "UPDATE missing_interview SET withdrawn_at = now(), settled_at = COALESCE(settled_at, now()), "
    "state = CASE WHEN state IN ('due', 'offered', 'accepted', 'booked', 'handed_over') THEN 'not_required' ELSE state END "
    "WHERE batch = %(batch)s AND withdrawn_at IS NULL",
    "UPDATE missing_episode SET withdrawn_at = now() WHERE batch = %(batch)s AND withdrawn_at IS NULL",
    "UPDATE missing_episode e SET withdrawn_at = now() FROM sheet_back g WHERE g.in_table = 'Tracker' AND e.id = g.record",
    f"""UPDATE missing_episode e SET ({", ".join(RESTORED)}, withdrawn_at)
        = ({", ".join(f"b.{name}" for name in RESTORED)}, NULL)
        FROM sheet_back g, jsonb_populate_record(NULL::missing_episode, g.before) b
        WHERE g.in_table = 'Tracker' AND e.id = g.record""",
    *SET_DUE,
    """INSERT INTO missing_correction (episode_id, child_id, before, after, is_correction, reason)
       SELECT e.id, e.child_id, '{}', '{}', true, format('Batch %%s was taken back', %(batch)s)
       FROM sheet_back g JOIN missing_episode e ON e.id = g.record WHERE g.in_table = 'Tracker'""",
]
SAID_SINCE = " OR ".join(
    f"EXISTS (SELECT FROM missing_{one} p WHERE p.episode_id = e.id AND p.batch IS NULL AND p.recorded_at > %(finished)s)"
    for one in ("risk", "status", "prevention", "challenge", "decision")
)
SINCE = f"""SELECT count(*) FROM missing_episode e
WHERE (e.batch = %(batch)s OR e.id IN (SELECT record FROM sheet_back WHERE in_table = 'Tracker'))
  AND (e.changed_by_batch IS DISTINCT FROM %(batch)s OR e.withdrawn_at IS NOT NULL OR {SAID_SINCE}
       OR EXISTS (SELECT FROM missing_interview i WHERE i.id = e.interview_id AND (i.source = 'return_interviews'
                  AND e.batch = %(batch)s OR i.changed_by_batch IS NULL AND i.changed_at > %(finished)s)))"""


def tracker_worked_on_since(*, batch: int, finished: datetime | None) -> int:
    """How many episodes of a batch have been worked on since it was loaded. After `sheet_back` is filled."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE, {"batch": batch, "finished": finished})
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
