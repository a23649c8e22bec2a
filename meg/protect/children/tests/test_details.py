"""The details page and its forms: who may, what is refused in which sentence, and what stays of earlier values."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.children.models import CareEpisode, Child, Identifier, Name
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
    ticked,
)

FORMS = ("facts", "name", "number", "care")


def facts(**other: str | list[str]) -> dict[str, str | list[str]]:
    """Keira's details as the form sends them when nothing is changed."""
    return {
        **boxes("date_of_birth", "14", "3", "2011"), "estimated_birth_year": "", "sex": "F", "ethnicity": "WBRI",
        "responsible_authority": "840", **other,
    }  # fmt: skip


def details_of(child: Child, place: str = "details/") -> str:
    return f"/children/{child.reference}/{place}"


@pytest.mark.parametrize("name", ["helen", "daniel", "nadia", "arthur"])
def test_who_reaches_the_child_reads_the_details(
    as_member: SignIn, keira: Child, in_care: CareEpisode, name: str
) -> None:
    page = text_of(as_member(name).get(details_of(keira)))
    for words in ("14 March 2011", "Female", "White British", "840", "Keira Dunstan", "3 May 2024 to now"):
        assert words in page, words
    main = page.split("<main", 1)[1]
    assert ("Add or change" in main) == (name == "helen")
    assert (f"/children/{keira.reference}/change/" in main) == (name == "helen")


def test_who_does_not_reach_the_child_reads_nothing(as_member: SignIn, keira: Child) -> None:
    assert_same_as_nobody(as_member, details_of(keira), keira)
    for name in FIGURES:
        response = as_member(name).get(details_of(keira))
        assert response.status_code == 403
        assert "Keira" not in text_of(response)


@pytest.mark.parametrize("form", FORMS)
def test_only_the_team_opens_a_form(as_member: SignIn, keira: Child, form: str) -> None:
    assert_only_the_team(as_member, details_of(keira, f"change/{form}/"), keira)


def test_the_form_shows_what_is_recorded(as_member: SignIn, cast: Cast, keira: Child) -> None:
    with seated(cast.operator):
        Child.objects.filter(pk=keira.pk).update(disabilities=["MOB", "VIS"])
    page = as_member("helen").get(details_of(keira, "change/facts/"))
    assert [held(page, f"date_of_birth_{n}") for n in range(3)] == ["14", "3", "2011"]
    assert held(page, "responsible_authority") == "840"
    assert ticked(page, "disabilities") == {"MOB", "VIS"}


def test_a_change_is_made_and_what_was_before_stays_in_the_trail(
    as_member: SignIn, cast: Cast, keira: Child, written: Lines
) -> None:
    sent = facts(ethnicity="MWBC", disabilities=["MOB", "HAND"], **boxes("date_of_birth", "15", "3", "2011"))
    response = as_member("helen").post(details_of(keira, "change/facts/"), sent, follow=True)
    assert response.redirect_chain == [(details_of(keira), 302)]
    assert "15 March 2011" in text_of(response)
    line = written(keira)[-1]
    assert line.sentence == "Changed a child’s details."
    assert line.detail["before"] == {"date_of_birth": "2011-03-14", "ethnicity": "WBRI"}
    assert line.detail["after"] == {
        "date_of_birth": "2011-03-15", "ethnicity": "MWBC", "disabilities": ["MOB", "HAND"],
    }  # fmt: skip
    assert line.member_id == cast.members["helen"].pk


def test_nothing_changed_writes_no_line(as_member: SignIn, keira: Child, written: Lines) -> None:
    before = len(written(keira))
    as_member("helen").post(details_of(keira, "change/facts/"), facts())
    assert len(written(keira)) == before


def test_a_code_of_an_earlier_list_stays_when_something_else_is_changed(
    as_member: SignIn, cast: Cast, keira: Child, written: Lines
) -> None:
    with seated(cast.operator):
        Child.objects.filter(pk=keira.pk).update(sex="2")
    helen = as_member("helen")
    assert "Female (recorded earlier, no longer in use)" in text_of(helen.get(details_of(keira, "change/facts/")))
    helen.post(details_of(keira, "change/facts/"), facts(sex="2", responsible_authority="841"))
    assert written(keira)[-1].detail["after"] == {"responsible_authority": "841"}
    with seated(cast.operator):
        assert Child.objects.get(pk=keira.pk).sex == "2"
    refused = helen.post(details_of(keira, "change/facts/"), facts(sex="1"))
    assert refused.status_code == 200
    assert sentences(refused)


