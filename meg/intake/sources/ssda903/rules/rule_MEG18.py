"""The distance is not a number of miles, or the place is neither IN nor OUT of the area. The row was kept without it;
correct it and send the return again.
"""

from meg.intake.sources.ssda903.rules.cells import failing

CODE = "MEG18"
STORABLE = True
MILES = r"^[0-9]{1,3}([.][0-9]+)?$"
SQL = {
    "Episodes": failing(
        "Episodes",
        {
            "PL_DISTANCE": f"btrim(pl_distance) NOT IN ('') AND btrim(pl_distance) !~ '{MILES}'",
            "PL_LOCATION": "upper(btrim(pl_location)) NOT IN ('', 'IN', 'OUT')",
        },
    )
}
