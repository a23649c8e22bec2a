"""Who sees and writes which row of a meeting, asked of the database in raw SQL under each seat."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import PEOPLE, Cast
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.pursue.meetings import actions
from meg.pursue.meetings.models import Item, Meeting
from meg.pursue.meetings.tests.conftest import in_the_room, on_agenda, plan

REACH_NOTHING = {"ruth", "colin", "wendy", "fiona", "adam"}


def count(cast: Cast, person: str, sql: str) -> int | None:
    """How many rows a person's seat shows; None where the table refuses."""
    try:
        with transaction.atomic(), seated(cast.by(person)), connection.cursor() as cursor:
            cursor.execute(sql)
            return int(cursor.fetchone()[0])
    except DatabaseError as refused:
        assert "permission denied" in str(refused)
        return None


def written(cast: Cast, person: str, sql: str, *values: int | str | bool | None) -> str:
    """What the database says of a write: empty where it is let through. It is taken back."""
    try:
        with transaction.atomic(), seated(cast.by(person)), connection.cursor() as cursor:
            cursor.execute(sql, values)
            transaction.set_rollback(True)
            return ""
    except DatabaseError as refused:
        return str(refused)


@pytest.fixture
def items(cast: Cast, keira: Child, owen: Child) -> tuple[Meeting, Item, Item]:
    """A meeting with an open agenda: Keira, whom the academy works with, and Owen, whom it does not; two themes."""
    meeting = plan(cast)
    ours, theirs = on_agenda(cast, meeting, keira), on_agenda(cast, meeting, owen)
    with seated(cast.by("helen")) as by:
        actions.add_theme(by=by, meeting=meeting, title="The arcade", why="Came up.", shared=False)
        actions.add_theme(by=by, meeting=meeting, title="Any other business", why="As always.", shared=True)
    return meeting, ours, theirs


EXPECTED = {"helen": 4, "arthur": 4, "daniel": 2, "amina": 2, "nadia": 1, "grace": 0}


@pytest.mark.parametrize("table", ["meetings_item", "meetings_reason"])
def test_each_seat_has_its_own_items_and_what_is_said_of_them(
    cast: Cast, items: tuple[Meeting, Item, Item], table: str
) -> None:
    for person in PEOPLE:
        assert count(cast, person, f"SELECT count(*) FROM {table}") == EXPECTED.get(person), person


def test_seats_without_children_reach_no_table_of_this_room(cast: Cast, items: tuple[Meeting, Item, Item]) -> None:
    tables = ("item", "reason", "decision", "action", "minute", "note", "document", "attendance", "meeting")
    for person in REACH_NOTHING:
        for table in tables:
            assert count(cast, person, f"SELECT count(*) FROM meetings_{table}") is None, (person, table)
    for person in ("daniel", "nadia", "grace"):
        assert count(cast, person, "SELECT count(*) FROM meetings_document") is None, person


ITEM = """INSERT INTO meetings_item (meeting_id, child_id, title, shared, position, late, state)
  VALUES (%s, %s, '', false, 1, %s, %s)"""
DECIDE = """INSERT INTO meetings_decision (meeting_id, item_id, child_id, what, facts, why, "to")
  VALUES (%s, %s, %s, 'none', '', 'x', '')"""
REASON = "INSERT INTO meetings_reason (meeting_id, item_id, child_id, kind, words, agency_id) VALUES (%s, %s, %s, %s, 'x', %s)"


