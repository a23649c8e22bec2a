"""Children and their episodes of care as a looked-after return delivers them: set-based, from temporary tables.

The door above (intake) fills `delivered_child` and `delivered_care`; what became of each row is left in
`delivered_done (in_table, number, record, what, before)`, where `before` is the record as it was. A batch is taken
back from `given_back (in_table, record, before)`.
"""

from __future__ import annotations

from django.db import connection, transaction

from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.permissions import KEEPERS

SOURCE = "ssda903"
ONLY = "Only the exploitation team and the operator can load a return."

STAGE = """
CREATE TEMP TABLE delivered_child (number integer PRIMARY KEY, value text, sex text, born date, ethnicity text,
  upn text, child_id bigint, fresh boolean NOT NULL DEFAULT false) ON COMMIT DROP;
CREATE TEMP TABLE delivered_care (number integer PRIMARY KEY, child_id bigint, started date, ended date,
  reason_new text, legal_status text, need text, placement_type text, provider text, reason_ended text,
  reason_change text, home_postcode text, placement_postcode text, urn text, distance numeric,
  in_area boolean) ON COMMIT DROP;
CREATE TEMP TABLE delivered_done (in_table text, number integer, record bigint, what text, before jsonb) ON COMMIT DROP;
CREATE TEMP TABLE given_back (in_table text, record bigint, before jsonb) ON COMMIT DROP;
"""

# Children, in order: who is known, new numbers for the others, what would change, then the writes.
CHILDREN = [
    """UPDATE delivered_child d SET child_id = i.child_id FROM children_identifier i
       WHERE i.partnership_id = meg.partnership() AND i.source = %(source)s AND i.value = d.value""",
    """UPDATE delivered_child SET child_id = nextval(pg_get_serial_sequence('children_child', 'id')), fresh = true
       WHERE child_id IS NULL""",
    "ANALYZE delivered_child",
    """INSERT INTO delivered_done SELECT 'Header', d.number, d.child_id,
         CASE WHEN d.fresh OR c.withdrawn_at IS NOT NULL THEN 'created'
              WHEN (c.sex, c.date_of_birth, c.ethnicity) IS DISTINCT FROM (d.sex, d.born, d.ethnicity) THEN 'changed'
              ELSE 'unchanged' END, to_jsonb(c)
       FROM delivered_child d LEFT JOIN children_child c ON c.id = d.child_id""",
    """INSERT INTO children_child (id, date_of_birth, sex, ethnicity, disabilities, responsible_authority, batch)
       SELECT d.child_id, d.born, d.sex, d.ethnicity, '{}', p.authority, %(batch)s
       FROM delivered_child d, agencies_partnership p WHERE d.fresh AND p.id = meg.partnership()""",
    """INSERT INTO children_identifier (child_id, source, value)
       SELECT child_id, %(source)s, value FROM delivered_child WHERE fresh""",
    """UPDATE children_child c SET date_of_birth = d.born, sex = d.sex, ethnicity = d.ethnicity, withdrawn_at = NULL,
         batch = CASE WHEN c.withdrawn_at IS NULL THEN c.batch ELSE %(batch)s END
       FROM delivered_child d JOIN delivered_done x ON x.in_table = 'Header' AND x.number = d.number
       WHERE c.id = d.child_id AND NOT d.fresh AND x.what <> 'unchanged'""",
    """INSERT INTO children_identifier (child_id, source, value)
       SELECT child_id, 'upn', upn FROM delivered_child WHERE length(upn) = 13
       ON CONFLICT DO NOTHING""",
]

COLUMNS = (
    "ended, reason_new, legal_status, need, placement_type, provider, reason_ended, reason_change, "
    "home_postcode, placement_postcode, urn, distance, in_area"
)
CARE = [
    "ANALYZE delivered_care",
    # A return as the Department asks for it has no distances: those of an earlier file stay, while the placement does.
    """UPDATE delivered_care d SET distance = COALESCE(d.distance, c.distance), in_area = COALESCE(d.in_area, c.in_area)
       FROM children_careepisode c
       WHERE c.child_id = d.child_id AND c.started = d.started AND c.source = %(source)s AND c.withdrawn_at IS NULL
         AND (c.placement_type, c.home_postcode, c.placement_postcode)
           = (d.placement_type, d.home_postcode, d.placement_postcode)""",
    f"""INSERT INTO delivered_done SELECT 'Episodes', d.number, c.id,
          CASE WHEN c.id IS NULL THEN 'created'
               WHEN ROW({", ".join("c." + name for name in COLUMNS.split(", "))})
                 IS DISTINCT FROM ROW({", ".join("d." + name for name in COLUMNS.split(", "))}) THEN 'changed'
               ELSE 'unchanged' END, to_jsonb(c)
        FROM delivered_care d LEFT JOIN children_careepisode c
          ON c.child_id = d.child_id AND c.started = d.started AND c.source = %(source)s AND c.withdrawn_at IS NULL""",
    "ANALYZE delivered_done",
    """WITH gone AS (
         UPDATE children_careepisode c SET withdrawn_at = now(), changed_by_batch = %(batch)s
         WHERE c.partnership_id = meg.partnership() AND c.source = %(source)s AND c.year = %(year)s
           AND c.withdrawn_at IS NULL
           AND NOT EXISTS (SELECT FROM delivered_done x WHERE x.in_table = 'Episodes' AND x.record = c.id)
           AND NOT EXISTS (SELECT FROM delivered_spared s WHERE s.in_table = 'Episodes' AND s.child_id = c.child_id)
         RETURNING c.*)
       INSERT INTO delivered_done SELECT 'Episodes', NULL, id, 'withdrawn',
         to_jsonb(gone) || '{"withdrawn_at": null}' FROM gone""",
    f"""UPDATE children_careepisode c SET ({COLUMNS}) =
          ({", ".join("d." + name for name in COLUMNS.split(", "))}), changed_by_batch = %(batch)s
        FROM delivered_care d JOIN delivered_done x ON x.in_table = 'Episodes' AND x.number = d.number
        WHERE x.what = 'changed' AND c.id = x.record""",
    """UPDATE children_careepisode c SET year = %(year)s FROM delivered_done x
       WHERE x.in_table = 'Episodes' AND x.what IN ('changed', 'unchanged') AND c.id = x.record
         AND c.year < %(year)s""",
    f"""INSERT INTO children_careepisode (child_id, started, {COLUMNS}, source, year, batch, changed_by_batch)
        SELECT d.child_id, d.started, {", ".join("d." + name for name in COLUMNS.split(", "))}, %(source)s, %(year)s,
          %(batch)s, %(batch)s
        FROM delivered_care d JOIN delivered_done x ON x.in_table = 'Episodes' AND x.number = d.number
        WHERE x.what = 'created'""",
]

