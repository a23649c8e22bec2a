"""The type is neither M (missing) nor A (away from placement without authorisation)."""

CODE = "1006"
TABLE = "Missing"
FIELDS = ("MISSING",)
STORABLE = False
SQL = """
    SELECT number FROM stage_missing WHERE missing_code NOT IN ('M', 'A', '')
"""
