"""The period starts when the child is not looked after: before the time looked after began, or after it
ended. Check the start date against the child's episodes.
"""

CODE = "578"
TABLE = "Missing"
FIELDS = ("MIS_START",)
NEEDS = ("Episodes", "Missing")
STORABLE = True
SQL = """
    SELECT missing.number FROM stage_missing AS missing JOIN stage_care AS care USING (child_key)
    GROUP BY missing.number
    HAVING bool_and(coalesce(mis_start_on < care.began OR mis_start_on > care.ended, false))
"""
