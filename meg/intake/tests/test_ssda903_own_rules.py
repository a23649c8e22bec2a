"""Our own rules: what could not be kept, and what a person should look at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from meg.intake.tests.conftest import Checked

Check = Callable[..., "Checked"]

HEADER = "1,M,01/01/2005,WBRI,,,"
EPISODE = "1,01/06/2016,S,C2,N1,U6,PR1,,,,,,"
MISSING = "1,01/01/2005,M,01/05/2017,02/05/2017"


def test_a_good_return_has_no_issue(check: Check) -> None:
    checked = check(header=HEADER, episodes=EPISODE, missing=MISSING)
    assert checked.issues == []
    assert checked.rejected == {"Header": set(), "Episodes": set(), "Missing": set()}


def test_meg01_a_nul_character_rejects_its_row_alone(check: Check) -> None:
    checked = check(header=f"{HEADER}\n2,F,02/02/2006,WBRI,U\x00PN,\x00,", missing=MISSING)
    (issue,) = (issue for issue in checked.issues if issue.code == "MEG01")
    assert (issue.table, issue.row, issue.fields) == ("Header", 1, ("UPN", "MOTHER"))
    assert checked.rejected["Header"] == {1}
    assert checked.rejected["Missing"] == set()


def test_meg02_a_value_too_long_rejects_its_row_alone(check: Check) -> None:
    checked = check(
        header=f"{HEADER}\n2,MALE,02/02/2006,WBRI,{'9' * 501},,\n3,M,02/02/2006,WBRI,{'9' * 500},,",
        episodes=f"{EPISODE}\n1,01/07/2016,P,C2,N1,U6,PR1,,,,AB12 34CDE,AB12 3CD,",
    )
    found = [(issue.table, issue.row, issue.fields) for issue in checked.issues if issue.code == "MEG02"]
    assert found == [("Header", 1, ("SEX", "UPN")), ("Episodes", 1, ("HOME_POST",))]
    assert checked.rejected == {"Header": {1}, "Episodes": {1}, "Missing": set()}


def test_meg03_a_row_without_a_child(check: Check) -> None:
    checked = check(
        header=f"{HEADER}\n,M,01/01/2005,WBRI,,,", episodes=f"  {EPISODE[1:]}", missing=f"\n{MISSING}\n,,,,"
    )
    assert checked.rows("MEG03", "Header") == [1]
    assert checked.rows("MEG03", "Episodes") == [0]
    assert checked.rows("MEG03") == [1]
    assert checked.rejected == {"Header": {1}, "Episodes": {0}, "Missing": {1}}


def test_meg04_a_birth_that_is_no_date_is_rejected_and_meg05_a_blank_one_flagged(check: Check) -> None:
    checked = check(header=f"{HEADER}\n2,M,31/02/2005,WBRI,,,\n3,M,,WBRI,,,")
    assert checked.rows("MEG04", "Header") == [1]
    assert checked.rows("MEG05", "Header") == [2]
    assert checked.rejected["Header"] == {1}


def test_meg06_the_first_of_a_child_twice_in_header_is_taken(check: Check) -> None:
    checked = check(header="ab,M,01/01/2005,WBRI,,,\nAB,M,01/01/2006,WBRI,,,\nc,M,01/01/2005,WBRI,,,")
    assert checked.rows("MEG06", "Header") == [1]
    assert checked.rejected["Header"] == {1}


def test_meg07_meg08_meg09_an_episodes_dates(check: Check) -> None:
    spans = [",", "31/02/2017,", "01/05/2017,31/06/2017", "02/05/2017,01/05/2017", "03/05/2017,03/05/2017"]
    rows = [f"1,{start},S,C2,N1,U6,PR1,{end},,,,," for start, _, end in (span.partition(",") for span in spans)]
    checked = check(header=HEADER, episodes="\n".join(rows))
    assert checked.rows("MEG07", "Episodes") == [0, 1]
    assert checked.rows("MEG08", "Episodes") == [2]
    assert checked.rows("MEG09", "Episodes") == [3]
    assert checked.rejected["Episodes"] == {0, 1, 2, 3}


def test_meg10_a_child_nobody_knows(check: Check) -> None:
    header = f"{HEADER}\n2,M,31/02/2005,WBRI,,,\n4,M,31/02/2005,WBRI,,,"
    checked = check(
        known=("3", "4"),
        header=header,
        episodes="\n".join(EPISODE.replace("1", child, 1) for child in "12345"),
        missing="\n".join(MISSING.replace("1", child, 1) for child in "12345"),
    )
    assert checked.rows("MEG10", "Episodes") == [1, 4]
    assert checked.rows("INT04") == [2, 4]
    assert checked.rows("MEG10") == [1]
    assert checked.rejected == {"Header": {1, 2}, "Episodes": {1, 4}, "Missing": {1, 4}}


def test_meg10_without_header_only_known_children_are_taken(check: Check) -> None:
    checked = check(known=("1",), missing=f"{MISSING}\n{MISSING.replace('1', '2', 1)}")
    assert checked.rows("MEG10") == [1]
    assert checked.rejected["Missing"] == {1}


def test_meg11_two_episodes_from_one_day(check: Check) -> None:
    checked = check(
        header=HEADER,
        episodes=f"{EPISODE}\n{EPISODE.replace('01/06', '1/6')}\n{EPISODE.replace('01/06', '02/06')}",
    )
    assert checked.rows("MEG11", "Episodes") == [1]
    assert checked.rejected["Episodes"] == {1}


def test_meg12_two_periods_from_one_day(check: Check) -> None:
    same = "1,01/01/2005,M,01/05/2017,01/05/2017"
    checked = check(header=HEADER, missing=f"{same}\n{same}\n1,01/01/2005,M,02/05/2017,")
    assert checked.rows("574") == []
    assert checked.rows("MEG12") == [1]
    assert checked.rejected["Missing"] == {1}


def test_meg13_a_code_that_is_in_no_list(check: Check) -> None:
    lists = {"sex_to_2024": {"1", "2"}, "dfe_ethnicity": {"WBRI"}, "ssda903_placement": {"U6", "K2"}}
    checked = check(
        codes=lists,
        header="1,1,01/01/2005,wbri,,,\n2,M,02/02/2006,XXXX,,,\n3,,02/02/2006,,,,",
        episodes=f"{EPISODE}\n{EPISODE.replace('U6', 'Q9').replace('/06/', '/07/')}",
    )
    found = [(issue.table, issue.row, issue.fields) for issue in checked.issues if issue.code == "MEG13"]
    assert found == [("Header", 1, ("SEX", "ETHNIC")), ("Episodes", 1, ("PLACE",))]
    assert checked.rejected == {"Header": set(), "Episodes": set(), "Missing": set()}


def test_meg14_a_missing_row_without_its_birth_is_kept(check: Check) -> None:
    checked = check(header=HEADER, missing="1,,M,01/05/2017,\n")
    assert checked.rows("MEG14") == [0]
    assert checked.rejected["Missing"] == set()


def test_meg16_what_would_still_overlap_once_others_are_set_aside(check: Check) -> None:
    spans = ["01/05/2017,", "02/06/2017,04/06/2017", "05/06/2017,06/06/2017"]
    checked = check(header=HEADER, missing="\n".join(f"1,01/01/2005,M,{span}" for span in spans))
    assert checked.rows("574") == [1]
    assert checked.rows("MEG16") == [2]
    assert checked.rejected["Missing"] == {1, 2}


def test_meg16_does_not_count_a_row_that_is_set_aside(check: Check) -> None:
    spans = ["X,01/05/2017,30/05/2017", "M,02/05/2017,04/05/2017", "M,05/05/2017,06/05/2017"]
    checked = check(header=HEADER, missing="\n".join(f"1,01/01/2005,{span}" for span in spans))
    assert checked.rows("MEG16") == []
    assert checked.rejected["Missing"] == {0}
