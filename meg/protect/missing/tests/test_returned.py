"""The page on which a return is recorded."""

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
    summary,
)


@pytest.fixture
def address(keira: Child, recorded: Recorded) -> str:
    begun = london(2025, 11, 20, 17, 15)
    episode = recorded(started_at=begun, reported_at=None, returned_at=None)
    return f"/children/{keira.reference}/missing/{episode.pk}/return/"


@pytest.mark.parametrize("name", ["helen", "daniel"])
def test_the_child_is_back(cast: Cast, address: str, as_member: SignIn, name: str) -> None:
    client = as_member(name)
    response = client.post(address, boxes("returned_at", "21", "11", "2025", "06:05"), follow=True)
    page = response.content.decode()
    assert "The return is recorded." in page
    assert "Lasted 12 h 50 min." in page
    assert "Record the return" not in page
    with seated(cast.by("helen")):
        assert Episode.objects.get().returned_at == london(2025, 11, 21, 6, 5)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (boxes("returned_at"), "Enter the date and time the child returned."),
        (
            boxes("returned_at", "20", "11", "2025", "17:00"),
            "The return is before the time the child was last seen.",
        ),
        (boxes("returned_at", "20", "11", "2125", "17:00"), "The time of the return is in the future."),
        (boxes("returned_at", "21", "11", "2025", "dawn"), "Time must be hours and minutes, like 16:30."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, address: str, as_member: SignIn, sent: dict[str, str], sentence: str
) -> None:
    response = as_member("daniel").post(address, sent)
    assert_summary_lands(response)
    assert any(said.startswith(sentence) for said in summary(response))
    assert_keeps(response, sent)


def test_a_return_that_is_recorded_already(cast: Cast, address: str, as_member: SignIn) -> None:
    client, sent = as_member("helen"), boxes("returned_at", "21", "11", "2025", "06:05")
    client.post(address, sent)
    response = client.post(address, sent)
    assert list(summary(response)) == [
        "The return is recorded already: 21 November 2025 06:05. If it is wrong, correct the episode."
    ]


def test_who_cannot_record_is_told_so(cast: Cast, address: str, as_member: SignIn) -> None:
    assert_refused(as_member, address)


def test_a_child_of_another_agency_is_nobody(cast: Cast, keira: Child, address: str, as_member: SignIn) -> None:
    assert_same_as_nobody(as_member, address, str(keira.reference))


def test_an_episode_of_another_child_is_none(
    cast: Cast, keira: Child, owen: Child, address: str, as_member: SignIn
) -> None:
    assert as_member("helen").get(address.replace(str(keira.reference), str(owen.reference))).status_code == 404
    assert as_member("helen").get(f"/children/{keira.reference}/missing/{10**30}/return/").status_code == 404
