"""The period does not start within any of the child's episodes. Check the start date against the episodes'
dates.
"""

CODE = "581"
TABLE = "Missing"
FIELDS = ("MIS_START",)
NEEDS = ("Episodes", "Missing")
STORABLE = True
SQL = """
    SELECT number FROM stage_missing AS missing
    WHERE child_key IN (SELECT child_key FROM stage_episodes) AND NOT EXISTS (
        SELECT FROM stage_episodes AS episode
        WHERE episode.child_key = missing.child_key
          AND mis_start_on >= decom_on AND (mis_start_on <= dec_on OR dec_on IS NULL)
    )
"""
