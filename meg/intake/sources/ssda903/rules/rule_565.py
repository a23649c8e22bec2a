"""There is a start date, but not whether the child was missing (M) or away from placement without
authorisation (A). Give the type.
"""

CODE = "565"
TABLE = "Missing"
FIELDS = ("MISSING", "MIS_START")
STORABLE = False
SQL = """
    SELECT number FROM stage_missing WHERE mis_start <> '' AND missing = ''
"""
