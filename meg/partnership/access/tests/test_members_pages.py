"""The administrator keeps members and agencies, and nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from conftest import PEOPLE, Cast
from meg.partnership.access import urls
from meg.partnership.access.actions import add_member, save_draft
from meg.partnership.access.models import Account, Member
from meg.partnership.agencies.actions import add_agency, found_partnership
from meg.partnership.agencies.models import Agency, AgencyName
from meg.partnership.seats import By, Seat, seated
from meg.partnership.trail.models import Entry

SignIn = Callable[[str], Client]


def fields(cast: Cast, **changed: object) -> dict[str, object]:
    agency = cast.agencies["Brightwater"].pk
    return {"name": "Nia Example", "email": "nia@x.example", "job": "", "agency": agency, "seats": ["team"], **changed}


def of(member: Member, **changed: object) -> dict[str, object]:
    """A member's form as it stands, with what is changed."""
    return {
        "name": member.name, "email": member.account.email, "job": member.job, "agency": member.agency_id,
        "seats": member.seats, **changed,
    }  # fmt: skip


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
    sent = of(member, seats=["administrator"])
    assert adam.post(f"/members/{member.pk}/", sent).status_code == 302
    assert ruth.get("/scorecard/").status_code == 403
    assert ruth.get("/members/").status_code == 200


def test_an_administrator_cannot_lock_themselves_out(cast: Cast, as_member: SignIn) -> None:
    adam = cast.members["adam"]
    page = as_member("adam").post(f"/members/{adam.pk}/", of(adam, seats=["team"])).content.decode()
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


def test_an_administrator_cannot_give_themselves_a_seat(cast: Cast, as_member: SignIn) -> None:
    adam = cast.members["adam"]
    page = as_member("adam").post(f"/members/{adam.pk}/", of(adam, seats=["administrator", "team"])).content.decode()
    assert "You cannot give yourself a seat. Ask another administrator." in page
    assert Member.objects.get(pk=adam.pk).seats == ["administrator"]


def test_an_address_is_corrected_and_must_be_free(cast: Cast, as_member: SignIn) -> None:
    member, adam = cast.members["ruth"], as_member("adam")
    taken = adam.post(f"/members/{member.pk}/", of(member, email="HELEN@caldershire.example")).content.decode()
    assert "This e-mail address has an account already." in taken
    assert adam.post(f"/members/{member.pk}/", of(member, email="Ruth.New@x.example")).status_code == 302
    assert Account.objects.get(pk=member.account_id).email == "ruth.new@x.example"
    line = Entry.objects.filter(sentence="Changed the member Ruth Example.").latest("pk")
    assert (line.detail["email was"], line.detail["email is"]) == ("ruth@caldershire.example", "ruth.new@x.example")


def test_who_has_left_can_come_back_and_has_no_seat_yet(cast: Cast, as_member: SignIn) -> None:
    nadia, adam, member = as_member("nadia"), as_member("adam"), cast.members["nadia"]
    adam.post(f"/members/{member.pk}/end/")
    assert "has left" in adam.get(f"/members/{member.pk}/").content.decode()
    assert adam.post(f"/members/{member.pk}/password/").status_code == 403
    assert adam.post(f"/members/{member.pk}/back/").status_code == 302
    assert Account.objects.get(pk=member.account_id).is_active
    assert Member.objects.get(pk=member.pk).seats == []
    assert nadia.get("/").status_code in (302, 403)


def test_a_lost_second_factor_is_taken_away_after_asking(cast: Cast, as_member: SignIn) -> None:
    adam, member = as_member("adam"), cast.members["helen"]
    Authenticator.objects.create(user=member.account, type="totp", data={})
    address = f"/members/{member.pk}/second-factor/"
    assert "Take the second factor of Helen Example away?" in adam.get(address).content.decode()
    assert Authenticator.objects.filter(user=member.account).exists()
    assert adam.post(address).status_code == 302
    assert not Authenticator.objects.filter(user=member.account).exists()
    assert Entry.objects.filter(sentence__startswith="Took away the second factor of Helen Example").exists()
    assert adam.post(f"/members/{cast.members['adam'].pk}/second-factor/").status_code == 403


