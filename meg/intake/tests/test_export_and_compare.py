"""What is recorded, as the return wants it, and beside another return: export then load changes nothing."""

from __future__ import annotations

import csv
import io
import json
import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.intake.models import Batch
from meg.intake.sources.annex_a import HEADINGS
from meg.intake.tests.sending import Return
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import CareEpisode, Child
from meg.protect.missing.actions import correct_episode, record_episode
from meg.protect.missing.models import Episode
from meg.protect.missing.rules import LONDON, Told

NOW = datetime(2018, 8, 1, 12, tzinfo=LONDON)


def run(*words: str | Path, **options: Any) -> tuple[int, str, str]:
    """The exit code, what was said, and what was said beside it."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*map(str, words), stdout=out, stderr=err, **options)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def exported(path: Path, year: str = "2017-18") -> list[dict[str, str]]:
    """The rows that are written for a year."""
    run("export", "ssda903-missing", year=year, out=path)
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def loaded_again(path: Path, year: str = "2017-18") -> dict[str, int]:
    """What loading a written table changes."""
    code, said, _ = run("load", "ssda903", path, year=year, json=True)
    found = json.loads(said)
    assert code == 0, found["issues"]
    rows: dict[str, int] = found["rows"]
    return rows


def in_care(cast: Cast, number: str = "X1") -> Child:
    child = cast.child(agency="Penfield Academy", number=number)
    with seated(cast.operator):
        CareEpisode.objects.create(child=child, started=date(2015, 1, 1), placement_type="K2")
    return child


def told(start: datetime, end: datetime | None, status: str = "M") -> Told:
    return Told("care", status, "", "childrens_home", start, returned_at=end)


def add(cast: Cast, child: Child, start: datetime, end: datetime | None, status: str = "M") -> Episode:
    with seated(cast.by("helen")) as by:
        return record_episode(by=by, child=child, told=told(start, end, status), now=NOW)


def at(month: int, day: int, hour: int = 20, year: int = 2017) -> datetime:
    return datetime(year, month, day, hour, tzinfo=LONDON)


def test_a_return_that_was_loaded_is_written_as_it_came(cast: Cast, tmp_path: Path) -> None:
    folder = Return().into(tmp_path / "return")
    run("load", "ssda903", folder, year="2017-18")
    sent = next(path for path in folder.iterdir() if "MIS_START" in path.read_text(encoding="utf-8-sig"))
    rows = list(csv.DictReader(sent.read_text(encoding="utf-8-sig").splitlines()))
    assert sorted(map(str, exported(tmp_path / "out.csv"))) == sorted(map(str, rows))
    assert loaded_again(tmp_path / "out.csv") == {"read": 3, "accepted": 0, "rejected": 0, "unchanged": 3}


def test_what_was_recorded_by_hand_is_written_and_loading_it_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    child = in_care(cast)
    add(cast, child, at(6, 1), at(6, 2, 3))
    add(cast, child, at(6, 2, 10), at(6, 2, 12), "A")
    add(cast, child, at(6, 2, 14), at(6, 2, 22))
    add(cast, child, at(3, 30, 20, 2018), at(4, 2, 9, 2018))
    add(cast, child, at(7, 1, 20, 2018), None)
    rows = exported(tmp_path / "out.csv")
    assert [(row["MISSING"], row["MIS_START"], row["MIS_END"]) for row in rows] == [
        ("M", "01/06/2017", "02/06/2017"), ("A", "02/06/2017", "02/06/2017"), ("M", "02/06/2017", "02/06/2017"),
        ("M", "30/03/2018", ""),
    ]  # fmt: skip
    assert loaded_again(tmp_path / "out.csv") == {"read": 4, "accepted": 0, "rejected": 0, "unchanged": 4}
    assert [row["MIS_START"] for row in exported(tmp_path / "next.csv", "2018-19")] == ["30/03/2018", "01/07/2018"]
    assert loaded_again(tmp_path / "next.csv", "2018-19")["unchanged"] == 2


def test_what_a_person_corrected_since_is_written_and_loading_it_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    run("load", "ssda903", Return().into(tmp_path / "return"), year="2017-18")
    with seated(cast.by("helen")) as by:
        episode = Episode.objects.current().select_related("child").order_by("pk")[0]
        moved = replace(episode.told, started_at=episode.started_at + timedelta(days=1),
                        returned_at=episode.started_at + timedelta(days=1, hours=5),
                        returned_to_the_minute=True)  # fmt: skip
        correct_episode(by=by, episode=episode, told=moved, reason="The carer's log.", now=NOW, as_of=None)
    exported(tmp_path / "out.csv")
    assert loaded_again(tmp_path / "out.csv") == {"read": 3, "accepted": 0, "rejected": 0, "unchanged": 3}


@given(seed=st.integers(0, 10_000))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_export_then_load_changes_nothing(cast: Cast, tmp_path: Path, seed: int) -> None:
    draw = random.Random(seed)
    child = in_care(cast, f"H{seed}")
    clock = at(3, draw.randrange(1, 28), draw.randrange(24))
    with seated(cast.by("helen")):
        Episode.objects.current().update(withdrawn_at=NOW)
    for _ in range(draw.randrange(1, 6)):
        end = clock + timedelta(hours=draw.randrange(1, 2000))
        if end >= NOW:
            break
        add(cast, child, clock, end, draw.choice("MA"))
        clock = end + timedelta(hours=draw.randrange(1, 1500))
    for year in ("2016-17", "2017-18", "2018-19"):
        rows = exported(tmp_path / "out.csv", year)
        if rows:
            assert loaded_again(tmp_path / "out.csv", year)["unchanged"] == len(rows)


def test_who_has_no_identifier_is_counted_and_left_out(cast: Cast, tmp_path: Path) -> None:
    child = cast.child(agency="Penfield Academy")
    add(cast, child, at(6, 1), at(6, 2))
    code, _, err = run("export", "ssda903-missing", year="2017-18", out=tmp_path / "out.csv")
    assert (code, "1 episodes left out" in err) == (1, True)
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 1
    with seated(cast.operator):
        assert Entry.objects.filter(sentence="Wrote 0 rows of ssda903-missing for 2017-18.").count() == 1


@pytest.mark.parametrize(
    ("words", "options", "sentence"),
    [
        (("export", "ssda903-oc2"), {"year": "2017-18"}, "Say what to write: ssda903-missing"),
        (("export", "ssda903-missing"), {"year": "2017-19"}, "is not a collection year"),
        (("export", "ssda903-missing"), {"year": "2017-18", "out": Path("/no/such/folder/x.csv")}, "cannot be written"),
        (("compare", "annex-b", "x.xlsx"), {}, "Say what the file holds: annex-a"),
        (("compare", "annex-a", "no-such.xlsx"), {}, "There is no file"),
        (("compare", "annex-a", "no-such.xlsx"), {"on": "31/03/2021"}, "is not a day"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    cast: Cast, words: tuple[str, ...], options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*words, **options)
    with seated(cast.operator):
        assert Batch.objects.count() == 0


def annex(path: Path, rows: list[list[object]], heads: list[str] | None = None) -> Path:
    """A workbook with one sheet that is list 8, in another order and with typographic quotes."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("List 8")
    sheet.write_row(0, 0, heads or [words.replace("'", "’").title() for words in HEADINGS.values()])
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def test_counts_are_compared_child_by_child(cast: Cast, tmp_path: Path) -> None:
    child, quiet, more = in_care(cast, "7001"), in_care(cast, "7002"), in_care(cast, "7003")
    add(cast, child, at(6, 1), at(6, 2))
    add(cast, child, at(7, 1), at(7, 2), "A")
    add(cast, more, at(7, 3), at(7, 4))
    add(cast, more, at(2, 1, year=2017), at(2, 2, year=2017))
    file = annex(
        tmp_path / "a.xlsx", [[7001, "", 2, 1, "a) Yes", ""], [7002, "", 0, 0, "", ""], [9999, "", 1, 0, "", ""]]
    )
    code, said, _ = run("compare", "annex-a", file, on="2018-03-31", json=True)
    found = {one["child"]: one["differs"] for one in json.loads(said)}
    assert code == 1
    assert found["7001"] == [
        "missing: 2 in the list, 1 here",
        "return interview offered: yes in the list, no here",
    ]
    assert found["7002"] == []
    assert found["7003"] == ["not in the list"]
    assert found["9999"] == ["no child here has this identifier"]
    assert quiet.pk


def test_the_fictitious_workbook_is_read(cast: Cast, shared_data: Path) -> None:
    code, said, _ = run("compare", "annex-a", shared_data / "annex-a-fake" / "Annex_A.xlsx", on="2021-03-31")
    assert code == 1
    assert "5 children compared: 0 agree, 5 differ." in said


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([[7001, "", "two", 0, "", ""]], "row 2: ‘two’ under"),
        ([[7001, "", 1, 0, "", ""], [7001, "", 1, 0, "", ""]], "row 3: the child 7001 stands in it twice"),
        ([["", "", 1, 0, "", ""]], "row 2: there is no Child Unique ID"),
    ],
)
def test_a_bad_list_is_one_sentence(cast: Cast, tmp_path: Path, rows: list[list[object]], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run("compare", "annex-a", annex(tmp_path / "a.xlsx", rows))


def test_another_workbook_and_no_workbook_are_refused(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="holds no list 8"):
        run("compare", "annex-a", annex(tmp_path / "a.xlsx", [], heads=["Child Unique ID", "Gender"]))
    (tmp_path / "b.xlsx").write_text("no workbook")
    with pytest.raises(CommandError, match="can be read"):
        run("compare", "annex-a", tmp_path / "b.xlsx")
