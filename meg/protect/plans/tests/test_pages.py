"""Pages of plans and transition: what they show, whom they refuse, that nothing typed is lost."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.access.actions import add_member, involve
from meg.partnership.seats import Seat, seated
from meg.protect.children.models import Child
from meg.protect.exploitation.actions import allocate
from meg.protect.exploitation.models import Referral
from meg.protect.missing.tests.pages import SignIn, assert_keeps, assert_summary_lands, boxes, summary, text_of
from meg.protect.plans.actions import add_action, add_aim, decide, give_service, review_plan
from meg.protect.plans.models import Aim, Decision, Given, Plan, Review, Service
from meg.protect.plans.tests.conftest import Opened, Referred, years_ago
from tests.browser import Browsing

SOON = timezone.localdate() + timedelta(days=21)
SOON_BOXES = {"day": str(SOON.day), "month": str(SOON.month), "year": str(SOON.year)}


def day(name: str) -> dict[str, str]:
    return {key: value for key, value in boxes(name, **SOON_BOXES).items() if not key.endswith("_3")}


def test_open_a_plan_and_fill_it(
    cast: Cast, as_member: SignIn, keira: Child, referred: Referred, mentoring: Service
) -> None:
    referral, helen = referred(keira), as_member("helen")
    here = f"/children/{keira.reference}/plan/"
    sent = {"referral": str(referral.pk), "words": "Safer by spring", **day("review_on")}
    wrong = helen.post(f"{here}open/", {**sent, "review_on_0": "31", "review_on_1": "2"})
    assert_summary_lands(wrong)
    assert_keeps(wrong, {"review_on_0": "31", "review_on_1": "2"})
    assert "Safer by spring" in text_of(wrong)
    assert helen.post(f"{here}open/", sent).status_code == 302
    with seated(cast.by("helen")):
        plan = Plan.objects.get(child=keira)
    one = f"{here}{plan.pk}/"
    helen.post(f"{one}aim/", {"words": "At school", "known_by": "The register"})
    helen.post(
        f"{one}action/",
        {"what": "Meet her weekly", "agency": str(cast.agencies["Penfield Academy"].pk), **day("due_on")},
    )
    helen.post(
        f"{one}service/",
        {"service": str(mentoring.pk), "given_from_0": "1", "given_from_1": "11", "given_from_2": "2025"},
    )
    helen.post(f"{one}review/", {"who": "Keira", "words": "Going well", **day("next_on"), "level": "", "rationale": ""})
    page = text_of(helen.get(here))
    for words in (
        "Safer by spring",
        "Level at referral",
        "At school",
        "Meet her weekly",
        "Due in 21 days",
        "Mentoring",
        "Going well",
        "Close the plan",
    ):
        assert words in page, words
    read = text_of(as_member("daniel").get(here))
    assert "Meet her weekly" in read
    assert "It is done" in read
    assert "Close the plan" not in read
    with seated(cast.by("helen")):
        assert (Aim.objects.count(), Given.objects.count(), Review.objects.count()) == (1, 1, 1)


def test_closing_asks_what_becomes_of_what_is_open(cast: Cast, as_member: SignIn, keira: Child, opened: Opened) -> None:
    plan, helen = opened(), as_member("helen")
    one = f"/children/{keira.reference}/plan/{plan.pk}/"
    helen.post(
        f"{one}action/", {"what": "Meet her", "agency": str(cast.agencies["Penfield Academy"].pk), **day("due_on")}
    )
    sent = {"outcome": "met", "why": "Reached"}
    page = helen.post(f"{one}close/", sent)
    assert "1 action is still open. Choose whether to drop or to keep what is open." in summary(page)
    assert_summary_lands(page)
    assert helen.post(f"{one}close/", {**sent, "actions": "keep"}).status_code == 302
    assert "Closed plan" in text_of(helen.get(f"/children/{keira.reference}/plan/"))


def test_an_agency_that_does_not_work_with_the_child(
    cast: Cast, as_member: SignIn, keira: Child, opened: Opened
) -> None:
    plan = opened()
    page = as_member("helen").post(
        f"/children/{keira.reference}/plan/{plan.pk}/action/",
        {"what": "Meet her", "agency": str(cast.agencies["Caldershire Health"].pk), **day("due_on")},
    )
    assert any("does not work with this child" in sentence for sentence in summary(page))
    assert 'value="Meet her"' in text_of(page)


@pytest.mark.parametrize("name", ["daniel", "nadia", "arthur", "fiona", "ruth", "grace", "adam"])
def test_only_the_team_changes_a_plan(as_member: SignIn, keira: Child, opened: Opened, name: str) -> None:
    plan, client = opened(), as_member(name)
    here = f"/children/{keira.reference}/"
    for address in (f"{here}plan/open/", f"{here}plan/{plan.pk}/close/", f"{here}transition/", "/services/"):
        assert client.get(address).status_code == 403, address


def test_a_plan_of_another_child_is_not_there(as_member: SignIn, lena: Child, opened: Opened) -> None:
    plan = opened()
    assert as_member("helen").get(f"/children/{lena.reference}/plan/{plan.pk}/close/").status_code == 404
    assert as_member("helen").get(f"/children/{lena.reference}/plan/{plan.pk}/nothing/").status_code == 404


def test_due_decisions_stand_first(cast: Cast, as_member: SignIn, lena: Child, referred: Referred) -> None:
    older = cast.child("Mia", "Orr", timezone.localdate().replace(year=timezone.localdate().year - 22, day=1))
    referred(lena, level="high")
    referred(older, level="medium")
    helen = as_member("helen")
    page = text_of(helen.get("/transition/"))
    assert page.index("Mia Orr") < page.index("Lena Orr")
    assert "Needs a decision" in page
    assert "Lena Orr" not in text_of(helen.get("/transition/?due=yes"))
    sent = {"what": "handed_over", "accepted_by": "", "decided_by": "Helen Example", "why": "Agreed at the panel"}
    wrong = helen.post(f"/children/{lena.reference}/transition/", sent)
    assert any("by name" in sentence for sentence in summary(wrong))
    assert (
        helen.post(f"/children/{lena.reference}/transition/", {**sent, "accepted_by": "Dr Ann Frame"}).status_code
        == 302
    )
    assert "Lena Orr" not in text_of(helen.get("/transition/"))
    plan = text_of(helen.get(f"/children/{lena.reference}/plan/"))
    assert "Dr Ann Frame" in plan
    with seated(cast.by("helen")):
        made = Decision.objects.get(child=lena)
    helen.post(f"/children/{lena.reference}/transition/{made.pk}/take-back/", {"why": "She stays"})
    assert "Lena Orr" in text_of(helen.get("/transition/"))


def test_the_referral_says_what_holds_it_open(as_member: SignIn, keira: Child, opened: Opened) -> None:
    plan = opened()
    assert isinstance(plan.referral, Referral)
    page = as_member("helen").post(f"/referrals/{plan.referral.reference}/close/", {"outcome": "safer", "why": "Done"})
    assert "An open plan holds this referral open. Close the plan first." in text_of(page)


def test_services_are_kept_by_the_team(cast: Cast, as_member: SignIn) -> None:
    helen = as_member("helen")
    sent = {"name": "Mentoring", "agency": str(cast.agencies["Brightwater"].pk), "about": "Weekly"}
    helen.post("/services/", sent)
    page = helen.post("/services/", sent)
    assert "in the list already" in text_of(page)
    assert "Mentoring" in text_of(helen.get("/services/"))
    with seated(cast.by("helen")):
        made = Service.objects.get()
    assert "for a day at least" in text_of(helen.post(f"/services/{made.pk}/take-off/", follow=True))


@pytest.mark.parametrize("person", ["helen", "daniel"])
def test_a_page_asks_the_database_a_few_times(
    cast: Cast,
    as_member: SignIn,
    keira: Child,
    opened: Opened,
    person: str,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    plan = opened()
    with seated(cast.by("helen")) as by:
        for place in range(5):
            add_aim(by=by, plan=plan, words=f"Aim {place}", known_by="Seen")
    client = as_member(person)
    client.get("/help/")
    with django_assert_max_num_queries(12 + 6):  # type: ignore[attr-defined]  # six are of the test's own transaction
        assert client.get(f"/children/{keira.reference}/plan/").status_code == 200


def filled(cast: Cast, referred: Referred, mentoring: Service) -> None:
    """30 young people with a plan, a service and a task; all of it Helen's."""
    today, now, helen = timezone.localdate(), timezone.now(), cast.members["helen"]
    for number in range(30):
        child = cast.child(f"Child{number}", "Orr", years_ago(17 + number % 4))
        referral = referred(child, level="high")
        with seated(cast.by("helen")) as by:
            allocate(by=by, referral=referral, member=helen)
            plan = Plan.objects.get(child=child)
            give_service(by=by, plan=plan, service=mentoring, given_from=today)
            review_plan(by=by, plan=plan, who="Helen", words="Said", next_on=today + timedelta(days=9), now=now, level="medium",
                        rationale="As seen")  # fmt: skip
            add_action(
                by=by, plan=plan, what="Call the school", agency=helen.agency, member=helen, due_on=today, today=today
            )


