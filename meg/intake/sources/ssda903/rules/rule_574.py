"""The period starts while an earlier period of the same child is still open, or overlaps it. Close the
earlier period, or correct the dates; starting on the day the earlier one ended is allowed.
"""

CODE = "574"
TABLE = "Missing"
FIELDS = ("MIS_START", "MIS_END")
STORABLE = False
SQL = """
    SELECT number FROM (
        SELECT number, mis_start_on,
               lag(number) OVER earlier AS number_before, lag(mis_end_on) OVER earlier AS end_before
        FROM stage_missing WHERE child_key <> ''
        WINDOW earlier AS (
            PARTITION BY child_key ORDER BY coalesce(mis_end_on, mis_start_on), mis_start_on, number
        )
    ) AS sorted
    WHERE number_before IS NOT NULL AND (end_before IS NULL OR mis_start_on < end_before)
"""
