"""The period starts after the collection year ended. Check the date, or send the row with the next year's
return.
"""

CODE = "570"
TABLE = "Missing"
FIELDS = ("MIS_START",)
STORABLE = True
SQL = """
    SELECT number FROM stage_missing WHERE mis_start_on > %(end)s
"""
