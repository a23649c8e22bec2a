"""The tracker and the return interviews as files: once or twice the same, taken back, mapped, and what is wrong in words."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from conftest import Cast
from meg.intake.models import Batch, Row
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.missing.actions import correct_episode, record_episode
from meg.protect.missing.models import Correction, Episode, Interview, Risk
from meg.protect.missing.rules import LONDON, Told

HEADS = "child_id,started,missing_from,setting,care_status,returned,reported_by,police_risk"


def load(dataset: str, path: Path, **options: Any) -> tuple[int, str]:
    """The exit code, and what was said. Raises: CommandError."""
    out = io.StringIO()
    try:
        call_command("load", dataset, str(path), stdout=out, **options)
    except SystemExit as left:
        return int(left.code or 0), out.getvalue()
    return 0, out.getvalue()


def counted(dataset: str, path: Path, **options: Any) -> dict[str, int]:
    rows: dict[str, int] = json.loads(load(dataset, path, json=True, **options)[1])["rows"]
    return rows


@pytest.fixture
def child(cast: Cast) -> Child:
    return cast.child(agency="Penfield Academy", number="A1")


def tracker(folder: Path, *rows: str, heads: str = HEADS, name: str = "tracker.csv") -> Path:
    path = folder / name
    path.write_text("\ufeff" + "\n".join([heads, *rows]) + "\n", encoding="utf-8")
    return path


ROWS = (
    "A1,05/01/2026 20:15,care,Foster care,M,06/01/2026 07:40,Carer,High",
    "a1,10/02/2026,care,foster,A,10/02/2026,,",
)


def test_a_tracker_is_loaded_and_twice_is_once(cast: Cast, child: Child, tmp_path: Path) -> None:
    file = tracker(tmp_path, *ROWS)
    assert counted("missing", file) == {"read": 2, "accepted": 2, "rejected": 0, "unchanged": 0}
    with seated(cast.operator):
        first, second = Episode.objects.current().order_by("started_at")
        assert first.started_at == datetime(2026, 1, 5, 20, 15, tzinfo=LONDON)
        assert (first.setting, first.care_status, first.interview_needed, first.scrutiny) == (
            "foster",
            "M",
            "yes",
            "history",
        )
        assert (second.started_to_the_minute, second.interview_needed) == (False, "no")
        assert Risk.objects.get().level == "HIGH"
    assert counted("missing", file) == {"read": 2, "accepted": 0, "rejected": 0, "unchanged": 2}


def test_a_corrected_file_changes_and_keeps_what_was_and_is_taken_back(
    cast: Cast, child: Child, tmp_path: Path
) -> None:
    counted("missing", tracker(tmp_path, *ROWS))
    found = counted("missing", tracker(tmp_path, ROWS[0].replace("07:40", "09:10"), ROWS[1]))
    assert found == {"read": 2, "accepted": 1, "rejected": 0, "unchanged": 1}
    with seated(cast.operator):
        assert Episode.objects.current().order_by("started_at")[0].returned_at == datetime(
            2026, 1, 6, 9, 10, tzinfo=LONDON
        )
        assert "returned_at" in Correction.objects.latest("pk").before
        batch = Batch.objects.latest("pk").pk
    call_command("load", undo=batch, stdout=io.StringIO())
    with seated(cast.operator):
        assert Episode.objects.current().order_by("started_at")[0].returned_at == datetime(
            2026, 1, 6, 7, 40, tzinfo=LONDON
        )
        first = Batch.objects.earliest("pk").pk
    call_command("load", undo=first, stdout=io.StringIO())
    with seated(cast.operator):
        assert not Episode.objects.current().exists()


def test_a_recent_return_makes_an_interview_due(cast: Cast, child: Child, tmp_path: Path) -> None:
    gone = timezone.localtime() - timedelta(hours=30)
    back = gone + timedelta(hours=3)
    row = f"A1,{gone:%d/%m/%Y %H:%M},home,own_home,,{back:%d/%m/%Y %H:%M},Parent,"
    counted("missing", tracker(tmp_path, row))
    with seated(cast.operator):
        episode = Episode.objects.current().select_related("interview").get()
        assert episode.scrutiny == "due"
        assert episode.interview is not None
        assert episode.interview.due_at == episode.returned_at + timedelta(hours=72)  # type: ignore[operator]
    assert counted("missing", tracker(tmp_path, row))["unchanged"] == 1


@pytest.mark.parametrize(
    ("row", "code", "words"),
    [
        ("A1,31/02/2026,care,foster,M,,,", "MEG30", "‘31/02/2026’ is not a date or time there is"),
        ("A1,05/01/2026 20:00,care,tent,M,,,", "MEG31", "‘tent’ is not a code of setting"),
        ("A1,,care,foster,M,,,", "MEG32", "The column started is empty"),
        ("A1,05/01/2026 20:00,care,foster,M,05/01/2026 19:00,,", "MEG34", "The return is before"),
        ("A1,05/01/2099 20:00,care,foster,M,,,", "MEG34", "in the future"),
        ("ZZ9,05/01/2026 20:00,care,foster,M,,,", "MEG36", "No child here has this identifier"),
        ("=cmd|'/C calc'!A0,05/01/2026 20:00,care,foster,M,,,", "MEG36", "No child here"),
        ("A\0,05/01/2026 20:00,care,foster,M,,,", "MEG01", "NUL"),
    ],
)
def test_a_row_that_cannot_be_stored_is_kept_with_its_sentence(
    cast: Cast, child: Child, tmp_path: Path, row: str, code: str, words: str
) -> None:
    code_of, said = load("missing", tracker(tmp_path, ROWS[0], row), json=True)
    found = json.loads(said)
    assert code_of == 1
    assert found["rows"] == {"read": 2, "accepted": 1, "rejected": 1, "unchanged": 0}
    assert [(one["code"], one["row"]) for one in found["issues"]] == [(code, 1)]
    assert words in found["issues"][0]["message"]
    with seated(cast.operator):
        assert Row.objects.rejected().get().sent["setting"] == row.split(",")[3]


def test_rows_over_another_and_twice_in_the_file(cast: Cast, child: Child, tmp_path: Path) -> None:
    over = "A1,05/01/2026 22:00,care,foster,M,05/01/2026 23:00,,"
    found = json.loads(load("missing", tracker(tmp_path, ROWS[0], over, ROWS[0]), json=True)[1])
    assert [(one["code"], one["row"]) for one in found["issues"]] == [("MEG35", 1), ("MEG37", 2)]
    assert "05/01/2026 20:15 to 06/01/2026 07:40" in found["issues"][0]["message"]


def test_what_a_person_changed_is_left(cast: Cast, child: Child, tmp_path: Path) -> None:
    start = datetime(2026, 1, 5, 20, 15, tzinfo=LONDON)
    with seated(cast.by("helen")) as by:
        made = record_episode(by=by, child=child, now=timezone.now(), told=Told(
            "care", "M", "", "foster", start, returned_at=start + timedelta(hours=2)))  # fmt: skip
    found = json.loads(load("missing", tracker(tmp_path, ROWS[0]), json=True)[1])
    assert [one["code"] for one in found["issues"]] == ["MEG38"]
    with seated(cast.by("helen")) as by:
        told = Told(**{**made.told.__dict__, "returned_at": datetime(2026, 1, 6, 7, 40, tzinfo=LONDON),
                       "reported_by": "Carer"})  # fmt: skip
        correct_episode(by=by, episode=made, told=told, reason="The carer's log.", now=timezone.now(), as_of=None)
    agrees = ROWS[0].removesuffix("High")
    assert counted("missing", tracker(tmp_path, agrees))["unchanged"] == 1
    # The level that nobody here has recorded yet is new; the episode stays as they wrote it.
    assert counted("missing", tracker(tmp_path, ROWS[0]))["accepted"] == 1
    assert counted("missing", tracker(tmp_path, ROWS[0]))["unchanged"] == 1


def test_a_child_is_known_by_exact_name_and_birth_and_by_nothing_less(cast: Cast, child: Child, tmp_path: Path) -> None:
    heads = "given_name,family_name,date_of_birth,started,returned"
    rows = (
        "KEIRA,dunstan,14/03/2011,05/01/2026 20:00,05/01/2026 22:00",
        "Kiera,Dunstan,14/03/2011,06/01/2026 20:00,06/01/2026 22:00",
        "Keira,Dunstan,15/03/2011,07/01/2026 20:00,07/01/2026 22:00",
    )
    found = json.loads(load("missing", tracker(tmp_path, *rows, heads=heads), json=True)[1])
    assert found["rows"]["accepted"] == 1
    assert [(one["row"], one["code"]) for one in found["issues"]] == [(1, "MEG36"), (2, "MEG36")]
    assert f"It might be {child.reference}." in found["issues"][0]["message"]
    assert "might" not in found["issues"][1]["message"]


def test_another_agencys_headings_dates_and_codes_by_a_mapping(cast: Cast, child: Child, tmp_path: Path) -> None:
    mapping = tmp_path / "police.toml"
    mapping.write_text(
        'dates = ["%d.%m.%Y %H.%M"]\n[columns]\nchild_id = "Niche ref"\nstarted = "Misper from"\nreturned = "Found"\n'
        'setting = "Type"\n[codes.setting]\n"Kids home" = "childrens_home"\n[constants]\nmissing_from = "care"\n'
        'care_status = "M"\n',
        encoding="utf-8",
    )
    file = tracker(tmp_path, "A1,05.01.2026 20.15,06.01.2026 07.40,Kids home", heads="Niche ref,Misper from,Found,Type")
    assert counted("missing", file, mapping=mapping)["accepted"] == 1
    with seated(cast.operator):
        assert Episode.objects.current().get().setting == "childrens_home"
    file = tracker(tmp_path, "A1,05.01.2026 20.15,Kids home", heads="Niche ref,Misper from,Type")
    with pytest.raises(CommandError, match="names the column ‘Found’"):
        load("missing", file, mapping=mapping)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[columns", "cannot be read"),
        ('[columns]\nbegan = "x"', "‘began’ is not a column of ours"),
        ('[codes.setting]\na = "tent"', "‘tent’ is not a code of setting"),
        ('dates = ["%Q"]', "is not a way to write a date"),
        ("[colours]\na = 1", "no part of a mapping"),
    ],
)
def test_a_mapping_that_cannot_be_used_is_one_sentence(cast: Cast, tmp_path: Path, text: str, words: str) -> None:
    mapping = tmp_path / "m.toml"
    mapping.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        load("missing", tracker(tmp_path, *ROWS), mapping=mapping)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"child_id,started\n", "no rows under them"),
        (b"child_id,begun\nA1,1\n", "has no column ‘started’"),
        (b"started\n05/01/2026\n", "does not say whose rows"),
        (b"child_id,started,started\nA1,1,1\n", "more than once"),
        (b"child_id,started\n\xff\xfe,1\n", "is not UTF-8"),
        (b"PK\x03\x04rubbish", "not a spreadsheet that can be read"),
    ],
)
def test_a_file_that_cannot_be_taken_is_one_sentence(cast: Cast, tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError, match=words):
        load("missing", path)
    with seated(cast.operator):
        assert not Episode.objects.exists()


def test_a_spreadsheet_is_read_too(cast: Cast, child: Child, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "t.xlsx"))
    sheet, style = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    sheet.write_row(0, 0, ["child_id", "started", "returned", "care_status"])
    sheet.write(1, 0, "A1")
    sheet.write_datetime(1, 1, datetime(2026, 1, 5, 20, 15), style)
    sheet.write_datetime(1, 2, datetime(2026, 1, 6, 7, 40), style)
    sheet.write(1, 3, "M")
    book.close()
    assert counted("missing", tmp_path / "t.xlsx")["accepted"] == 1
    assert counted("missing", tmp_path / "t.xlsx")["unchanged"] == 1


def test_a_preview_says_what_would_happen_and_leaves_nothing(cast: Cast, child: Child, tmp_path: Path) -> None:
    file = tracker(tmp_path, *ROWS, "ZZ9,05/01/2026 20:00,care,foster,M,,,")
    found = json.loads(load("missing", file, preview=True, json=True)[1])
    assert found["rows"] == {"read": 3, "created": 2, "changed": 0, "unchanged": 0, "rejected": 1}
    assert found["to_be_matched"] == 1
    with seated(cast.operator):
        assert not Episode.objects.exists()
        assert not Batch.objects.exists()
    assert "would be created 2" in load("missing", file, preview=True)[1]


INTERVIEWS = "child_id,started,offered,held,held_by,declined_by,place,reasons,required,not_required_because"


def test_return_interviews_answer_their_episodes(cast: Cast, child: Child, tmp_path: Path) -> None:
    counted("missing", tracker(tmp_path, *ROWS))
    file = tracker(
        tmp_path,
        "A1,05/01/2026 20:15,06/01/2026 12:00,08/01/2026 16:00,Nadia Frost,,school,pull_friends;push_family,,",
        "A1,10/02/2026,,,,,,,no,other",
        heads=INTERVIEWS, name="interviews.csv",
    )  # fmt: skip
    assert counted("return-interviews", file) == {"read": 2, "accepted": 2, "rejected": 0, "unchanged": 0}
    with seated(cast.operator):
        held = Interview.objects.current().get()
        assert (held.state, held.held_by, held.place, held.reasons) == (
            "held", "Nadia Frost", "school", ["pull_friends", "push_family"])  # fmt: skip
        first, second = Episode.objects.current().order_by("started_at")
        assert (first.interview_id, first.interview_needed) == (held.pk, "yes")
        assert (second.interview_needed, second.not_needed_because) == ("no", "other")
    assert counted("return-interviews", file)["unchanged"] == 2
    with seated(cast.operator):
        batch = Batch.objects.filter(dataset="return-interviews").earliest("pk").pk
    call_command("load", undo=batch, stdout=io.StringIO())
    with seated(cast.operator):
        assert not Interview.objects.current().exists()
        assert not Episode.objects.filter(interview__isnull=False).exists()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("A1,05/01/2026 20:15,,05/01/2026 21:00,Nadia,,,,,", "MEG41"),
        ("A1,07/07/2025 20:15,,08/07/2025 21:00,Nadia,,,,,", "MEG39"),
        ("A1,05/01/2026 20:15,,08/01/2026 16:00,,,,,,", "MEG32"),
        ("A1,05/01/2026 20:15,,01/01/2099,Nadia,,,,,", "MEG34"),
        ("A1,05/01/2026 20:15,,08/01/2026 16:00,Nadia,,moon,,,", "MEG31"),
    ],
)
def test_an_interview_that_cannot_be_is_kept_with_its_sentence(
    cast: Cast, child: Child, tmp_path: Path, row: str, code: str
) -> None:
    counted("missing", tracker(tmp_path, *ROWS))
    found = json.loads(load("return-interviews", tracker(tmp_path, row, heads=INTERVIEWS), json=True)[1])
    assert [one["code"] for one in found["issues"]] == [code]
    with seated(cast.operator):
        assert not Interview.objects.exists()
