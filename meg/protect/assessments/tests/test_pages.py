"""The pages of an assessment: written section by section, decided on the last, read afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from conftest import Cast
from meg.partnership.access.models import Draft
from meg.partnership.seats import seated
from meg.protect.assessments.actions import begin, withdraw
from meg.protect.assessments.models import Assessment
from meg.protect.assessments.rules import Factor
from meg.protect.assessments.tests.conftest import Assessed, matrix
from meg.protect.children.models import Child
from meg.protect.exploitation.actions import close, give_level, refer, take_on
from meg.protect.exploitation.models import Level, Referral
from meg.protect.exploitation.tests.conftest import told
from meg.protect.missing.tests.pages import SignIn, assert_keeps, assert_same_as_nobody, assert_summary_lands, text_of

SECTIONS = 8
DECIDED = {"level": "high", "rationale": "Two strong concerns.", "who": "Helen Example"}


def here(referral: Referral, rest: str = "") -> str:
    assert referral.child
    return f"/children/{referral.child.reference}/assessments/{rest}"


def begun_by_pages(client: Client, referral: Referral, kind: str = "first") -> str:
    """Begin by the page: the address of the assessment."""
    page = client.get(here(referral, f"begin/{referral.pk}/"))
    assert "Factor matrix, version 1" in text_of(page)
    pk = next(value for value in text_of(page).split('name="framework"')[1].split('"') if value.isdigit())
    made = client.post(here(referral, f"begin/{referral.pk}/"), {"kind": kind, "framework": pk})
    assert made.status_code == 302
    assert made["Location"].endswith("/section/1/")
    return str(made["Location"]).removesuffix("section/1/")


def test_an_assessment_from_beginning_to_end(cast: Cast, referral: Referral, as_member: SignIn) -> None:
    client = as_member("helen")
    address = begun_by_pages(client, referral)
    first = {"home_conflict": "strong", "home_abuse": "not_known", "notes": "Told by the school on Monday."}
    assert client.post(f"{address}section/1/", first)["Location"] == f"{address}section/2/"
    assert_keeps(client.get(f"{address}section/1/"), {"home_conflict": "strong", "home_abuse": "not_known"})
    for section in range(2, SECTIONS + 1):
        codes = [one.code for one in _factors(cast, section)]
        asked = text_of(client.get(f"{address}section/{section}/"))
        if "people_hurt" in codes:
            told = asked.split('id="id_people_hurt-hint"')[1].split("</div>")[0]
            assert "A sign of actual harm" in told, "said with its question, also to who only hears it"
        client.post(f"{address}section/{section}/", dict.fromkeys(codes, "no") | {"people_hurt": "strong"})
    page = text_of(client.get(f"{address}section/{SECTIONS + 1}/"))
    for words in ("8 points", "from 26 of 29 factors", "up to 20", "Was hurt, threatened or abused", "Home: 3 of 4",
                  "The tool proposes <strong>high</strong>"):  # fmt: skip
        assert words in page, words
    wrong = client.post(f"{address}section/{SECTIONS + 1}/", {**DECIDED, "rationale": " ", "review_on_0": "1",
                                                              "review_on_1": "2", "review_on_2": "2020"})  # fmt: skip
    assert_summary_lands(wrong)
    assert "A score is not a reason" in text_of(wrong)
    assert "The review must be after today" in text_of(wrong)
    assert_keeps(wrong, {"level": "high", "who": "Helen Example", "review_on_2": "2020"})
    done = client.post(f"{address}section/{SECTIONS + 1}/", DECIDED, follow=True)
    assert done.redirect_chain[-1][0] == address
    assert "Two strong concerns." in text_of(done)
    assert "Told by the school on Monday." in text_of(done)
    with seated(cast.by("helen")):
        made = Assessment.objects.get()
        assert (made.state, made.points, made.unanswered, made.level) == ("finished", 8, 3, "high")
        assert made.notes == {"Home": "Told by the school on Monday."}
        assert Level.objects.get(number=made.pk).level == "high"
        assert not Draft.objects.filter(form__startswith="assessments:write").exclude(fields={}).exists()
    assert client.get(f"{address}section/1/").status_code == 302


def _factors(cast: Cast, section: int) -> list[Factor]:
    with seated(cast.by("helen")):
        factors = matrix().tool().factors
    titles = list(dict.fromkeys(one.section for one in factors))
    return [one for one in factors if one.section == titles[section - 1]]


def test_a_decision_against_the_tool_shows_as_an_override_everywhere(
    referral: Referral, assessed: Assessed, as_member: SignIn
) -> None:
    made = assessed(level="high", now=timezone.now() - timedelta(days=40))
    for name, address in (("daniel", here(referral)), ("daniel", here(referral, f"{made.pk}/")),
                          ("helen", "/reviews-due/")):  # fmt: skip
        page = text_of(as_member(name).get(address))
        assert "<strong>Override</strong>: the tool proposed low" in page, address


def test_a_review_begins_with_what_was_answered(
    cast: Cast, referral: Referral, assessed: Assessed, as_member: SignIn
) -> None:
    assessed(level="high", now=timezone.now(), home_abuse="strong", home_care="not_known")
    client = as_member("helen")
    address = begun_by_pages(client, referral, "review")
    shown = client.get(f"{address}section/1/")
    assert_keeps(shown, {"home_abuse": "strong", "home_conflict": "no", "home_care": "not_known"})
    assert "Last time: strong concern." in text_of(shown)
    client.post(f"{address}section/1/", {"home_abuse": "some", "home_conflict": "no", "home_care": "no"})
    page = text_of(client.get(f"{address}section/{SECTIONS + 1}/"))
    assert "What changed" in page
    assert "Too much is unanswered. The tool proposes nothing." in page
    for words in ("Strong concern", "Some concern", "Lower", "Cannot be compared"):
        assert words in page, words


def test_what_is_closed_is_nothing_to_do_beside_what_is_open(cast: Cast, referral: Referral, as_member: SignIn) -> None:
    """A closed referral stands under 'To do' only where there is nothing else, to say why nothing can be begun."""
    helen, sentence = as_member("helen"), "This referral is closed. Open it again before you assess."
    with seated(cast.by("daniel")) as by:
        waits = refer(by=by, child=referral.child, told=told(), now=timezone.now())
    with seated(cast.by("helen")) as by:
        close(by=by, referral=referral, outcome="safer", why="Plan ended", now=timezone.now())
    assert sentence in text_of(helen.get(here(referral)))
    with seated(cast.by("helen")) as by:
        give_level(by=by, referral=waits, level="low", who=by.name, rationale="As told.", now=timezone.now())
        take_on(by=by, referral=waits, why="Agreed in the team.", now=timezone.now())
    page = text_of(helen.get(here(referral)))
    assert f"/begin/{waits.pk}/" in page
    assert sentence not in page


def test_nothing_typed_is_lost_when_the_referral_is_closed_meanwhile(
    cast: Cast, referral: Referral, as_member: SignIn
) -> None:
    client = as_member("helen")
    address = begun_by_pages(client, referral)
    client.post(f"{address}section/1/", {"home_conflict": "some", "notes": "Seen at home."})
    with seated(cast.by("helen")) as by:
        close(by=by, referral=referral, outcome="safer", why="Plan ended", now=timezone.now())
    page = client.post(f"{address}section/{SECTIONS + 1}/", DECIDED)
    assert "This referral is closed. Open it again before you assess." in text_of(page)
    assert_keeps(page, {"level": "high", "who": "Helen Example"})
    assert "Seen at home." in text_of(client.get(f"{address}section/1/"))
    begin_page = text_of(client.get(here(referral)))
    assert f"/begin/{referral.pk}/" not in begin_page


def test_begin_says_why_it_cannot(cast: Cast, referral: Referral, as_member: SignIn) -> None:
    with seated(cast.by("helen")) as by:
        close(by=by, referral=referral, outcome="safer", why="Plan ended", now=timezone.now())
        pk = matrix().pk
    page = as_member("helen").post(here(referral, f"begin/{referral.pk}/"), {"kind": "first", "framework": str(pk)})
    assert "This referral is closed" in text_of(page)


def test_who_opens_what(cast: Cast, keira: Child, referral: Referral, assessed: Assessed, as_member: SignIn) -> None:
    made = assessed()
    for name in ("daniel", "nadia", "arthur"):
        client = as_member(name)
        for address in (here(referral), here(referral, f"{made.pk}/")):
            assert client.get(address).status_code == 200, (name, address)
        for address in (f"begin/{referral.pk}/", f"{made.pk}/section/1/", f"{made.pk}/withdraw/"):
            assert client.get(here(referral, address)).status_code == 403, (name, address)
    assert_same_as_nobody(as_member, here(referral), keira.reference)
    assert_same_as_nobody(as_member, here(referral, f"{made.pk}/"), keira.reference)


def test_an_assessment_is_withdrawn_by_its_page(
    cast: Cast, referral: Referral, assessed: Assessed, as_member: SignIn
) -> None:
    made, client = assessed(), as_member("helen")
    page = text_of(client.post(here(referral, f"{made.pk}/withdraw/"), {"why": ""}))
    for sentence in ("Say why it is withdrawn", "Choose which level stands now", "Enter whose judgement"):
        assert sentence in page
    said = {"why": "Of another child", "stands": "low", "who": "Ann, team manager"}
    assert client.post(here(referral, f"{made.pk}/withdraw/"), said).status_code == 302
    whole = text_of(client.get(here(referral)))
    stands = whole.split('id="h-now"', 1)[1].split("</section>", 1)[0]
    assert "Ann, team manager" in stands
    assert "Low" in stands
    assert "The assessment was withdrawn." in whole
    for address in (here(referral), here(referral, f"{made.pk}/")):
        page = text_of(client.get(address))
        assert "<strong>Withdrawn</strong>" in page
        assert "Of another child" in page


def test_the_caution_is_shown_for_a_young_child_with_harm_and_decides_nothing(
    cast: Cast, referral: Referral, assessed: Assessed, as_member: SignIn
) -> None:
    made = assessed(level="low", people_hurt="some")
    address = here(referral, f"{made.pk}/")
    assert "think twice before you decide on low" not in text_of(as_member("daniel").get(address))
    with seated(cast.operator):
        Child.objects.filter(pk=made.child_id).update(disabilities=["LD"])
    assert "think twice before you decide on low" in text_of(as_member("daniel").get(address))


def test_reviews_due_lists_who_is_over_and_who_waits(
    cast: Cast, referral: Referral, assessed: Assessed, as_member: SignIn
) -> None:
    client = as_member("helen")
    assert "Waiting for a first assessment" in text_of(client.get("/reviews-due/"))
    assert "Every referral that was taken on is assessed." not in text_of(client.get("/reviews-due/"))
    made = assessed(level="high", now=timezone.now() - timedelta(days=30))
    page = text_of(client.get("/reviews-due/"))
    assert "2 days over" in page
    assert "Every referral that was taken on is assessed." in page
    assert "No review is over." in text_of(as_member("amina").get("/reviews-due/"))
    with seated(cast.by("helen")) as by:
        withdraw(by=by, assessment=made, why="Of another child", now=timezone.now())
    assert "No review is over." in text_of(client.get("/reviews-due/"))


def test_a_page_asks_a_few_times(
    cast: Cast, referral: Referral, assessed: Assessed, as_member: SignIn, django_assert_max_num_queries: object
) -> None:
    made, client = assessed(level="high", now=timezone.now() - timedelta(days=30)), as_member("helen")
    with seated(cast.by("helen")) as by:
        later = begin(by=by, referral=referral, framework=matrix(), kind="review")
    client.get("/help/")
    for address in (
        here(referral),
        here(referral, f"{made.pk}/"),
        "/reviews-due/",
        here(referral, f"{later.pk}/section/9/"),
    ):
        with django_assert_max_num_queries(24):  # type: ignore[operator]
            assert client.get(address).status_code == 200, address


@pytest.mark.parametrize("rest", ["999999/", "999999/section/1/", "begin/999999/", "999999/withdraw/"])
def test_what_is_not_there_is_not_found(referral: Referral, as_member: SignIn, rest: str) -> None:
    assert as_member("helen").get(here(referral, rest)).status_code == 404
