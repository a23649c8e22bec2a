"""Two children in every test of this room: Penfield Academy works with Keira, and not with Owen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.children.models import CareEpisode, Child
from meg.protect.missing.actions import record_episode
from meg.protect.missing.models import Episode
from meg.protect.missing.rules import Told

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)
Tell = Callable[..., Told]
Recorded = Callable[..., Episode]


def london(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment by the clock in Europe/London, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=LONDON).astimezone(UTC)


def told(**other: Any) -> Told:
    """From home, last seen on 20 November 2026 at 17:15, back at 22:40."""
    values: dict[str, Any] = {
        "missing_from": "home", "care_status": "", "police_category": "MISSING", "setting": "own_home",
        "started_at": london(2026, 11, 20, 17, 15), "reported_at": london(2026, 11, 20, 18, 0),
        "reported_by": "Parent", "returned_at": london(2026, 11, 20, 22, 40),
    }  # fmt: skip
    return Told(**{**values, **other})


@pytest.fixture
def keira(cast: Cast) -> Child:
    return cast.child("Keira", "Dunstan", date(2011, 3, 14), agency="Penfield Academy", worker="nadia")


@pytest.fixture
def owen(cast: Cast) -> Child:
    return cast.child("Owen", "Tarrant", date(2012, 6, 1))


@pytest.fixture
def recorded(cast: Cast, keira: Child) -> Recorded:
    """`recorded(returned_at=None)`: an episode of Keira's, recorded by the team."""

    def make(child: Child = keira, **other: Any) -> Episode:
        by = cast.by("helen")
        with seated(by):
            return record_episode(by=by, child=child, told=told(**other), now=NOW)

    return make


@pytest.fixture
def in_care(cast: Cast, keira: Child) -> CareEpisode:
    """Keira has been in foster care since 3 May 2024."""
    with seated(cast.operator):
        return CareEpisode.objects.create(child=keira, started=date(2024, 5, 3), placement_type="U4", legal_status="C2")


@pytest.fixture
def still() -> Iterator[None]:
    """The clock stands at the beginning of this minute: a moment typed to the minute is exactly so long ago."""
    with time_machine.travel(timezone.now().replace(second=0, microsecond=0), tick=False):
        yield
