"""Return interviews as a file delivers them: set-based, from the temporary table `sheet_interview`.

A row is of the episode with the tracker's own number; else of the episode of its child that began at that moment, or on that
day where either side knows the day only. Rows of one child with the same `key` are one interview that answers several
episodes. An interview that a person worked on is left as it is: where the row says something else, it is set aside for a
person, in `sheet_aside`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.missing.actions.sheets_in import DUE, ONLY
from meg.protect.missing.actions.tracker import DAY, SAME_START, set_aside
from meg.protect.missing.permissions import LOADERS

SOURCE = "return_interviews"

STAGE = """
CREATE TEMP TABLE sheet_interview (number integer PRIMARY KEY, child_id bigint, episode_key text, started timestamptz,
  started_exact boolean, key text, required text, because text, offered timestamptz, offered_by text, accepted text, declined_by text,
  attempts integer, not_contactable text, held timestamptz, held_exact boolean, held_by text, held_by_agency text,
  independent text, place text, harm text[], reasons text[], information text[], episode bigint, interview bigint,
  grp bigint, what text, sent jsonb) ON COMMIT DROP;
CREATE TEMP TABLE sheet_aside (number integer, code text, said text) ON COMMIT DROP;
CREATE TEMP TABLE sheet_done (in_table text, number integer, record bigint, what text, before jsonb) ON COMMIT DROP;
"""
STATE = """CASE WHEN d.held IS NOT NULL THEN 'held' WHEN d.declined_by <> '' THEN 'declined'
  WHEN d.not_contactable = 'yes' THEN 'not_contactable' WHEN d.accepted = 'yes' THEN 'accepted'
  WHEN d.offered IS NOT NULL THEN 'offered' ELSE 'due' END"""
SETTLES = "(d.held IS NOT NULL OR d.declined_by <> '' OR d.not_contactable = 'yes')"
UNTOUCHED = "(i.state = 'due' AND i.attempts = 0 AND i.offered_at IS NULL AND i.changed_at IS NULL)"


def aside(code: str, which: str) -> list[str]:
    """Set aside the rows that a query names by `number`, under one code."""
    return set_aside("sheet_interview", code, which)


COMPARE = [
    "LOCK TABLE missing_interview IN SHARE ROW EXCLUSIVE MODE",
    "ANALYZE sheet_interview",
    f"""UPDATE sheet_interview d SET episode = x.id, interview = x.interview_id FROM (
          SELECT DISTINCT ON (d.number) d.number, e.id, e.interview_id FROM sheet_interview d JOIN missing_episode e
            ON e.child_id = d.child_id AND e.withdrawn_at IS NULL AND (d.episode_key = '' AND {SAME_START}
              OR d.episode_key <> '' AND e.source = 'tracker' AND e.sent ->> 'episode_id' = d.episode_key)
          ORDER BY d.number, (e.started_at = d.started) DESC, e.id) x WHERE x.number = d.number""",
    # A number that no tracker brought: by the start, where the row gives one.
    f"""UPDATE sheet_interview d SET episode = x.id, interview = x.interview_id FROM (
          SELECT DISTINCT ON (d.number) d.number, e.id, e.interview_id FROM sheet_interview d JOIN missing_episode e
            ON e.child_id = d.child_id AND e.withdrawn_at IS NULL AND {SAME_START}
          WHERE d.episode IS NULL ORDER BY d.number, (e.started_at = d.started) DESC, e.id) x WHERE x.number = d.number""",
    *(f"CREATE INDEX ON sheet_interview ({name})" for name in ("episode", "interview", "child_id", "grp")),
    *aside("MEG39", "SELECT number FROM sheet_interview WHERE episode IS NULL"),
    *aside(
        "MEG37",
        """SELECT number FROM (SELECT number, row_number() OVER (PARTITION BY episode ORDER BY number) n
                       FROM sheet_interview) t WHERE n > 1""",
    ),
    *aside(
        "MEG40",
        """SELECT d.number FROM sheet_interview d JOIN missing_episode e ON e.id = d.episode
                       WHERE e.returned_at IS NULL""",
    ),
    *aside(
        "MEG41",
        f"""SELECT d.number FROM sheet_interview d JOIN missing_episode e ON e.id = d.episode
                        WHERE d.held IS NOT NULL AND CASE WHEN e.returned_to_the_minute AND d.held_exact
                          THEN d.held < e.returned_at ELSE {DAY.format("d.held")} < {DAY.format("e.returned_at")} END""",
    ),
    """UPDATE sheet_interview d SET grp = g.first, sent = to_jsonb(d) - ARRAY['number', 'episode', 'interview', 'grp', 'what',
         'sent', 'started', 'started_exact', 'episode_key'] FROM (SELECT number, min(number) OVER (PARTITION BY child_id,
         COALESCE(NULLIF(key, ''), number::text)) AS first FROM sheet_interview) g WHERE g.number = d.number""",
    """UPDATE sheet_interview d SET interview = x.interview FROM (SELECT grp, max(interview) AS interview FROM sheet_interview
       GROUP BY grp) x WHERE x.grp = d.grp""",
    f"""UPDATE sheet_interview d SET what = CASE WHEN d.required = 'no' THEN
            CASE WHEN e.interview_needed = 'no' AND e.not_needed_because = COALESCE(NULLIF(d.because, ''), 'other') THEN 'unchanged'
                 WHEN i.id IS NULL OR {UNTOUCHED} THEN 'not required' ELSE 'a person''s' END
          WHEN i.id IS NULL THEN 'created' WHEN i.sent = g.sent THEN 'unchanged'
          WHEN i.changed_by_batch IS NOT NULL AND i.source = %(source)s OR {UNTOUCHED} THEN 'changed'
          WHEN i.state = {STATE.replace("d.", "g.")} AND i.held_at IS NOT DISTINCT FROM g.held THEN 'unchanged'
          ELSE 'a person''s' END
        FROM sheet_interview o JOIN missing_episode e ON e.id = o.episode JOIN sheet_interview g ON g.number = o.grp
          LEFT JOIN missing_interview i ON i.id = o.interview AND i.withdrawn_at IS NULL
        WHERE o.number = d.number""",
    "ANALYZE sheet_interview",
    *aside("MEG38", "SELECT number FROM sheet_interview WHERE what = 'a person''s'"),
    # One interview at a time waits for a child.
    *aside(
        "MEG42",
        f"""SELECT d.number FROM sheet_interview d WHERE d.what = 'created' AND d.required <> 'no' AND NOT {SETTLES}
      AND (EXISTS (SELECT FROM missing_interview i WHERE i.child_id = d.child_id AND i.settled_at IS NULL AND i.withdrawn_at IS NULL)
        OR EXISTS (SELECT FROM sheet_interview o WHERE o.child_id = d.child_id AND o.grp < d.grp AND o.what = 'created'
                   AND o.required <> 'no' AND NOT {SETTLES.replace("d.", "o.")}))""",
    ),
]
VALUES = f"""{STATE}, d.offered, d.offered_by, CASE WHEN d.accepted = 'yes' OR d.held IS NOT NULL THEN COALESCE(d.offered, d.held) END,
  COALESCE(d.attempts, 0), d.declined_by, d.held, COALESCE(d.held_exact, true), d.held_by, d.held_by_agency,
  CASE d.independent WHEN 'yes' THEN true WHEN 'no' THEN false END, d.place, COALESCE(d.harm, '{{}}'), COALESCE(d.reasons, '{{}}'),
  COALESCE(d.information, '{{}}'), CASE WHEN {SETTLES} THEN now() END, d.sent"""
NAMES = """state, offered_at, offered_by, accepted_at, attempts, declined_by, held_at, held_to_the_minute, held_by,
  held_by_agency, independent, place, harm, reasons, information, settled_at, sent"""
FIRST = "d.number = d.grp"
STORE = [
    # What an interview not required lets go of.
    """INSERT INTO sheet_done SELECT 'Needed', d.number, e.id, 'changed', to_jsonb(e) FROM sheet_interview d
       JOIN missing_episode e ON e.id = d.episode WHERE d.what = 'not required'""",
    """UPDATE missing_interview i SET state = 'not_required', settled_at = now(), changed_by_batch = %(batch)s
       FROM sheet_interview d WHERE d.what = 'not required' AND i.id = d.interview AND NOT EXISTS (
         SELECT FROM missing_episode e WHERE e.interview_id = i.id AND e.id <> d.episode AND e.withdrawn_at IS NULL)""",
    """UPDATE missing_episode e SET interview_needed = 'no', not_needed_because = COALESCE(NULLIF(d.because, ''), 'other'),
         interview_id = NULL FROM sheet_interview d WHERE d.what = 'not required' AND e.id = d.episode""",
    # Interviews of a file, new and changed.
    f"""INSERT INTO sheet_done SELECT 'Interviews', d.number, i.id, 'changed', to_jsonb(i) FROM sheet_interview d
        JOIN missing_interview i ON i.id = d.interview WHERE d.what = 'changed' AND {FIRST}""",
    f"""UPDATE missing_interview i SET ({NAMES}, changed_at, changed_by_batch, source)
        = ({VALUES}, now(), %(batch)s, %(source)s) FROM sheet_interview d
        WHERE d.what = 'changed' AND {FIRST} AND i.id = d.interview""",
    f"""WITH made AS (INSERT INTO missing_interview (child_id, due_at, {NAMES}, source, batch, changed_by_batch, recorded_at)
          SELECT d.child_id, (SELECT min({DUE}) FROM sheet_interview o JOIN missing_episode e ON e.id = o.episode
            WHERE o.grp = d.grp), {VALUES}, %(source)s, %(batch)s, %(batch)s, now()
          FROM sheet_interview d WHERE d.what = 'created' AND {FIRST} ORDER BY d.number RETURNING id)
        SELECT count(*) FROM made""",
    """UPDATE sheet_interview d SET interview = i.id FROM missing_interview i JOIN sheet_interview f
         ON i.batch = %(batch)s AND i.child_id = f.child_id AND i.sent = f.sent
       WHERE f.number = f.grp AND f.what = 'created' AND d.grp = f.grp AND d.what = 'created'
         AND i.due_at = (SELECT min("""
    + DUE
    + """) FROM sheet_interview o JOIN missing_episode e ON e.id = o.episode
                         WHERE o.grp = d.grp)""",
    """INSERT INTO sheet_done SELECT 'Needed', d.number, e.id, 'linked', to_jsonb(e) FROM sheet_interview d
       JOIN missing_episode e ON e.id = d.episode WHERE d.what IN ('created', 'changed')
         AND (e.interview_id IS DISTINCT FROM d.interview OR e.interview_needed <> 'yes')""",
    """UPDATE missing_episode e SET interview_id = d.interview, interview_needed = 'yes', not_needed_because = ''
       FROM sheet_interview d WHERE d.what IN ('created', 'changed') AND e.id = d.episode""",
    f"""INSERT INTO missing_step (interview_id, child_id, what, at, by, way, words)
        SELECT i.id, i.child_id, s.what, s.at, s.by, '', 'From the file, batch ' || %(batch)s
        FROM sheet_interview d JOIN missing_interview i ON i.id = d.interview CROSS JOIN LATERAL (VALUES
          ('offered', d.offered, d.offered_by), ('held', d.held, d.held_by),
          ('declined', CASE WHEN d.declined_by <> '' THEN COALESCE(d.offered, i.due_at) END, '')) AS s(what, at, by)
        WHERE d.what IN ('created', 'changed') AND {FIRST} AND s.at IS NOT NULL
          AND NOT EXISTS (SELECT FROM missing_step t WHERE t.interview_id = i.id AND t.what = s.what AND t.at = s.at)""",
    """INSERT INTO sheet_done SELECT 'Row', number, interview, CASE what WHEN 'not required' THEN 'changed' ELSE what END, NULL
       FROM sheet_interview""",
    """UPDATE missing_episode e SET scrutiny = 'due' FROM sheet_interview d WHERE d.episode = e.id AND e.scrutiny = 'after_interview'
       AND d.what IN ('created', 'changed', 'not required')""",
]


def stage_interviews() -> None:
    """Make the temporary tables that interviews are handed over in. They last as long as the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sheet_interview, sheet_aside, sheet_done")
        cursor.execute(STAGE)


