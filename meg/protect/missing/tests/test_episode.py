"""An episode's own page."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import Cast
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import CareEpisode, Child
from meg.protect.missing.tests.conftest import Recorded, london
from meg.protect.missing.tests.pages import SignIn, assert_same_as_nobody


@pytest.fixture
def address(keira: Child, recorded: Recorded) -> str:
    return f"/children/{keira.reference}/missing/{recorded().pk}/"


@pytest.mark.parametrize(("name", "records"), [("helen", True), ("daniel", True), ("nadia", False), ("arthur", False)])
def test_who_reads_it_and_who_may_change_it(
    cast: Cast, address: str, as_member: SignIn, name: str, records: bool
) -> None:
    page = as_member(name).get(address).content.decode()
    assert "Lasted 5 h 25 min." in page
    assert "Recorded by form" in page
    assert (f"{address}change/" in page) == records


@pytest.mark.parametrize("name", ["fiona", "ruth", "colin", "wendy", "adam"])
def test_seats_without_children_are_refused(cast: Cast, address: str, as_member: SignIn, name: str) -> None:
    response = as_member(name).get(address)
    assert response.status_code == 403
    assert "without children’s records" in response.content.decode()


def test_a_child_of_another_agency_is_nobody(cast: Cast, keira: Child, address: str, as_member: SignIn) -> None:
    assert_same_as_nobody(as_member, address, str(keira.reference))


def test_an_open_episode_says_how_long(cast: Cast, keira: Child, recorded: Recorded, as_member: SignIn) -> None:
    begun = london(2025, 11, 20, 17, 15)
    episode = recorded(started_at=begun, reported_at=None, returned_at=None)
    page = as_member("helen").get(f"/children/{keira.reference}/missing/{episode.pk}/").content.decode()
    assert "not back yet" in page
    assert 'class="govuk-button" data-module="govuk-button">Record the return' in page


def test_where_the_care_record_says_otherwise_the_page_says_so(
    cast: Cast, address: str, in_care: CareEpisode, as_member: SignIn
) -> None:
    page = as_member("daniel").get(address).content.decode()
    assert "the child was looked after that day: Foster care, long term, since 3 May 2024." in page
    assert "The episode is recorded as missing from home." in page


def test_it_is_a_look_and_few_queries(cast: Cast, keira: Child, address: str, as_member: SignIn) -> None:
    client = as_member("daniel")
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len([one for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]) <= 12
    with seated(cast.by("grace")):
        assert Entry.objects.filter(sentence="Looked at a missing episode.", reference=keira.reference).count() == 2
