"""Episodes as a file delivers them: set-based, from the temporary table `delivered_missing`.

What became of each row is left in `delivered_done`, as in the children's room; rows that would lie over an episode
that is here already are left in `delivered_over (number, started, ended)` and not stored.
"""

from __future__ import annotations

from django.db import connection, transaction

from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.missing.permissions import LOADERS

ONLY = "Only the exploitation team and the operator can load episodes."

STAGE = """
CREATE TEMP TABLE delivered_missing (number integer PRIMARY KEY, child_id bigint, care_status text, started date,
  ended date, started_at timestamptz, returned_at timestamptz, record bigint, missing_from text, setting text)
  ON COMMIT DROP;
CREATE TEMP TABLE delivered_over (number integer PRIMARY KEY, started timestamptz, ended timestamptz) ON COMMIT DROP;
"""

SETTING = """CASE WHEN c.id IS NULL THEN 'own_home' WHEN c.placement_type LIKE 'U%%' THEN 'foster'
  WHEN c.placement_type IN ('K1', 'K2', 'R1', 'R3', 'R5', 'S1') THEN 'childrens_home'
  WHEN c.placement_type IN ('H5', 'K3', 'P2') THEN 'supported' WHEN c.placement_type = 'P1' THEN 'own_home'
  ELSE 'other' END"""
# The placement that holds a day, its first and last day included; of two, the one that began later.
PLACED = """LEFT JOIN LATERAL (
  SELECT p.id, p.placement_type FROM children_careepisode p
  WHERE p.child_id = d.child_id AND p.withdrawn_at IS NULL AND p.started <= {day} AND (p.ended IS NULL OR p.ended >= {day})
  ORDER BY p.started DESC LIMIT 1) c ON true"""

TAKE_IN = [
    """UPDATE delivered_missing SET started_at = started::timestamp AT TIME ZONE 'Europe/London',
         returned_at = ended::timestamp AT TIME ZONE 'Europe/London'""",
    """UPDATE delivered_missing d SET record = e.id FROM missing_episode e
       WHERE e.child_id = d.child_id AND e.started_at = d.started_at AND e.source = %(source)s
         AND e.withdrawn_at IS NULL""",
    f"""UPDATE delivered_missing m SET missing_from = x.missing_from, setting = x.setting FROM (
          SELECT d.number, CASE WHEN c.id IS NULL THEN 'home' ELSE 'care' END AS missing_from, {SETTING} AS setting
          FROM delivered_missing d {PLACED.format(day="d.started")}) x WHERE x.number = m.number""",
    "ANALYZE delivered_missing",
    """CREATE TEMP TABLE delivered_gone ON COMMIT DROP AS SELECT e.id FROM missing_episode e
       WHERE e.partnership_id = meg.partnership() AND e.source = %(source)s AND e.year = %(year)s
         AND e.withdrawn_at IS NULL AND NOT EXISTS (SELECT FROM delivered_missing d WHERE d.record = e.id)
         AND NOT EXISTS (SELECT FROM delivered_spared s WHERE s.in_table = 'Missing' AND s.child_id = e.child_id)""",
    """INSERT INTO delivered_over SELECT DISTINCT ON (d.number) d.number, e.started_at, e.returned_at
       FROM delivered_missing d JOIN missing_episode e ON e.child_id = d.child_id AND e.withdrawn_at IS NULL
         AND e.id IS DISTINCT FROM d.record
         AND tstzrange(e.started_at, e.returned_at, '[)') && tstzrange(d.started_at, d.returned_at, '[)')
       WHERE NOT EXISTS (SELECT FROM delivered_missing o WHERE o.record = e.id)
         AND NOT EXISTS (SELECT FROM delivered_gone g WHERE g.id = e.id) ORDER BY d.number, e.started_at""",
    "DELETE FROM delivered_missing d USING delivered_over o WHERE o.number = d.number",
    """INSERT INTO delivered_done SELECT 'Missing', d.number, e.id,
         CASE WHEN e.id IS NULL THEN 'created'
              WHEN (e.care_status, e.returned_at) IS DISTINCT FROM (d.care_status, d.returned_at) THEN 'changed'
              ELSE 'unchanged' END, to_jsonb(e)
       FROM delivered_missing d LEFT JOIN missing_episode e ON e.id = d.record""",
    """WITH gone AS (UPDATE missing_episode e SET withdrawn_at = now(), changed_by_batch = %(batch)s
         FROM delivered_gone g WHERE g.id = e.id RETURNING e.*)
       INSERT INTO delivered_done SELECT 'Missing', NULL, id, 'withdrawn',
         to_jsonb(gone) || '{"withdrawn_at": null}' FROM gone""",
    # Out of the way of each other first: two corrected episodes of one child may change places.
    """UPDATE missing_episode e SET withdrawn_at = now() FROM delivered_done x
       WHERE x.in_table = 'Missing' AND x.what = 'changed' AND e.id = x.record""",
    """UPDATE missing_episode e SET care_status = d.care_status, returned_at = d.returned_at, changed_at = now(),
         changed_by_batch = %(batch)s, withdrawn_at = NULL
       FROM delivered_missing d JOIN delivered_done x ON x.in_table = 'Missing' AND x.number = d.number
       WHERE x.what = 'changed' AND e.id = x.record""",
    """UPDATE missing_episode e SET year = %(year)s FROM delivered_done x
       WHERE x.in_table = 'Missing' AND x.what IN ('changed', 'unchanged') AND e.id = x.record AND e.year < %(year)s""",
    """INSERT INTO missing_episode (child_id, missing_from, care_status, police_category, setting, started_at,
         started_to_the_minute, reported_by, returned_at, returned_to_the_minute, source, year, batch,
         changed_by_batch, recorded_by)
       SELECT d.child_id, d.missing_from, d.care_status, '', d.setting, d.started_at, false, '', d.returned_at, false,
         %(source)s, %(year)s, %(batch)s, %(batch)s, meg.name()
       FROM delivered_missing d JOIN delivered_done x ON x.in_table = 'Missing' AND x.number = d.number
       WHERE x.what = 'created'""",
]

