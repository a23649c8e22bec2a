"""Sealing beside many writers, on real connections; and what is put in or taken out behind the trail's back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from conftest import Cast
from meg.partnership.seats import OWNER, seated
from meg.partnership.trail.actions import seal, verify
from meg.partnership.trail.models import Entry, Seal
from meg.partnership.trail.tests.test_rows import as_login, say, tamper

WRITERS, EACH = 4, 30
ADD = "INSERT INTO trail_entry (kind, sentence) VALUES ('sign_in', 'A real line.')"


@pytest.fixture
def swept(db: None) -> Iterator[None]:
    """Real connections leave real lines: the owner takes them out afterwards, past the triggers."""
    yield
    with as_login(OWNER) as owner:
        for table in ("trail_seal", "trail_entry"):
            owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
            owner.execute(f"DELETE FROM {table}".encode())
            owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER".encode())


def write(number: int, trouble: list[Exception]) -> None:
    """Lines in transactions that stay open for unequal times, so that they end in another order than they began."""
    try:
        with as_login("meg_app") as app:
            app.execute("SET lock_timeout = '2s'")
            for turn in range(EACH):
                with app.transaction():
                    app.execute(ADD)
                    time.sleep(((number * 7 + turn * 3) % 5) / 500)
                    app.execute(ADD)
    except psycopg.Error as error:
        trouble.append(error)


def test_every_line_of_many_writers_is_in_one_seal(swept: None) -> None:
    trouble: list[Exception] = []
    writers = [threading.Thread(target=write, args=(number, trouble)) for number in range(WRITERS)]
    with as_login("meg_app") as sealer, as_login("meg_app") as rival:
        sealer.execute("SET lock_timeout = '2s'")
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            sealer.execute("SELECT meg.seal_trail()")
            rival.execute("SELECT meg.seal_trail()")
        sealer.execute("SELECT meg.seal_trail()")
    with as_login(OWNER) as owner:
        sealed = [int(str(row[0])) for row in owner.execute("SELECT unnest(lines) FROM trail_seal").fetchall()]
        there = [int(str(row[0])) for row in owner.execute("SELECT id FROM trail_entry").fetchall()]
        seals = owner.execute("SELECT id FROM trail_seal").fetchall()
        wrong = owner.execute("SELECT * FROM meg.verify_trail()").fetchall()
    assert trouble == []
    assert len(there) == WRITERS * EACH * 2
    assert sorted(sealed) == sorted(there)
    assert len(seals) > 1
    assert wrong == []


def test_sealing_waits_for_no_writer_and_misses_no_late_one(swept: None) -> None:
    """One connection holds a line open while the other seals, twice."""
    with as_login("meg_app") as writer, as_login("meg_app") as sealer:
        sealer.execute("SET lock_timeout = '1s'")
        with writer.transaction():
            writer.execute(ADD)
            sealer.execute(ADD)
            assert sealer.execute("SELECT meg.seal_trail()").fetchone() == (1,)
        assert sealer.execute("SELECT meg.seal_trail()").fetchone() == (1,)
        assert sealer.execute("SELECT meg.seal_trail()").fetchone() == (0,)


def test_two_who_seal_at_once_do_not_wait(swept: None) -> None:
    with as_login("meg_app") as one, as_login("meg_app") as other:
        other.execute("SET lock_timeout = '1s'")
        one.execute(ADD)
        with one.transaction():
            assert one.execute("SELECT meg.seal_trail()").fetchone() == (1,)
            assert other.execute("SELECT meg.seal_trail()").fetchone() == (0,)
        assert other.execute("SELECT meg.seal_trail()").fetchone() == (0,)


def test_a_seal_that_looked_before_another_ended_is_refused(swept: None) -> None:
    """Two seals cannot follow from the same one, whatever an older snapshot shows."""
    with as_login("meg_app") as one, as_login("meg_app") as other:
        one.execute(ADD)
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with pytest.raises(psycopg.errors.UniqueViolation), other.transaction():
            other.execute("SELECT 1 FROM pg_class LIMIT 1")
            one.execute("SELECT meg.seal_trail()")
            other.execute("SELECT meg.seal_trail()")


def test_a_large_batch_is_several_seals_of_one_chain(cast: Cast) -> None:
    with seated(cast.operator), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trail_entry (kind, sentence) SELECT 'look', 'Looked.' FROM generate_series(1, 10001)"
        )
    assert seal() > 10_001
    assert Seal.objects.count() == 2
    with seated(cast.operator):
        assert verify(by=cast.operator).wrong == []


def test_who_acts_and_which_number_are_the_databases(cast: Cast) -> None:
    with transaction.atomic(), seated(cast.by("ruth")), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO trail_entry (kind, sentence, member_name, seat) VALUES ('look', 'L.', 'Adam', 'team')"
        )
        with pytest.raises(DatabaseError, match="takes the next number"), transaction.atomic():
            cursor.execute("INSERT INTO trail_entry (id, kind, sentence) VALUES (999999, 'look', 'Later.')")
    line = Entry.objects.get(sentence="L.")
    assert (line.member_name, line.seat) == ("Ruth Example", "group")


def wrongs(cast: Cast) -> list[str]:
    with seated(cast.operator):
        return [str(wrong) for wrong in verify(by=cast.operator).wrong]


def three_seals(cast: Cast) -> tuple[list[int], list[int]]:
    """Three lines, each in a seal of its own: the lines' numbers and the seals'."""
    seal()
    lines = []
    for sentence in ("One.", "Two.", "Three."):
        lines += say(cast, sentence)
        seal()
    return lines, list(Seal.objects.order_by("-pk").values_list("pk", flat=True)[:3])[::-1]


def test_a_line_slipped_in_later_is_named(cast: Cast) -> None:
    lines, _ = three_seals(cast)
    tamper("DELETE FROM trail_entry WHERE id = %s", lines[0])
    tamper(
        "INSERT INTO trail_entry (id, xid, at, kind, sentence, member_name, digest) OVERRIDING SYSTEM VALUE"
        " VALUES (%s, '3', now(), 'look', 'Slipped in.', '', '')",
        -lines[0],
    )
    tamper("UPDATE trail_entry e SET digest = meg.line_digest(e) WHERE id = %s", -lines[0])
    said = wrongs(cast)
    assert said[0].startswith(f"Line {-lines[0]} should be in a seal and is in none")
    assert any(f"Line {lines[0]} (seal" in one and "was taken out" in one for one in said)


def test_a_seal_taken_out_of_the_middle_is_named(cast: Cast) -> None:
    lines, seals = three_seals(cast)
    tamper("UPDATE trail_entry SET xid = '3' WHERE id = %s", lines[1])  # of a transaction before the last seal's
    tamper("DELETE FROM trail_seal WHERE id = %s", seals[1])
    said = wrongs(cast)
    assert said[0].startswith(f"Line {lines[1]} should be in a seal and is in none")
    assert f"Line {lines[2]} (seal {seals[2]}) begins a seal that does not follow from the one before." in said


def test_a_seal_whose_time_was_changed_is_named(cast: Cast) -> None:
    lines, seals = three_seals(cast)
    tamper("UPDATE trail_seal SET sealed_at = sealed_at - interval '1 day' WHERE id = %s", seals[1])
    assert wrongs(cast) == [f"Line {lines[1]} (seal {seals[1]}) begins a seal that was changed."]


def test_only_the_line_that_was_changed_is_named(cast: Cast) -> None:
    lines = say(cast, "One.", "Two.", "Three.")
    seal()
    tamper("UPDATE trail_entry SET reason = 'other' WHERE id = %s", lines[2])
    last = Seal.objects.latest("pk").pk
    assert wrongs(cast) == [f"Line {lines[2]} (seal {last}) was changed after it was sealed."]
