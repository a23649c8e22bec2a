"""The episode ends before it starts. Correct one of the dates."""

CODE = "MEG09"
TABLE = "Episodes"
FIELDS = ("DECOM", "DEC")
STORABLE = False
SQL = """
    SELECT number FROM stage_episodes WHERE dec_on < decom_on
"""
