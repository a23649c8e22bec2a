"""The child's identifier is blank. Give the one your own system uses."""

from meg.intake.sources.ssda903.tables import LOADED, stage

CODE = "MEG03"
FIELDS = ("CHILD",)
STORABLE = False
SQL = {table: f"SELECT number FROM {stage(table)} WHERE btrim(child) = ''" for table in LOADED}
