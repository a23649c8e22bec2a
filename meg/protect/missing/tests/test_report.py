"""The page on which a child is reported missing."""

from __future__ import annotations

import pytest

from conftest import Cast
from meg.partnership.access.models import Draft
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.models import CareEpisode, Child
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


def address(child: Child) -> str:
    return f"/children/{child.reference}/missing/"


def checked(page: str, value: str) -> bool:
    return f'value="{value}" checked' in page


@pytest.mark.parametrize("name", ["helen", "daniel"])
def test_a_report_becomes_an_episode(cast: Cast, keira: Child, as_member: SignIn, name: str) -> None:
    response = as_member(name).post(address(keira), report(), follow=True)
    assert "The episode is recorded." in response.content.decode()
    with seated(cast.by("helen")):
        episode = Episode.objects.get()
        assert response.redirect_chain == [(f"/children/{keira.reference}/missing/{episode.pk}/", 302)]
        assert (episode.started_at, episode.returned_at) == (
            london(2025, 11, 20, 17, 15),
            london(2025, 11, 20, 22, 40),
        )
        assert (episode.missing_from, episode.police_category, episode.reported_by) == (
            "home",
            "MISSING",
            "Parent",
        )
        assert episode.recorded_by == f"{name.title()} Example"


def test_what_the_care_record_says_is_chosen_and_said(
    cast: Cast, keira: Child, in_care: CareEpisode, as_member: SignIn
) -> None:
    page = as_member("daniel").get(address(keira)).content.decode()
    assert "the child is looked after today: Foster care, long term, since 3 May 2024." in page
    assert checked(page, "care")
    assert checked(page, "foster")


def test_a_child_at_home_is_missing_from_home(cast: Cast, keira: Child, as_member: SignIn) -> None:
    page = as_member("daniel").get(address(keira)).content.decode()
    assert "By the care record the child is not looked after today." in page
    assert checked(page, "home")
    assert checked(page, "own_home")


def test_nothing_filled_in(cast: Cast, keira: Child, as_member: SignIn) -> None:
    response = as_member("helen").post(address(keira), {})
    assert_summary_lands(response)
    assert summary(response) == {
        "Choose whether the child is missing from home or from care.": "id_missing_from",
        "Choose the setting the child is missing from.": "id_setting",
        "Enter the date and time the child was last seen.": "id_started_at_0",
    }


WRONG = [
    (boxes("started_at", "31", "2", "2025", "17:15"), "31 February 2025 is not a date."),
    (
        boxes("started_at", "20", "11", "2025", "quarter past 5"),
        "Time must be hours and minutes, like 16:30.",
    ),
    (boxes("started_at", "20", "11", "2025"), "Last seen must have a time."),
    (boxes("started_at", "20", "11", "2125", "17:15"), "The time the child was last seen is in the future."),
    (boxes("started_at", "20", "11", "2008", "17:15"), "On that day the child was not born yet."),
    (
        boxes("reported_at", "20", "11", "2025", "17:00"),
        "The report is before the time the child was last seen.",
    ),
    (
        boxes("returned_at", "20", "11", "2025", "17:00"),
        "The return is before the time the child was last seen.",
    ),
    (boxes("returned_at", "20", "11", "2125", "17:00"), "The time of the return is in the future."),
    ({"police_category": "ABSENT"}, "The police did not use this word on that day"),
    ({"police_category": "none"}, "Say how the police recorded it"),
    ({"care_status": "A"}, "words for a child who is looked after"),
    ({"missing_from": "care"}, "Say whether the child is missing or away from placement"),
    ({"setting": "childrens_home"}, "supported lodgings are care"),
    ({"reported_by": "x" * 121}, "Use 120 characters or fewer"),
    ({"reported_by": "a\x00b"}, "Null characters are not allowed."),
    ({"setting": "elsewhere"}, "Select a valid choice."),
    (
        boxes("started_at", "29", "3", "2026", "01:30"),
        "there was no 01:30 that night, the clocks went forward.",
    ),
]


@pytest.mark.parametrize(("changes", "sentence"), WRONG)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, keira: Child, as_member: SignIn, changes: dict[str, str], sentence: str
) -> None:
    response = as_member("helen").post(address(keira), sent := report(**changes))
    assert response.status_code == 200
    assert_summary_lands(response)
    assert any(sentence in said for said in summary(response)), summary(response)
    typed = {name: value for name, value in sent.items() if "\x00" not in value and value != "elsewhere"}
    assert_keeps(response, typed)
    with seated(cast.by("helen")):
        assert not Episode.objects.exists()


def test_an_episode_over_another_names_it(cast: Cast, keira: Child, as_member: SignIn) -> None:
    client = as_member("daniel")
    client.post(address(keira), report())
    response = client.post(address(keira), report(**boxes("returned_at", "21", "11", "2025", "03:00")))
    assert list(summary(response)) == [
        "This lies over another episode of the same child, 20 November 2025 17:15 to 22:40."
    ]
    assert_summary_lands(response)


def test_an_open_episode_is_pointed_at(cast: Cast, keira: Child, recorded: Recorded, as_member: SignIn) -> None:
    episode = recorded(returned_at=None)
    page = as_member("helen").get(address(keira)).content.decode()
    assert "This child is recorded as missing since Fri 20 Nov 17:15" in page
    assert f"/missing/{episode.pk}/return/" in page


def test_what_was_typed_before_the_session_ended_is_shown_again(cast: Cast, keira: Child, as_member: SignIn) -> None:
    client = as_member("daniel")
    page = client.get(address(keira)).content.decode()
    ticket = page.split('name="draft_ticket" value="', 1)[1].split('"', 1)[0]
    client.logout()
    away = client.post(address(keira), {**report(reported_by="School"), "draft_ticket": ticket})
    assert away.status_code == 302
    client.force_login(cast.members["daniel"].account)
    assert_keeps(client.get(address(keira)), report(reported_by="School"))
    client.post(address(keira), {**report(), "draft_ticket": ticket})
    with seated(cast.by("daniel")):
        assert not Draft.objects.exclude(fields={}).exists()


def test_who_cannot_record_is_told_so(cast: Cast, keira: Child, as_member: SignIn) -> None:
    assert_refused(as_member, address(keira))
    assert as_member("arthur").post(address(keira), report()).status_code == 403


def test_a_child_of_another_agency_is_nobody(cast: Cast, keira: Child, as_member: SignIn) -> None:
    assert_same_as_nobody(as_member, address(keira), str(keira.reference))
    assert as_member("amina").post(address(keira), report()).status_code == 404
    with seated(cast.by("grace")):
        assert Entry.objects.filter(kind=Kind.REFUSED, reference=keira.reference).count() == 2


def test_opening_the_form_is_a_look(cast: Cast, keira: Child, as_member: SignIn) -> None:
    as_member("daniel").get(address(keira))
    with seated(cast.by("grace")):
        assert Entry.objects.filter(kind=Kind.LOOK, reference=keira.reference).count() == 1
