"""The page on which an episode is corrected."""

from __future__ import annotations

import pytest

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.missing.models import Episode
from meg.protect.missing.tests.conftest import Recorded, london
from meg.protect.missing.tests.pages import (
    SignIn,
    assert_keeps,
    assert_refused,
    assert_same_as_nobody,
    assert_summary_lands,
    boxes,
    report,
    summary,
)

TIMES = {
    "started_at": london(2025, 11, 20, 17, 15),
    "reported_at": london(2025, 11, 20, 18),
    "returned_at": london(2025, 11, 20, 22, 40),
}


@pytest.fixture
def address(keira: Child, recorded: Recorded) -> str:
    return f"/children/{keira.reference}/missing/{recorded(**TIMES).pk}/change/"


def test_it_opens_as_recorded(cast: Cast, address: str, as_member: SignIn) -> None:
    assert_keeps(as_member("daniel").get(address), report())


def test_the_earlier_value_is_kept_and_shown(cast: Cast, address: str, as_member: SignIn) -> None:
    sent = report(reason="School rang again", **boxes("started_at", "20", "11", "2025", "16:30"))
    page = as_member("daniel").post(address, sent, follow=True).content.decode()
    assert "The episode is corrected. The earlier values are kept." in page
    assert "Corrected: School rang again" in page
    assert "Last seen: Thu 20 Nov 2025 16:30. Earlier value kept: Thu 20 Nov 2025 17:15" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": ""}, "Say why it is corrected: the reason stays with the earlier values."),
        ({}, "Nothing is different from what is recorded."),
        (
            boxes("returned_at", "20", "11", "2025", "17:00"),
            "The return is before the time the child was last seen.",
        ),
        ({"setting": "foster"}, "Foster care, a children’s home"),
        (boxes("started_at"), "Enter the date and time the child was last seen."),
        ({"as_of": "yesterday"}, "This page was changed on its way."),
        ({"as_of": "2025-11-21T00:00:00+00:00"}, "Someone changed this episode while you were typing."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, address: str, as_member: SignIn, changes: dict[str, str], sentence: str
) -> None:
    sent = report(**{"reason": "Looked again", "reported_by": "Parent", **changes})
    response = as_member("daniel").post(address, sent)
    assert_summary_lands(response)
    assert any(said.startswith(sentence) for said in summary(response)), summary(response)
    assert_keeps(response, sent)


def test_a_day_without_a_time_stays_a_day(cast: Cast, address: str, as_member: SignIn) -> None:
    sent = report(reason="Only the day is sure", **boxes("returned_at", "21", "11", "2025"))
    page = as_member("helen").post(address, sent, follow=True).content.decode()
    assert "the day only is known" in page
    with seated(cast.by("helen")):
        episode = Episode.objects.get()
        assert (episode.returned_at, episode.returned_to_the_minute) == (london(2025, 11, 21), False)


def test_who_cannot_record_is_told_so(cast: Cast, address: str, as_member: SignIn) -> None:
    assert_refused(as_member, address)


def test_a_child_of_another_agency_is_nobody(cast: Cast, keira: Child, address: str, as_member: SignIn) -> None:
    assert_same_as_nobody(as_member, address, str(keira.reference))


def test_a_draft_does_not_bring_an_older_state_back(cast: Cast, address: str, as_member: SignIn) -> None:
    """Whoever is told that the episode was changed meanwhile opens it again, finds their words, and can send them."""
    daniel, helen = as_member("daniel"), as_member("helen")
    opened = daniel.get(address).content.decode()
    ticket = opened.split('name="draft_ticket" value="')[1].split('"')[0]
    helen.post(address, report(reason="Carer's log", **boxes("started_at", "20", "11", "2025", "16:45")))
    mine = report(reason="School rang again", **boxes("started_at", "20", "11", "2025", "16:30"))
    daniel.post("/drafts/", {**mine, "draft_ticket": ticket, "as_of": ""})
    assert "Someone changed this episode" in daniel.post(address, mine).content.decode()

    again = daniel.get(address).content.decode()
    assert "School rang again" in again
    as_of = again.split('name="as_of" value="')[1].split('"')[0]
    page = daniel.post(address, {**mine, "as_of": as_of}, follow=True).content.decode()
    assert "The episode is corrected." in page
