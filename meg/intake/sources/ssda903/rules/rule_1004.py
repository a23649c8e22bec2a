"""The start date is blank or is not a real date. Write it as day/month/year, like 05/11/2017."""

CODE = "1004"
TABLE = "Missing"
FIELDS = ("MIS_START",)
STORABLE = False
SQL = """
    SELECT number FROM stage_missing WHERE mis_start_on IS NULL
"""
