"""The period ends before the collection year began or after it ended. Check the date, or send the row with
the return of that year; a period still open on 31 March has no end date.
"""

CODE = "571"
TABLE = "Missing"
FIELDS = ("MIS_END",)
STORABLE = True
SQL = """
    SELECT number FROM stage_missing WHERE mis_end_on < %(start)s OR mis_end_on > %(end)s
"""
