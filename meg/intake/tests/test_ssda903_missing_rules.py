"""The published rules about Missing: each flags the rows that the reference implementation flags."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from meg.intake.sources.ssda903.rules import RULES, Rule

if TYPE_CHECKING:
    from meg.intake.tests.conftest import Checked

Check = Callable[..., "Checked"]

HEADER = "1,M,01/01/2005,WBRI,,,\n2,F,02/02/2006,WBRI,,,"
EPISODES = "1,01/06/2016,S,C2,N1,U6,PR1,,,,,,\n2,01/06/2016,S,C2,N1,U6,PR1,,,,,,"


def missing(*rows: str) -> dict[str, str]:
    """Rows of Missing as 'TYPE START END' of child 1, or 'CHILD:TYPE START END'; '-' blank, '_' a space."""
    lines = []
    for row in rows:
        child, _, rest = row.rpartition(":")
        kind, start, end = (part.replace("_", " ").replace("-", "") for part in rest.split())
        child = (child or "1").replace("-", "")
        born = {"1": "01/01/2005", "2": "02/02/2006"}.get(child, "")
        lines.append(f"{child},{born},{kind},{start},{end}")
    return {"header": HEADER, "episodes": EPISODES, "missing": "\n".join(lines)}


@pytest.mark.parametrize(
    "start",
    [
        *("-", "31/02/2018", "1/2/18", "2018~02~01", "29/02/2017", "00/01/2018", "12/13/2017", "NA", "_"),
        "05/11/2017_",
        "__5/11/2017",
        "5/_1/2017",
        "05/11/02017",
        "01/01/0001",
        "01/01/9999",
        "+5/11/2017",
        "today",
    ],
)
def test_1004_a_start_that_is_blank_or_no_date(check: Check, start: str) -> None:
    row = missing(f"M {start} -")
    row["missing"] = row["missing"].replace("~", "-")
    checked = check(**row)
    assert checked.rows("1004") == [0]
    assert checked.rejected["Missing"] == {0}


@pytest.mark.parametrize("start", ["05/11/2017", "5/11/2017", "05/1/2018", "_5/11/2017", "29/02/2016", "1/1/2018"])
def test_1004_leaves_a_date_however_its_noughts_are_written(check: Check, start: str) -> None:
    assert check(**missing(f"M {start} -")).rows("1004") == []


def test_1005_an_end_that_is_no_date(check: Check) -> None:
    checked = check(**missing("M 01/05/2017 -", "M 02/06/2017 31/06/2017", "M 03/07/2017 03/07/2017", "M 4/8/2017 _"))
    assert checked.rows("1005") == [1, 3]
    assert {1, 3} <= checked.rejected["Missing"]


def test_1006_a_type_that_is_neither_m_nor_a(check: Check) -> None:
    checked = check(**missing(*(f"{kind} 0{day}/05/2017 0{day}/05/2017" for day, kind in enumerate(TYPES, 1))))
    assert checked.rows("1006") == [4, 5, 6]
    assert {4, 5, 6} <= checked.rejected["Missing"]


TYPES = ["M", "A", "m", "a", "X", "_M", "AWAY", "-"]


def test_564_a_type_without_a_start(check: Check) -> None:
    checked = check(**missing("M - -", "a - 01/05/2017", "X - -", "- - -", "M 31/02/2018 -"))
    assert checked.rows("564") == [0, 1]
    assert {0, 1} <= checked.rejected["Missing"]


def test_565_a_start_without_a_type(check: Check) -> None:
    checked = check(**missing("- 01/05/2017 -", "- 31/02/2018 -", "- - 01/05/2017", "_ 01/06/2017 -"))
    assert checked.rows("565") == [0, 1]
    assert {0, 1} <= checked.rejected["Missing"]


def test_566_an_end_without_a_type(check: Check) -> None:
    checked = check(**missing("- - 01/05/2017", "- 01/06/2017 31/06/2017", "- 01/07/2017 -", "M - 01/05/2017"))
    assert checked.rows("566") == [0, 1]
    assert {0, 1} <= checked.rejected["Missing"]


def test_567_an_end_before_its_start(check: Check) -> None:
    checked = check(**missing("M 02/05/2017 01/05/2017", "M 03/06/2017 03/06/2017", "M 04/07/2017 -"))
    assert checked.rows("567") == [0]
    assert checked.rejected["Missing"] == {0}


def test_570_a_start_after_the_year(check: Check) -> None:
    checked = check(**missing("M 31/03/2018 31/03/2018", "2:M 01/04/2018 -", "M 31/03/2017 01/04/2017"))
    assert checked.rows("570") == [1]
    assert checked.rejected["Missing"] == set()


def test_571_an_end_outside_the_year(check: Check) -> None:
    rows = [
        "M 01/03/2017 31/03/2017",
        "M 31/03/2017 01/04/2017",
        "M 30/03/2018 31/03/2018",
        "2:M 31/03/2018 01/04/2018",
    ]
    checked = check(**missing(*rows))
    assert checked.rows("571") == [0, 3]
    assert checked.rejected["Missing"] == set()


@pytest.mark.parametrize(
    ("rows", "flagged"),
    [
        (["M 01/05/2017 03/05/2017", "M 03/05/2017 04/05/2017"], []),
        (["M 01/05/2017 03/05/2017", "M 02/05/2017 04/05/2017"], [1]),
        (["M 02/05/2017 04/05/2017", "M 01/05/2017 03/05/2017"], [0]),
        (["M 01/05/2017 -", "M 02/06/2017 04/06/2017"], [1]),
        (["M 01/05/2017 -", "M 02/06/2017 -"], [1]),
        (["M 01/05/2017 -", "2:M 02/06/2017 -"], []),
        (["-:M 01/05/2017 -", "-:M 02/06/2017 -"], []),
        (["ab:M 01/05/2017 -", "AB:M 02/06/2017 -"], [1]),
        (["M 01/05/2017 20/05/2017", "M 05/05/2017 06/05/2017"], [0]),
        (["M 01/05/2017 01/05/2017", "M 01/05/2017 01/05/2017"], []),
        (["M 01/05/2017 31/06/2017", "M 02/06/2017 04/06/2017"], [1]),
        (["M - 01/05/2017", "M 02/05/2017 03/05/2017"], []),
        (["M - -", "M 02/05/2017 03/05/2017"], []),
        (["M - -", "M - -"], [1]),
        (["M 01/05/2017 -", "M 02/06/2017 04/06/2017", "M 05/06/2017 06/06/2017"], [1]),
    ],
)
def test_574_periods_of_one_child_that_overlap(check: Check, rows: list[str], flagged: list[int]) -> None:
    checked = check(**missing(*rows))
    assert checked.rows("574") == flagged
    assert set(flagged) <= checked.rejected["Missing"]


def episodes(*spans: str) -> str:
    """Episodes of child 1 as 'DECOM DEC'; '-' is blank."""
    rows = []
    for span in spans:
        decom, dec = (part.replace("-", "") for part in span.split())
        rows.append(f"1,{decom},S,C2,N1,U6,PR1,{dec},,,,,")
    return "\n".join(rows)


def test_575_open_though_the_placement_ended(check: Check) -> None:
    rows = missing(
        "M 01/06/2016 -",
        "M 01/08/2017 -",
        "M 02/08/2017 -",
        "M 01/05/2017 02/05/2017",
        "M 01/05/2017 31/06/2017",
    )
    rows["episodes"] = episodes("01/06/2016 01/08/2017", "05/08/2017 -")
    checked = check(**rows)
    assert checked.rows("575") == [0, 1]
    assert 0 not in checked.rejected["Missing"]


@pytest.mark.parametrize(
    ("spans", "row", "flagged"),
    [
        (["01/06/2016 01/08/2017"], "M 01/05/2017 -", True),
        (["01/06/2016 01/08/2017"], "M 01/05/2017 01/08/2017", False),
        (["01/06/2016 01/08/2017"], "M 01/05/2017 02/08/2017", True),
        (["01/06/2016 -"], "M 01/05/2016 -", True),
        (["01/06/2016 -"], "M 01/05/2017 -", False),
        (["01/06/2016 -"], "M 01/05/2016 31/05/2016", True),
        (["01/06/2016 01/08/2017", "01/08/2017 -"], "M 01/05/2017 -", False),
        (["01/06/2016 01/08/2017", "02/08/2017 -"], "M 10/05/2017 -", True),
        (["01/06/2016 01/08/2017", "02/08/2017 05/08/2017"], "M 10/05/2017 04/08/2017", False),
        (["01/06/2016 -", "02/08/2017 05/08/2017"], "M 10/05/2017 06/08/2017", True),
        (["02/08/2017 05/08/2017", "01/06/2016 01/08/2017"], "M 10/05/2017 10/05/2017", False),
        (["01/06/2016 01/08/2017"], "M - -", False),
        (["01/06/2016 01/08/2017"], "M 01/05/2017 31/06/2017", True),
        (["31/06/2016 01/08/2017"], "M 01/05/2017 -", False),
    ],
)
def test_577_open_or_ended_outside_every_time_looked_after(
    check: Check, spans: list[str], row: str, flagged: bool
) -> None:
    rows = missing(row)
    rows["episodes"] = episodes(*spans)
    assert check(**rows).rows("577") == [0] * flagged


@pytest.mark.parametrize(
    ("spans", "row", "flagged"),
    [
        (["01/06/2016 01/08/2017"], "M 31/05/2016 -", True),
        (["01/06/2016 01/08/2017"], "M 01/06/2016 -", False),
        (["01/06/2016 01/08/2017"], "M 01/08/2017 -", False),
        (["01/06/2016 01/08/2017"], "M 02/08/2017 -", True),
        (["01/06/2016 01/08/2017", "03/08/2017 -"], "M 02/08/2017 -", True),
        (["01/06/2016 01/08/2017", "03/08/2017 -"], "M 04/08/2017 -", False),
        (["01/06/2016 -"], "M 04/08/2017 -", False),
        (["01/06/2016 01/08/2017"], "M 31/02/2018 -", False),
    ],
)
def test_578_a_start_outside_every_time_looked_after(check: Check, spans: list[str], row: str, flagged: bool) -> None:
    rows = missing(row)
    rows["episodes"] = episodes(*spans)
    assert check(**rows).rows("578") == [0] * flagged


@pytest.mark.parametrize(
    ("spans", "row", "flagged"),
    [
        (["01/06/2016 01/08/2017"], "M 31/05/2016 -", True),
        (["01/06/2016 01/08/2017"], "M 01/08/2017 -", False),
        (["01/06/2016 01/08/2017", "03/08/2017 -"], "M 02/08/2017 -", True),
        (["01/06/2016 -"], "M 02/08/2019 -", False),
        (["01/06/2016 -"], "M - -", True),
        (["01/06/2016 -"], "M 31/02/2018 -", True),
        (["31/06/2016 -"], "M 02/08/2017 -", True),
        (["01/06/2016 -"], "2:M 02/08/2017 -", False),
    ],
)
def test_581_a_start_within_no_episode(check: Check, spans: list[str], row: str, flagged: bool) -> None:
    rows = missing(row)
    rows["episodes"] = episodes(*spans)
    assert check(**rows).rows("581") == [0] * flagged


def test_586_a_start_on_or_before_the_birth(check: Check) -> None:
    births = ["01/05/2017", "02/05/2017", "30/04/2017", ""]
    rows = "\n".join(f"{child},{born},M,01/05/2017," for child, born in enumerate(births))
    assert check(known=("0", "1", "2", "3"), missing=rows).rows("586") == [0, 1]


def test_1012_a_child_without_an_episode(check: Check) -> None:
    rows = missing("M 01/05/2017 -", "2:M 01/05/2017 -")
    rows["episodes"] = episodes("01/06/2016 -")
    checked = check(**rows)
    assert checked.rows("1012") == [1]
    assert checked.rejected["Missing"] == set()


def test_int04_a_child_not_in_header(check: Check) -> None:
    checked = check(**missing("M 01/05/2017 -", "3:M 01/05/2017 -", "ab:M 01/05/2017 -"))
    assert checked.rows("INT04") == [1, 2]
    assert checked.rejected["Missing"] == {1, 2}


def test_int04_keeps_the_row_of_a_child_who_is_known(check: Check) -> None:
    checked = check(known=("Ab",), **missing("M 01/05/2017 -", "3:M 01/05/2017 -", "aB:M 01/05/2017 -"))
    assert checked.rows("INT04") == [1, 2]
    assert checked.rejected["Missing"] == {1}


def test_int13_a_birth_that_is_not_the_headers(check: Check) -> None:
    rows = {
        "header": HEADER + "\n3,M,,WBRI,,,",
        "missing": "1,02/01/2005,M,01/05/2017,\n2,2/2/2006,M,01/05/2017,",
    }
    rows["missing"] += "\n3,01/01/2005,M,01/05/2017,\n1,31/02/2005,M,09/05/2017,"
    checked = check(**rows)
    assert checked.rows("INT13") == [0]
    assert 0 not in checked.rejected["Missing"]


def test_a_rule_that_needs_a_table_that_was_not_sent_is_not_run(check: Check) -> None:
    checked = check(known=("1",), missing="1,01/01/2005,M,01/05/2017,")
    assert checked.issues == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_each_rule_speaks_for_itself(rule: Rule) -> None:
    code, message = rule.code, rule.message
    assert message.endswith(".")
    assert 40 < len(message) < 250, f"{code} is for a person in a hurry"
