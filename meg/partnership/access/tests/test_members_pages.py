"""The administrator keeps members and agencies, and nobody else does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client

from conftest import PEOPLE, Cast
from meg.partnership.access.models import Account, Member
from meg.partnership.agencies.models import AgencyName
from meg.partnership.seats import seated

SignIn = Callable[[str], Client]


def fields(cast: Cast, **changed: object) -> dict[str, object]:
    agency = cast.agencies["Brightwater"].pk
    return {"name": "Nia Example", "email": "nia@x.example", "job": "", "agency": agency, "seats": ["team"], **changed}


def test_a_member_is_added_and_sent_a_link(
    cast: Cast, as_member: SignIn, django_capture_on_commit_callbacks: Callable[..., object], settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert as_member("adam").post("/members/new/", fields(cast)).status_code == 302
    member = Member.objects.get(name="Nia Example")
    assert (member.seats, member.partnership_id) == (["team"], cast.partnership.pk)
    assert not Account.objects.get(email="nia@x.example").has_usable_password()
    assert [letter.to for letter in mail.outbox] == [["nia@x.example"]]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "Enter the member’s name."),
        ({"email": "nia"}, "Enter an e-mail address, like name@example.org."),
        ({"email": "helen@caldershire.example"}, "This e-mail address has an account already."),
        ({"agency": ""}, "Choose the agency they work for."),
        ({"seats": []}, "Choose at least one seat."),
        ({"seats": ["operator"]}, "operator"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, as_member: SignIn, changed: dict[str, object], sentence: str
) -> None:
    page = as_member("adam").post("/members/new/", fields(cast, **changed))
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert "There is a problem" in page.content.decode()
    assert not Member.objects.filter(name="Nia Example").exists()


def test_seats_change_and_hold_from_the_next_page(cast: Cast, as_member: SignIn) -> None:
    ruth, adam = as_member("ruth"), as_member("adam")
    assert ruth.get("/scorecard/").status_code == 200
    member = cast.members["ruth"]
    sent = {"name": "Ruth Example", "job": "", "agency": member.agency_id, "seats": ["administrator"]}
    assert adam.post(f"/members/{member.pk}/", sent).status_code == 302
    assert ruth.get("/scorecard/").status_code == 403
    assert ruth.get("/members/").status_code == 200


def test_an_administrator_cannot_lock_themselves_out(cast: Cast, as_member: SignIn) -> None:
    adam = cast.members["adam"]
    sent = {"name": "Adam Example", "job": "", "agency": adam.agency_id, "seats": ["team"]}
    page = as_member("adam").post(f"/members/{adam.pk}/", sent).content.decode()
    assert "You cannot take your own administrator" in page
    assert as_member("adam").post(f"/members/{adam.pk}/end/").status_code == 403


def test_who_has_left_reaches_nothing(cast: Cast, as_member: SignIn) -> None:
    nadia = as_member("nadia")
    assert nadia.get("/").status_code == 200
    assert as_member("adam").post(f"/members/{cast.members['nadia'].pk}/end/").status_code == 302
    assert nadia.get("/").status_code in (302, 403)
    assert not Account.objects.get(pk=cast.members["nadia"].account_id).is_active


def test_an_agency_is_renamed_from_a_day_and_its_past_keeps_its_name(cast: Cast, as_member: SignIn) -> None:
    agency = cast.agencies["Brightwater"]
    sent = {"name": "Brightwater North", "type": "VOLUNTARY", "since_0": "1", "since_1": "5", "since_2": "2026"}
    assert as_member("adam").post(f"/agencies/{agency.pk}/", sent).status_code == 302
    with seated(cast.operator):
        names = list(AgencyName.objects.filter(agency=agency).order_by("valid").values_list("name", flat=True))
    assert names == ["Brightwater", "Brightwater North"]


def test_an_agency_needs_a_name_that_is_free_and_a_day_that_is_one(cast: Cast, as_member: SignIn) -> None:
    sent = {"name": "brightwater", "type": "VOLUNTARY", "since_0": "31", "since_1": "2", "since_2": "2026"}
    page = as_member("adam").post("/agencies/new/", sent).content.decode()
    assert "31 February 2026 is not a date" in page
    page = as_member("adam").post("/agencies/new/", {**sent, "since_0": "1"}).content.decode()
    assert "There is an agency called brightwater already." in page


@pytest.mark.parametrize("person", [name for name in PEOPLE if name != "adam"])
def test_nobody_else_changes_a_member_or_an_agency(cast: Cast, as_member: SignIn, person: str) -> None:
    client, member = as_member(person), cast.members["helen"]
    for address in (
        "/members/new/",
        f"/members/{member.pk}/",
        f"/members/{member.pk}/end/",
        f"/members/{member.pk}/password/",
        f"/members/{member.pk}/second-factor/",
        "/agencies/new/",
        f"/agencies/{cast.agencies['Brightwater'].pk}/",
    ):
        assert client.post(address, fields(cast)).status_code == 403, address
    assert Member.objects.get(pk=member.pk).left_on is None
