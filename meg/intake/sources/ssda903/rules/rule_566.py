"""There is an end date, but not whether the child was missing (M) or away from placement without
authorisation (A). Give the type.
"""

CODE = "566"
TABLE = "Missing"
FIELDS = ("MISSING", "MIS_END")
STORABLE = False
SQL = """
    SELECT number FROM stage_missing WHERE mis_end <> '' AND missing = ''
"""
