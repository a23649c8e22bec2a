"""The end date is not a real date. Write it as day/month/year, like 05/11/2017, or leave it blank while the
child is still missing or away.
"""

CODE = "1005"
TABLE = "Missing"
FIELDS = ("MIS_END",)
STORABLE = False
SQL = """
    SELECT number FROM stage_missing WHERE mis_end <> '' AND mis_end_on IS NULL
"""
