"""The child is in Header more than once. The first row was taken; take the others out, or correct the
identifier.
"""

CODE = "MEG06"
TABLE = "Header"
FIELDS = ("CHILD",)
STORABLE = False
SQL = """
    SELECT number FROM (
        SELECT number, row_number() OVER (PARTITION BY child_key ORDER BY number) AS time
        FROM stage_header WHERE btrim(child) <> ''
    ) AS counted WHERE time > 1
"""