TOMORROW = timezone.localdate() + timedelta(days=1)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (boxes("date_of_birth", "31", "2", "2011"), "31 February 2011 is not a date."),
        (boxes("date_of_birth", "14", "", "2011"), "Date of birth must have a month."),
        (
            boxes("date_of_birth", str(TOMORROW.day), str(TOMORROW.month), str(TOMORROW.year)),
            "The date of birth is in the future.",
        ),
        (boxes("date_of_birth", "1", "1", "1980"), "The date of birth is more than 25 years ago."),
        ({"estimated_birth_year": "2011"}, "Give the date of birth or an estimated year, not both."),
        ({"estimated_birth_year": "about 2011"}, "The year must be a number, like 2011."),
        ({"disabilities": ["NONE", "MOB"]}, "Choose 'No disability' alone, or the disabilities."),
        ({"responsible_authority": "Cal"}, "The responsible authority is a number of three digits, like 840."),
    ],
)
def test_details_that_cannot_be_are_refused_and_kept(
    as_member: SignIn, cast: Cast, keira: Child, sent: dict[str, str | list[str]], sentence: str
) -> None:
    everything = facts(**sent)
    response = as_member("helen").post(details_of(keira, "change/facts/"), everything)
    assert sentences(response) == [sentence]
    for name, value in everything.items():
        if name == "disabilities":
            assert ticked(response, name) == set(value)
        elif name not in ("sex", "ethnicity"):
            assert held(response, name) == value, name
    with seated(cast.operator):
        assert Child.objects.get(pk=keira.pk).date_of_birth == date(2011, 3, 14)


def test_a_new_name_keeps_the_one_so_far(as_member: SignIn, cast: Cast, keira: Child, written: Lines) -> None:
    sent = {"kind": "new", "given": "Keira", "family": "Marlow"}
    page = text_of(as_member("helen").post(details_of(keira, "change/name/"), sent, follow=True))
    assert "Keira Marlow" in page
    assert 'Keira Dunstan<span class="meg-sub">Former name' in page
    assert written(keira)[-1].sentence == "Changed a child’s name; the name so far is kept."


def test_another_name_is_recorded_once_and_can_be_taken_back(
    as_member: SignIn, cast: Cast, keira: Child, written: Lines
) -> None:
    helen, address = as_member("helen"), details_of(keira, "change/name/")
    sent = {"kind": "other", "given": "Kiki", "family": ""}
    assert helen.post(address, sent).status_code == 302
    again = helen.post(address, sent)
    assert sentences(again) == ["This name is recorded already."]
    assert held(again, "given") == "Kiki"
    with seated(cast.operator):
        other = Name.objects.get(child=keira, kind="other")
    assert helen.get(details_of(keira, f"take-back/name/{other.pk}/")).status_code == 405
    assert helen.post(details_of(keira, f"take-back/name/{other.pk}/")).status_code == 302
    assert "Kiki" not in text_of(helen.get(details_of(keira)))
    assert written(keira)[-1].sentence == "Took back a name that is not this child’s."
    with seated(cast.operator):
        assert Name.objects.get(pk=other.pk).withdrawn_at is not None


def test_the_name_of_a_child_is_not_taken_back(as_member: SignIn, cast: Cast, keira: Child, owen: Child) -> None:
    helen = as_member("helen")
    with seated(cast.operator):
        own, others = Name.objects.get(child=keira), Name.objects.get(child=owen)
    refused = helen.post(details_of(keira, f"take-back/name/{own.pk}/"))
    assert refused.status_code == 403
    assert "A child keeps a name. Change it instead." in text_of(refused)
    assert helen.post(details_of(keira, f"take-back/name/{others.pk}/")).status_code == 404
    for name in ("daniel", "nadia", "arthur"):
        assert as_member(name).post(details_of(keira, f"take-back/name/{own.pk}/")).status_code == 403


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"given": "Kiki"}, "Choose what kind of name it is."),
        ({"kind": "other"}, "Enter a first name or a family name."),
        ({"kind": "other", "given": "1"}, "Enter a name, the first or the family name at least."),
        ({"kind": "new", "given": "Keira", "family": "Dunstan"}, "This is the name so far."),
    ],
)
def test_names_that_cannot_be_are_refused(as_member: SignIn, keira: Child, sent: dict[str, str], sentence: str) -> None:
    response = as_member("helen").post(details_of(keira, "change/name/"), sent)
    assert sentences(response) == [sentence]
    assert held(response, "given") == sent.get("given", "")


