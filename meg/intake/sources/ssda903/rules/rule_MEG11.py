"""The child has another episode that starts on this day. The first row was taken; correct the date, or take
the row out.
"""

CODE = "MEG11"
TABLE = "Episodes"
FIELDS = ("CHILD", "DECOM")
STORABLE = False
SQL = """
    SELECT number FROM (
        SELECT number, row_number() OVER (PARTITION BY child_key, decom_on ORDER BY number) AS time
        FROM stage_episodes WHERE btrim(child) <> '' AND decom_on IS NOT NULL
    ) AS counted WHERE time > 1
"""
