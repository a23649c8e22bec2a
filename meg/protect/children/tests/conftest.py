"""Two children in every test of this room: Penfield Academy works with Keira, and not with Owen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from conftest import Cast
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import CareEpisode, Child

Lines = Callable[[Child], list[Entry]]


@pytest.fixture
def keira(cast: Cast) -> Child:
    return cast.child("Keira", "Dunstan", date(2011, 3, 14), agency="Penfield Academy", worker="nadia")


@pytest.fixture
def owen(cast: Cast) -> Child:
    return cast.child("Owen", "Tarrant", date(2012, 6, 1))


@pytest.fixture
def in_care(cast: Cast, keira: Child) -> CareEpisode:
    """Keira has been in foster care since 3 May 2024."""
    with seated(cast.operator):
        return CareEpisode.objects.create(child=keira, started=date(2024, 5, 3), placement_type="U4", legal_status="C2")


@pytest.fixture
def written(cast: Cast) -> Lines:
    """The lines of the trail that say what was written about a child, or who may see it, oldest first."""

    def read(child: Child) -> list[Entry]:
        with seated(cast.by("grace")):
            return list(Entry.objects.about(child.reference).filter(kind__in=["write", "access"]).order_by("pk"))

    return read
