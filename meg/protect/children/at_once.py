"""Rows of several tables by one question to the database, each table's through its own row policies."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models

Asked = models.QuerySet[Any, Any]
"""Rows as `values()`."""


def rows_at_once(asked: Sequence[Asked]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row with the place of what it answers. A moment in a row is text in ISO 8601, a day too."""
    found = [one.query.sql_with_params() for one in asked]
    sql = " UNION ALL ".join(f"SELECT {place}, to_jsonb(t) FROM ({one}) AS t" for place, (one, _) in enumerate(found))
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _, values in found for value in values])
        for place, row in cursor.fetchall():
            yield place, json.loads(row) if isinstance(row, str) else row


def moment_of(text: str) -> datetime:
    """A moment of a row."""
    return datetime.fromisoformat(text)
