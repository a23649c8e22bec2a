"""The date of birth is not the one in the Header table. Correct whichever is wrong."""

CODE = "INT13"
TABLE = "Missing"
FIELDS = ("DOB",)
NEEDS = ("Header", "Missing")
STORABLE = True
SQL = """
    SELECT number FROM stage_missing AS missing
    WHERE EXISTS (
        SELECT FROM stage_header AS header
        WHERE header.child_key = missing.child_key AND header.dob_on <> missing.dob_on
    )
"""
