"""Episodes as a file delivers them: set-based, from the temporary table `delivered_missing`.

What became of each row is left in `delivered_done`, as in the children's room. Rows that would lie over an
episode that is here already are left in `delivered_over (number, started, ended)` and not stored; so are rows
that say something new of an episode that a person has changed since, or that begin on the day of one recorded
by hand and differ from it. A row that says what the last return said, or what is recorded by hand, changes
nothing.
"""

from __future__ import annotations

import json
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.missing.permissions import LOADERS
from meg.protect.missing.rules import SETTING_OF_PLACEMENT

ONLY = "Only the exploitation team and the operator can load episodes."
IN_THE_WAY = (
    "Batch {batch} cannot be taken back: an episode that was recorded since lies over one that would come "
    "back. Correct that episode first."
)

STAGE = """
CREATE TEMP TABLE delivered_missing (number integer PRIMARY KEY, child_id bigint, care_status text,
  started date, ended date, started_at timestamptz, returned_at timestamptz, record bigint, what text,
  sent jsonb, missing_from text, setting text) ON COMMIT DROP;
CREATE TEMP TABLE delivered_over (number integer PRIMARY KEY, started timestamptz, ended timestamptz)
  ON COMMIT DROP;
"""

FROM = "CASE WHEN c.id IS NULL THEN 'home' ELSE 'care' END"
SETTING = """CASE WHEN c.id IS NULL THEN 'own_home'
  ELSE COALESCE(%(settings)s::jsonb ->> c.placement_type, 'other') END"""
# The placement that holds a day, its first and last day included; of two, the one that began later.
PLACED = """LEFT JOIN LATERAL (
  SELECT p.id, p.placement_type FROM children_careepisode p
  WHERE p.child_id = d.child_id AND p.withdrawn_at IS NULL
    AND p.started <= {day} AND (p.ended IS NULL OR p.ended >= {day})
  ORDER BY p.started DESC LIMIT 1) c ON true"""
DAY = "({moment} AT TIME ZONE 'Europe/London')::date"

# A row says what is recorded. An episode that ended after the return's year stands in it without an end.
AS_RECORDED = """(e.started_day = d.started AND e.care_status = d.care_status
  AND (e.returned_day IS NOT DISTINCT FROM d.ended OR d.ended IS NULL AND e.returned_day > %(year_end)s))"""

