"""What the tests of intake share: a database cursor, and a return written down in the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper

from meg.intake.reading import read
from meg.intake.sources.ssda903 import checks, stage
from meg.intake.sources.ssda903.tables import KNOWN, LOADED

START, END = date(2017, 4, 1), date(2018, 3, 31)


@dataclass
class Checked:
    """A return after its checks: which rows break which rule, and which are set aside."""

    issues: list[checks.Issue]
    rejected: dict[str, set[int]] = field(default_factory=dict)

    def rows(self, code: str, table: str = "Missing") -> list[int]:
        return [issue.row for issue in self.issues if issue.code == code and issue.table == table]


@pytest.fixture
def cursor(db: None) -> Iterator[CursorWrapper]:
    """A cursor inside the test's own transaction. Intake needs only temporary tables."""
    with connection.cursor() as found:
        yield found


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """`write(missing="CHILD,DOB,...")` writes each table's lines as a CSV file and returns the folder."""

    def make(**tables: str) -> Path:
        for name, text in tables.items():
            (tmp_path / f"{name}.csv").write_text(text + "\n", encoding="utf-8", newline="")
        return tmp_path

    return make


@pytest.fixture
def check(cursor: CursorWrapper, write: Callable[..., Path]) -> Callable[..., Checked]:
    """`check(header=…, episodes=…, missing=…)`: rows under the usual headings, checked for 2017-18.

    Each table is given as lines without headings. `known`: identifiers of children from an earlier return;
    `codes`: code lists.
    """

    def run(known: tuple[str, ...] = (), codes: dict[str, set[str]] | None = None, **tables: str) -> Checked:
        names = {table.lower(): table for table in LOADED}
        folder = write(**{name: ",".join(KNOWN[names[name]]) + "\n" + text for name, text in tables.items()})
        stage.load(cursor, read([folder], known=KNOWN, loaded=LOADED).files)
        stage.known(cursor, known)
        stage.codes(cursor, codes or {})
        issues = checks.run(cursor, start=START, end=END)
        return Checked(issues, checks.rejected(cursor))

    return run
