"""Keeping figures: what differs from what is kept is written, and what was not found is withdrawn."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from meg.oversight.performance.beside import Beside
from meg.oversight.performance.models import CountedOtherwise, Figure, Indicator, ShownFigure
from meg.oversight.performance.rules import Period

IDENTITY = {"indicator", "period"}
FIRST = ("indicator", "period", "withdrawn_at")
WITHDRAWN = FIRST.index("withdrawn_at")
Table = type[Figure] | type[ShownFigure]


@dataclass(slots=True, kw_only=True)
class Line:
    """What a row of figures says, but for when, by the names of its columns. A thousand of them are compared in each
    computation: as models they would take longer than the counting.
    """

    of: Period
    indicator: str
    period: str
    kind: str
    first_day: date
    last_day: date
    withdrawn_at: datetime | None = None
    numerator: int | None = None
    denominator: int | None = None
    value: Decimal | None = None
    episodes: int | None = None
    beside: Beside = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class FigureLine(Line):
    """A figure as computed. `counted_by`: the line of the specification that counts it. `stands` False: by other words than
    those of its period. Its numbers are kept apart, and known to disclosure control, since what stands can be set beside it.
    `note`: what whoever supplied it says of it, to be shown.
    """

    numerator: int
    measure: str
    settings: dict[str, Any]
    unit: str
    left_out: dict[str, int]
    batches: list[int]
    counted_by: Indicator
    stands: bool = True
    note: str = ""


@dataclass(slots=True, kw_only=True)
class ShownLine(Line):
    """A figure as it may leave."""

    shown: str
    hidden: bool
    why: str
    episodes_shown: str = ""
    note: str = ""


def of_period(number: str, period: Period) -> dict[str, Any]:
    """What a line is of."""
    return {"indicator": number, **_period(period)}


@cache
def _period(period: Period) -> dict[str, Any]:
    return {
        "of": period,
        "period": period.label,
        "kind": period.kind.value,
        "first_day": period.start,
        "last_day": period.end,
    }


def keep(rows: Table, found: Sequence[Line], now: datetime, spared: Collection[str] = ()) -> int:
    """Write what differs from what is kept, and withdraw what was not found, but for the spared indicators. Returns how
    many lines.
    """
    names = columns(rows)
    said = attrgetter(*names)
    kept = {line[:2]: line for line in rows._default_manager.exclude(indicator__in=spared).values_list(*names)}
    differs = [line for line in map(said, found) if kept.pop(line[:2], None) != line]
    differs += [_withdrawn(line, now) for line in kept.values() if line[WITHDRAWN] is None]
    if differs:
        _write(rows._meta.db_table, [dict(zip(names, line, strict=True)) for line in differs], now)
    return len(differs)


@cache
def columns(rows: Table) -> tuple[str, ...]:
    """Everything a row says, but for when: what it is of, whether it is withdrawn, and the rest."""
    names = {column.attname for column in rows._meta.concrete_fields}
    return (*FIRST, *sorted(names - {"id", "partnership_id", "as_at", *FIRST}))


Named = tuple[str, str, str]
"""Family, period and name of a number."""


def keep_otherwise(found: Mapping[Named, int]) -> None:
    """Write the numbers by other words that differ from what is kept. What is counted no longer is left without a number."""
    kept = {
        (family, period, name): value for family, period, name, value in CountedOtherwise.objects.values_list(*NAMED)
    }
    wanted: dict[Named, int | None] = {**dict.fromkeys(kept), **found}
    CountedOtherwise.objects.bulk_create(
        [
            CountedOtherwise(family=named[0], period=named[1], name=named[2], value=value)
            for named, value in wanted.items()
            if named not in kept or kept[named] != value
        ],
        update_conflicts=True,
        unique_fields=["partnership", *NAMED[:3]],
        update_fields=["value"],
    )


NAMED = ("family", "period", "name", "value")


def _withdrawn(line: tuple[Any, ...], now: datetime) -> tuple[Any, ...]:
    return (*line[:WITHDRAWN], now, *line[WITHDRAWN + 1 :])


def _write(table: str, lines: list[dict[str, Any]], now: datetime) -> None:
    """Lines of figures, in one statement: those of a partnership are a thousand and more when they are new."""
    names = list(lines[0])
    changes = ", ".join(f"{name} = excluded.{name}" for name in [*names, "as_at"] if name not in IDENTITY)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO {table} ({", ".join(names)}, as_at)
            SELECT {", ".join(names)}, %s FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)
            ON CONFLICT (partnership_id, indicator, period) DO UPDATE SET {changes}""",
            [now, json.dumps(lines, cls=DjangoJSONEncoder)],
        )
