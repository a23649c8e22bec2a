"""A child with a referral that the team has taken on, ready to be assessed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.assessments.actions import begin, finish
from meg.protect.assessments.models import Assessment, Framework
from meg.protect.assessments.rules import Given
from meg.protect.children.models import Child
from meg.protect.exploitation.actions import give_level, refer, take_on
from meg.protect.exploitation.models import Referral
from meg.protect.exploitation.tests.conftest import told

NOW = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)
Assessed = Callable[..., Assessment]
WHY = "Two strong concerns, and what the school told us."


@pytest.fixture
def keira(cast: Cast) -> Child:
    return cast.child("Keira", "Dunstan", date(2011, 3, 14), agency="Penfield Academy", worker="nadia")


@pytest.fixture
def referral(cast: Cast, keira: Child) -> Referral:
    """Keira's referral, with its level, taken on."""
    sender, team = cast.by("daniel"), cast.by("helen")
    with seated(sender):
        made = refer(by=sender, child=keira, told=told(), now=NOW)
    with seated(team):
        give_level(by=team, referral=made, level="medium", who=team.name, rationale="As told.", now=NOW)
        take_on(by=team, referral=made, why="Agreed in the team.", now=NOW)
        return Referral.objects.select_related("child").get(pk=made.pk)


def matrix(key: str = "matrix") -> Framework:
    return Framework.objects.in_use().get(key=key)


def answers(framework: Framework, code: str = "no", **other: str) -> dict[str, str]:
    """Every factor answered alike, but for `other`; an empty answer leaves a factor out."""
    given = {one.code: code for one in framework.tool().factors} | other
    return {factor: answer for factor, answer in given.items() if answer}


def given(answered: dict[str, str], level: str = "medium", **other: Any) -> Given:
    values: dict[str, Any] = {"who": "Helen Example", "rationale": WHY, **other}
    return Given(answers=answered, level=level, **values)


@pytest.fixture
def assessed(cast: Cast, referral: Referral) -> Assessed:
    """`assessed(level='high', kind='review', missing_night='strong', now=…)`: a finished assessment by Helen."""

    def make(
        kind: str = "first", level: str = "medium", now: datetime = NOW, key: str = "matrix",
        said: dict[str, Any] | None = None, **other: str,
    ) -> Assessment:  # fmt: skip
        by = cast.by("helen")
        with seated(by):
            framework = matrix(key)
            made = begin(by=by, referral=referral, framework=framework, kind=kind)
            return finish(
                by=by, assessment=made, given=given(answers(framework, **other), level, **(said or {})), now=now
            )

    return make
