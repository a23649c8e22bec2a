"""The placement the child went missing or away from has ended, but the period has no end date. Give the date
the child was found or returned.
"""

CODE = "575"
TABLE = "Missing"
FIELDS = ("MIS_END",)
NEEDS = ("Episodes", "Missing")
STORABLE = True
SQL = """
    SELECT number FROM stage_missing AS missing
    WHERE mis_end = '' AND EXISTS (
        SELECT FROM stage_episodes AS episode
        WHERE episode.child_key = missing.child_key AND mis_start_on BETWEEN decom_on AND dec_on
    )
"""
