"""The child is recorded as missing or away, but the date it started is blank. Give the date."""

CODE = "564"
TABLE = "Missing"
FIELDS = ("MISSING", "MIS_START")
STORABLE = False
SQL = """
    SELECT number FROM stage_missing WHERE missing_code IN ('M', 'A') AND mis_start = ''
"""
