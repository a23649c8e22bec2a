"""One context in every test of this room, two children of two agencies, and referrals that name places and people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.contexts.actions import link_child, open_context
from meg.protect.contexts.models import Context, Link
from meg.protect.exploitation.actions import refer
from meg.protect.exploitation.models import Referral
from meg.protect.exploitation.tests.conftest import told

TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=28)
Opened = Callable[..., Context]
Linked = Callable[..., Link]
Naming = Callable[..., Referral]
STATION: dict[str, Any] = {
    "kind": "place", "name": "The bus station", "known": "Busy after school; staff know the team.",
    "why": "Named in several referrals.", "review_on": SOON,
}  # fmt: skip


@pytest.fixture
def keira(cast: Cast) -> Child:
    """Of Penfield Academy, with Nadia allocated."""
    return cast.child("Keira", "Dunstan", date(2011, 3, 14), agency="Penfield Academy", worker="nadia")


@pytest.fixture
def kira(cast: Cast) -> Child:
    """Of Caldershire Health."""
    return cast.child("Kira", "Hale", date(2013, 6, 2), agency="Caldershire Health")


@pytest.fixture
def opened(cast: Cast) -> Opened:
    """`opened(level='high', who='Helen', rationale='...')`: the bus station, opened by the team."""

    def make(**other: Any) -> Context:
        with seated(cast.by("helen")) as by:
            return open_context(by=by, now=other.pop("now", timezone.now()), **{**STATION, **other})

    return make


@pytest.fixture
def linked(cast: Cast) -> Linked:
    """`linked(context, child, how='seen')`."""

    def make(context: Context, child: Child, how: str = "seen", **other: Any) -> Link:
        with seated(cast.by("helen")) as by:
            return link_child(by=by, context=context, child=child, how=how, since=TODAY, now=timezone.now(), **other)

    return make


@pytest.fixture
def naming(cast: Cast) -> Naming:
    """`naming(child, place='The arcade', people=(('J.', ''),), online=('A game',), days=3)`: a referral of so many days ago."""

    def make(child: Child, *, online: tuple[str, ...] = (), days: int = 3, **other: Any) -> Referral:
        at = datetime.now(UTC) - timedelta(days=days)
        values: dict[str, Any] = {"began": "not_known", "platform": "", "place_not_known": "not_told"}
        if other.get("place"):
            values = {"began": "place", "platform": ""}
        with seated(cast.by("helen")) as by:
            values["online"] = tuple((name, "") for name in online)
            return refer(by=by, child=child, told=told(received_at=at, **{**values, **other}), now=datetime.now(UTC))

    return make