# Whose episode each row is of, and what would become of it. The children's episodes are set apart first, with
# statistics of their own: PostgreSQL has none yet of rows that the last load wrote.
COMPARE = [
    # Whoever records an episode by hand waits for the seconds that a load takes: what is compared stays so.
    "LOCK TABLE missing_episode IN SHARE ROW EXCLUSIVE MODE",
    """UPDATE delivered_missing SET started_at = started::timestamp AT TIME ZONE 'Europe/London',
         returned_at = ended::timestamp AT TIME ZONE 'Europe/London',
         sent = jsonb_build_object('started', started, 'ended', ended, 'care_status', care_status)""",
    "ANALYZE delivered_missing",
    f"""CREATE TEMP TABLE delivered_here ON COMMIT DROP AS
        SELECT e.id, e.child_id, e.source = %(source)s AS by_file, e.sent, (e.sent ->> 'started')::date AS sent_day,
          e.care_status, e.year, e.changed_by_batch, e.withdrawn_at, e.started_at, e.returned_at,
          {DAY.format(moment="e.started_at")} AS started_day, {DAY.format(moment="e.returned_at")} AS returned_day
        FROM missing_episode e WHERE e.child_id IN (SELECT child_id FROM delivered_missing)""",
    "CREATE INDEX ON delivered_here (id)",
    "ANALYZE delivered_here",
    # As the last return sent it; also where a person has since found that the child was never missing.
    """UPDATE delivered_missing d SET record = x.id FROM (
         SELECT DISTINCT ON (m.number) m.number, e.id FROM delivered_missing m JOIN delivered_here e
           ON e.child_id = m.child_id AND e.by_file AND e.sent_day = m.started
           AND (e.withdrawn_at IS NULL OR e.changed_by_batch IS NULL)
         ORDER BY m.number, e.withdrawn_at NULLS FIRST, e.id) x WHERE x.number = d.number""",
    # As it is recorded here, by hand or corrected since, on the same days and in the same word.
    f"""UPDATE delivered_missing d SET record = e.id, what = 'unchanged' FROM delivered_here e
       WHERE d.record IS NULL AND e.child_id = d.child_id AND e.withdrawn_at IS NULL AND {AS_RECORDED}""",
    "UPDATE delivered_missing SET what = 'created' WHERE record IS NULL",
    f"""UPDATE delivered_missing d SET what = CASE
           WHEN e.sent = d.sent OR e.year > %(year)s OR {AS_RECORDED} THEN 'unchanged'
           WHEN e.changed_by_batch IS NULL THEN 'a person''s' ELSE 'changed' END
       FROM delivered_here e WHERE e.id = d.record AND d.what IS NULL""",
    f"""UPDATE delivered_missing m SET missing_from = x.missing_from, setting = x.setting FROM (
          SELECT d.number, {FROM} AS missing_from, {SETTING} AS setting
          FROM delivered_missing d {PLACED.format(day="d.started")}) x WHERE x.number = m.number""",
    "CREATE INDEX ON delivered_missing (record)",
    "ANALYZE delivered_missing",
    """CREATE TEMP TABLE delivered_gone ON COMMIT DROP AS SELECT e.id, e.child_id FROM missing_episode e
       WHERE e.partnership_id = meg.partnership() AND e.source = %(source)s AND e.year = %(year)s
         AND e.withdrawn_at IS NULL AND e.changed_by_batch IS NOT NULL""",
    "ANALYZE delivered_gone",
    "DELETE FROM delivered_gone g USING delivered_missing d WHERE d.record = g.id",
    "DELETE FROM delivered_gone g USING delivered_spared s WHERE s.in_table = 'Missing' AND s.child_id = g.child_id",
    "ANALYZE delivered_gone",
    """INSERT INTO delivered_over SELECT d.number, e.started_at, e.returned_at
       FROM delivered_missing d JOIN delivered_here e ON e.id = d.record WHERE d.what = 'a person''s'""",
    "DELETE FROM delivered_missing WHERE what = 'a person''s'",
]

# Rows in the way of what stays as it is. What is set aside stays too: asked again until none is found.
OVER = """WITH found AS (
  SELECT DISTINCT ON (d.number) d.number, e.started_at, e.returned_at
  FROM delivered_missing d JOIN delivered_here e ON e.child_id = d.child_id AND e.withdrawn_at IS NULL
    AND e.id IS DISTINCT FROM d.record
    AND (tstzrange(e.started_at, e.returned_at, '[)') && tstzrange(d.started_at, d.returned_at, '[)')
         OR NOT e.by_file AND e.started_day = d.started)
  WHERE d.what IN ('created', 'changed')
    AND NOT EXISTS (SELECT FROM delivered_missing o WHERE o.record = e.id AND o.what = 'changed')
    AND NOT EXISTS (SELECT FROM delivered_gone g WHERE g.id = e.id) ORDER BY d.number, e.started_at
), aside AS (INSERT INTO delivered_over SELECT * FROM found)
DELETE FROM delivered_missing d USING found f WHERE f.number = d.number"""

KEEP = """INSERT INTO missing_correction (episode_id, child_id, before, after, is_correction, reason, batch)"""
CHANGED = "x.in_table = 'Missing' AND x.what = 'changed' AND e.id = x.record"


def differs(side: str, exact: str) -> str:
    """The values that a corrected return changes, as they stand on one side: `e` before, `d` after."""
    return f"""
      CASE WHEN e.care_status <> d.care_status
        THEN jsonb_build_object('care_status', {side}.care_status) ELSE '{{}}' END
      || CASE WHEN e.returned_at IS DISTINCT FROM d.returned_at
        THEN jsonb_build_object('returned_at', {side}.returned_at, 'returned_to_the_minute', {exact})
        ELSE '{{}}' END"""