def test_a_number_is_one_child_s_until_it_is_taken_back(
    as_member: SignIn, cast: Cast, keira: Child, owen: Child, written: Lines
) -> None:
    helen, sent = as_member("helen"), {"source": "ssda903", "value": "00412"}
    assert helen.post(details_of(owen, "change/number/"), sent).status_code == 302
    refused = helen.post(details_of(keira, "change/number/"), sent)
    assert sentences(refused) == ["This number is another child’s."]
    assert held(refused, "value") == "00412"
    again = helen.post(details_of(owen, "change/number/"), sent)
    assert sentences(again) == ["This number is recorded already."]
    with seated(cast.operator):
        number = Identifier.objects.get(child=owen)
    assert helen.post(details_of(keira, f"take-back/number/{number.pk}/")).status_code == 404
    assert helen.post(details_of(owen, f"take-back/number/{number.pk}/")).status_code == 302
    assert written(owen)[-1].detail == {"identifier": number.pk, "source": "ssda903", "value": "00412"}
    assert helen.post(details_of(keira, "change/number/"), sent).status_code == 302
    assert "00412" in text_of(helen.get(details_of(keira)))


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({}, ["Choose the system.", "Enter the number."]),
        ({"source": "police", "value": "--"}, ["Enter the number."]),
    ],
)
def test_numbers_that_cannot_be_are_refused(
    as_member: SignIn, keira: Child, sent: dict[str, str], found: list[str]
) -> None:
    assert sentences(as_member("helen").post(details_of(keira, "change/number/"), sent)) == found


def care(started: tuple[str, str, str], ended: tuple[str, str, str] = ("", "", "")) -> dict[str, str]:
    return {**boxes("started", *started), **boxes("ended", *ended), "placement_type": "U4", "legal_status": "C2"}


def test_time_looked_after_is_recorded_and_ended(as_member: SignIn, cast: Cast, keira: Child, written: Lines) -> None:
    helen = as_member("helen")
    assert helen.post(details_of(keira, "change/care/"), care(("3", "5", "2024"))).status_code == 302
    with seated(cast.operator):
        made = CareEpisode.objects.get(child=keira)
    address = details_of(keira, f"change/care/{made.pk}/end/")
    assert_only_the_team(as_member, address, keira)
    early = helen.post(address, boxes("ended", "2", "5", "2024"))
    assert sentences(early) == ["The day it ended is before the day it began."]
    assert held(early, "ended_0") == "2"
    assert sentences(helen.post(address, boxes("ended"))) == ["Enter the last day."]
    page = helen.post(address, boxes("ended", "1", "9", "2025"), follow=True)
    assert "3 May 2024 to 1 September 2025" in text_of(page)
    assert sentences(helen.post(address, boxes("ended", "1", "9", "2025"))) == [
        "This time looked after has ended already."
    ]
    assert [line.sentence for line in written(keira)][-2:] == [
        "Recorded time looked after.",
        "Ended time looked after.",
    ]


def test_how_far_from_home_the_placement_is_may_be_told(as_member: SignIn, cast: Cast, keira: Child) -> None:
    helen, address = as_member("helen"), details_of(keira, "change/care/")
    told = {**care(("3", "5", "2024")), "distance": "41.5", "in_area": "out"}
    for wrong in ("far", "-1", "1000", "1.25"):
        assert sentences(helen.post(address, {**told, "distance": wrong})) == [
            "Enter the miles from home as a number under 1,000 with one decimal at most, for example 12.5."
        ]
    page = helen.post(address, told, follow=True)
    assert "41.5 miles from home. In another authority’s area" in text_of(page)
    with seated(cast.operator):
        made = CareEpisode.objects.get(child=keira)
    assert (str(made.distance), made.in_area) == ("41.5", False)


def test_how_far_need_not_be_told(as_member: SignIn, cast: Cast, keira: Child) -> None:
    page = as_member("helen").post(details_of(keira, "change/care/"), care(("3", "5", "2024")), follow=True)
    assert "miles from home" not in text_of(page)
    with seated(cast.operator):
        made = CareEpisode.objects.get(child=keira)
    assert (made.distance, made.in_area) == (None, None)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        (care(("3", "5", "2099")), "The day it began is in the future."),
        (care(("3", "5", "2023"), ("1", "5", "2023")), "The day it ended is before the day it began."),
        (
            care(("1", "6", "2024")),
            "Another time looked after is in the way: from 3 May 2024 and has not ended.",
        ),
        ({**care(("3", "5", "2023"), ("1", "6", "2023")), "legal_status": ""}, "Choose the legal status."),
    ],
)
def test_time_looked_after_that_cannot_be_is_refused(
    as_member: SignIn, cast: Cast, keira: Child, in_care: CareEpisode, sent: dict[str, str], sentence: str
) -> None:
    response = as_member("helen").post(details_of(keira, "change/care/"), sent)
    assert sentences(response) == [sentence]
    assert [held(response, f"started_{n}") for n in range(3)] == [sent[f"started_{n}"] for n in range(3)]
    with seated(cast.operator):
        assert CareEpisode.objects.filter(child=keira).count() == 1


def test_what_was_typed_comes_back(as_member: SignIn, keira: Child) -> None:
    helen, address = as_member("helen"), details_of(keira, "change/number/")
    ticket = held(helen.get(address), "draft_ticket")
    helen.post("/drafts/", {"draft_ticket": ticket, "source": "police", "value": "P 77"})
    assert held(helen.get(address), "value") == "P 77"
    helen.post(address, {"source": "police", "value": "P 77", "draft_ticket": ticket})
    assert held(helen.get(address), "value") == ""
