"""Who works with a child, and to whom the record is shared: adding, sharing, ending, and what the other then reaches."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.access.fields import LONDON
from meg.partnership.access.models import Grant, Involvement
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.children.tests.conftest import Lines
from meg.protect.children.tests.pages import (
    FIGURES,
    SignIn,
    assert_only_the_team,
    assert_same_as_nobody,
    boxes,
    held,
    sentences,
    text_of,
)


def people_of(child: Child, place: str = "") -> str:
    return f"/children/{child.reference}/people/{place}"


def until(days: int) -> dict[str, str]:
    then = (timezone.now() + timedelta(days=days)).astimezone(LONDON)
    return boxes("until", str(then.day), str(then.month), str(then.year), "16:30")


def agency(cast: Cast, name: str) -> str:
    return str(cast.agencies[name].pk)


def member(cast: Cast, name: str) -> str:
    return str(cast.members[name].pk)


def test_who_reads_the_page(as_member: SignIn, keira: Child) -> None:
    for name in ("helen", "daniel", "nadia", "arthur"):
        page = text_of(as_member(name).get(people_of(keira)))
        assert "Penfield Academy" in page, name
        assert "Nadia Example" in page, name
        assert f"{name.title()} Example" in page.split("<main", 1)[0], name
        assert ("Add an agency or a person" in page) == (name == "helen"), name
        assert ("Share the record" in page) == (name == "helen"), name
    assert_same_as_nobody(as_member, people_of(keira), keira)
    for name in FIGURES:
        assert as_member(name).get(people_of(keira)).status_code == 403, name


@pytest.mark.parametrize("form", ["add", "share"])
def test_only_the_team_changes_who_works_with_a_child(as_member: SignIn, keira: Child, form: str) -> None:
    assert_only_the_team(as_member, people_of(keira, f"{form}/"), keira)


def test_an_agency_that_works_with_the_child_reaches_the_record_until_it_ends(
    as_member: SignIn, cast: Cast, keira: Child, written: Lines
) -> None:
    helen, amina = as_member("helen"), as_member("amina")
    assert amina.get(people_of(keira)).status_code == 404
    sent = {"agency": agency(cast, "Caldershire Health"), "member": "", "role": "School nursing"}
    page = helen.post(people_of(keira, "add/"), sent, follow=True)
    assert "School nursing. Since" in text_of(page)
    assert amina.get(people_of(keira)).status_code == 200
    with seated(cast.operator):
        work = Involvement.objects.get(child_id=keira.pk, agency=cast.agencies["Caldershire Health"])
    end = people_of(keira, f"work/{work.pk}/stop/")
    assert as_member("daniel").post(end).status_code == 403
    assert helen.get(end).status_code == 405
    assert helen.post(end).status_code == 302
    assert helen.post(end).status_code == 404
    assert amina.get(people_of(keira)).status_code == 404
    assert "Who worked with the child before" in text_of(helen.get(people_of(keira)))
    assert [line.sentence for line in written(keira)][-2:] == [
        "Recorded that an agency works with a child.",
        "Ended an agency's work with a child.",
    ]


def test_nobody_is_recorded_twice(as_member: SignIn, cast: Cast, keira: Child) -> None:
    helen = as_member("helen")
    again = helen.post(people_of(keira, "add/"), {"agency": agency(cast, "Penfield Academy"), "role": "Teaching"})
    assert sentences(again) == ["This agency works with the child already."]
    assert held(again, "role") == "Teaching"
    nadia = {"agency": agency(cast, "Brightwater"), "member": member(cast, "nadia")}
    assert sentences(helen.post(people_of(keira, "add/"), nadia)) == ["Nadia Example is allocated already."]


@pytest.mark.parametrize("form", ["add", "share"])
def test_a_person_of_another_agency_opens_no_record_to_that_agency(
    as_member: SignIn, cast: Cast, keira: Child, form: str
) -> None:
    sent = {
        "agency": agency(cast, "Caldershire Police"), "member": member(cast, "amina"), "reason": "Asked for",
        "role": "", **until(3),
    }  # fmt: skip
    response = as_member("helen").post(people_of(keira, f"{form}/"), sent)
    assert sentences(response) == ["Amina Example works for another agency. Choose that agency, or another person."]
    with seated(cast.operator):
        assert not Involvement.objects.filter(agency=cast.agencies["Caldershire Police"]).exists()
        assert not Grant.objects.exists()


def test_a_record_is_shared_with_one_person_and_taken_back(
    as_member: SignIn, cast: Cast, keira: Child, written: Lines
) -> None:
    helen, amina = as_member("helen"), as_member("amina")
    sent = {
        "agency": agency(cast, "Caldershire Health"), "member": member(cast, "amina"),
        "reason": "Cover for a colleague", **until(3),
    }  # fmt: skip
    page = text_of(helen.post(people_of(keira, "share/"), sent, follow=True))
    assert "Amina Example, until" in page
    assert "Shared: Cover for a colleague" in page
    assert amina.get(people_of(keira)).status_code == 200
    assert "Cover for a colleague" not in text_of(amina.get(people_of(keira)))
    line = written(keira)[-1]
    assert line.sentence.startswith("Shared a record until")
    assert line.sentence.endswith(" 16:30.")
    assert line.detail["reason"] == "Cover for a colleague"
    with seated(cast.operator):
        given = Grant.objects.get(child_id=keira.pk)
    back = people_of(keira, f"grant/{given.pk}/stop/")
    assert amina.post(back).status_code == 403
    assert helen.post(back).status_code == 302
    assert amina.get(people_of(keira)).status_code == 404
    assert helen.post(back).status_code == 404
    assert written(keira)[-1].sentence == "Took back sight of a record."


def test_what_is_another_child_s_is_not_ended_here(as_member: SignIn, cast: Cast, keira: Child, owen: Child) -> None:
    with seated(cast.operator):
        work = Involvement.objects.filter(child_id=keira.pk).first()
    assert work
    assert as_member("helen").post(people_of(owen, f"work/{work.pk}/stop/")).status_code == 404
    with seated(cast.operator):
        assert Involvement.objects.get(pk=work.pk).until is None


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({}, ["Choose the agency.", "Say why the record is shared.", "Say until when the record is shared."]),
        ({"agency": "Caldershire Health", "reason": "x", **until(-1)}, ["Shared until must be in the future."]),
        (
            {"agency": "Caldershire Health", "reason": "x", **boxes("until", "1", "2", "2030", "late")},
            ["Time must be hours and minutes, like 16:30."],
        ),
        (
            {"agency": "Caldershire Health", "reason": " ", **until(2)},
            ["Say why the record is shared."],
        ),
    ],
)
def test_sharing_that_cannot_be_is_refused_and_kept(
    as_member: SignIn, cast: Cast, keira: Child, sent: dict[str, str], found: list[str]
) -> None:
    filled = {**sent, **({"agency": agency(cast, sent["agency"])} if "agency" in sent else {})}
    response = as_member("helen").post(people_of(keira, "share/"), filled)
    assert sentences(response) == found
    for name in filled:
        if name.startswith("until"):
            assert held(response, name) == filled[name]
    with seated(cast.operator):
        assert not Grant.objects.exists()


def test_what_was_typed_comes_back(as_member: SignIn, keira: Child) -> None:
    helen, address = as_member("helen"), people_of(keira, "share/")
    ticket = held(helen.get(address), "draft_ticket")
    helen.post("/drafts/", {"draft_ticket": ticket, "reason": "Cover"})
    assert held(helen.get(address), "reason") == "Cover"