DERIVE = f"""
UPDATE missing_episode e SET missing_from = x.missing_from, setting = x.setting FROM (
  SELECT d.id, CASE WHEN c.id IS NULL THEN 'home' ELSE 'care' END AS missing_from, {SETTING} AS setting
  FROM missing_episode d {PLACED.format(day="(d.started_at AT TIME ZONE 'Europe/London')::date")}
  WHERE d.partnership_id = meg.partnership() AND d.source = %(source)s AND d.withdrawn_at IS NULL) x
WHERE x.id = e.id AND (e.missing_from, e.setting) IS DISTINCT FROM (x.missing_from, x.setting)"""

BACK = [
    "UPDATE missing_episode SET withdrawn_at = now() WHERE batch = %(batch)s AND withdrawn_at IS NULL",
    """UPDATE missing_episode e SET withdrawn_at = now() FROM given_back g
       WHERE g.in_table = 'Missing' AND g.before IS NOT NULL AND e.id = g.record AND e.withdrawn_at IS NULL""",
    """UPDATE missing_episode e SET (care_status, returned_at, year, changed_at, changed_by_batch, withdrawn_at) =
         (b.care_status, b.returned_at, b.year, b.changed_at, b.changed_by_batch, NULL)
       FROM given_back g, jsonb_populate_record(NULL::missing_episode, g.before) b
       WHERE g.in_table = 'Missing' AND g.before IS NOT NULL AND e.id = g.record""",
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
        cursor.execute("DROP TABLE IF EXISTS delivered_missing, delivered_over, delivered_gone")
        cursor.execute(STAGE)


@transaction.atomic
def take_in(*, by: By, batch: int, year: str, source: str) -> None:
    """Write the episodes of `delivered_missing`: by child and first day, new ones made and others corrected.

    Those that the year's earlier return had and this one has not are withdrawn, unless `delivered_spared` names the
    child. Days become the first minute of that day in Europe/London.
    Raises: Refused, where the seat may not.
    """
    permit(by, LOADERS, ONLY)
    with connection.cursor() as cursor:
        for statement in TAKE_IN:
            cursor.execute(statement, {"batch": batch, "year": year, "source": source})
    record(by=by, kind=Kind.FILES_IN, sentence=f"Took in missing episodes from batch {batch}.", detail={"batch": batch})


@transaction.atomic
def derive_missing_from(*, by: By, source: str) -> int:
    """Whether each delivered episode was from home or from care, by the time looked after as it is recorded now.

    Returns how many changed. Raises: Refused, where the seat may not.
    """
    permit(by, LOADERS, ONLY)
    with connection.cursor() as cursor:
        cursor.execute(DERIVE, {"source": source})
        changed = cursor.rowcount
    if changed:
        sentence = f"Found anew whether {changed} episodes were from home or from care."
        record(by=by, kind=Kind.WRITE, sentence=sentence, detail={"episodes": changed})
    return changed


def worked_on_since(*, batch: int, finished: object) -> int:
    """How many episodes of a batch, or of its children, have been worked on since. After `given_back` is filled."""
    total = 0
    with connection.cursor() as cursor:
        for asked in (WORKED_ON, ELSEWHERE):
            cursor.execute(asked, {"batch": batch, "finished": finished})
            total += int(cursor.fetchone()[0])
    return total


@transaction.atomic
def take_back(*, by: By, batch: int) -> None:
    """Withdraw the episodes that a batch made and restore those it changed, from `given_back`.

    Raises: Refused, where the seat may not.
    """
    permit(by, LOADERS, ONLY)
    with connection.cursor() as cursor:
        for statement in BACK:
            cursor.execute(statement, {"batch": batch})
    record(by=by, kind=Kind.FILES_IN, sentence=f"Took back episodes of batch {batch}.", detail={"batch": batch})
