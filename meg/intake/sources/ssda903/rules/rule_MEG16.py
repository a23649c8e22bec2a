"""The period overlaps another one of the same child that was taken. Correct the dates of one of the two."""

CODE = "MEG16"
TABLE = "Missing"
FIELDS = ("MIS_START", "MIS_END")
STORABLE = False
LAST = True
SQL = """
    SELECT number FROM (
        SELECT number, mis_start_on, max(coalesce(mis_end_on, 'infinity')) OVER (
            PARTITION BY child_key ORDER BY mis_start_on, number
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest
        FROM stage_missing AS missing WHERE NOT EXISTS (
            SELECT FROM stage_rejected AS rejected
            WHERE rejected.in_table = 'Missing' AND rejected.number = missing.number)
    ) AS taken WHERE mis_start_on < latest
"""
