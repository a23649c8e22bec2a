"""The page that asks whether an episode is to be withdrawn."""

from __future__ import annotations

import pytest

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.missing.models import Episode
from meg.protect.missing.tests.conftest import Recorded
from meg.protect.missing.tests.pages import (
    SignIn,
    assert_refused,
    assert_same_as_nobody,
    assert_summary_lands,
    summary,
)


@pytest.fixture
def address(keira: Child, recorded: Recorded) -> str:
    return f"/children/{keira.reference}/missing/{recorded().pk}/withdraw/"


def test_never_missing_after_all(cast: Cast, address: str, as_member: SignIn) -> None:
    client = as_member("daniel")
    assert "It leaves every count." in client.get(address).content.decode()
    page = client.post(address, {"reason": "Was at the club"}, follow=True).content.decode()
    assert "Withdrawn: Was at the club" in page
    assert "Correct</a>" not in page
    with seated(cast.by("helen")):
        assert not Episode.objects.current().exists()
    assert list(summary(client.post(address, {"reason": "Again"}))) == [
        "This episode was withdrawn. It can be read, and no longer changed."
    ]


def test_a_reason_is_needed(cast: Cast, address: str, as_member: SignIn) -> None:
    response = as_member("helen").post(address, {"reason": " "})
    assert_summary_lands(response)
    assert summary(response) == {"Say why the child was never missing: the reason stays with the episode.": "id_reason"}


def test_who_cannot_record_is_told_so(cast: Cast, address: str, as_member: SignIn) -> None:
    assert_refused(as_member, address)


def test_a_child_of_another_agency_is_nobody(cast: Cast, keira: Child, address: str, as_member: SignIn) -> None:
    assert_same_as_nobody(as_member, address, str(keira.reference))