@pytest.mark.parametrize("address", ["/transition/", "/outcomes/", "/hand-over/"])
def test_a_filled_list_asks_the_database_a_few_times(
    cast: Cast, as_member: SignIn, referred: Referred, mentoring: Service, address: str,
    django_assert_max_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    filled(cast, referred, mentoring)
    with seated(cast.operator) as by:
        taker = add_member(by=by, email="tess@caldershire.example", name="Tess Example", job="", seats=[Seat.TEAM],
                           agency=cast.members["helen"].agency)  # fmt: skip
    client = as_member("helen")
    client.get("/help/")
    asked = {"leaver": cast.members["helen"].pk, "taker": taker.pk} if address == "/hand-over/" else {}
    with django_assert_max_num_queries(12 + 6):  # type: ignore[attr-defined]  # six are of the test's own transaction
        page = text_of(client.get(address, asked))
    shown = "60 in all" if asked else "Showing <strong>25 of 30</strong>"
    assert shown in page


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 375])
def test_a_filled_preview_of_handing_over_in_a_browser(
    cast: Cast, as_member: SignIn, referred: Referred, mentoring: Service, browse: Callable[..., Browsing], width: int
) -> None:
    filled(cast, referred, mentoring)
    with seated(cast.operator) as by:
        taker = add_member(by=by, email="tess@caldershire.example", name="Tess Example", job="", seats=[Seat.TEAM],
                           agency=cast.members["helen"].agency)  # fmt: skip
    window = browse(as_member("helen"), width)
    page = window.go(f"/hand-over/?leaver={cast.members['helen'].pk}&taker={taker.pk}")
    assert page.get_by_role("button", name="Hand all of it over").is_visible()
    assert window.axe() == []
    assert not window.too_wide()
    if folder := os.environ.get("MEG_PICTURES"):
        page.screenshot(path=f"{folder}/hand-over-{width}.png", full_page=True)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 375])