def test_a_practitioner_adds_an_item_of_a_child_they_reach_alone(
    cast: Cast, items: tuple[Meeting, Item, Item], owen: Child
) -> None:
    meeting, *_ = items
    ours = cast.child("Mina", "Gray", agency="Penfield Academy")
    assert written(cast, "daniel", ITEM, meeting.pk, ours.pk, False, "on") == ""
    assert "row-level security" in written(cast, "daniel", ITEM, meeting.pk, owen.pk, False, "on")
    assert "row-level security" in written(
        cast, "daniel", ITEM.replace("''", "'A theme'"), meeting.pk, None, False, "on"
    )
    for person in ("arthur", "nadia", "ruth", "grace"):
        assert "permission denied" in written(cast, person, ITEM, meeting.pk, ours.pk, False, "on"), person
    in_the_room(cast, meeting)
    for late in (True, False):
        assert written(cast, "daniel", ITEM, meeting.pk, ours.pk, late, "on") != ""
    assert "The agenda is closed" in written(cast, "helen", ITEM, meeting.pk, ours.pk, False, "on")
    assert written(cast, "helen", ITEM, meeting.pk, ours.pk, True, "on") == ""


def test_a_practitioner_asks_in_the_name_of_their_own_agency_alone(
    cast: Cast, items: tuple[Meeting, Item, Item]
) -> None:
    meeting, ours, theirs = items
    own, other = cast.agencies["Penfield Academy"].pk, cast.agencies["Caldershire Health"].pk
    keira, owen = ours.child_id, theirs.child_id
    assert written(cast, "daniel", REASON, meeting.pk, ours.pk, keira, "asked", own) == ""
    for refused in (
        (meeting.pk, ours.pk, keira, "asked", other), (meeting.pk, ours.pk, keira, "high", own),
        (meeting.pk, theirs.pk, owen, "asked", own), (meeting.pk, theirs.pk, keira, "asked", own),
    ):  # fmt: skip
        assert "row-level security" in written(cast, "daniel", REASON, *refused), refused


def test_only_the_team_changes_an_item_and_nobody_takes_one_away(cast: Cast, items: tuple[Meeting, Item, Item]) -> None:
    for person in PEOPLE:
        said = written(cast, person, "UPDATE meetings_item SET position = 3")
        assert (said == "") == (person == "helen"), person
        assert "permission denied" in written(cast, person, "DELETE FROM meetings_item"), person
        assert "permission denied" in written(cast, person, "UPDATE meetings_reason SET words = 'y'"), person


def test_what_is_said_of_an_item_is_of_its_child_and_its_meeting(cast: Cast, items: tuple[Meeting, Item, Item]) -> None:
    meeting, ours, theirs = items
    in_the_room(cast, meeting)
    assert written(cast, "helen", DECIDE, meeting.pk, ours.pk, ours.child_id) == ""
    assert "row-level security" in written(cast, "helen", DECIDE, meeting.pk, ours.pk, theirs.child_id)
    assert "row-level security" in written(cast, "helen", DECIDE, meeting.pk, ours.pk, None)


def test_a_decision_comes_when_the_meeting_has_begun(cast: Cast, items: tuple[Meeting, Item, Item]) -> None:
    meeting, ours, _ = items
    assert "has not begun" in written(cast, "helen", DECIDE, meeting.pk, ours.pk, ours.child_id)
    minute = "INSERT INTO meetings_minute (meeting_id, item_id, child_id, content) VALUES (%s, %s, %s, '{}')"
    assert "when the meeting was held" in written(cast, "helen", minute, meeting.pk, ours.pk, ours.child_id)
    note = "INSERT INTO meetings_note (meeting_id, item_id, child_id, words) VALUES (%s, %s, %s, 'x')"
    assert "not agreed yet" in written(cast, "helen", note, meeting.pk, ours.pk, ours.child_id)


def test_an_agency_that_no_longer_works_with_a_child_reads_nothing_of_it(
    cast: Cast, items: tuple[Meeting, Item, Item]
) -> None:
    assert count(cast, "daniel", "SELECT count(*) FROM meetings_item WHERE child_id IS NOT NULL") == 1
    with seated(cast.operator), connection.cursor() as cursor:
        cursor.execute("UPDATE access_involvement SET until = since")
    assert count(cast, "daniel", "SELECT count(*) FROM meetings_item WHERE child_id IS NOT NULL") == 0
