"""The end date of the episode is not a real date. Write it as day/month/year, like 05/11/2017, or leave it
blank while the episode goes on.
"""

CODE = "MEG08"
TABLE = "Episodes"
FIELDS = ("DEC",)
STORABLE = False
SQL = """
    SELECT number FROM stage_episodes WHERE dec <> '' AND dec_on IS NULL
"""
