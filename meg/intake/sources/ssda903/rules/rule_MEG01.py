"""The row holds a NUL character (shown as ␀), which is not text and cannot be kept. Take it out and send
the row again.
"""

from meg.intake.sources.ssda903.rules.cells import failing
from meg.intake.sources.ssda903.tables import LOADED

CODE = "MEG01"
STORABLE = False
SQL = {
    table: failing(table, {column.name: f"strpos({column.raw}, '␀') > 0" for column in columns})
    for table, columns in LOADED.items()
}
