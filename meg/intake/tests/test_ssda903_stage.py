"""Staging and checking a return as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.db.backends.utils import CursorWrapper

from meg.intake.reading import FileTrouble, read
from meg.intake.sources.ssda903 import checks, stage
from meg.intake.sources.ssda903.tables import KNOWN, LOADED

START, END = date(2017, 4, 1), date(2018, 3, 31)
HEADINGS = "CHILD,DOB,MISSING,MIS_START,MIS_END\n"


def load(cursor: CursorWrapper, folder: Path) -> dict[str, int]:
    return stage.load(cursor, read([folder], known=KNOWN, loaded=LOADED).files)


def test_the_fictitious_return_has_the_rows_the_reference_implementation_flags(
    cursor: CursorWrapper, shared_data: Path
) -> None:
    assert load(cursor, shared_data / "ssda903-fake") == {"Header": 2675, "Episodes": 5050, "Missing": 43}
    found: dict[str, list[int]] = {}
    for issue in checks.run(cursor, start=START, end=END):
        found.setdefault(issue.code, []).append(issue.row)
    assert found == {
        "1012": [18, 19, 26, 27, 34, 35, 36],
        "574": [35],
        "577": [0, 5, 14, 21, 22, 32],
        "578": [5, 14, 21, 32],
        "581": [5, 14, 21, 32],
    }
    assert checks.rejected(cursor) == {"Header": set(), "Episodes": set(), "Missing": {35}}


@pytest.mark.parametrize(("first", "right"), [(2015, False), (2016, False), (2017, True), (2018, False)])
def test_the_fictitious_return_is_for_one_year_only(
    cursor: CursorWrapper, shared_data: Path, first: int, right: bool
) -> None:
    load(cursor, shared_data / "ssda903-fake")
    said = stage.another_year(cursor, start=date(first, 4, 1), end=date(first + 1, 3, 31))
    assert (said is None) == right
    assert said is None or (f"sent as {first}-{first - 1999}" in said and "are of 2017-18" in said)


@pytest.mark.parametrize(
    ("rows", "right"),
    [
        ("1,,M,01/05/2017,", True),
        ("1,,M,01/03/2017,01/04/2017", True),
        ("1,,M,01/04/2018,", False),
        ("1,,M,01/03/2017,31/03/2017", False),
        ("1,,M,31/02/2018,", True),
        ("1,,M,01/05/2017,\n2,,M,01/05/2018,\n3,,M,01/06/2018,", True),
    ],
)
def test_a_short_return_must_reach_into_its_year(
    cursor: CursorWrapper, write: Callable[..., Path], rows: str, right: bool
) -> None:
    load(cursor, write(missing=HEADINGS + rows))
    assert (stage.another_year(cursor, start=START, end=END) is None) == right


def test_an_issue_has_the_published_shape(cursor: CursorWrapper, write: Callable[..., Path]) -> None:
    load(cursor, write(missing=HEADINGS + "Ab1,01/01/2010,M,02/05/2017,01/05/2017"))
    issue = next(found for found in checks.run(cursor, start=START, end=END) if found.code == "567")
    assert issue.as_json() == {
        "code": "567",
        "table": "Missing",
        "row": 0,
        "child": "Ab1",
        "fields": ["MIS_START", "MIS_END"],
        "message": "The end date is before the start date. The same day is allowed. Correct one of them.",
    }


def test_a_blank_line_takes_no_number(cursor: CursorWrapper, write: Callable[..., Path]) -> None:
    load(cursor, write(missing=HEADINGS + "\n1,,M,01/05/2017,\n   \n2,,M,31/02/2018,"))
    rows = [issue.row for issue in checks.run(cursor, start=START, end=END) if issue.code == "1004"]
    assert rows == [1]


def test_values_arrive_as_they_were_sent(cursor: CursorWrapper, write: Callable[..., Path]) -> None:
    load(cursor, write(missing=HEADINGS + '"a\tb","\\N",=cmd|calc, x ,"say ""so"" \\."'))
    cursor.execute("SELECT child, dob, missing, mis_start, mis_end FROM stage_missing")
    assert cursor.fetchall() == [("a\tb", "\\N", "=cmd|calc", " x ", 'say "so" \\.')]


def test_dates_do_not_depend_on_the_servers_date_style(cursor: CursorWrapper, write: Callable[..., Path]) -> None:
    folder = write(missing=HEADINGS + "1,5/01/2010,M,05/11/2017, 6/11/2017")
    for style in ("ISO, MDY", "SQL, DMY", "German, YMD"):
        cursor.execute("SELECT set_config('datestyle', %s, true)", [style])
        load(cursor, folder)
        cursor.execute(
            "SELECT extract(day FROM dob_on), extract(month FROM mis_start_on), mis_end_on - mis_start_on "
            "FROM stage_missing"
        )
        assert cursor.fetchall() == [(5, 11, 1)]


def test_a_ragged_row_stops_the_load_with_its_line(cursor: CursorWrapper, write: Callable[..., Path]) -> None:
    with pytest.raises(FileTrouble, match=r"missing\.csv, line 4: 2 values under 5 headings"):
        load(cursor, write(missing=HEADINGS + "1,,M,01/05/2017,\n2,,M,01/05/2017,\n3,"))


def test_a_second_load_starts_from_nothing(cursor: CursorWrapper, write: Callable[..., Path]) -> None:
    load(cursor, write(missing=HEADINGS + "1,,M,31/02/2018,"))
    checks.run(cursor, start=START, end=END)
    load(cursor, write(missing=HEADINGS + "1,01/01/2010,M,01/05/2017,"))
    stage.known(cursor, ["1"])
    assert checks.run(cursor, start=START, end=END) == []


def test_the_stage_needs_no_right_but_to_make_temporary_tables(
    cursor: CursorWrapper, write: Callable[..., Path]
) -> None:
    cursor.execute("SELECT rolname FROM pg_roles WHERE rolname = current_user AND NOT rolsuper")
    assert cursor.fetchall(), "the tests must not run as a superuser"
    load(cursor, write(missing=HEADINGS + "1,,M,01/05/2017,"))
    cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'stage%%' AND relpersistence <> 't'", [])
    assert cursor.fetchall() == [(0,)]
