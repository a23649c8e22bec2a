"""The rules over the stage: which rows break which rule, and which rows cannot be stored. All of it in SQL.

Afterwards `stage_rejected (in_table, number)` names the rows that cannot be stored and `stage_issue (rank,
code, in_table, number, fields)` every rule broken; both last as long as the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any, NamedTuple

from meg.intake.sources.ssda903.rules import RULES, Rule
from meg.intake.sources.ssda903.stage import Cursor
from meg.intake.sources.ssda903.tables import LOADED, stage


class Issue(NamedTuple):
    """A rule that a row breaks. `row` counts from 0 under the headings; `child` is the identifier as sent."""

    code: str
    table: str
    row: int
    child: str
    fields: tuple[str, ...]
    message: str

    def as_json(self) -> dict[str, Any]:
        """The shape of `meg load --json`."""
        return {
            "code": self.code,
            "table": self.table,
            "row": self.row,
            "child": self.child,
            "fields": list(self.fields),
            "message": self.message,
        }


def run(cursor: Cursor, *, start: date, end: date, rules: Collection[Rule] = RULES) -> list[Issue]:
    """Run the rules on the stage for the collection year `start` to `end`, both included.

    Returns every issue by table, row and rule. A rule that needs a table that was not sent is not run.
    """
    cursor.execute("TRUNCATE stage_issue, stage_rejected")
    cursor.execute("SELECT in_table FROM stage_present")
    present = {table for (table,) in cursor.fetchall()}
    for rank, rule in enumerate(rules):
        if present.issuperset(rule.needs):
            for table in present.intersection(rule.sql):
                _run_one(cursor, rank, rule, table, {"start": start, "end": end})
    return list(_issues(cursor, {rule.code: rule.message for rule in rules}))


def rejected(cursor: Cursor) -> dict[str, set[int]]:
    """By table, the numbers of the rows that cannot be stored. After `run`."""
    cursor.execute("SELECT in_table, number FROM stage_rejected")
    found: dict[str, set[int]] = {table: set() for table in LOADED}
    for table, number in cursor.fetchall():
        found[table].add(number)
    return found


def _run_one(cursor: Cursor, rank: int, rule: Rule, table: str, year: dict[str, date]) -> None:
    fields = "%(fields)s" if rule.fields else "fields"
    mark: dict[str, Any] = {
        "rank": rank,
        "code": rule.code,
        "in_table": table,
        "fields": ",".join(rule.fields),
    }
    cursor.execute(
        f"INSERT INTO stage_issue SELECT %(rank)s, %(code)s, %(in_table)s, number, {fields} "
        f"FROM ({rule.sql[table]}) AS broken",
        {**year, **mark},
    )
    if not rule.storable and cursor.rowcount:
        _reject(cursor, rule, table)


def _reject(cursor: Cursor, rule: Rule, table: str) -> None:
    spared = (
        f"AND number NOT IN (SELECT number FROM {stage(table)} JOIN stage_known USING (child_key))"
        if rule.unless_known
        else ""
    )
    cursor.execute(
        f"INSERT INTO stage_rejected SELECT in_table, number FROM stage_issue "
        f"WHERE code = %s AND in_table = %s {spared} ON CONFLICT DO NOTHING",
        [rule.code, table],
    )


def _issues(cursor: Cursor, messages: dict[str, str]) -> Iterator[Issue]:
    for table in LOADED:
        cursor.execute(
            f"SELECT code, number, child, fields FROM stage_issue JOIN {stage(table)} USING (number) "
            f"WHERE in_table = %s ORDER BY number, rank",
            [table],
        )
        for code, number, child, fields in cursor.fetchall():
            yield Issue(code, table, number, child, tuple(fields.split(",")), messages[code])
