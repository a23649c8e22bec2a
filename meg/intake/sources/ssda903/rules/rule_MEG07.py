"""The start date of the episode is blank or is not a real date. Write it as day/month/year, like
05/11/2017.
"""

CODE = "MEG07"
TABLE = "Episodes"
FIELDS = ("DECOM",)
STORABLE = False
SQL = """
    SELECT number FROM stage_episodes WHERE decom_on IS NULL
"""
