"""SQL for a rule that looks at every cell of a table: the rows where a cell fails, and which columns."""

from __future__ import annotations

from collections.abc import Mapping

from meg.intake.sources.ssda903.tables import stage


def failing(table: str, tests: Mapping[str, str]) -> str:
    """Selects `number` and `fields` (with commas). `tests`: by column, what is true where it fails."""
    named = ", ".join(f"CASE WHEN {test} THEN '{column}' END" for column, test in tests.items())
    return (
        f"SELECT number, array_to_string(ARRAY[{named}], ',') AS fields FROM {stage(table)} "
        f"WHERE {' OR '.join(f'({test})' for test in tests.values())}"
    )
