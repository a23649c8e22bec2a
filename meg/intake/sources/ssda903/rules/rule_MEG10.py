"""We do not know this child: no row of theirs in Header was taken, and no earlier return named them. Add
the child to Header, or correct the child's row there.
"""

from meg.intake.sources.ssda903.tables import stage

CODE = "MEG10"
FIELDS = ("CHILD",)
STORABLE = False
LAST = True
SQL = {
    table: f"""
    SELECT number FROM {stage(table)} AS row
    WHERE btrim(child) <> '' AND child_key NOT IN (SELECT child_key FROM stage_known)
      AND child_key NOT IN (
        SELECT child_key FROM stage_header AS header WHERE NOT EXISTS (
            SELECT FROM stage_rejected AS rejected
            WHERE rejected.in_table = 'Header' AND rejected.number = header.number))
      AND NOT EXISTS (
        SELECT FROM stage_issue AS issue
        WHERE issue.code = 'INT04' AND issue.in_table = '{table}' AND issue.number = row.number)
"""
    for table in ("Episodes", "Missing")
}
