"""Information for the police: it leaves by its own form, and one seat reads it."""

from __future__ import annotations

import re

import pytest

from conftest import PEOPLE, Cast
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.models import Child
from meg.protect.missing.actions import pass_information
from meg.protect.missing.models import Passed
from meg.protect.missing.tests.now import begin, drafts, statements, words_of
from meg.protect.missing.tests.pages import (
    SignIn,
    assert_keeps,
    assert_same_as_nobody,
    assert_summary_lands,
    summary,
    text_of,
)

WORDS = "A grey van stood at the bus station each evening."
PASSED = "/passed-on/"


def address(child: Child) -> str:
    return f"/children/{child.reference}/pass-on/"


def passed(cast: Cast, child: Child, words: str = WORDS) -> int:
    with seated(cast.by("nadia")) as by:
        pass_information(by=by, child=child, words=words, how_known="", may_be_asked=False)
    with seated(cast.by("fiona")):
        return Passed.objects.latest("pk").pk


@pytest.mark.parametrize("name", ["helen", "daniel", "nadia"])
def test_it_reaches_the_police_and_no_record(cast: Cast, keira: Child, as_member: SignIn, name: str) -> None:
    client = as_member(name)
    begin(cast, name, f"missing:pass_on:{keira.reference}", words="A grey v")
    assert ">A grey v</textarea>" in re.sub(r"\s*\n", "", text_of(client.get(address(keira))))
    sent = {"words": WORDS, "how_known": "The child told me", "may_be_asked": "on"}
    response = client.post(address(keira), sent, follow=True)
    assert response.redirect_chain == [(f"/children/{keira.reference}/", 302)]
    assert "The information is sent to the police." in text_of(response)
    assert WORDS not in text_of(response)
    assert drafts(cast, name) == []
    for place in ("", "chronology.csv"):
        assert "grey van" not in text_of(client.get(f"/children/{keira.reference}/{place}"))
    read = words_of(as_member("fiona").get(PASSED))
    assert WORDS in read
    assert "How it is known: The child told me" in read
    assert f"{name.title()} Example May be asked" in read
    with seated(cast.operator):
        line = Entry.objects.about(str(keira.reference)).get(sentence="Passed information to the police.")
        assert "grey van" not in str(line.detail)


@pytest.mark.parametrize(
    ("changes", "sentence", "field"),
    [
        ({"words": ""}, "Write down the information.", "id_words"),
        ({"words": "x" * 4001}, "Use 4,000 characters or fewer.", "id_words"),
        ({"how_known": "x" * 301}, "Use 300 characters or fewer.", "id_how_known"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    cast: Cast, keira: Child, as_member: SignIn, changes: dict[str, str], sentence: str, field: str
) -> None:
    sent = {"words": WORDS, "how_known": "I saw it", **changes}
    response = as_member("nadia").post(address(keira), sent)
    assert_summary_lands(response)
    assert summary(response) == {sentence: field}
    assert sent["words"] in text_of(response)
    assert_keeps(response, {"how_known": sent["how_known"]})
    with seated(cast.by("fiona")):
        assert not Passed.objects.exists()


def test_who_passes_nothing_on_is_told_so(cast: Cast, keira: Child, as_member: SignIn) -> None:
    assert_same_as_nobody(as_member, address(keira), str(keira.reference))
    for name in set(PEOPLE) - {"helen", "daniel", "nadia", "amina"}:
        response = as_member(name).get(address(keira))
        assert response.status_code == 403, name
        assert "Only those who work with children pass information on here." in text_of(response)


def test_only_the_intelligence_seat_reads_and_takes_up(cast: Cast, keira: Child, as_member: SignIn) -> None:
    number = passed(cast, keira)
    for name in set(PEOPLE) - {"fiona"}:
        client = as_member(name)
        for response in (client.get(PASSED), client.post(f"{PASSED}{number}/taken-up/")):
            assert response.status_code == 403, name
            assert "Only a police intelligence officer reads what was passed on." in text_of(response)
    with seated(cast.by("fiona")):
        assert Passed.objects.get().taken_up_at is None


def test_what_is_not_taken_up_comes_first(cast: Cast, keira: Child, as_member: SignIn) -> None:
    first, second, third = (passed(cast, keira, f"The {place} of them.") for place in ("first", "second", "third"))
    client = as_member("fiona")
    for number in (third, first):
        response = client.post(f"{PASSED}{number}/taken-up/", follow=True)
        assert "It is marked as taken up." in text_of(response)
    page = words_of(client.get(PASSED))
    assert page.index("The second") < min(page.index("The first"), page.index("The third"))
    assert page.count("Taken up ") >= 2
    assert ", Fiona Example" in page
    assert "This was taken up already." in text_of(client.post(f"{PASSED}{first}/taken-up/", follow=True))
    assert client.post(f"{PASSED}999999/taken-up/").status_code == 404
    assert client.get(f"{PASSED}{second}/taken-up/").status_code == 405
    with seated(cast.operator):
        lines = Entry.objects.filter(sentence="Took up information that was passed on.")
        assert [one.detail["passed"] for one in lines.order_by("pk")] == [third, first]


def test_there_are_pages_of_it_and_every_look_is_in_the_trail(cast: Cast, keira: Child, as_member: SignIn) -> None:
    numbers = [passed(cast, keira, f"Words number {n}.") for n in range(27)]
    client = as_member("fiona")
    asked = statements(client, PASSED)
    assert len(asked) <= 12, "\n".join(asked)
    first, second = text_of(client.get(PASSED)), text_of(client.get(f"{PASSED}?page=2"))
    assert "Words number 26." in first
    assert "Words number 1." not in first
    assert [n for n in range(27) if f"Words number {n}." in second] == [0, 1]
    assert "?page=2" in first
    with seated(cast.operator):
        looks = Entry.objects.filter(kind=Kind.LOOK, sentence="Read what was passed on.").order_by("-pk")
        assert looks[0].detail["passed"] == [numbers[1], numbers[0]]
        assert looks[1].detail["passed"] == numbers[:1:-1]


def test_nothing_passed_on_is_said(cast: Cast, as_member: SignIn) -> None:
    assert "Nothing has been passed on." in text_of(as_member("fiona").get(PASSED))
