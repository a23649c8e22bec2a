"""Which episode a row of a tracker is of: by the sender's own number, by its start, by its day; and what a row adds."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.intake.models import Batch
from meg.intake.tests.test_sheets import counted, load, tracker
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.missing.models import Episode, Interview, Prevention, Risk
from meg.protect.missing.rules import LONDON

HEADS = "episode_id,child_id,started,returned,care_status,police_risk,prevention_held,prevention_by,prevention_not_held_because"


@pytest.fixture
def child(cast: Cast) -> Child:
    return cast.child(agency="Penfield Academy", number="A1")


def sheet(folder: Path, *rows: str, heads: str = HEADS) -> Path:
    return tracker(folder, *rows, heads=heads)


def at(day: int, hour: int, month: int = 1) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=LONDON)


def test_a_corrected_start_finds_its_episode_by_the_senders_number(cast: Cast, child: Child, tmp_path: Path) -> None:
    counted("missing", sheet(tmp_path, "E7,A1,05/01/2026 20:00,06/01/2026 08:00,M,,,,"))
    assert counted("missing", sheet(tmp_path, "E7,A1,03/01/2026 18:00,06/01/2026 08:00,M,,,,"))["accepted"] == 1
    with seated(cast.operator):
        assert Episode.objects.current().get().started_at == at(3, 18)
    # Without the number the same row would be of another episode, over this one.
    found = json.loads(load("missing", sheet(tmp_path, ",A1,02/01/2026 18:00,06/01/2026 08:00,M,,,,"), json=True)[1])
    assert [one["code"] for one in found["issues"]] == ["MEG35"]


def test_two_corrected_episodes_may_change_places(cast: Cast, child: Child, tmp_path: Path) -> None:
    first, second = "05/01/2026 20:00,06/01/2026 08:00", "07/01/2026 20:00,08/01/2026 08:00"
    counted("missing", sheet(tmp_path, f"E1,A1,{first},M,,,,", f"E2,A1,{second},M,,,,"))
    found = counted("missing", sheet(tmp_path, f"E1,A1,{second},M,,,,", f"E2,A1,{first},M,,,,"))
    assert found == {"read": 2, "accepted": 2, "rejected": 0, "unchanged": 0}
    with seated(cast.operator):
        starts = {(one.sent or {})["episode_id"]: one.started_at for one in Episode.objects.current()}
    assert starts == {"E1": at(7, 20), "E2": at(5, 20)}


def test_a_number_of_another_childs_episode_is_set_aside(cast: Cast, child: Child, tmp_path: Path) -> None:
    cast.child(given="Ola", family="Reed", number="B2")
    counted("missing", sheet(tmp_path, "E7,A1,05/01/2026 20:00,06/01/2026 08:00,M,,,,"))
    found = json.loads(load("missing", sheet(tmp_path, "E7,B2,09/01/2026 20:00,10/01/2026 08:00,M,,,,"), json=True)[1])
    assert [one["code"] for one in found["issues"]] == ["MEG43"]


def test_times_out_of_order_with_what_is_here_are_set_aside(cast: Cast, child: Child, tmp_path: Path) -> None:
    counted("missing", sheet(tmp_path, "E7,A1,05/01/2026 20:00,06/01/2026 08:00,M,,,,"))
    found = json.loads(load("missing", sheet(tmp_path, "E7,A1,07/01/2026 20:00,,M,,,,"), json=True)[1])
    assert [one["code"] for one in found["issues"]] == ["MEG44"]


def test_a_row_adds_a_level_and_a_prevention_interview_once(cast: Cast, child: Child, tmp_path: Path) -> None:
    row = "E7,A1,05/01/2026 20:00,06/01/2026 08:00,M,{},{},PC 2210,{}"
    assert counted("missing", sheet(tmp_path, row.format("", "", "")))["accepted"] == 1
    assert counted("missing", sheet(tmp_path, row.format("HIGH", "yes", "")))["accepted"] == 1
    assert counted("missing", sheet(tmp_path, row.format("HIGH", "yes", "")))["unchanged"] == 1
    assert counted("missing", sheet(tmp_path, row.format("LOW", "yes", "")))["accepted"] == 1
    with seated(cast.operator):
        assert list(Risk.objects.order_by("pk").values_list("level", flat=True)) == ["HIGH", "LOW"]
        assert (Prevention.objects.get().held, Prevention.objects.get().by) == (True, "PC 2210")
    found = json.loads(load("missing", sheet(tmp_path, row.format("LOW", "no", "")), json=True)[1])
    assert "fill in prevention_not_held_because" in found["issues"][0]["message"]


@pytest.mark.parametrize(
    ("written", "is_one"),
    [
        ("29/03/2026 01:30", False),  # the hour that the clocks leap over
        ("29/03/2026 02:30", True),
        ("25/10/2026 01:30", True),  # the hour that comes twice: the first is meant
        ("2026-01-05 20:15", True),
        ("2026-01-05T20:15:00", True),
        ("05/01/2026 24:00", False),
        ("05/01/1066", False),
    ],
)
def test_moments_that_are_and_are_not(cast: Cast, child: Child, tmp_path: Path, written: str, is_one: bool) -> None:
    found = counted("missing", sheet(tmp_path, f"E1,A1,{written},,M,,,,"))
    assert found["accepted" if is_one else "rejected"] == 1


def test_an_interview_finds_its_episode_by_the_trackers_number(cast: Cast, child: Child, tmp_path: Path) -> None:
    counted("missing", sheet(tmp_path, "E7,A1,05/01/2026 20:00,06/01/2026 08:00,M,,,,"))
    file = tracker(
        tmp_path, "A1,E7,07/01/2026 16:00,Nadia Frost", heads="child_id,episode_id,held,held_by", name="i.csv"
    )
    assert counted("return-interviews", file) == {"read": 1, "accepted": 1, "rejected": 0, "unchanged": 0}
    assert counted("return-interviews", file)["unchanged"] == 1
    with seated(cast.operator):
        assert Episode.objects.current().get().interview_id == Interview.objects.current().get().pk
    none = tracker(
        tmp_path, "A1,E9,07/01/2026 16:00,Nadia Frost", heads="child_id,episode_id,held,held_by", name="j.csv"
    )
    assert [one["code"] for one in json.loads(load("return-interviews", none, json=True)[1])["issues"]] == ["MEG39"]


SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 60), st.sampled_from(["M", "A", ""]), st.booleans()), max_size=6
)


@given(spans=SPANS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_twice_is_once_and_taken_back_is_none(
    cast: Cast, child: Child, tmp_path: Path, spans: list[tuple[int, int, str, bool]]
) -> None:
    """Whatever the rows are, over each other or the same: loaded twice they are as loaded once; taken back, as before."""
    begin = at(1, 6)
    rows = [
        f"{f'E{number}' if numbered else ''},A1,{begin + timedelta(hours=11 * day):%d/%m/%Y %H:%M},"
        f"{begin + timedelta(hours=11 * day + hours):%d/%m/%Y %H:%M},{status},,,,"
        for number, (day, hours, status, numbered) in enumerate(spans)
    ] or ["E0,A1,,,,,,,"]
    file = sheet(tmp_path, *rows)
    once = counted("missing", file)
    kept = _kept(cast)
    twice = counted("missing", file)
    assert (twice["accepted"], twice["rejected"], _kept(cast)) == (0, once["rejected"], kept)
    assert len(kept) == once["accepted"]
    with seated(cast.operator):
        batch = Batch.objects.filter(state="loaded").order_by("pk").values_list("pk", flat=True).reverse()[1]
    call_command("load", undo=batch, stdout=io.StringIO())
    assert _kept(cast) == []


def _kept(cast: Cast) -> list[tuple[object, ...]]:
    with seated(cast.operator):
        found = Episode.objects.current().order_by("started_at")
        return list(found.values_list("started_at", "returned_at", "care_status", "setting", "missing_from"))
