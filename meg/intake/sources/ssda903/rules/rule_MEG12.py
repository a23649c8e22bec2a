"""The child has another missing period that starts on this day. The first row was taken; correct the date, or
take the row out.
"""

CODE = "MEG12"
TABLE = "Missing"
FIELDS = ("CHILD", "MIS_START")
STORABLE = False
SQL = """
    SELECT number FROM (
        SELECT number, row_number() OVER (PARTITION BY child_key, mis_start_on ORDER BY number) AS time
        FROM stage_missing WHERE btrim(child) <> '' AND mis_start_on IS NOT NULL
    ) AS counted WHERE time > 1
"""