def test_in_a_browser(
    cast: Cast, as_member: SignIn, keira: Child, lena: Child, referred: Referred, opened: Opened, mentoring: Service,
    browse: Callable[..., Browsing], width: int,
) -> None:  # fmt: skip
    plan = opened()
    referred(lena, level="high")
    with seated(cast.by("helen")) as by:
        add_aim(by=by, plan=plan, words="At school every day", known_by="The register")
        involve(by=by, agency=cast.agencies["Caldershire Health"], child_id=lena.pk, reference=lena.reference)
        decide(by=by, child=lena, what="wish", decided_by="Lena Orr", why="Her own plan", now=timezone.now())
    window = browse(as_member("helen"), width)
    here = f"/children/{keira.reference}/plan/"
    verbs = [f"{here}{plan.pk}/{name}/" for name in ("aim", "action", "service", "review", "transition", "close")]
    lists = ["/outcomes/", "/hand-over/", "/transition/", "/services/"]
    of_lena = [f"/children/{lena.reference}/plan/", f"/children/{lena.reference}/transition/"]
    for address in (here, f"{here}open/", *verbs, *lists, *of_lena):
        page = window.go(address)
        assert window.axe() == [], address
        assert not window.too_wide(), address
        assert window.complaints == [], address
        assert page.locator("h1").count() == 1
