"""In raw SQL, under each seat: what the database itself refuses."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from conftest import PEOPLE, Cast
from meg.partnership.seats import Seat, seated
from meg.protect.children.models import Child
from meg.protect.missing.tests.conftest import Recorded, london

INSERT = """INSERT INTO missing_episode (child_id, missing_from, care_status, police_category, setting,
  started_at,
  started_to_the_minute, returned_at, returned_to_the_minute, reported_by, source, year, recorded_by)
  VALUES (%s, 'home', '', 'MISSING', 'own_home', %s, true, %s, true, '', 'form', '', '')"""
CORRECT = """INSERT INTO missing_correction (episode_id, child_id, before, after, is_correction, reason)
  VALUES (%s, %s, '{}', '{}', true, 'x')"""
WRITERS = ("helen", "daniel")


def run(sql: str, *values: int | str | None) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


@pytest.mark.parametrize("name", WRITERS)
def test_an_overlap_is_refused_under_every_writing_seat(
    cast: Cast, keira: Child, recorded: Recorded, name: str
) -> None:
    recorded()
    with seated(cast.by(name)), pytest.raises(IntegrityError, match="episode_not_over_another"):
        run(INSERT, keira.pk, "2026-11-20 20:00+00", None)


@pytest.mark.parametrize("name", WRITERS)
def test_a_correction_into_an_overlap_is_refused(cast: Cast, recorded: Recorded, name: str) -> None:
    recorded()
    other = recorded(started_at=london(2026, 11, 19), reported_at=None,
                     returned_at=london(2026, 11, 19, 5))  # fmt: skip
    with seated(cast.by(name)), pytest.raises(IntegrityError, match="episode_not_over_another"):
        run("UPDATE missing_episode SET returned_at = '2026-11-20 21:00+00' WHERE id = %s", other.pk)


GRADE = """INSERT INTO missing_risk (partnership_id, episode_id, child_id, level, reason, assessor, recorded_by)
  VALUES (%s, %s, %s, 'LOW', 'x', 'x', 'x'); SET CONSTRAINTS ALL IMMEDIATE"""


def test_what_is_said_of_an_episode_is_of_its_child_for_the_owner_too(
    cast: Cast, keira: Child, owen: Child, recorded: Recorded
) -> None:
    """The row policies say so for every seat; the key says so for whoever has none."""
    episode = recorded()
    here = episode.partnership_id
    run(GRADE, here, episode.pk, keira.pk)
    for partnership, child in ((here, owen.pk), (here + 1, keira.pk)):
        with pytest.raises(IntegrityError, match="risk_of_its_episode"):
            run(GRADE, partnership, episode.pk, child)


@pytest.mark.parametrize("name", PEOPLE)
def test_which_rows_a_seat_sees(cast: Cast, keira: Child, recorded: Recorded, name: str) -> None:
    recorded()
    with seated(cast.by(name)):
        if cast.by(name).seat.sees_children:
            seen = run("SELECT FROM missing_episode") + run("SELECT FROM missing_correction")
            assert seen == (1 if name in ("helen", "daniel", "nadia", "arthur") else 0)
        else:
            for table in ("missing_episode", "missing_correction"):
                with pytest.raises(DatabaseError, match="permission denied"):
                    run(f"SELECT FROM {table}")


@pytest.mark.parametrize("seat", Seat)
@pytest.mark.parametrize("table", ["missing_episode", "missing_correction"])
def test_no_seat_deletes(cast: Cast, seat: Seat, table: str) -> None:
    with seated(cast.by("helen", seat)), pytest.raises(DatabaseError, match="permission denied"):
        run(f"DELETE FROM {table}")


@pytest.mark.parametrize("seat", Seat)
def test_no_seat_rewrites_a_correction(cast: Cast, seat: Seat) -> None:
    with seated(cast.by("helen", seat)), pytest.raises(DatabaseError, match="permission denied"):
        run("UPDATE missing_correction SET reason = 'other'")


def test_another_agency_s_practitioner_records_nothing(cast: Cast, keira: Child) -> None:
    with seated(cast.by("amina")), pytest.raises(DatabaseError, match="row-level security"):
        run(INSERT, keira.pk, "2026-11-20 20:00+00", None)


@pytest.mark.parametrize("name", WRITERS)
def test_a_correction_names_the_child_of_its_episode(
    cast: Cast, keira: Child, owen: Child, recorded: Recorded, name: str
) -> None:
    of_owen = recorded(owen)
    with seated(cast.by(name)), pytest.raises(DatabaseError, match="row-level security"):
        run(CORRECT, of_owen.pk, keira.pk)


def test_without_a_seat_every_table_refuses(cast: Cast, recorded: Recorded) -> None:
    recorded()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE seat_team")
        cursor.execute("SELECT FROM missing_episode")
        assert cursor.rowcount == 0
