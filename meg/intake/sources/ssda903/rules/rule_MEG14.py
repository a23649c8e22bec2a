"""The date of birth is blank or is not a real date. It is not needed to keep the row, but the return needs
it.
"""

CODE = "MEG14"
TABLE = "Missing"
FIELDS = ("DOB",)
STORABLE = True
SQL = """
    SELECT number FROM stage_missing WHERE dob_on IS NULL
"""
