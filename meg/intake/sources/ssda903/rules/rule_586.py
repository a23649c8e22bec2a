"""The period starts on or before the child's date of birth. Correct the start date or the date of birth."""

CODE = "586"
TABLE = "Missing"
FIELDS = ("MIS_START",)
STORABLE = True
SQL = """
    SELECT number FROM stage_missing WHERE mis_start_on <= dob_on
"""