@transaction.atomic
def take_in_interviews(*, by: By, batch: int, now: datetime) -> None:
    """Write the interviews of `sheet_interview`. What became of each row is left in `sheet_done` and `sheet_aside`.

    Raises: Refused, where the seat may not.
    """
    permit(by, LOADERS, ONLY)
    with connection.cursor() as cursor:
        for statement in (*COMPARE, *STORE):
            cursor.execute(statement, {"batch": batch, "source": SOURCE})
    record(
        by=by, kind=Kind.FILES_IN, sentence=f"Took in return interviews from batch {batch}.", detail={"batch": batch}
    )


BACK = [
    """UPDATE missing_episode e SET (interview_id, interview_needed, not_needed_because)
       = (b.interview_id, b.interview_needed, b.not_needed_because)
       FROM sheet_back g, jsonb_populate_record(NULL::missing_episode, g.before) b
       WHERE g.in_table = 'Needed' AND e.id = g.record""",
    "UPDATE missing_interview SET withdrawn_at = now() WHERE batch = %(batch)s AND withdrawn_at IS NULL",
    f"""UPDATE missing_interview i SET ({NAMES}, changed_at, changed_by_batch, source)
        = (b.{", b.".join(name.strip() for name in NAMES.split(","))}, b.changed_at, b.changed_by_batch, b.source)
        FROM sheet_back g, jsonb_populate_record(NULL::missing_interview, g.before) b
        WHERE g.in_table = 'Interviews' AND i.id = g.record""",
]
SINCE = """SELECT count(*) FROM missing_interview i WHERE (i.batch = %(batch)s OR i.id IN (
  SELECT record FROM sheet_back WHERE in_table = 'Interviews'))
  AND (i.changed_by_batch IS DISTINCT FROM %(batch)s OR i.changed_at > %(finished)s)"""


def interviews_worked_on_since(*, batch: int, finished: datetime | None) -> int:
    """How many interviews of a batch have been worked on since it was loaded. After `sheet_back` is filled."""
    with connection.cursor() as cursor:
        cursor.execute(SINCE, {"batch": batch, "finished": finished})
        return int(cursor.fetchone()[0])


@transaction.atomic
def take_back_interviews(*, by: By, batch: int) -> None:
    """Withdraw the interviews that a batch made and restore those it changed, from `sheet_back`.

    Raises: Refused, where the seat may not.
    """
    permit(by, LOADERS, ONLY)
    with connection.cursor() as cursor:
        for statement in BACK:
            cursor.execute(statement, {"batch": batch})
    record(by=by, kind=Kind.FILES_IN, sentence=f"Took back interviews of batch {batch}.", detail={"batch": batch})