def test_a_link_is_sent_and_that_is_in_the_trail(
    cast: Cast, as_member: SignIn, django_capture_on_commit_callbacks: Callable[..., object], settings: object
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    cast.child("Wilhelmina", "Ravensworth", agency="Penfield Academy")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        assert as_member("adam").post(f"/members/{cast.members['daniel'].pk}/password/").status_code == 302
    assert [letter.to for letter in mail.outbox] == [["daniel@caldershire.example"]]
    assert "Ravensworth" not in str(mail.outbox[0].message())
    line = Entry.objects.latest("pk")
    assert (line.member_name, line.sentence) == ("Adam Example", "Sent Daniel Example a link to choose a password.")


def names(client: Client, **asked: object) -> list[str]:
    page = client.get("/members/", {key: str(value) for key, value in asked.items()}).content.decode()
    return [cell.split("<")[0] for cell in page.split('class="meg-col-who">')[1:]]


def test_members_are_found(cast: Cast, as_member: SignIn) -> None:
    adam = as_member("adam")
    assert names(adam, words="daniel") == ["Daniel Example"]
    assert names(adam, agency=cast.agencies["Caldershire Police"].pk) == ["Arthur Example", "Fiona Example"]
    assert names(adam, seat="practitioner") == ["Amina Example", "Daniel Example"]
    adam.post(f"/members/{cast.members['amina'].pk}/end/")
    assert names(adam, seat="practitioner") == ["Daniel Example"]
    assert names(adam, who="left") == ["Amina Example"]
    assert names(adam, who="all", seat="practitioner") == ["Daniel Example", "Amina Example"]
    assert "No member answers this." in adam.get("/members/", {"words": "nobody at all"}).content.decode()
    assert "There is a problem" in adam.get("/members/", {"words": "x\0"}).content.decode()


def test_a_long_list_has_a_second_page(cast: Cast, as_member: SignIn) -> None:
    adam = as_member("adam")
    with seated(cast.operator):
        for number in range(20):
            add_member(
                by=cast.operator, email=f"zoe{number}@x.example", name=f"Zoe {number:02}", job="",
                agency=cast.agencies["Brightwater"], seats=[Seat.GROUP],
            )  # fmt: skip
    first = adam.get("/members/", {"seat": ""})
    assert "Showing <strong>25 of 31</strong>" in first.content.decode()
    assert names(adam, page=2)[-1] == "Zoe 19"


def test_what_was_typed_is_kept(cast: Cast, as_member: SignIn) -> None:
    by = cast.by("adam")
    with seated(by):
        save_draft(by=by, form="members:new", fields={"name": "Half a na", "seats": ["team", "group"]})
    page = as_member("adam").get("/members/new/").content.decode()
    assert 'value="Half a na"' in page
    assert page.count(" checked") == 2


def test_an_agency_is_closed_when_nobody_works_for_it_and_can_open_again(cast: Cast, as_member: SignIn) -> None:
    adam, agency = as_member("adam"), cast.agencies["Brightwater"]
    address = f"/agencies/{agency.pk}/close/"
    assert "cannot be closed yet" in adam.get(address).content.decode()
    assert adam.post(address).status_code == 403
    adam.post(f"/members/{cast.members['nadia'].pk}/end/")
    assert adam.post(address).status_code == 302
    assert Agency.objects.get(pk=agency.pk).closed_on
    assert f'<option value="{agency.pk}"' not in adam.get("/members/new/").content.decode()
    assert adam.post(address).status_code == 302
    assert Agency.objects.get(pk=agency.pk).closed_on is None


def test_a_refused_name_leaves_the_type_as_it_was(cast: Cast, as_member: SignIn) -> None:
    agency = cast.agencies["Brightwater"]
    sent = {"name": "Penfield Academy", "type": "HEALTH", "since_0": "1", "since_1": "5", "since_2": "2026"}
    page = as_member("adam").post(f"/agencies/{agency.pk}/", sent).content.decode()
    assert "There is an agency called Penfield Academy already." in page
    sent |= {"name": "Bright", "since_2": "2016", "since_1": "1"}
    page = as_member("adam").post(f"/agencies/{agency.pk}/", sent).content.decode()
    assert "The new name must begin after 1 April 2016" in page
    assert Agency.objects.get(pk=agency.pk).type == "VOLUNTARY"


def every_address(cast: Cast) -> list[str]:
    """The administrator's addresses, from the list of addresses itself, so that none is forgotten."""
    found = []
    for one in urls.urlpatterns:
        if "members/" in str(one.pattern) or "agencies/" in str(one.pattern):
            number = cast.members["helen"].pk if "members/" in str(one.pattern) else cast.agencies["Brightwater"].pk
            found.append("/" + str(one.pattern).replace("<int:number>", str(number)))
    assert len(found) == 11
    return found


@pytest.mark.parametrize("person", [name for name in PEOPLE if name != "adam"])
def test_nobody_else_sees_or_changes_a_member_or_an_agency(cast: Cast, as_member: SignIn, person: str) -> None:
    client = as_member(person)
    for address in every_address(cast):
        posted = client.post(address, fields(cast))
        assert posted.status_code == 403, address
        assert "Only an administrator can see and change the members" in posted.content.decode()
        assert client.get(address).status_code in (403, 405), address
    member = Member.objects.get(pk=cast.members["helen"].pk)
    assert (member.left_on, member.seats) == (None, ["team"])


def test_no_page_of_the_administrator_names_a_child(cast: Cast, as_member: SignIn) -> None:
    child = cast.child("Wilhelmina", "Ravensworth", agency="Brightwater", worker="nadia")
    adam = as_member("adam")
    for address in ["/", *every_address(cast)]:
        page = adam.get(address).content.decode()
        assert "Ravensworth" not in page
        assert child.reference not in page


def test_another_partnerships_member_is_not_there(cast: Cast, as_member: SignIn) -> None:
    other = By(None, "Operator", Seat.OPERATOR, 0)
    with seated(other):
        far = found_partnership(by=other, name="Elsewhere", authority="841")
    with seated(By(None, "Operator", Seat.OPERATOR, far.pk)) as by:
        agency = add_agency(by=by, name="Elsewhere Council", type="LA_SOCIAL_CARE", since=date(2020, 1, 1))
        member = add_member(by=by, email="far@x.example", name="Far Away", job="", agency=agency, seats=[Seat.TEAM])
    adam = as_member("adam")
    assert "Far Away" not in adam.get("/members/", {"who": "all"}).content.decode()
    for address in (f"/members/{member.pk}/", f"/members/{member.pk}/end/", f"/agencies/{agency.pk}/close/"):
        assert adam.post(address).status_code == 404, address
    assert adam.post("/members/new/", fields(cast, agency=agency.pk)).status_code == 200
    assert not Member.objects.filter(name="Nia Example").exists()
