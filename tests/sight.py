"""Who sees which child, asked of the database in raw SQL under each seat."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import DatabaseError, connection, transaction

from conftest import Cast
from meg.partnership.seats import Seat, seated
from meg.protect.children.models import CareEpisode, Child
from meg.protect.missing.models import Episode

CHILD_TABLES = {
    "children_child": "id",
    "children_name": "child_id",
    "children_identifier": "child_id",
    "children_careepisode": "child_id",
    "missing_episode": "child_id",
}
# Daniel's academy works with the first child and Nadia is allocated to her; Amina's health service has the second.
EXPECTED = {
    "helen": (True, True),
    "arthur": (True, True),
    "daniel": (True, False),
    "amina": (False, True),
    "nadia": (True, False),
    "fiona": (False, False),
    "ruth": (False, False),
    "colin": (False, False),
    "wendy": (False, False),
    "grace": (False, False),
    "adam": (False, False),
}


def two_children(cast: Cast) -> tuple[Child, Child]:
    """A child of Penfield Academy with Nadia allocated, and one of Caldershire Health; each with a row in every table."""
    ours = cast.child("Keira", "Dunstan", agency="Penfield Academy", worker="nadia", number="A1")
    theirs = cast.child("Kira", "Hale", date(2013, 6, 2), agency="Caldershire Health", number="B2")
    with seated(cast.operator):
        for child in (ours, theirs):
            CareEpisode.objects.create(child=child, started=date(2024, 1, 1))
            Episode.objects.create(
                child=child,
                missing_from="care",
                care_status="M",
                setting="foster",
                started_at=datetime(2026, 1, 5, 20, tzinfo=UTC),
            )
    return ours, theirs


def seen(cast: Cast, person: str, table: str) -> set[int] | None:
    """The children whose rows a person's seat shows in a table; None where the table refuses."""
    try:
        with transaction.atomic(), seated(cast.by(person, Seat(cast.members[person].seats[0]))):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {CHILD_TABLES[table]} FROM {table}")
                return {row[0] for row in cursor.fetchall()}
    except DatabaseError as refused:
        assert "permission denied" in str(refused)
        return None
