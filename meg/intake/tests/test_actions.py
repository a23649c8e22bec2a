"""Loading a return and taking it back: what is made, changed, left alone, kept, refused, and told in the trail."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from conftest import PEOPLE, Cast
from meg.intake import actions
from meg.intake.models import Batch, Row
from meg.intake.permissions import LOADERS
from meg.intake.reading import FileTrouble, read
from meg.intake.sources.ssda903.tables import KNOWN, LOADED
from meg.intake.tests.sending import HEADER, MISSING, Post, Return, numbers
from meg.partnership.seats import By, Refused, seated
from meg.partnership.trail.models import Entry
from meg.protect.children.actions import add_other_name
from meg.protect.children.models import CareEpisode, Child, Identifier
from meg.protect.missing.actions import correct_episode, record_episode
from meg.protect.missing.models import Episode
from meg.protect.missing.rules import Told
from meg.protect.missing.tests.conftest import NOW, london, told

FIRST = "A1,03/02/2003,M,02/05/2017,04/05/2017"
CORRECTED = Return(missing=MISSING.replace(FIRST, "A1,03/02/2003,M,02/05/2017,05/05/2017"))
MOVED = Return(missing=MISSING.replace(FIRST, "A1,03/02/2003,M,03/05/2017,04/05/2017"))


@pytest.fixture
def post(cast: Cast, tmp_path: Path) -> Post:
    return Post(cast, tmp_path)


def held(by: By) -> list[Any]:
    """Every record of the return as it stands: children, time looked after, episodes."""
    with seated(by):
        children = Child.objects.filter(withdrawn_at=None).order_by("pk")
        care = CareEpisode.objects.filter(withdrawn_at=None).order_by("pk")
        episodes = Episode.objects.filter(withdrawn_at=None).order_by("pk")
        return [
            list(children.values_list("pk", "reference", "sex", "date_of_birth")),
            list(care.values_list("pk", "started", "ended", "placement_type", "year")),
            list(episodes.values_list("pk", "started_at", "returned_at", "care_status", "missing_from", "setting")),
        ]


def child(by: By, number: str) -> Child:
    with seated(by):
        return Child.objects.get(pk=Identifier.objects.get(source="ssda903", value=number).child_id)


def the_first(by: By) -> Episode:
    """The missing episode of A1 that began on 2 May 2017."""
    with seated(by):
        return Episode.objects.get(started_at=london(2017, 5, 2), withdrawn_at=None)


def test_a_first_load_makes_every_record(cast: Cast, post: Post) -> None:
    batch = post.load(Return())
    assert batch.state == Batch.State.LOADED
    assert numbers(batch) == (9, 9, 0, 0)
    assert (batch.created, batch.changed) == (9, 0)
    children, care, episodes = held(cast.by("helen"))
    assert [len(children), len(care), len(episodes)] == [3, 3, 3]
    first = the_first(cast.by("helen"))
    assert (first.returned_at, first.missing_from, first.setting) == (london(2017, 5, 4), "care", "foster")


def test_the_same_again_changes_nothing(cast: Cast, post: Post) -> None:
    post.load(Return())
    before = held(cast.by("helen"))
    again = post.load(Return())
    assert numbers(again) == (9, 0, 9, 0)
    assert again.withdrawn == 0
    assert held(cast.by("helen")) == before


def test_a_corrected_end_updates_and_keeps_what_was(cast: Cast, post: Post) -> None:
    post.load(Return())
    was = the_first(cast.by("helen"))
    second = post.load(CORRECTED)
    assert numbers(second) == (9, 1, 8, 0)
    assert (second.created, second.changed) == (0, 1)
    now = the_first(cast.by("helen"))
    assert (now.pk, now.returned_at) == (was.pk, london(2017, 5, 5))
    with seated(cast.by("helen")):
        kept = second.rows.get(state=Row.State.CHANGED)
        assert kept.record == was.pk
        assert kept.before is not None
        assert kept.before["returned_at"].startswith("2017-05-03T23:00")


def test_a_corrected_start_withdraws_and_makes_anew(cast: Cast, post: Post) -> None:
    post.load(Return())
    was = the_first(cast.by("helen"))
    second = post.load(MOVED)
    assert numbers(second) == (9, 1, 8, 0)
    assert (second.created, second.withdrawn) == (1, 1)
    with seated(cast.by("helen")):
        was.refresh_from_db()
        assert was.withdrawn_at is not None
        made = Episode.objects.get(started_at=london(2017, 5, 3))
    assert made.pk != was.pk


def test_a_row_over_an_episode_recorded_by_hand_is_rejected(cast: Cast, post: Post) -> None:
    by = cast.by("helen")
    keira = cast.child(number="A1")
    by_hand = told(started_at=london(2017, 5, 3, 17), reported_at=None, returned_at=london(2017, 5, 3, 23))
    with seated(by):
        record_episode(by=by, child=keira, told=by_hand, now=NOW)
    batch = post.load(Return())
    assert batch.rejected == 1
    with seated(by):
        row = batch.rows.rejected().get()
        assert (row.table, row.number, row.child) == ("Missing", 0, "A1")
        assert row.sent["mis_start"] == "02/05/2017"
        assert [issue["code"] for issue in row.issues] == ["MEG17"]
        assert "from 03/05/2017 to 03/05/2017" in row.issues[0]["message"]
        assert Episode.objects.filter(child=keira, withdrawn_at=None).count() == 2


@pytest.mark.parametrize(
    "sent", [CORRECTED, MOVED, Return(header=HEADER.replace(",WBRI", ",AIND")), Return(missing=FIRST)]
)
def test_undo_brings_back_what_was(cast: Cast, post: Post, sent: Return) -> None:
    post.load(Return())
    before = held(cast.by("helen"))
    second = post.load(sent)
    after = held(cast.by("helen"))
    post.undo(second)
    assert second.state == Batch.State.UNDONE
    assert second.undone_by_name == "Helen Example"
    assert held(cast.by("helen")) == before
    third = post.load(sent)
    assert numbers(third) == numbers(second)
    assert [len(records) for records in held(cast.by("helen"))] == [len(records) for records in after]


def test_undo_of_the_first_load_leaves_nothing_and_loading_again_brings_the_same_children(
    cast: Cast, post: Post
) -> None:
    batch = post.load(Return())
    before = held(cast.by("helen"))
    post.undo(batch)
    assert held(cast.by("helen")) == [[], [], []]
    again = post.load(Return())
    assert numbers(again) == (9, 9, 0, 0)
    after = held(cast.by("helen"))
    assert after[0] == before[0]
    for made, was in zip(after[1:], before[1:], strict=True):
        assert [record[1:] for record in made] == [record[1:] for record in was]


def by_a_later_batch(cast: Cast, post: Post) -> None:
    post.load(CORRECTED)


def by_a_form(cast: Cast, post: Post) -> None:
    by, first = cast.by("helen"), the_first(cast.by("helen"))
    corrected: Told = told(
        missing_from="care", care_status="M", police_category="", setting=first.setting,
        started_at=london(2017, 5, 2, 21, 30), reported_at=None, returned_at=london(2017, 5, 4, 9, 15),
    )  # fmt: skip
    with seated(by):
        correct_episode(
            by=by, episode=first, told=corrected, reason="The carer gave the times.", now=NOW, as_of=first.changed_at
        )


def by_a_name(cast: Cast, post: Post) -> None:
    by, one = cast.by("helen"), child(cast.by("helen"), "A3")
    with seated(by):
        add_other_name(by=by, child=one, given="Tamsin", family="Vale")


def by_an_episode(cast: Cast, post: Post) -> None:
    by, one = cast.by("helen"), child(cast.by("helen"), "A3")
    with seated(by):
        record_episode(by=by, child=one, told=told(), now=NOW)


@pytest.mark.parametrize("work", [by_a_later_batch, by_a_form, by_a_name, by_an_episode])
def test_a_batch_that_was_worked_on_is_not_taken_back(
    cast: Cast, post: Post, work: Callable[[Cast, Post], None]
) -> None:
    batch = post.load(Return())
    work(cast, post)
    before = held(cast.by("helen"))
    with seated(cast.by("helen")):
        assert actions.worked_on_since(by=cast.by("helen"), batch=batch) >= 1
    with pytest.raises(Refused, match="worked on since"):
        post.undo(batch)
    assert held(cast.by("helen")) == before


def test_what_a_person_corrected_stands_when_the_same_return_comes_again(cast: Cast, post: Post) -> None:
    post.load(Return())
    by_a_form(cast, post)
    before = held(cast.by("helen"))
    assert numbers(post.load(Return())) == (9, 0, 9, 0)
    assert held(cast.by("helen")) == before


def test_a_batch_is_loaded_and_taken_back_once(cast: Cast, post: Post) -> None:
    batch = post.load(Return())
    by = cast.by("helen")
    stale = Batch(pk=batch.pk, state=Batch.State.WAITING, partnership_id=batch.partnership_id)
    with seated(by), pytest.raises(Refused, match="is in already"):
        actions.load(by=by, batch=stale)
    with seated(by):
        assert actions.begin(by=by, batch=batch) is False
    post.undo(batch)
    with pytest.raises(Refused, match="nothing to take back"):
        post.undo(batch)
    with seated(by), pytest.raises(Refused, match="was taken back"):
        actions.load(by=by, batch=stale)


def test_a_batch_that_is_in_is_not_called_refused(cast: Cast, post: Post) -> None:
    batch, by = post.load(Return()), cast.by("helen")
    with pytest.raises(Refused, match="is in already"), seated(by):
        actions.refuse(by=by, batch=batch, sentence="The worker stopped.")
    with seated(by):
        batch.refresh_from_db()
    assert batch.state == Batch.State.LOADED


def test_another_year_is_refused_whole(cast: Cast, post: Post) -> None:
    with pytest.raises(FileTrouble, match="sent as 2019-20"):
        post.load(Return(episodes=None), year="2019-20")
    assert held(cast.by("helen")) == [[], [], []]


def test_nothing_is_half_loaded(cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    batch, by = post.receive(Return()), cast.by("helen")

    def cut_short(step: str, done: int) -> None:
        if step == "numbers":
            raise ConnectionError("The worker was killed.")

    with pytest.raises(ConnectionError), seated(by):
        actions.load(by=by, batch=batch, progress=cut_short)
    assert held(by) == [[], [], []]
    with seated(by):
        batch.refresh_from_db()
        assert (batch.state, batch.rows_read, batch.rows.count()) == (Batch.State.WAITING, 0, 0)
        assert actions.begin(by=by, batch=batch) is True
        assert actions.load(by=by, batch=batch).accepted == 9


def test_every_step_is_told(cast: Cast, post: Post) -> None:
    batch, by = post.receive(Return()), cast.by("helen")
    told_of: list[tuple[str, int]] = []
    with seated(by):
        actions.load(by=by, batch=batch, progress=lambda step, done: told_of.append((step, done)))
    assert tuple(told_of) == actions.STEPS


def test_the_files_are_kept_as_they_were_sent(cast: Cast, post: Post) -> None:
    batch = post.load(Return())
    with seated(cast.by("helen")):
        kept = {file.name: bytes(file.content).decode() for file in batch.files.all()}
        rows = {file.table: file.rows for file in batch.files.all()}
    assert kept == Return().files
    assert rows == {"Header": 3, "Episodes": 3, "Missing": 3}


def test_what_the_trail_says(cast: Cast, post: Post) -> None:
    batch = post.load(Return())
    post.undo(batch)
    by = cast.by("helen")
    with seated(by):
        actions.take_away(by=by, batch=batch, table="Missing")
        actions.look(by=by, batch=batch, what="rows")
    with seated(cast.by("grace")):
        said = list(Entry.objects.filter(member_name="Helen Example").order_by("pk").values_list("kind", "sentence"))
    names = "episodes.csv, header.csv, missing.csv"
    assert ("files_in", f"Sent {names} as batch {batch.pk}.") in said
    assert ("files_in", f"Loaded batch {batch.pk}: 9 rows accepted, 0 rejected.") in said
    assert ("files_in", f"Took back batch {batch.pk}.") in said
    assert ("taken_away", f"Took the rejected Missing rows of batch {batch.pk} away.") in said
    assert ("look", f"Looked at rows of batch {batch.pk}.") in said


def test_the_numbers_as_json(cast: Cast, post: Post) -> None:
    batch = post.load(Return(missing=MISSING + "\nA9,03/02/2003,M,31/02/2017,"))
    with seated(cast.by("helen")):
        found = json.loads(json.dumps(actions.as_json(batch)))
    assert set(found) == {"batch", "rows", "issues"}
    assert found["rows"] == {"read": 10, "accepted": 9, "rejected": 1, "unchanged": 0}
    assert {tuple(issue) for issue in found["issues"]} == {("code", "table", "row", "child", "fields", "message")}
    assert {(issue["table"], issue["row"], issue["child"]) for issue in found["issues"]} == {("Missing", 3, "A9")}


@pytest.mark.parametrize("name", PEOPLE)
def test_who_may_send_load_and_take_back(cast: Cast, post: Post, name: str) -> None:
    batch, by = post.load(Return()), cast.by(name)
    if by.seat in LOADERS:
        assert post.load(Return(), by=by).unchanged == 9
        return
    verbs: list[Callable[[], object]] = [
        lambda: post.receive(Return(), by=by),
        lambda: actions.load(by=by, batch=batch),
        lambda: actions.begin(by=by, batch=batch),
        lambda: actions.refuse(by=by, batch=batch, sentence="No."),
        lambda: actions.tell_progress(by=by, batch=batch.pk, step="reading", done=1),
        lambda: actions.worked_on_since(by=by, batch=batch),
        lambda: actions.undo(by=by, batch=batch),
    ]
    for verb in verbs:
        with pytest.raises(Refused, match="Only the exploitation team"), seated(by):
            verb()


def test_the_fictitious_return(cast: Cast, shared_data: Path) -> None:
    """The whole of it, twice: 7,768 rows, of which one lies over another and cannot be stored."""
    by = cast.operator
    reading = read([shared_data / "ssda903-fake"], known=KNOWN, loaded=LOADED)
    found = []
    for _ in range(2):
        with seated(by):
            batch = actions.receive(by=by, dataset="ssda903", year="2017-18", reading=reading)
            actions.load(by=by, batch=batch)
            found.append(actions.as_json(batch))
    assert found[0]["rows"] == {"read": 7768, "accepted": 7767, "rejected": 1, "unchanged": 0}
    assert found[1]["rows"] == {"read": 7768, "accepted": 0, "rejected": 1, "unchanged": 7767}
    assert len(found[0]["issues"]) == len(found[1]["issues"]) == 22
    with connection.cursor() as cursor, seated(by):
        cursor.execute("SELECT count(*) FROM missing_episode WHERE withdrawn_at IS NULL")
        assert cursor.fetchone()[0] > 0
