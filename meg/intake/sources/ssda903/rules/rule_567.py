"""The end date is before the start date. The same day is allowed. Correct one of them."""

CODE = "567"
TABLE = "Missing"
FIELDS = ("MIS_START", "MIS_END")
STORABLE = False
SQL = """
    SELECT number FROM stage_missing WHERE mis_start_on > mis_end_on
"""
