"""The date of birth is not a real date. Write it as day/month/year, like 05/11/2007."""

CODE = "MEG04"
TABLE = "Header"
FIELDS = ("DOB",)
STORABLE = False
SQL = """
    SELECT number FROM stage_header WHERE dob <> '' AND dob_on IS NULL
"""
