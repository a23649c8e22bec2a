"""A code is not in the list for this collection year. Check the code; the row was kept as it was sent."""

from meg.intake.sources.ssda903.rules.cells import failing
from meg.intake.sources.ssda903.tables import LOADED, Column

CODE = "MEG13"
STORABLE = True


def _unlisted(column: Column) -> str:
    """True where the code is in none of its lists, as long as at least one of them was given."""
    lists = f"SELECT code FROM stage_code WHERE list IN ({', '.join(repr(name) for name in column.lists)})"
    return f"EXISTS ({lists}) AND {column.raw} <> '' AND upper({column.raw}) NOT IN ({lists})"


SQL = {
    table: failing(table, {column.name: _unlisted(column) for column in columns if column.lists})
    for table, columns in LOADED.items()
    if any(column.lists for column in columns)
}
