"""The child is not in the Header table. Add the child to Header, or correct the identifier."""

CODE = "INT04"
TABLE = "Missing"
FIELDS = ("CHILD",)
NEEDS = ("Header", "Missing")
STORABLE = False
UNLESS_KNOWN = True
SQL = """
    SELECT number FROM stage_missing WHERE child_key NOT IN (SELECT child_key FROM stage_header)
"""