BACK = [
    f"""UPDATE children_careepisode c SET ({COLUMNS}, year, changed_by_batch, withdrawn_at) =
          ({", ".join("b." + name for name in COLUMNS.split(", "))}, b.year, b.changed_by_batch, NULL)
        FROM given_back g, jsonb_populate_record(NULL::children_careepisode, g.before) b
        WHERE g.in_table = 'Episodes' AND g.before IS NOT NULL AND c.id = g.record""",
    "UPDATE children_careepisode SET withdrawn_at = now() WHERE batch = %(batch)s AND withdrawn_at IS NULL",
    """UPDATE children_child c SET (date_of_birth, sex, ethnicity) = (b.date_of_birth, b.sex, b.ethnicity)
       FROM given_back g, jsonb_populate_record(NULL::children_child, g.before) b
       WHERE g.in_table = 'Header' AND g.before IS NOT NULL AND c.id = g.record""",
    "UPDATE children_child SET withdrawn_at = now() WHERE batch = %(batch)s AND withdrawn_at IS NULL",
]

WORKED_ON = """
SELECT (SELECT count(*) FROM children_careepisode c
          WHERE (c.batch = %(batch)s OR c.id IN (SELECT record FROM given_back WHERE in_table = 'Episodes'))
            AND c.changed_by_batch IS DISTINCT FROM %(batch)s)
     + (SELECT count(*) FROM children_careepisode c JOIN children_child k ON k.id = c.child_id
          WHERE k.batch = %(batch)s AND c.batch IS DISTINCT FROM %(batch)s AND c.withdrawn_at IS NULL)
     + (SELECT count(*) FROM children_name n JOIN children_child k ON k.id = n.child_id WHERE k.batch = %(batch)s)
     + (SELECT count(*) FROM access_involvement i JOIN children_child k ON k.id = i.child_id
          WHERE k.batch = %(batch)s AND i.until IS NULL)
"""


def stage_deliveries() -> None:
    """Make the temporary tables that a delivery is handed over in. They last as long as the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS delivered_child, delivered_care, delivered_done, given_back")
        cursor.execute(STAGE)


def _run(statements: list[str], values: dict[str, str | int]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, values)


@transaction.atomic
def take_in_children(*, by: By, batch: int) -> None:
    """Write the children of `delivered_child`: known ones by their identifier, others new.

    Raises: Refused, where the seat may not.
    """
    permit(by, KEEPERS, ONLY)
    _run(CHILDREN, {"source": SOURCE, "batch": batch})
    record(by=by, kind=Kind.FILES_IN, sentence=f"Took in children from batch {batch}.", detail={"batch": batch})


@transaction.atomic
def take_in_care(*, by: By, batch: int, year: str) -> None:
    """Write the episodes of care of `delivered_care`. Those that the year's earlier return had and this one has not
    are withdrawn, unless `delivered_spared (in_table, child_id)` names the child: one of its rows was set aside.

    Raises: Refused, where the seat may not.
    """
    permit(by, KEEPERS, ONLY)
    _run(CARE, {"source": SOURCE, "batch": batch, "year": year})
    record(
        by=by, kind=Kind.FILES_IN, sentence=f"Took in time looked after from batch {batch}.", detail={"batch": batch}
    )


def worked_on_since(*, batch: int) -> int:
    """How many records of a batch have been worked on since it was loaded. After `given_back` is filled."""
    with connection.cursor() as cursor:
        cursor.execute(WORKED_ON, {"batch": batch})
        return int(cursor.fetchone()[0])


@transaction.atomic
def take_back(*, by: By, batch: int) -> None:
    """Withdraw what a batch made and restore what it changed, from `given_back`.

    Raises: Refused, where the seat may not.
    """
    permit(by, KEEPERS, ONLY)
    _run(BACK, {"batch": batch})
    record(by=by, kind=Kind.FILES_IN, sentence=f"Took back children of batch {batch}.", detail={"batch": batch})
