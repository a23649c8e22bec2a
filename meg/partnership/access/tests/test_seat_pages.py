"""Choosing a seat, having none, and being refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from conftest import Cast
from meg.config import urls as house
from meg.partnership.access.models import Member
from meg.partnership.access.request import by_of, who_of
from meg.partnership.seats import Refused, Seat, seated
from meg.partnership.trail.models import Entry, Kind


def asks_too_much(request: HttpRequest, reference: str) -> HttpResponse:
    raise Refused("Only the exploitation team can do this.")


def says_who(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"{by_of(request).seat.label}, {who_of(request).agency}")


urlpatterns = [
    path("children/<reference>/too-much/", asks_too_much),
    path("says-who/", says_who),
    path("", include(house.urlpatterns)),
]
handler404 = house.handler404


@pytest.fixture
def two_seats(cast: Cast, as_member: Callable[[str], Client]) -> Client:
    """Helen also sits in the group."""
    with seated(cast.operator):
        Member.objects.filter(pk=cast.members["helen"].pk).update(seats=["team", "group"])
    return as_member("helen")


def test_who_has_two_seats_chooses_before_anything_else(two_seats: Client) -> None:
    sent = two_seats.get("/children/MEG-000001/?tab=2")
    assert sent["Location"] == "/account/seat/?next=%2Fchildren%2FMEG-000001%2F%3Ftab%3D2"
    page = two_seats.get(sent["Location"]).content.decode()
    assert "Which work are you doing now?" in page
    assert "You see every child of the partnership." in page
    assert "figures only, after disclosure control; never a child" in page


@pytest.mark.urls(__name__)
def test_the_seat_chosen_holds_and_is_in_the_trail(two_seats: Client, cast: Cast) -> None:
    gone = two_seats.post("/account/seat/", {"seat": "group", "next": "/says-who/"})
    assert gone["Location"] == "/says-who/"
    assert two_seats.get("/says-who/").content.decode() == "Group member, Children’s Services"
    with seated(cast.operator):
        last = Entry.objects.filter(kind=Kind.SIGN_IN).order_by("id").last()
        assert last is not None
        assert (last.sentence, last.seat, last.member_id) == (
            "Took the seat Group member.", "group", cast.members["helen"].pk,
        )  # fmt: skip


@pytest.mark.parametrize(("seat", "sentence"), [
    ("", "Choose the work you are doing now."), ("governance", "Choose one of your own seats."),
])  # fmt: skip
def test_a_seat_that_is_not_ones_own_is_refused(two_seats: Client, seat: str, sentence: str) -> None:
    page = two_seats.post("/account/seat/", {"seat": seat}).content.decode()
    assert f'<a href="#id_seat">{sentence}</a>' in page
    assert '<input class="govuk-radios__input" id="id_seat" name="seat" type="radio"' in page
    assert "seat" not in two_seats.session


def test_a_way_out_of_the_site_is_not_followed(two_seats: Client) -> None:
    gone = two_seats.post("/account/seat/", {"seat": "team", "next": "https://elsewhere.example/"})
    assert gone["Location"] == "/"


def test_a_seat_taken_away_is_gone_at_once(two_seats: Client, cast: Cast) -> None:
    two_seats.post("/account/seat/", {"seat": "group"})
    with seated(cast.operator):
        Member.objects.filter(pk=cast.members["helen"].pk).update(seats=["team", "lead"])
    assert two_seats.get("/")["Location"].startswith("/account/seat/")


def test_one_seat_is_taken_without_asking(as_member: Callable[[str], Client]) -> None:
    page = as_member("daniel").get("/account/seat/").content.decode()
    assert "You have one seat: <strong>Practitioner</strong>" in page
    assert "govuk-radios" not in page


def test_no_membership_reaches_nothing(cast: Cast, as_member: Callable[[str], Client]) -> None:
    client = as_member("helen")
    assert client.get("/account/no-membership/")["Location"] == "/", "a member is not told so"
    with seated(cast.operator):
        Member.objects.filter(pk=cast.members["helen"].pk).update(seats=[])
    for address in ("/", "/children/MEG-000001/", "/account/seat/"):
        assert client.get(address)["Location"] == "/account/no-membership/", address
    page = client.get("/account/no-membership/")
    assert page.status_code == 403
    assert "You have no place here yet" in page.content.decode()


@pytest.mark.urls(__name__)
def test_a_refusal_is_a_page_with_its_sentence_and_a_line(cast: Cast, as_member: Callable[[str], Client]) -> None:
    answer = as_member("daniel").post("/children/MEG-000001/too-much/")
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "Only the exploitation team can do this." in page
    assert "You are in the seat <strong>Practitioner</strong>" in page
    with seated(cast.by("grace")):
        line = Entry.objects.get(kind=Kind.REFUSED)
        assert (line.sentence, line.reference, line.seat) == (
            "Only the exploitation team can do this.", "MEG-000001", Seat.PRACTITIONER.value,
        )  # fmt: skip


def test_a_page_that_takes_no_seat_must_not_ask_who() -> None:
    with pytest.raises(AssertionError, match="without a seat"):
        by_of(HttpRequest())
    with pytest.raises(AssertionError, match="without a member"):
        who_of(HttpRequest())