STORE = [
    """INSERT INTO delivered_done SELECT 'Missing', d.number, d.record, d.what, to_jsonb(e)
       FROM delivered_missing d LEFT JOIN missing_episode e ON d.what = 'changed' AND e.id = d.record""",
    """INSERT INTO delivered_done SELECT 'Missing', NULL, e.id, 'withdrawn', to_jsonb(e)
       FROM missing_episode e JOIN delivered_gone g ON g.id = e.id""",
    "ANALYZE delivered_done",
    f"""{KEEP} SELECT e.id, e.child_id, '{{"withdrawn": ""}}', '{{"withdrawn": "yes"}}', true,
         format('No longer in the return, batch %%s', %(batch)s), %(batch)s
       FROM missing_episode e JOIN delivered_gone g ON g.id = e.id""",
    f"""{KEEP} SELECT e.id, e.child_id, {differs("e", "e.returned_to_the_minute")}, {differs("d", "false")},
         true, format('Corrected by the return, batch %%s', %(batch)s), %(batch)s
       FROM delivered_missing d JOIN missing_episode e ON e.id = d.record WHERE d.what = 'changed'""",
    """UPDATE missing_episode e SET withdrawn_at = now(), changed_by_batch = %(batch)s
       FROM delivered_gone g WHERE g.id = e.id""",
    # Out of the way of each other first: two corrected episodes of one child may change places.
    f"UPDATE missing_episode e SET withdrawn_at = now() FROM delivered_done x WHERE {CHANGED}",
    f"""UPDATE missing_episode e SET care_status = d.care_status, returned_at = d.returned_at, sent = d.sent,
         returned_to_the_minute = false, changed_at = now(), changed_by_batch = %(batch)s, withdrawn_at = NULL
       FROM delivered_missing d JOIN delivered_done x ON x.number = d.number WHERE {CHANGED}""",
    """UPDATE missing_episode e SET year = %(year)s FROM delivered_missing d JOIN delivered_here h ON h.id = d.record
       WHERE h.by_file AND h.year < %(year)s AND e.id = h.id""",
    """INSERT INTO missing_episode (child_id, missing_from, care_status, police_category, setting, started_at,
         started_to_the_minute, reported_by, returned_at, returned_to_the_minute, source, year, batch,
         changed_by_batch, sent, recorded_by)
       SELECT child_id, missing_from, care_status, '', setting, started_at, false, '', returned_at, false,
         %(source)s, %(year)s, %(batch)s, %(batch)s, sent, meg.name()
       FROM delivered_missing WHERE what = 'created'""",
]

# A person's word on an episode stands: only what nobody has changed by hand is derived again.
DERIVE = f"""
UPDATE missing_episode e SET missing_from = x.missing_from, setting = x.setting FROM (
  SELECT d.id, {FROM} AS missing_from, {SETTING} AS setting
  FROM missing_episode d {PLACED.format(day=DAY.format(moment="d.started_at"))}
  WHERE d.partnership_id = meg.partnership() AND d.source = %(source)s AND d.withdrawn_at IS NULL
    AND d.changed_by_batch IS NOT NULL) x
WHERE x.id = e.id AND (e.missing_from, e.setting) IS DISTINCT FROM (x.missing_from, x.setting)"""

GIVEN = "g.in_table = 'Missing' AND g.before IS NOT NULL AND e.id = g.record"
BACK = [
    f"""{KEEP} SELECT e.id, e.child_id, '{{}}', '{{}}', true,
         format('Batch %%s was taken back', %(batch)s), NULL
       FROM missing_episode e, given_back g WHERE {GIVEN}""",
    "UPDATE missing_episode SET withdrawn_at = now() WHERE batch = %(batch)s AND withdrawn_at IS NULL",
    f"""UPDATE missing_episode e SET withdrawn_at = now()
       FROM given_back g WHERE {GIVEN} AND e.withdrawn_at IS NULL""",
    f"""UPDATE missing_episode e SET (care_status, returned_at, returned_to_the_minute, sent, year,
           changed_at, changed_by_batch, withdrawn_at)
         = (b.care_status, b.returned_at, b.returned_to_the_minute, b.sent, b.year,
           b.changed_at, b.changed_by_batch, NULL)
       FROM given_back g, jsonb_populate_record(NULL::missing_episode, g.before) b WHERE {GIVEN}""",
]

