"""What a row of the board says and what finds it: who holds it, its risk, its place; 18, challenged; odd names."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.missing import actions
from meg.protect.missing.models import Discussion
from meg.protect.missing.tests.now import AWAY, ago, gone, interview_of, words_of
from meg.protect.missing.tests.pages import SignIn, text_of

pytestmark = pytest.mark.usefixtures("still")
BOARD = "/missing/"


def rows(as_member: SignIn, name: str = "helen", **asked: str) -> dict[str, list[str]]:
    """The first names in each section of the board that is asked for."""
    page = text_of(as_member(name).get(f"{BOARD}?{urlencode(asked)}"))
    parts = re.split(r'<section class="meg-section" id="([^"]+)"', page)
    return {
        key: [one.split()[0] for one in re.findall(r'meg-col-who"><a [^>]*>([^<]+)</a>', part.split("</section>")[0])]
        for key, part in zip(parts[1::2], parts[2::2], strict=True)
    }


@pytest.fixture
def held(cast: Cast, keira: Child, owen: Child) -> None:
    """Keira's interview is Nadia's; Owen's is nobody's; Mia is missing now and held by the police, graded high."""
    first, _, mia = gone(cast, keira), gone(cast, owen, 40, 30), gone(cast, cast.child("Mia", "Example"), 5, None,
                                                                       last_seen_place="Kirkholme")  # fmt: skip
    with seated(cast.by("helen")) as by:
        actions.allocate(by=by, interview=interview_of(cast, first), member=cast.members["nadia"], now=timezone.now())
        for episode, who in ((mia, "PC Adam Rook, Caldershire Police"), (first, "")):
            actions.grade_risk(
                by=by, episode=episode, level="HIGH", reason="Age", assessor="Sgt Example", at=episode.started_at,
                review_at=None, held_by=who, now=timezone.now(),
            )  # fmt: skip


@pytest.mark.usefixtures("held")
def test_held_by_an_agency_by_me_by_nobody(as_member: SignIn) -> None:
    nobody: dict[str, list[str]] = {"now-missing": [], "interviews": [], "scrutiny": [], "repeat": []}
    assert rows(as_member, held="Brightwater") == {**nobody, "interviews": ["Keira"]}
    assert rows(as_member, held="Caldershire Police") == {**nobody, "now-missing": ["Mia"]}
    assert rows(as_member, held="nobody") == {**nobody, "interviews": ["Owen"]}, "nobody holds what waits for the team"
    assert rows(as_member, "nadia", held="me")["interviews"] == ["Keira"]
    assert rows(as_member, held="me") == nobody
    page = words_of(as_member("helen").get(BOARD))
    assert "Nadia Example Brightwater" in page
    assert "PC Adam Rook Caldershire Police" in page


@pytest.mark.usefixtures("held")
def test_the_risk_of_an_episode_is_its_interview_s_too(as_member: SignIn) -> None:
    assert rows(as_member, risk="HIGH") == {
        "now-missing": ["Mia"], "interviews": ["Keira"], "scrutiny": ["Keira"], "repeat": [],
    }  # fmt: skip
    assert rows(as_member, risk="none")["interviews"] == ["Owen"]
    assert "not graded yet" in words_of(as_member("helen").get(f"{BOARD}?risk=none"))


@pytest.mark.usefixtures("held")
def test_a_place_finds_who_was_last_seen_there(as_member: SignIn) -> None:
    assert rows(as_member, q="kirkholme") == {"now-missing": ["Mia"], "interviews": [], "scrutiny": [], "repeat": []}


def test_who_begins_with_my_name_is_not_me(cast: Cast, keira: Child, as_member: SignIn) -> None:
    episode = gone(cast, keira, 5, None)
    with seated(cast.by("helen")) as by:
        actions.grade_risk(
            by=by, episode=episode, level="LOW", reason="Age", assessor="Sgt Example", at=episode.started_at,
            review_at=None, held_by="Helen Examples, Caldershire Police", now=timezone.now(),
        )  # fmt: skip
    assert rows(as_member, held="me")["now-missing"] == []


def test_who_has_turned_18_is_said_and_leads_to_the_end(cast: Cast, as_member: SignIn) -> None:
    today = timezone.localdate()
    child = cast.child("Tom", "Grown", born=(today - timedelta(days=1)).replace(year=today.year - 18))
    episode = gone(cast, child, 60, None)
    link = f"/children/{child.reference}/missing/{episode.pk}/eighteen/"
    assert link in text_of(as_member("helen").get(BOARD))
    analyst = as_member("arthur").get(BOARD)
    assert link not in text_of(analyst)
    assert "18 or over" in text_of(analyst)


def test_a_challenge_is_said(cast: Cast, keira: Child, as_member: SignIn) -> None:
    episode = gone(cast, keira, 30, 20, **AWAY)
    assert "Challenged" not in words_of(as_member("helen").get(BOARD))
    with seated(cast.by("helen")) as by:
        actions.challenge(by=by, episode=episode, why="Nobody knew where the child was.")
    page = words_of(as_member("helen").get(BOARD))
    assert "Away from placement Challenged" in page
    assert "Not required: away" in page


def test_the_first_grading_is_looked_for_within_three_hours(cast: Cast, keira: Child, as_member: SignIn) -> None:
    gone(cast, keira, 5, None, reported_at=ago(3.5))
    assert "30 min over first grading" in words_of(as_member("helen").get(BOARD))


@pytest.mark.parametrize("name", ["<b>Bo</b>", "=HYPERLINK(1)", "#sys.inputs", "{{ 7 * 7 }}", "*a* _b_ $c$ \\"])
def test_an_odd_name_is_only_a_name(cast: Cast, as_member: SignIn, name: str) -> None:
    gone(cast, cast.child(name, "Example"), 5, None, last_seen_place=name)
    page = text_of(as_member("helen").get(f"{BOARD}?{urlencode({'q': name.split()[0], 'all': 'missing'})}"))
    assert "<b>Bo" not in page
    assert "49" not in rows(as_member)["now-missing"]
    assert len(rows(as_member)["now-missing"]) == 1
    assert as_member("helen").get("/missing/morning-sheet.pdf").content.startswith(b"%PDF")


def test_a_filter_stays_in_the_link_to_the_rest(cast: Cast, as_member: SignIn) -> None:
    for number in range(52):
        gone(cast, cast.child("A&B", f"Example{number}"), 5 + number, None)
    page = text_of(as_member("helen").get(f"{BOARD}?{urlencode({'q': 'a&b', 'x': '1'})}"))
    assert '/missing/?q=a%26b&amp;all=missing#now-missing">Show all 52</a>' in page


def test_decided_repeats_give_way_to_those_that_wait(cast: Cast, as_member: SignIn) -> None:
    for number in range(13):
        child = cast.child(f"Child{number}", "Example")
        for days in (30, 20, 10):
            gone(cast, child, days * 24, days * 24 - 1)
        if number != 7:
            with seated(cast.by("helen")) as by:
                actions.ask_discussion(by=by, child=child, why="Three times.")
                asked = Discussion.objects.select_related("child").get(child=child)
                actions.decide_discussion(by=by, asked=asked, outcome="not_needed", who="Manager", why="Seen.",
                                          review_on=None, now=timezone.now())  # fmt: skip
    assert rows(as_member)["repeat"][0] == "Child7"
    assert len(rows(as_member)["repeat"]) == 11
    assert rows(as_member, sort="name")["repeat"][:2] == ["Child7", "Child0"]
    assert len(rows(as_member, all="repeats")["repeat"]) == 13
    assert "1 without a decision" in text_of(as_member("helen").get(BOARD))


def test_a_refresh_by_the_page_itself_does_not_keep_one_signed_in(cast: Cast, as_member: SignIn) -> None:
    client = as_member("helen")
    client.get(BOARD, HTTP_X_REFRESH="yes")
    assert "touched" not in client.session
    client.get(BOARD)
    assert "touched" in client.session
