"""The child has no episode in this return, so no missing period should be returned. Add the child's
episodes, or take the row out.
"""

CODE = "1012"
TABLE = "Missing"
FIELDS = ("CHILD",)
NEEDS = ("Episodes", "Missing")
STORABLE = True
SQL = """
    SELECT number FROM stage_missing WHERE child_key NOT IN (SELECT child_key FROM stage_episodes)
"""
