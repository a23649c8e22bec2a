"""From the stage to the rooms: the rows that can be stored, in the tables that the rooms' deliveries take."""

from __future__ import annotations

from meg.intake.sources.ssda903.checks import Issue
from meg.intake.sources.ssda903.rules.rule_MEG18 import MILES
from meg.intake.sources.ssda903.stage import Cursor

OVER = "MEG17"
OVER_SENTENCE = (
    "The period lies over another one of the same child that is here already, {when}. "
    "Correct one of the two; this row was kept as it was sent."
)

KEPT = "NOT EXISTS (SELECT FROM stage_rejected r WHERE r.in_table = '{table}' AND r.number = s.number)"

# Whose row it is: the children of this return's Header, and those known from earlier ones.
KEYS = [
    "DROP TABLE IF EXISTS delivered_key, delivered_spared",
    "CREATE TEMP TABLE delivered_spared (in_table text, child_id bigint) ON COMMIT DROP",
    "CREATE TEMP TABLE delivered_key (child_key text PRIMARY KEY, child_id bigint) ON COMMIT DROP",
    "INSERT INTO delivered_key SELECT upper(value), child_id FROM delivered_child ON CONFLICT DO NOTHING",
    """INSERT INTO delivered_key SELECT upper(i.value), i.child_id FROM children_identifier i
       JOIN children_child k ON k.id = i.child_id AND k.withdrawn_at IS NULL
       WHERE i.partnership_id = meg.partnership() AND i.source = 'ssda903' ON CONFLICT DO NOTHING""",
    "ANALYZE delivered_key",
]
CHILD = "JOIN delivered_key c ON c.child_key = s.child_key"

SPARE = """INSERT INTO delivered_spared SELECT '{table}', c.child_id
FROM {stage} s JOIN stage_rejected r ON r.in_table = '{table}' AND r.number = s.number {child}"""

HEADER = f"""INSERT INTO delivered_child (number, value, sex, born, ethnicity, upn)
SELECT s.number, s.child, upper(s.sex), s.dob_on, upper(s.ethnic), s.upn FROM stage_header s
WHERE {KEPT.format(table="Header")}"""

EPISODES = f"""INSERT INTO delivered_care SELECT s.number, c.child_id, s.decom_on, s.dec_on, upper(s.rne), upper(s.ls),
  upper(s.cin), upper(s.place), upper(s.place_provider), upper(s.rec), upper(s.reason_place_change), s.home_post,
  s.pl_post, s.urn, CASE WHEN btrim(s.pl_distance) ~ '{MILES}' THEN round(btrim(s.pl_distance)::numeric, 1) END,
  CASE upper(btrim(s.pl_location)) WHEN 'IN' THEN true WHEN 'OUT' THEN false END FROM stage_episodes s {CHILD}
WHERE {KEPT.format(table="Episodes")}"""

MISSING = f"""INSERT INTO delivered_missing (number, child_id, care_status, started, ended)
SELECT s.number, c.child_id, s.missing_code, s.mis_start_on, s.mis_end_on
FROM stage_missing s {CHILD} WHERE {KEPT.format(table="Missing")}"""

STATEMENTS = {"Header": HEADER, "Episodes": EPISODES, "Missing": MISSING}


def hand_over(cursor: Cursor, table: str) -> None:
    """Put the storable rows of one table where its room takes them from."""
    if table != "Header":
        cursor.execute(SPARE.format(table=table, stage=f"stage_{table.lower()}", child=CHILD))
    cursor.execute(STATEMENTS[table])


def name_children(cursor: Cursor) -> None:
    """After the Header's children are in: whose is each row of the other tables."""
    for statement in KEYS:
        cursor.execute(statement)


def over_others(cursor: Cursor) -> list[Issue]:
    """Reject the rows that the missing room found to lie over an episode that is here already."""
    cursor.execute("""INSERT INTO stage_rejected SELECT 'Missing', number FROM delivered_over ON CONFLICT DO NOTHING""")
    cursor.execute(
        """SELECT o.number, s.child, to_char(o.started AT TIME ZONE 'Europe/London', 'DD/MM/YYYY'),
             to_char(o.ended AT TIME ZONE 'Europe/London', 'DD/MM/YYYY')
           FROM delivered_over o JOIN stage_missing s USING (number) ORDER BY o.number"""
    )
    found = []
    for number, child, started, ended in cursor.fetchall():
        when = f"from {started} to {ended}" if ended else f"from {started}, still open"
        sentence = OVER_SENTENCE.format(when=when)
        found.append(Issue(OVER, "Missing", number, child, ("MIS_START", "MIS_END"), sentence))
    return found
