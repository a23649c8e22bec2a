"""The date of birth is blank. Give it, or the child's age cannot be shown."""

CODE = "MEG05"
TABLE = "Header"
FIELDS = ("DOB",)
STORABLE = True
SQL = """
    SELECT number FROM stage_header WHERE dob = ''
"""
