"""`meg load`: its exit codes, its one sentence on what went wrong, its JSON, and `--undo`."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from conftest import Cast
from meg.config.command import main
from meg.intake.models import Batch
from meg.intake.tests.sending import MISSING, Post, Return
from meg.partnership.seats import Refused, seated
from meg.protect.missing.models import Episode

HEADINGS = "CHILD,DOB,MISSING,MIS_START,MIS_END\n"
REJECTED = Return(missing=MISSING + "\nA3,05/04/2005,M,31/02/2018,")


def load(*words: str | Path, **options: object) -> tuple[int, str]:
    """The exit code and what was said on stdout. Raises: CommandError, which the terminal shows as one sentence."""
    out = io.StringIO()
    try:
        call_command("load", *map(str, words), stdout=out, **options)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    return 0, out.getvalue()


def held(cast: Cast) -> tuple[int, int]:
    """Batches that are in, and episodes."""
    with seated(cast.by("helen")):
        loaded = Batch.objects.filter(state=Batch.State.LOADED).count()
        return loaded, Episode.objects.filter(withdrawn_at=None).count()


def test_all_in_is_0(cast: Cast, tmp_path: Path) -> None:
    code, said = load("ssda903", Return().into(tmp_path / "return"), year="2017-18")
    assert code == 0
    assert "9 rows read" in said
    assert "accepted 9 (9 new, 0 changed)   unchanged 0   rejected 0" in said
    assert held(cast) == (1, 3)


def test_a_rejected_row_is_1_and_is_shown(cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = load("ssda903", REJECTED.into(tmp_path / "return"), year="2017-18")
    assert code == 1
    said = capsys.readouterr().out
    assert "Rejected: correct these rows and send the file again" in said
    assert "A3" in said
    assert held(cast) == (1, 3)


def test_the_second_time_everything_is_unchanged(cast: Cast, tmp_path: Path) -> None:
    folder = Return().into(tmp_path / "return")
    load("ssda903", folder, year="2017-18")
    code, said = load("ssda903", folder, year="2017-18")
    assert code == 0
    assert "accepted 0 (0 new, 0 changed)   unchanged 9   rejected 0" in said


def test_json(cast: Cast, tmp_path: Path) -> None:
    code, said = load("ssda903", REJECTED.into(tmp_path / "return"), year="2017-18", json=True)
    found = json.loads(said)
    assert code == 1
    assert list(found) == ["batch", "rows", "issues"]
    assert found["rows"] == {"read": 10, "accepted": 9, "rejected": 1, "unchanged": 0}
    for issue in found["issues"]:
        assert list(issue) == ["code", "table", "row", "child", "fields", "message"]
        assert (issue["table"], issue["row"], issue["child"]) == ("Missing", 3, "A3")
    assert any("MIS_START" in issue["fields"] for issue in found["issues"])


def test_undo(cast: Cast, tmp_path: Path) -> None:
    load("ssda903", Return().into(tmp_path / "return"), year="2017-18")
    with seated(cast.by("helen")):
        number = Batch.objects.get().pk
    code, said = load(undo=number)
    assert code == 0
    assert f"Batch {number} is taken back: 9 records withdrawn" in said
    assert held(cast) == (0, 0)


BAD: dict[str, tuple[dict[str, bytes], str]] = {
    "an empty file": ({"a.csv": b""}, "a.csv is empty."),
    "no CSV": ({"a.csv": b"PK\x03\x04 and so on"}, "a.csv is a spreadsheet or a zip file, not a CSV file."),
    "columns": ({"a.csv": b"CHILD,DOB,MISSING,MIS_START\nA1,,M,01/04/2017\n"}, "it lacks MIS_END"),
    "encoding": ({"a.csv": f"{HEADINGS}Zoë,,M,01/04/2017,\n".encode("latin-1")}, "a.csv, line 2: this is not UTF-8"),
    "ragged": ({"a.csv": f"{HEADINGS}A1,,M,01/04/2017,,more\n".encode()}, "a.csv, line 2: 6 values under 5 headings."),
    "two of a table": (
        {name: f"{HEADINGS}A1,,M,01/04/2017,\n".encode() for name in ("a.csv", "b.csv")},
        "a.csv and b.csv both hold the Missing table.",
    ),
    "another year": (
        {"a.csv": f"{HEADINGS}A1,,M,01/04/2012,02/04/2012\n".encode()},
        "This return was sent as 2017-18",
    ),
    "no file": ({}, "holds no CSV file."),
}


@pytest.mark.parametrize("kind", BAD)
def test_what_cannot_be_taken_is_one_sentence_and_nothing_is_in(cast: Cast, tmp_path: Path, kind: str) -> None:
    files, sentence = BAD[kind]
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CommandError, match=sentence.split("(")[0]) as trouble:
        load("ssda903", tmp_path, year="2017-18")
    assert trouble.value.returncode in (1, 2)
    assert "\n" not in str(trouble.value)
    assert held(cast) == (0, 0)


def test_a_file_of_200_megabytes_is_not_read(cast: Cast, tmp_path: Path) -> None:
    with (tmp_path / "missing.csv").open("wb") as big:
        big.write(HEADINGS.encode())
        big.truncate(200_000_000)
    with pytest.raises(CommandError, match=r"missing\.csv is 200 MB; the most that is taken is 50 MB"):
        load("ssda903", tmp_path, year="2017-18")


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ("A1,03/02/2003,M,31/02/2018,", "31/02/2018"),
        ("A1,03/02/2003,M,05/08/2017,\0", "␀"),
        ("=cmd|' /c calc'!A1,03/02/2003,M,31/02/2018,", "=cmd|' /c calc'!A1"),
    ],
)
def test_a_row_that_cannot_be_stored_is_kept_as_it_was_sent(cast: Cast, tmp_path: Path, row: str, kept: str) -> None:
    code, _ = load("ssda903", Return(missing=f"{MISSING}\n{row}").into(tmp_path / "return"), year="2017-18")
    assert code == 1
    with seated(cast.by("helen")):
        rejected = Batch.objects.get().rows.rejected().get()
    assert rejected.number == 3
    assert kept in rejected.sent.values()
    assert held(cast) == (1, 3)


@pytest.mark.parametrize(
    ("words", "options", "sentence"),
    [
        (
            (),
            {},
            "Say what the files hold: ssda903, missing, return-interviews, referrals, dfe-missing, dfe-factors, not 'nothing'.",
        ),
        (
            ("annexa", "folder"),
            {"year": "2017-18"},
            "Say what the files hold: ssda903, missing, return-interviews, referrals, dfe-missing, dfe-factors, not 'annexa'.",
        ),
        (("ssda903",), {"year": "2017-18"}, "Say which files and which year"),
        (("ssda903", "folder"), {}, "Say which files and which year"),
        (("ssda903", "folder"), {"year": "2017"}, "is not a collection year"),
        (("ssda903", "no-such-folder"), {"year": "2017-18"}, "there is no such file or folder"),
        ((), {"undo": 999}, "There is no batch 999."),
    ],
)
def test_what_was_asked_wrongly(cast: Cast, words: tuple[str, ...], options: dict[str, object], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        load(*words, **options)


def test_a_batch_that_was_worked_on_is_not_taken_back(cast: Cast, tmp_path: Path) -> None:
    post = Post(cast, tmp_path)
    batch = post.load(Return(), by=cast.operator)
    post.load(Return(missing=MISSING.replace("04/05/2017", "05/05/2017")), by=cast.operator)
    with pytest.raises(Refused, match="1 record has been worked on since"):
        load(undo=batch.pk)
    assert held(cast) == (2, 3)


def test_the_meg_command_says_it_on_standard_error_and_leaves_with_2(
    cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)
    with pytest.raises(SystemExit) as left:
        main(["meg", "load", "ssda903", "no-such-folder", "--year", "2017-18"])
    said = capsys.readouterr()
    assert left.value.code == 2
    assert "there is no such file or folder" in said.err
    assert len(said.err.strip().splitlines()) == 1
    assert said.out == ""
