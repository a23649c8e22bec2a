"""Where a return waits while it is checked: temporary tables, gone when the transaction ends.

`stage_header`, `stage_episodes` and `stage_missing` hold every row as sent, with its number, its child in
capitals (`child_key`), each date as a date (`mis_start_on`; empty where it is blank or no date) and each
code in capitals (`missing_code`). `stage_care` holds each child's unbroken times looked after. The role at
work needs TEMP, nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

import psycopg
from django.db.backends.utils import CursorWrapper

from meg.intake.hurry import hurry
from meg.intake.reading import SentFile
from meg.intake.rules import year_of
from meg.intake.sources.ssda903.tables import LOADED, Column, Kind, stage

Cursor = psycopg.Cursor[Any] | CursorWrapper

OWN_TABLES = {
    "stage_present": "(in_table text PRIMARY KEY, rows integer NOT NULL)",
    "stage_code": "(list text, code text, PRIMARY KEY (list, code))",
    "stage_known": "(child_key text PRIMARY KEY)",
    "stage_issue": "(rank integer, code text, in_table text, number integer, fields text)",
    "stage_rejected": "(in_table text, number integer, PRIMARY KEY (in_table, number))",
}
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
ROWS_AT_A_TIME = 2_000


def load(cursor: Cursor, files: Iterable[SentFile]) -> dict[str, int]:
    """Stage these files and return how many rows each table has. Raises FileTrouble at the first ragged row.

    Any earlier stage of this transaction is emptied. Tables that were not sent are there, without rows.
    """
    hurry(cursor)
    _empty(cursor)
    counts = {file.table: _copy(cursor, file) for file in files}
    _days(cursor)
    for table in LOADED:
        _derive(cursor, table)
        if table in counts:
            cursor.execute("INSERT INTO stage_present VALUES (%s, %s)", [table, counts[table]])
    _care(cursor)
    return counts


def codes(cursor: Cursor, lists: Mapping[str, Iterable[str]]) -> None:
    """The codes that are good in this collection year, by list. A list that is not given is not checked."""
    rows = [(name, code.upper()) for name, some in lists.items() for code in set(some)]
    cursor.executemany("INSERT INTO stage_code VALUES (%s, %s) ON CONFLICT DO NOTHING", rows)


def known(cursor: Cursor, identifiers: Iterable[str]) -> None:
    """The sender's identifiers of children we already have: their rows may come without a Header row."""
    rows = [(value.upper(),) for value in identifiers]
    cursor.executemany("INSERT INTO stage_known VALUES (%s) ON CONFLICT DO NOTHING", rows)


def another_year(cursor: Cursor, *, start: date, end: date) -> str | None:
    """One sentence where the return is plainly for another collection year than `start` to `end`; else None.

    Plainly: of the days on which an episode or a missing period ended, or a missing period began, fewer than
    one in ten fall in the year; or, where there are fewer than 20 such days, no row reaches into the year at
    all.
    """
    cursor.execute(DAYS_BY_YEAR)
    days = {year_of(date(first, 4, 1)): int(count) for first, count in cursor.fetchall()}
    if not days:
        return None
    sent_as, total = year_of(start), sum(days.values())
    if total >= 20:
        elsewhere = days.get(sent_as, 0) * 10 < total
    else:
        cursor.execute(REACHES_INTO_YEAR, {"start": start, "end": end})
        elsewhere = cursor.fetchall() == [(False,)]
    if not elsewhere:
        return None
    return (
        f"This return was sent as {sent_as}, which is {start:%d/%m/%Y} to {end:%d/%m/%Y}, but most of its "
        f"dates are of {max(days, key=lambda year: days[year])}. Choose the year it is for and send it again."
    )


DAYS_BY_YEAR = """
    SELECT extract(year FROM day - interval '3 months')::int, count(*)
    FROM (
        SELECT mis_start_on AS day FROM stage_missing
        UNION ALL SELECT mis_end_on FROM stage_missing
        UNION ALL SELECT dec_on FROM stage_episodes
    ) AS every WHERE day IS NOT NULL GROUP BY 1
"""
REACHES_INTO_YEAR = """
    SELECT EXISTS (
        SELECT FROM stage_missing
        WHERE mis_start_on <= %(end)s AND coalesce(mis_end_on, mis_start_on) >= %(start)s
    ) OR EXISTS (
        SELECT FROM stage_episodes WHERE decom_on <= %(end)s AND coalesce(dec_on, %(start)s) >= %(start)s
    )
"""