WORKED_ON = """
SELECT count(*) FROM missing_episode e
WHERE (e.batch = %(batch)s OR e.id IN (SELECT record FROM given_back WHERE in_table = 'Missing'))
  AND (e.changed_by_batch IS DISTINCT FROM %(batch)s OR e.changed_at > %(finished)s
       OR (e.batch = %(batch)s AND e.withdrawn_at IS NOT NULL AND e.changed_by_batch = %(batch)s))
"""
ELSEWHERE = """
SELECT count(*) FROM missing_episode e JOIN children_child k ON k.id = e.child_id
WHERE k.batch = %(batch)s AND e.batch IS DISTINCT FROM %(batch)s AND e.withdrawn_at IS NULL
"""


def stage_deliveries() -> None:
    """Make the temporary tables that episodes are handed over in. They last as long as the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS delivered_missing, delivered_over, delivered_gone, delivered_here")
        cursor.execute(STAGE)


@transaction.atomic
def take_in(*, by: By, batch: int, year: str, source: str) -> None:
    """Write the episodes of `delivered_missing`: by child and first day, new ones made and others corrected.

    Those that the year's earlier return had and this one has not are withdrawn, unless `delivered_spared`
    names the child or a person has changed them. A return of an earlier year changes nothing that a later one
    told. Days become the first minute of that day in Europe/London.
    Raises: Refused, where the seat may not.
    """
    permit(by, LOADERS, ONLY)
    with connection.cursor() as cursor:
        values: dict[str, int | str] = {
            "batch": batch,
            "year": year,
            "year_end": f"{int(year[:4]) + 1}-03-31",
            "source": source,
            "settings": json.dumps(SETTING_OF_PLACEMENT),
        }
        for statement in COMPARE:
            cursor.execute(statement, values)
        while True:
            cursor.execute(OVER, values)
            if cursor.rowcount == 0:
                break
        for statement in STORE:
            cursor.execute(statement, values)
    record(
        by=by,
        kind=Kind.FILES_IN,
        sentence=f"Took in missing episodes from batch {batch}.",
        detail={"batch": batch},
    )


@transaction.atomic
def derive_missing_from(*, by: By, source: str) -> int:
    """Whether each delivered episode was from home or from care, by the care record as it is now.

    Returns how many changed. Raises: Refused, where the seat may not.
    """
    permit(by, LOADERS, ONLY)
    with connection.cursor() as cursor:
        cursor.execute(DERIVE, {"source": source, "settings": json.dumps(SETTING_OF_PLACEMENT)})
        changed = int(cursor.rowcount)
    if changed:
        sentence = f"Found anew whether {changed} episodes were from home or from care."
        record(by=by, kind=Kind.WRITE, sentence=sentence, detail={"episodes": changed})
    return changed


def worked_on_since(*, batch: int, finished: datetime | None) -> int:
    """How many episodes of a batch, or of its children, have been worked on since it was loaded.

    After `given_back` is filled.
    """
    total = 0
    with connection.cursor() as cursor:
        for asked in (WORKED_ON, ELSEWHERE):
            cursor.execute(asked, {"batch": batch, "finished": finished})
            total += int(cursor.fetchone()[0])
    return total


@transaction.atomic
def take_back(*, by: By, batch: int) -> None:
    """Withdraw the episodes that a batch made and restore those it changed, from `given_back`.

    Raises: Refused, where the seat may not, or an episode recorded since lies over one that would come back.
    """
    permit(by, LOADERS, ONLY)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in BACK:
                cursor.execute(statement, {"batch": batch})
    except IntegrityError as error:
        raise Refused(IN_THE_WAY.format(batch=batch)) from error
    record(by=by, kind=Kind.FILES_IN, sentence=f"Took back episodes of batch {batch}.", detail={"batch": batch})
