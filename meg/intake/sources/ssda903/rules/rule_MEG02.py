"""A value is longer than its column can be. Check that the value stands under the right heading."""

from meg.intake.sources.ssda903.rules.cells import failing
from meg.intake.sources.ssda903.tables import LOADED

CODE = "MEG02"
STORABLE = False
SQL = {
    table: failing(table, {column.name: f"length({column.raw}) > {column.longest}" for column in columns})
    for table, columns in LOADED.items()
}