def _empty(cursor: Cursor) -> None:
    made = dict(OWN_TABLES)
    for table, columns in LOADED.items():
        texts = ", ".join(f"{column.raw} text NOT NULL DEFAULT ''" for column in columns)
        made[f"{stage(table)}_sent"] = f"(number integer NOT NULL, {texts})"
    old = [*made, "stage_day", "stage_care", *map(stage, LOADED)]
    cursor.execute(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{name}' for name in old)}")
    for name, definition in made.items():
        cursor.execute(f"CREATE TEMP TABLE {name} {definition} ON COMMIT DROP")


def _copy(cursor: Cursor, file: SentFile) -> int:
    """Stream a file's rows into the stage. Returns how many there were."""
    columns = ", ".join(["number", *(column.lower() for column in file.columns)])
    lines = _lines(file)
    count = 0
    with cursor.copy(f"COPY {stage(file.table)}_sent ({columns}) FROM STDIN") as copy:
        while block := list(islice(lines, ROWS_AT_A_TIME)):
            copy.write("".join(block))
            count += len(block)
    return count


def _lines(file: SentFile) -> Iterator[str]:
    """Rows in COPY's text format, each after its number."""
    if file.is_plain:
        for number, row in enumerate(file.rows()):
            yield str(number) + "\t" + "\t".join(row) + "\n"
    else:
        for number, row in enumerate(file.rows()):
            yield str(number) + "\t" + "\t".join(cell.translate(ESCAPES) for cell in row) + "\n"


def _days(cursor: Cursor) -> None:
    """Every date as it was written, understood once."""
    written = " UNION ".join(f"SELECT {column.raw} AS text FROM {stage(table)}_sent" for table, column in _dates())
    cursor.execute(
        f"CREATE TEMP TABLE stage_day ON COMMIT DROP AS SELECT text, {day('text')} AS day FROM ({written}) AS written"
    )
    cursor.execute("ANALYZE stage_day")


def _dates() -> list[tuple[str, Column]]:
    return [(table, column) for table, columns in LOADED.items() for column in columns if column.kind is Kind.DATE]


def _derive(cursor: Cursor, table: str) -> None:
    """The stage proper: rows as sent, and what they say."""
    name = stage(table)
    dates = [column for at, column in _dates() if at == table]
    found = ["upper(child) AS child_key", *(f"{each.derived}.day AS {each.derived}" for each in dates)]
    joins = [f"JOIN stage_day AS {each.derived} ON {each.derived}.text = sent.{each.raw}" for each in dates]
    if table == "Missing":
        found.append("upper(missing) AS missing_code")
    cursor.execute(
        f"CREATE TEMP TABLE {name} ON COMMIT DROP AS "
        f"SELECT sent.*, {', '.join(found)} FROM {name}_sent AS sent {' '.join(joins)}"
    )
    cursor.execute(f"DROP TABLE {name}_sent")
    cursor.execute(f"ANALYZE {name} ({', '.join(['number', 'child_key', *(each.derived for each in dates)])})")


def day(text: str) -> str:
    """SQL that turns DD/MM/YYYY into a date, and anything else into NULL, whatever the server's date style.

    Takes what the reference implementation takes: a nought may be left out (5/1/2018) or be a space (
    5/01/2018); the year has four figures, 1678 to 2261.
    """
    years = "(16(7[89]|[89][0-9])|(1[7-9]|2[01])[0-9][0-9]|22([0-5][0-9]|6[01]))"
    shape = f"^(0?[1-9]|[12][0-9]|3[01]| [1-9])/(0?[1-9]|1[0-2])/{years}$"
    iso = f"right({text}, 4) || '-' || split_part({text}, '/', 2) || '-' || ltrim(split_part({text}, '/', 1))"
    return f"CASE WHEN {text} ~ '{shape}' AND pg_input_is_valid({iso}, 'date') THEN ({iso})::date END"


def _care(cursor: Cursor) -> None:
    """Unbroken times looked after: an episode joins the one before unless it starts after that one ended.

    `ended` is the end of the episode that started last, empty while it is open. Rows without a child join
    nothing.
    """
    cursor.execute("""
        CREATE TEMP TABLE stage_care ON COMMIT DROP AS
        SELECT child_key, min(decom_on) AS began,
               (array_agg(dec_on ORDER BY decom_on DESC, number DESC))[1] AS ended
        FROM (
            SELECT child_key, decom_on, dec_on, number,
                   count(*) FILTER (WHERE child_key = '' OR decom_on > before)
                       OVER (PARTITION BY child_key ORDER BY decom_on, number) AS time
            FROM (
                SELECT child_key, decom_on, dec_on, number,
                       lag(dec_on) OVER (PARTITION BY child_key ORDER BY decom_on, number) AS before
                FROM stage_episodes WHERE decom_on IS NOT NULL
            ) AS episodes
        ) AS timed
        GROUP BY child_key, time
    """)
    cursor.execute("ANALYZE stage_care")
