"""The trail, in raw SQL: everyone adds, nobody changes, and what was changed all the same is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO

import psycopg
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from conftest import Cast
from meg.partnership.seats import OWNER, Seat, seated
from meg.partnership.trail.actions import record, seal, verify
from meg.partnership.trail.models import Entry, Kind

CHANGES = [
    "UPDATE trail_entry SET sentence = 'other'",
    "DELETE FROM trail_entry",
    "TRUNCATE trail_entry",
    "UPDATE trail_seal SET hash = 'other'",
    "DELETE FROM trail_seal",
    "TRUNCATE trail_seal",
]


def say(cast: Cast, *sentences: str) -> list[int]:
    """Add lines, and return their numbers."""
    with seated(cast.operator):
        for sentence in sentences:
            record(by=cast.operator, kind=Kind.LOOK, sentence=sentence, reference="MEG-000001")
        return list(Entry.objects.filter(sentence__in=sentences).order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize("role", [*(seat.role for seat in Seat), OWNER])
def test_no_role_can_change_the_trail(db: None, role: str) -> None:
    for change in CHANGES:
        with pytest.raises(DatabaseError, match=r"permission denied|only ever added to"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO trail_entry (kind, sentence) VALUES ('look', 'Looked.')")
                cursor.execute("SELECT meg.seal_trail()")
                cursor.execute(f"SET LOCAL ROLE {role}")
                cursor.execute(change)


def as_login(name: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection of its own to the database of the tests, signed in as one of the two logins."""
    at = connection.settings_dict
    return psycopg.connect(
        host=at["HOST"] or None, port=at["PORT"] or None, user=name, dbname=at["NAME"], autocommit=True
    )


@pytest.mark.parametrize("change", CHANGES)
def test_the_applications_login_cannot_change_the_trail(db: None, change: str) -> None:
    with as_login("meg_app") as app, pytest.raises(psycopg.Error, match="permission denied"):
        app.execute(change)


def test_every_seat_adds_and_only_as_itself(cast: Cast) -> None:
    with transaction.atomic(), seated(cast.by("ruth")):
        record(by=cast.by("ruth"), kind=Kind.FIGURES, sentence="Read the scorecard.")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("INSERT INTO trail_entry (kind, sentence, member_id) VALUES ('look', 'x', 1)")
    line = Entry.objects.get(sentence="Read the scorecard.")
    assert (line.member_id, line.member_name, line.seat) == (cast.members["ruth"].pk, "Ruth Example", "group")


def tamper(statement: str, *values: str | int) -> None:
    """What only a superuser, or the owner with the triggers off, can do."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE trail_entry DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE trail_seal DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        assert cursor.rowcount


AFTER = [
    ("UPDATE trail_entry SET sentence = 'x' WHERE id = %s", "was changed after it was sealed"),
    ("UPDATE trail_entry SET at = at + interval '1 hour' WHERE id = %s", "was changed after it was sealed"),
    (
        "UPDATE trail_entry e SET sentence = 'x', digest = sha256('x') WHERE id = %s",
        "was changed after it was sealed",
    ),
    ("DELETE FROM trail_entry WHERE id = %s", "was taken out after it was sealed"),
]


@pytest.mark.parametrize(("statement", "wrong"), AFTER)
def test_a_sealed_line_that_was_changed_is_named(cast: Cast, statement: str, wrong: str) -> None:
    lines = say(cast, "One.", "Two.", "Three.")
    seal()
    tamper(statement, lines[1])
    with seated(cast.operator):
        found = verify(by=cast.operator).wrong
    assert (found[0].line, found[0].what) == (lines[1], wrong)


def test_a_line_changed_before_its_seal_is_named(cast: Cast) -> None:
    lines = say(cast, "One.", "Two.")
    tamper("UPDATE trail_entry SET reference = 'MEG-000002' WHERE id = %s", lines[0])
    with seated(cast.operator):
        found = verify(by=cast.operator).wrong
    assert str(found[0]) == f"Line {lines[0]} was changed before it was sealed."


SEALS: list[tuple[str, Callable[[int], tuple[int, ...]]]] = [
    ("UPDATE trail_seal SET hash = sha256('x') WHERE id = %s", lambda one: (one,)),
    ("UPDATE trail_seal SET lines = lines[1:1] WHERE id = %s", lambda one: (one,)),
    ("DELETE FROM trail_seal WHERE id = %s", lambda one: (one,)),
]


@pytest.mark.parametrize(("statement", "values"), SEALS)
def test_a_changed_seal_breaks_the_chain(cast: Cast, statement: str, values: Callable[[int], tuple[int, ...]]) -> None:
    say(cast, "One.", "Two.")
    seal()
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM trail_seal")
        first = cursor.fetchone()[0]
    say(cast, "Three.")
    seal()
    tamper(statement, *values(first))
    with seated(cast.operator):
        assert verify(by=cast.operator).wrong


def test_a_head_kept_elsewhere_shows_that_the_last_seals_are_gone(cast: Cast) -> None:
    say(cast, "One.")
    seal()
    with seated(cast.operator):
        head = verify(by=cast.operator).head
        assert verify(by=cast.operator, head=head).head_found
    tamper("DELETE FROM trail_seal WHERE encode(hash, 'hex') = %s", head)
    with seated(cast.operator):
        assert not verify(by=cast.operator, head=head).head_found


def test_the_command_says_it_in_sentences(cast: Cast) -> None:
    lines = say(cast, "One.", "Two.")
    seal()
    said = StringIO()
    call_command("trail", "verify", stdout=said)
    assert said.getvalue().startswith("The trail holds: ")
    tamper("UPDATE trail_entry SET sentence = 'x' WHERE id = %s", lines[0])
    said = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("trail", "verify", stdout=said)
    assert ended.value.code == 1
    assert f"Line {lines[0]} (seal " in said.getvalue()
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command("trail", "verify", "--json", stdout=said)
    assert json.loads(said.getvalue())["wrong"][0]["line"] == lines[0]
