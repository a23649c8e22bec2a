"""The trail, in raw SQL: everyone adds, nobody changes."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import Cast
from meg.partnership.seats import APP, OWNER, Seat, seated
from meg.partnership.trail.actions import record, seal, verify
from meg.partnership.trail.models import Kind

CHANGES = [
    "UPDATE trail_entry SET sentence = 'other'",
    "DELETE FROM trail_entry",
    "TRUNCATE trail_entry",
    "UPDATE trail_seal SET hash = 'other'",
    "DELETE FROM trail_seal",
    "TRUNCATE trail_seal",
]


@pytest.mark.parametrize("role", [*(seat.role for seat in Seat), APP, OWNER])
@pytest.mark.parametrize("change", CHANGES)
def test_no_role_can_change_the_trail(cast: Cast, role: str, change: str) -> None:
    with seated(cast.operator):
        record(by=cast.operator, kind=Kind.LOOK, sentence="Looked.")
    seal()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [role if role != APP else OWNER])
        if role == APP:
            pytest.importorskip("psycopg")
        cursor.execute(change)


def test_a_changed_line_is_named(cast: Cast) -> None:
    with seated(cast.operator):
        for number in range(3):
            record(by=cast.operator, kind=Kind.LOOK, sentence=f"Looked {number}.")
    seal()
    with seated(cast.operator):
        assert verify(by=cast.operator).wrong == []
