"""A young person of 18 with whom the academy works, and one of 15; referrals of theirs at any level."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.exploitation.actions import give_level, refer, take_on
from meg.protect.exploitation.models import Referral
from meg.protect.exploitation.tests.conftest import told
from meg.protect.plans.actions import add_service, open_plan
from meg.protect.plans.models import Plan, Service

Referred = Callable[..., Referral]
Opened = Callable[..., Plan]


def years_ago(years: int, days: int = 30) -> date:
    """The day of birth of someone who was so many years old so many days ago."""
    today = timezone.localdate()
    return date(today.year - years, today.month, min(today.day, 28)) - timedelta(days=days)


@pytest.fixture
def keira(cast: Cast) -> Child:
    return cast.child("Keira", "Dunstan", years_ago(15), agency="Penfield Academy", worker="nadia")


@pytest.fixture
def lena(cast: Cast) -> Child:
    return cast.child("Lena", "Orr", years_ago(18), agency="Penfield Academy", worker="nadia")


@pytest.fixture
def referred(cast: Cast) -> Referred:
    """`referred(lena, level='high', taken_on=True)`: a referral by the team."""

    def make(child: Child, *, level: str = "medium", taken_on: bool = True, **other: Any) -> Referral:
        now = timezone.now()
        with seated(cast.by("helen")) as by:
            made = refer(
                by=by, child=child, told=told(transition_reason="Leaving care", received_at=now, **other), now=now
            )
            if level:
                give_level(by=by, referral=made, level=level, who=by.name, rationale="As told.", now=now)
            if taken_on:
                take_on(by=by, referral=made, why="Agreed in the team.", now=now)
            return Referral.objects.get(pk=made.pk)

    return make


@pytest.fixture
def opened(cast: Cast, keira: Child, referred: Referred) -> Opened:
    """`opened()`: a plan for Keira after a referral at medium."""

    def make(**other: Any) -> Plan:
        now = timezone.now()
        referral = referred(keira)
        values: dict[str, Any] = {"words": "Safer by spring.", "review_on": timezone.localdate() + timedelta(days=28)}
        with seated(cast.by("helen")) as by:
            return open_plan(by=by, referral=referral, now=now, **{**values, **other})

    return make


@pytest.fixture
def mentoring(cast: Cast) -> Service:
    """A service that Brightwater offers."""
    with seated(cast.by("helen")) as by:
        return add_service(
            by=by, agency=cast.agencies["Brightwater"], name="Mentoring", about="", since=date(2020, 1, 1)
        )
