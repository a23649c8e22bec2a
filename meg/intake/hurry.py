"""What loading some thousand rows that are read once needs of PostgreSQL, for one transaction."""

from __future__ import annotations

from typing import Any

HURRY = {"jit": "off", "work_mem": "32MB", "default_statistics_target": "10"}


def hurry(cursor: Any) -> None:
    """Set it until the transaction ends: no compiling of statements, sorting in memory, and small samples of new tables."""
    for setting, value in HURRY.items():
        cursor.execute("SELECT set_config(%s, %s, true)", [setting, value])
