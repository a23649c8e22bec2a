"""In raw SQL, under each seat: what the database itself refuses in this room."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from conftest import PEOPLE, Cast
from meg.partnership.seats import Seat, seated
from meg.protect.children.models import CareEpisode, Child

TABLES = ("children_child", "children_name", "children_identifier", "children_careepisode")
REACH = ("helen", "daniel", "nadia", "arthur")
INSERTS = (
    ("INSERT INTO children_name (child_id, kind, given, family) VALUES (%s, 'other', 'Kiki', '')"),
    ("INSERT INTO children_identifier (child_id, source, value) VALUES (%s, 'police', 'P1')"),
    (
        "INSERT INTO children_careepisode (child_id, started, reason_new, legal_status, need, placement_type, provider,"
        " reason_ended, reason_change, home_postcode, placement_postcode, urn, source, year)"
        " VALUES (%s, '2024-01-01', '', 'C2', '', 'U4', '', '', '', '', '', '', 'form', '')"
    ),
)


def run(sql: str, *values: int | str | None) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


@pytest.mark.parametrize("name", PEOPLE)
def test_which_rows_a_seat_sees(cast: Cast, keira: Child, in_care: CareEpisode, name: str) -> None:
    by = cast.by(name)
    with seated(by):
        for table in (TABLES[0], TABLES[1], TABLES[3]):
            if by.seat.sees_children:
                assert run(f"SELECT FROM {table}") == (1 if name in REACH else 0), table
            else:
                with pytest.raises(DatabaseError, match="permission denied"):
                    run(f"SELECT FROM {table}")


@pytest.mark.parametrize("seat", Seat)
@pytest.mark.parametrize("table", TABLES)
def test_no_seat_deletes(cast: Cast, seat: Seat, table: str) -> None:
    with seated(cast.by("helen", seat)), pytest.raises(DatabaseError, match="permission denied"):
        run(f"DELETE FROM {table}")


@pytest.mark.parametrize("name", sorted(set(PEOPLE) - {"helen"}))
@pytest.mark.parametrize("insert", INSERTS)
def test_only_the_team_writes(cast: Cast, keira: Child, name: str, insert: str) -> None:
    with seated(cast.by(name)), pytest.raises(DatabaseError, match=r"permission denied|row-level security"):
        run(insert, keira.pk)


@pytest.mark.parametrize("name", sorted(set(PEOPLE) - {"helen"}))
def test_only_the_team_changes_a_child(cast: Cast, keira: Child, name: str) -> None:
    with seated(cast.by(name)):
        try:
            changed = run("UPDATE children_child SET sex = 'M' WHERE id = %s", keira.pk)
        except DatabaseError as refused:
            assert "permission denied" in str(refused)
            changed = 0
    assert changed == 0
    with seated(cast.operator):
        assert Child.objects.get(pk=keira.pk).sex == "F"


def test_what_the_team_writes_is_held_to_the_constraints(
    cast: Cast, keira: Child, owen: Child, in_care: CareEpisode
) -> None:
    with seated(cast.by("helen")):
        with pytest.raises(IntegrityError, match="name_one_at_a_time"):
            run("INSERT INTO children_name (child_id, kind, given, family) VALUES (%s, 'name', 'K', '')", keira.pk)
        with pytest.raises(IntegrityError, match="name_is_not_empty"):
            run("INSERT INTO children_name (child_id, kind, given, family) VALUES (%s, 'other', '', '')", keira.pk)
        run(INSERTS[1], owen.pk)
        with pytest.raises(IntegrityError, match="identifier_once_a_source"):
            run(INSERTS[1], keira.pk)
        with pytest.raises(IntegrityError, match="care_ends_after_it_began"):
            run("UPDATE children_careepisode SET ended = '2024-01-01' WHERE id = %s", in_care.pk)
        with pytest.raises(IntegrityError, match="care_once_a_start"):
            run(INSERTS[2].replace("2024-01-01", "2024-05-03"), keira.pk)
        with pytest.raises(IntegrityError, match="child_birth_year_is_near"):
            run("UPDATE children_child SET estimated_birth_year = 1900 WHERE id = %s", keira.pk)


@pytest.mark.parametrize("table", ["access_involvement", "access_grant"])
def test_only_the_team_and_the_command_line_decide_who_reaches_a_child(cast: Cast, keira: Child, table: str) -> None:
    values = "(child_id, agency_id, role) VALUES (%s, %s, '')"
    if table == "access_grant":
        values = "(child_id, agency_id, why, reason, until) VALUES (%s, %s, 'shared', 'x', '2099-01-01')"
    for name in ("daniel", "nadia", "amina", "arthur", "ruth", "adam", "fiona"):
        with seated(cast.by(name)), pytest.raises(DatabaseError, match=r"permission denied|row-level security"):
            run(f"INSERT INTO {table} {values}", keira.pk, cast.agencies["Caldershire Health"].pk)
