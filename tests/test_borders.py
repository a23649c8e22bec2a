"""The border between partnerships, in raw SQL under every seat: nothing is seen across it, nothing is put across it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import Cast
from meg.partnership.access.actions import add_member, involve
from meg.partnership.agencies.actions import add_agency, found_partnership
from meg.partnership.seats import By, Holds, Seat, seated
from meg.partnership.seats_check import everything_declared, rows
from meg.protect.children.models import CareEpisode, Child, Identifier, Name
from meg.protect.missing.models import Episode
from tests.sight import CHILD_TABLES, everything_referred, everything_said, two_children

KEPT = (Holds.CASE, Holds.PERSONAL, Holds.FIGURES, Holds.REFERENCE)
COVERED = {
    *CHILD_TABLES, "access_involvement", "access_member", "agencies_agency", "agencies_agencyname",
}  # fmt: skip
HAS = "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = 'partnership_id'"
WRITABLE = """SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
WHERE table_name = %s AND table_schema = 'public' AND is_generated = 'NEVER'"""
PERSON = {
    Seat.TEAM: "helen", Seat.PRACTITIONER: "daniel", Seat.INTERVIEWER: "nadia", Seat.INTELLIGENCE: "fiona",
    Seat.ANALYST: "arthur", Seat.GROUP: "ruth", Seat.COORDINATOR: "colin", Seat.LEAD: "wendy",
    Seat.GOVERNANCE: "grace", Seat.ADMINISTRATOR: "adam",
}  # fmt: skip


def guarded_tables() -> list[str]:
    """Every table that belongs to a partnership, by the declarations and the catalogue."""
    return [t.name for t in everything_declared().values() if t.holds in KEPT and rows(HAS, t.name)]


def beyond() -> int:
    """Another partnership of the same installation, with a child, a member and an agency of its own."""
    nobody = By(None, "Operator", Seat.OPERATOR, 0)
    with seated(nobody):
        far = found_partnership(by=nobody, name="Elsewhere", authority="841")
    with seated(By(None, "Operator", Seat.OPERATOR, far.pk)) as by:
        agency = add_agency(by=by, name="Elsewhere Council", type="LA_SOCIAL_CARE", since=date(2020, 1, 1))
        add_member(by=by, email="far@x.example", name="Far Away", job="", agency=agency, seats=[Seat.TEAM])
        child = Child.objects.create(date_of_birth=date(2012, 1, 1), sex="F", responsible_authority="841")
        child.refresh_from_db()
        Name.objects.create(child=child, given="Far", family="Away")
        Identifier.objects.create(child=child, source="ssda903", value="F1")
        CareEpisode.objects.create(child=child, started=date(2024, 1, 1))
        everything_said(
            Episode.objects.create(
                child=child, missing_from="care", care_status="M", setting="foster", started_at="2026-01-05T20:00Z"
            )
        )
        everything_referred(child)
        involve(by=by, child_id=child.pk, reference=str(child.reference), agency=agency)
    return int(far.pk)


def who(cast: Cast, seat: Seat) -> By:
    return cast.operator if seat is Seat.OPERATOR else cast.by(PERSON[seat])


def tried(by: By, statement: str, *values: Any) -> tuple[int, str]:
    """What a statement did under a seat: how many rows, or the words of its refusal."""
    try:
        with transaction.atomic(), seated(by), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return (cursor.fetchone()[0] if statement.startswith("SELECT") else cursor.rowcount), ""
    except DatabaseError as refused:
        return 0, str(refused).splitlines()[0]


@pytest.mark.parametrize("seat", list(Seat))
def test_nothing_is_seen_or_put_across_the_border(cast: Cast, seat: Seat) -> None:
    two_children(cast)
    far, here, by = beyond(), cast.partnership.pk, who(cast, seat)
    found = set()
    for table in guarded_tables():
        if not rows(f"SELECT 1 FROM {table} WHERE partnership_id = %s LIMIT 1", far):
            continue
        found.add(table)
        assert tried(by, f"SELECT count(*) FROM {table} WHERE partnership_id = %s", far)[0] == 0, table
        assert tried(by, f"UPDATE {table} SET partnership_id = partnership_id WHERE partnership_id = %s", far)[0] == 0
        moved, why = tried(by, f"UPDATE {table} SET partnership_id = %s WHERE partnership_id = %s", far, here)
        assert moved == 0, table
        assert "row-level security" in why or "permission denied" in why or why == "", (table, why)
        assert is_refused(put(by, table, far, here)), table
    assert found >= COVERED


def put(by: By, table: str, into: int, like: int) -> str:
    """Try to add a row like one that is there, to another partnership: the words of the refusal."""
    [(columns,)] = rows(WRITABLE, table)
    [(row,)] = rows(f"SELECT to_jsonb(t)::text FROM {table} t WHERE partnership_id = %s ORDER BY id LIMIT 1", like)
    return tried(
        by,
        f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::{table}, %s::jsonb"
        f" || jsonb_build_object('id', 999999999, 'partnership_id', %s::bigint))",
        row, into,
    )[1]  # fmt: skip


def is_refused(words: str) -> bool:
    return "row-level security" in words or "permission denied" in words


@pytest.mark.parametrize("seat", [Seat.TEAM, Seat.OPERATOR])
def test_the_same_row_of_ones_own_partnership_is_taken(cast: Cast, seat: Seat) -> None:
    """So that the refusal above is the border's, and not of a statement that could never have worked."""
    two_children(cast)
    here = cast.partnership.pk
    said = put(who(cast, seat), "children_careepisode", here, here)
    assert not is_refused(said), said


@pytest.mark.parametrize("person", ["daniel", "amina"])
def test_a_practitioner_puts_nothing_on_a_child_out_of_reach(cast: Cast, person: str) -> None:
    ours, theirs = two_children(cast)
    mine, other = (ours, theirs) if person == "daniel" else (theirs, ours)
    add = (
        "INSERT INTO missing_episode (child_id, missing_from, care_status, police_category, setting, started_at,"
        " started_to_the_minute, returned_at, returned_to_the_minute, reported_by, source, year, recorded_by)"
        " VALUES (%s, 'home', '', 'MISSING', 'own_home', '2019-02-01', true, '2019-02-02', true, 'Parent', 'form', '', 'x')"
    )
    assert tried(cast.by(person), add, mine.pk) == (1, "")
    assert "row-level security" in tried(cast.by(person), add, other.pk)[1]
    moved = tried(cast.by(person), "UPDATE missing_episode SET child_id = %s WHERE child_id = %s", other.pk, mine.pk)
    assert moved[0] == 0
    assert tried(cast.by(person), "UPDATE missing_episode SET setting = 'other' WHERE child_id = %s", other.pk)[0] == 0
