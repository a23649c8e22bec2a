"""Referrals as a file: once or twice the same, corrected, taken back, and what is wrong in words."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.intake.models import Batch, Row
from meg.intake.tests.test_sheets import counted, load
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.exploitation.actions import give_level
from meg.protect.exploitation.models import Level, Referral
from meg.protect.missing.rules import LONDON

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ROW = {
    "child_id": "A1", "referral_id": "R-1", "received": "05/01/2026 10:15", "referred_by": "A. Teacher",
    "agency": "penfield academy", "source": "2A", "how_known": "child_told", "models": "online; peer", "began": "online",
    "platform": "gaming", "vulnerabilities": "missing;school_absence", "consent": "yes", "level": "Medium",
    "level_by": "Helen Example", "level_reason": "Two factors", "taken_on": "06/01/2026",
}  # fmt: skip


@pytest.fixture
def child(cast: Cast) -> Child:
    return cast.child(agency="Penfield Academy", number="A1")


def sheet(folder: Path, *rows: Mapping[str, str], name: str = "referrals.csv") -> Path:
    heads = list(dict.fromkeys(key for row in rows for key in row))
    with (folder / name).open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, heads)
        writer.writeheader()
        writer.writerows(rows)
    return folder / name


def test_a_referral_is_loaded_and_twice_is_once(cast: Cast, child: Child, tmp_path: Path) -> None:
    file = sheet(tmp_path, ROW)
    assert counted("referrals", file) == {"read": 1, "accepted": 1, "rejected": 0, "unchanged": 0}
    with seated(cast.operator):
        made = Referral.objects.get()
        assert made.received_at == datetime(2026, 1, 5, 10, 15, tzinfo=LONDON)
        assert (made.kinds, made.platform, made.vulnerabilities) == (
            ["online", "peer"],
            "gaming",
            ["missing", "school_absence"],
        )
        assert (made.agency, made.state, made.consent) == (cast.agencies["Penfield Academy"], "open", "given")
        level = Level.objects.get()
        assert (level.level, level.point, level.by, level.rationale) == (
            "medium",
            "referral",
            "Helen Example",
            "Two factors",
        )
    assert counted("referrals", file) == {"read": 1, "accepted": 0, "rejected": 0, "unchanged": 1}


def test_a_corrected_row_changes_what_a_file_made_and_is_taken_back(cast: Cast, child: Child, tmp_path: Path) -> None:
    counted("referrals", sheet(tmp_path, ROW))
    ended = {**ROW, "closed": "10/03/2026", "outcome": "safer"}
    assert counted("referrals", sheet(tmp_path, ended))["accepted"] == 1
    with seated(cast.operator):
        assert Referral.objects.get().state == "closed"
        last = Batch.objects.latest("pk").pk
    call_command("load", undo=last, stdout=io.StringIO())
    with seated(cast.operator):
        assert (Referral.objects.get().state, Referral.objects.get().outcome) == ("open", "")
        first = Batch.objects.earliest("pk").pk
    call_command("load", undo=first, stdout=io.StringIO())
    with seated(cast.operator):
        assert not Referral.objects.current().exists()


def test_history_that_comes_later_takes_its_place_among_the_repeats(cast: Cast, child: Child, tmp_path: Path) -> None:
    late, early = ROW, {**ROW, "referral_id": "R-0", "received": "01/06/2025"}
    counted("referrals", sheet(tmp_path, late))
    counted("referrals", sheet(tmp_path, early))
    with seated(cast.operator):
        first, second = Referral.objects.order_by("received_at")
        assert (first.repeat_of_id, second.repeat_of_id) == (None, first.pk)


WRONG = [
    ({"received": "31/02/2026"}, "MEG30", "is not a date"),
    ({"received": "05/01/2099"}, "MEG34", "in the future"),
    ({"models": "online;tent"}, "MEG31", "‘tent’ is not a code of models"),
    ({"level_reason": ""}, "MEG32", "A level needs who gave it and why: fill in level_reason"),
    ({"closed": "10/03/2026"}, "MEG32", "fill in outcome too"),
    ({"closed": "10/03/2025", "outcome": "safer"}, "MEG34", "before the referral was received"),
    ({"referred_by": ""}, "MEG32", "The column referred_by is empty"),
    ({"child_id": "ZZ9"}, "MEG36", "No child here has this identifier"),
]


@pytest.mark.parametrize(("other", "code", "words"), WRONG)
def test_a_row_that_cannot_be_stored_is_kept_with_its_sentence(
    cast: Cast, child: Child, tmp_path: Path, other: dict[str, str], code: str, words: str
) -> None:
    left, said = load("referrals", sheet(tmp_path, {**ROW, **other}), json=True)
    found = json.loads(said)
    assert left == 1
    assert {one["code"] for one in found["issues"]} == {code}
    assert words in found["issues"][0]["message"]
    with seated(cast.operator):
        assert Row.objects.rejected().get().sent["referral_id"] == "R-1"
        assert not Referral.objects.exists()


def test_someone_of_18_needs_the_reason(cast: Cast, tmp_path: Path) -> None:
    cast.child("Lena", "Orr", date(2007, 5, 1), number="A1")
    _, said = load("referrals", sheet(tmp_path, ROW), json=True)
    assert "fill in transition_reason" in json.loads(said)["issues"][0]["message"]
    assert counted("referrals", sheet(tmp_path, {**ROW, "transition_reason": "Leaving care"}))["accepted"] == 1


def test_the_level_at_the_point_of_referral_stays(cast: Cast, child: Child, tmp_path: Path) -> None:
    counted("referrals", sheet(tmp_path, ROW))
    _, said = load("referrals", sheet(tmp_path, {**ROW, "level": "high"}), json=True)
    assert [one["code"] for one in json.loads(said)["issues"]] == ["MEG46"]
    with seated(cast.operator):
        assert Level.objects.get().level == "medium"


def test_what_a_person_worked_on_is_left_as_they_wrote_it(cast: Cast, child: Child, tmp_path: Path) -> None:
    counted("referrals", sheet(tmp_path, {**ROW, "level": "", "level_by": "", "level_reason": ""}))
    with seated(cast.operator):
        Referral.objects.update(changed_by_batch=None)
    _, said = load("referrals", sheet(tmp_path, {**ROW, "referred_by": "B. Teacher"}), json=True)
    assert [one["code"] for one in json.loads(said)["issues"]] == ["MEG38"]
    with seated(cast.by("helen")) as by:
        give_level(by=by, referral=Referral.objects.get(), level="low", who="Helen", rationale="x", now=NOW)
        batch = Batch.objects.earliest("pk").pk
    with pytest.raises(Exception, match="worked on since"):
        call_command("load", undo=batch, stdout=io.StringIO())


def test_a_preview_says_what_would_happen_and_does_nothing(cast: Cast, child: Child, tmp_path: Path) -> None:
    found = json.loads(load("referrals", sheet(tmp_path, ROW), json=True, preview=True)[1])
    assert found["created"] == [
        {"row": 0, "child": child.reference, "what": "A referral received 05/01/2026 10:15, level medium, open"}
    ]
    with seated(cast.operator):
        assert not Referral.objects.exists()


drawn = st.lists(
    st.fixed_dictionaries(
        {
            "child_id": st.sampled_from(["A1", "B2"]),
            "referral_id": st.sampled_from(["", "", "R-1", "R-2", "R-3"]),
            "received": st.sampled_from(["05/01/2026 10:15", "05/01/2026", "06/01/2026 23:50", "07/01/2026"]),
            "referred_by": st.just("A. Teacher"),
            "level": st.sampled_from(["", "low", "high"]),
            "level_by": st.just("Helen"),
            "level_reason": st.just("As told"),
        }
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=drawn)
def test_any_file_twice_is_once_and_taken_back_is_none(cast: Cast, tmp_path: Path, rows: list[dict[str, str]]) -> None:
    with transaction.atomic():
        for number in ("A1", "B2"):
            cast.child(number, "Example", date(2012, 1, 1), number=number)
        file = sheet(tmp_path, *rows)
        first = counted("referrals", file)
        assert first["read"] == len(rows)
        before = state()
        second = counted("referrals", file)
        assert (second["accepted"], state()) == (0, before)
        with seated(cast.operator):
            batch = Batch.objects.filter(created__gt=0).earliest("pk").pk
        call_command("load", undo=batch, stdout=io.StringIO())
        with seated(cast.operator):
            assert not Referral.objects.current().exists()
        transaction.set_rollback(True)


def state() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("""SELECT r.id, r.child_id, r.received_at, r.state, r.repeat_of_id, l.level FROM exploitation_referral r
          LEFT JOIN exploitation_level l ON l.referral_id = r.id ORDER BY r.id""")
        return list(cursor.fetchall())
