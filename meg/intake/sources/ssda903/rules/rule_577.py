"""The child's time looked after is over, but the period has no end date or does not lie within a time looked
after. Give the end date, or correct the dates of the episodes.
"""

CODE = "577"
TABLE = "Missing"
FIELDS = ("MIS_END",)
NEEDS = ("Episodes", "Missing")
STORABLE = True
SQL = """
    SELECT missing.number FROM stage_missing AS missing JOIN stage_care AS care USING (child_key)
    WHERE mis_start_on IS NOT NULL
    GROUP BY missing.number
    HAVING bool_and(coalesce(
        CASE WHEN mis_end_on IS NULL THEN care.ended IS NOT NULL OR mis_start_on < care.began
             ELSE mis_end_on > care.ended OR mis_end_on < care.began END, false))
"""
