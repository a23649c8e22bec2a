"""An episode's own page."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import CareEpisode, Child
from meg.protect.missing import actions
from meg.protect.missing.rules import Held
from meg.protect.missing.tests.conftest import Recorded, london
from meg.protect.missing.tests.now import AWAY, ago, gone, interview_of, words_of
from meg.protect.missing.tests.pages import SignIn, assert_same_as_nobody, text_of


def filled(page: str) -> list[str]:
    """The words of the page's filled buttons."""
    main = page.split("<main", 1)[1]
    return re.findall(r'class="govuk-button" data-module="govuk-button">([^<]+)<', main)


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
    assert filled(page) == ["Grade the risk"]
    assert f"{episode.pk}/return/" in page


def test_the_one_filled_button_is_what_comes_next(cast: Cast, keira: Child, as_member: SignIn) -> None:
    episode = gone(cast, keira, 30, None)
    here = f"/children/{keira.reference}/missing/{episode.pk}/"
    assert filled(text_of(as_member("helen").get(here))) == ["Grade the risk"]
    with seated(cast.by("helen")) as by:
        actions.grade_risk(by=by, episode=episode, level="LOW", reason="x", assessor="y", at=ago(29), review_at=None,
                           held_by="", now=timezone.now())  # fmt: skip
    assert filled(text_of(as_member("helen").get(here))) == ["Record the return"]
    with seated(cast.by("helen")) as by:
        actions.record_return(by=by, episode=episode, returned_at=ago(9), now=timezone.now())
    assert filled(text_of(as_member("helen").get(here))) == ["Go to the interview"]
    assert filled(text_of(as_member("daniel").get(here))) == []
    assert filled(text_of(as_member("arthur").get(here))) == []
    interview = interview_of(cast, episode)
    with seated(cast.by("nadia")) as by:
        told = Held(held_at=ago(3), held_by="Nadia Example")
        actions.write_up(by=by, interview=interview, told=told, episodes=[episode.pk], now=timezone.now())
    page = text_of(as_member("helen").get(here))
    assert filled(page) == ["Decide"]
    assert "Is no return interview needed?" not in page
    with seated(cast.by("helen")) as by:
        actions.decide(by=by, episode=episode, what="referral", why="x")
    assert filled(text_of(as_member("helen").get(here))) == []


def test_away_from_placement_waits_for_no_grading(cast: Cast, keira: Child, as_member: SignIn) -> None:
    away = gone(cast, keira, 9, None, **AWAY)
    assert filled(text_of(as_member("daniel").get(f"/children/{keira.reference}/missing/{away.pk}/"))) == [
        "Record the return"
    ]


def test_what_was_done_stands_newest_first_whatever_its_kind(cast: Cast, keira: Child, as_member: SignIn) -> None:
    episode, now = gone(cast, keira, 30, 9), timezone.now()
    with seated(cast.by("helen")) as by:
        actions.record_prevention(by=by, episode=episode, held=True, who="PC Example", at=ago(8), not_held_because="",
                                  harm=False, passed_on=True, now=now)  # fmt: skip
        actions.decide(by=by, episode=episode, what="referral", why="A reason.")
        for level, hours in (("HIGH", 20), ("MEDIUM", 28)):
            actions.grade_risk(by=by, episode=episode, level=level, reason="x", assessor="y", at=ago(hours),
                               review_at=None, held_by="", now=now)  # fmt: skip
    page = words_of(as_member("daniel").get(f"/children/{keira.reference}/missing/{episode.pk}/"))
    said = ("Decided: referral.", "Prevention interview held.", "No harm was told or seen. Information was passed on",
            "Police risk: High", "Police risk: Medium")  # fmt: skip
    places = [page.rindex(words) for words in said]
    assert places == sorted(places)


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
