"""A child's chronology: what each seat reads there of the contexts the child is linked to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.children.chronology import Line
from meg.protect.children.models import Child
from meg.protect.contexts.actions import close_context, end_link, give_level
from meg.protect.contexts.chronology import lines_of
from meg.protect.contexts.models import Context
from meg.protect.contexts.tests.conftest import Linked, Opened
from meg.protect.missing.tests.pages import SignIn, text_of

NOW = timezone.now()
MINUTE = timedelta(minutes=1)


@pytest.fixture
def station(cast: Cast, opened: Opened, keira: Child, linked: Linked) -> Context:
    """Opened, linked, at high, unlinked, at low, closed."""
    made = opened(now=NOW - timedelta(days=3))
    link = linked(made, keira)
    now = timezone.now()
    with seated(cast.by("helen")) as by:
        give_level(by=by, context=made, level="high", who="Dr Frame", rationale="Named often", now=now + MINUTE)
        end_link(by=by, link=link, why="Moved away", now=now + 2 * MINUTE)
        give_level(by=by, context=made, level="low", who="Dr Frame", rationale="Quiet", now=now + 3 * MINUTE)
        close_context(by=by, context=made, why="Quiet for months", now=now + 4 * MINUTE)
    return made


def lines(cast: Cast, name: str, child: Child) -> list[Line]:
    with seated(cast.by(name)):
        return sorted(lines_of(child.pk, name in ("helen", "arthur")), key=lambda line: line.order)


def test_what_the_team_and_the_analyst_read(cast: Cast, station: Context, keira: Child) -> None:
    """Levels and the closing while the child was linked; not what was judged after the link had ended."""
    for name in ("helen", "arthur"):
        assert [(line.strong, line.judgement) for line in lines(cast, name, keira)] == [
            ("Context opened.", False), ("Linked to a place.", False), ("Level of concern of a context: high.", True),
            ("Link to a context ended.", False),
        ]  # fmt: skip
    (_, linked, level, ended) = lines(cast, "helen", keira)
    assert linked.words == f"The bus station, {station.reference}. Seen there."
    assert (level.source, ended.words) == ("Dr Frame", f"The bus station, {station.reference}. Moved away")


def test_what_a_caseload_reads(cast: Cast, station: Context, keira: Child, kira: Child) -> None:
    for name in ("daniel", "nadia"):
        assert [line.strong for line in lines(cast, name, keira)] == ["Linked to a place.", "Link to a context ended."]
    for name in ("amina", "grace"):
        assert lines(cast, name, keira) == []
    assert lines(cast, "helen", kira) == []


def test_a_context_that_closes_over_a_child(
    cast: Cast, opened: Opened, keira: Child, linked: Linked, as_member: SignIn
) -> None:
    made = opened(kind="online", name="A game")
    linked(made, keira, "online")
    with seated(cast.by("helen")) as by:
        close_context(by=by, context=made, why="Quiet for months", now=timezone.now())
    assert "Context closed." in [line.strong for line in lines(cast, "helen", keira)]
    page = text_of(as_member("helen").get(f"/children/{keira.reference}/?kind=context"))
    for words in ("Linked to an online space.", "Context closed.", "Quiet for months"):
        assert words in page, words
    own = text_of(as_member("daniel").get(f"/children/{keira.reference}/?kind=context"))
    assert "Linked to an online space." in own
    assert "Quiet for months" not in own
