"""Pages of contexts: what each seat is shown, that nothing typed is lost, that a plan is made by the plans' own forms."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.models import Child
from meg.protect.contexts.actions import plan_for
from meg.protect.contexts.models import Context, Level, Link, Said
from meg.protect.contexts.tests.conftest import SOON, TODAY, Linked, Naming, Opened
from meg.protect.missing.tests.now import statements
from meg.protect.missing.tests.pages import SignIn, assert_keeps, assert_summary_lands, boxes, summary, text_of
from meg.protect.plans.actions import add_action
from meg.protect.plans.models import Aim, Given, Plan, Service
from meg.protect.plans.models import Review as PlanReview
from meg.protect.plans.tests.conftest import mentoring  # noqa: F401  (a fixture)
from meg.protect.tasks.models import Task


def day(name: str, on: Any = SOON) -> dict[str, str]:
    found = boxes(name, day=str(on.day), month=str(on.month), year=str(on.year))
    return {key: value for key, value in found.items() if not key.endswith("_3")}


NEW = {
    "kind": "place", "name": "The bus station", "known": "Busy after school", "why": "Named in referrals",
    "level": "high", "who": "Helen Example", "rationale": "Named four times", **day("review_on"),
}  # fmt: skip


def test_open_a_context_and_fill_it(cast: Cast, as_member: SignIn, keira: Child) -> None:
    helen = as_member("helen")
    wrong = helen.post("/contexts/new/", {**NEW, "rationale": ""})
    assert list(summary(wrong)) == ["Say why. A level of concern has a written reason."]
    assert_summary_lands(wrong)
    assert_keeps(wrong, {"kind": "place", "level": "high", "who": "Helen Example", **day("review_on")})
    assert "Busy after school" in text_of(wrong)
    made = helen.post("/contexts/new/", NEW)
    with seated(cast.by("helen")):
        context = Context.objects.get()
    here = f"/contexts/{context.reference}/"
    assert made["Location"] == here
    helen.post(f"{here}link/", {"reference": keira.reference, "how": "seen", **day("since", TODAY)})
    helen.post(f"{here}known/", {"words": "Staff tell the team"})
    review = {"words": "Fewer seen", "level": "medium", "who": "Helen Example", "rationale": "Staff are there",
              **day("held_on", TODAY), **day("next_on")}  # fmt: skip
    assert helen.post(f"{here}review/", review).status_code == 302
    page = text_of(helen.get(here))
    for words in ("The bus station", "Medium", "Staff tell the team", "Busy after school", "Keira Dunstan", "Seen there",
                  "Fewer seen", "Level high.", "Named in referrals", "Open a plan", "Close it"):  # fmt: skip
        assert words in page, words
    assert "Medium" in text_of(helen.get("/contexts/"))


GOOD: dict[str, dict[str, Any]] = {
    "review": {"held_on": TODAY, "words": "Fewer seen", "level": "low", "who": "Helen", "rationale": "Quiet", "next_on": SOON},
    "level": {"level": "low", "who": "Helen", "rationale": "Quiet"},
    "link": {"how": "seen", "since": TODAY},
    "known": {"words": "x"},
    "name": {"name": "The park"},
    "close": {"why": "x"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "other", "sentence"),
    [
        ("review", {"held_on": TODAY - timedelta(days=9)}, "It cannot have been reviewed before."),
        ("review", {"next_on": TODAY}, "The next review must be after today."),
        ("review", {"level": "grave"}, "Choose the level of concern."),
        ("level", {"rationale": ""}, "Say why. A level of concern has a written reason."),
        ("link", {"reference": "MEG-999999"}, "There is no child with this reference. It looks like MEG-000123."),
        ("link", {"how": "friend"}, "Choose how the child is linked to it."),
        ("link", {"since": TODAY + timedelta(days=1)}, "The day since when is still to come."),
        ("known", {"words": ""}, "Write down what is known of the context."),
        ("name", {"name": ""}, "Enter what the context is called, in neutral words."),
        ("close", {"why": ""}, "Say why it is closed. The reason stays with the context."),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_typed_is_lost(
    cast: Cast, as_member: SignIn, opened: Opened, keira: Child, verb: str, other: dict[str, Any], sentence: str
) -> None:
    context = opened()
    good = GOOD[verb] | ({"reference": str(keira.reference)} if verb == "link" else {})
    sent: dict[str, str] = {}
    for name, value in {**good, **other}.items():
        sent |= {name: value} if isinstance(value, str) else day(name, value)
    page = as_member("helen").post(f"/contexts/{context.reference}/{verb}/", sent)
    assert len(summary(page)) == 1
    assert next(iter(summary(page))).endswith(sentence)
    assert_summary_lands(page)
    for name, value in sent.items():
        if value and value != "grave" and value != "friend":
            assert value in text_of(page), name
    with seated(cast.by("helen")):
        assert not Level.objects.exists()
        assert not Link.objects.exists()
        assert Context.objects.open().exists()
        assert Said.objects.count() == 2


def test_a_kind_that_is_not_known(as_member: SignIn) -> None:
    page = as_member("helen").post("/contexts/new/", {**NEW, "kind": "street"})
    assert list(summary(page)) == ["Choose what it is: a peer group, a place or an online space."]


def test_a_child_is_not_linked_twice_and_a_link_ends_with_a_reason(
    cast: Cast, as_member: SignIn, opened: Opened, keira: Child, linked: Linked
) -> None:
    context, helen = opened(), as_member("helen")
    link = linked(context, keira)
    sent = {"reference": str(keira.reference), "how": "seen", **day("since", TODAY)}
    page = helen.post(f"/contexts/{context.reference}/link/", sent)
    assert list(summary(page)) == ["This child is linked to this context already. End that link first, or leave it."]
    assert_summary_lands(page)
    ending = f"/contexts/{context.reference}/links/{link.pk}/end/"
    assert list(summary(helen.post(ending, {"why": ""}))) == ["Say why the link ends. The reason stays with the link."]
    helen.post(ending, {"why": "Moved to another school"})
    assert "Moved to another school" in text_of(helen.get(f"/contexts/{context.reference}/"))
    assert "Moved to another school" in text_of(helen.get(f"/children/{keira.reference}/contexts/"))
    assert helen.get(f"/contexts/{context.reference}/links/999999/end/").status_code == 404


def test_a_child_is_linked_from_one_of_its_records(
    cast: Cast, as_member: SignIn, opened: Opened, keira: Child, naming: Naming
) -> None:
    context, referral, helen = opened(), naming(keira, place="The arcade"), as_member("helen")
    here = f"/children/{keira.reference}/contexts/"
    sent = {"context": str(context.pk), "how": "seen", "record": f"referral-{referral.pk}", **day("since", TODAY)}
    assert list(summary(helen.post(f"{here}link/", {**sent, "record": "referral-999999"}))) == [
        "Choose which record it comes from."
    ]
    assert helen.post(f"{here}link/", sent)["Location"] == here
    page = text_of(helen.get(here))
    assert "The bus station" in page
    assert f"/referrals/{referral.reference}/" in page
    assert "linked to this context already" in text_of(helen.post(f"{here}link/", sent))


def test_the_plan_is_made_by_the_plans_own_forms(
    cast: Cast, as_member: SignIn, opened: Opened, mentoring: Service  # noqa: F811
) -> None:  # fmt: skip
    context, helen = opened(), as_member("helen")
    here = f"/contexts/{context.reference}/"
    plan_opened = helen.post(f"{here}plan/open/", {"words": "Safer evenings", **day("review_on")})
    assert plan_opened["Location"] == here
    again = helen.post(f"{here}plan/open/", {"words": "Again", **day("review_on")})
    assert "This context has an open plan already" in text_of(again)
    assert "Again" in text_of(again)
    with seated(cast.by("helen")):
        plan = Plan.objects.get()
    one = f"{here}plan/{plan.pk}/"
    health = str(cast.agencies["Caldershire Health"].pk)
    helen.post(f"{one}aim/", {"words": "Lights on", "known_by": "They are lit"})
    helen.post(f"{one}action/", {"what": "Walk by at six", "agency": health, **day("due_on")})
    helen.post(f"{one}service/", {"service": str(mentoring.pk), **day("given_from", TODAY)})
    form = text_of(helen.get(f"{one}review/"))
    assert 'name="level"' not in form
    for name in ("aim", "action", "service", "review", "close"):
        assert f"{context.name}, {context.reference}" in text_of(helen.get(f"{one}{name}/")), "a form says of what"
    helen.post(f"{one}review/", {"who": "Helen", "words": "Begun well", **day("next_on")})
    with seated(cast.by("helen")):
        aim, given = Aim.objects.get(), Given.objects.get()
    helen.post(f"{here}plan/aims/{aim.pk}/", {"reached": "yes", "words": "Seen lit"})
    helen.post(f"{here}plan/services/{given.pk}/end/", {**day("given_until", TODAY), "outcome": "Well used"})
    page = text_of(helen.get(here))
    told = ("Safer evenings", "Lights on", "Seen lit", "Walk by at six", "Begun well", "Well used", "Close the plan")
    assert [words for words in told if words not in page] == []
    assert "Close it" not in page
    assert "Close the plan first" in text_of(helen.post(f"{here}close/", {"why": "Quiet"}))
    closing = helen.post(f"{one}close/", {"outcome": "met", "why": "Reached"})
    assert "1 action is still open. Choose whether to drop or to keep what is open." in summary(closing)
    assert "It goes on with adult services" not in text_of(closing)
    assert helen.post(f"{one}close/", {"outcome": "met", "why": "Reached", "actions": "drop"}).status_code == 302
    assert helen.post(f"{here}close/", {"why": "Quiet for months"}).status_code == 302
    with seated(cast.by("helen")):
        assert (PlanReview.objects.count(), Task.objects.open().count()) == (1, 0)
    closed = text_of(helen.get(here))
    assert "Quiet for months" in closed
    assert "Link a child" not in closed
    assert "The bus station" in text_of(helen.get("/contexts/?state=closed"))
    assert "The bus station" not in text_of(helen.get("/contexts/"))


def test_a_plan_belongs_to_its_context(cast: Cast, as_member: SignIn, opened: Opened, keira: Child) -> None:
    context, other, helen = opened(), opened(name="The arcade"), as_member("helen")
    with seated(cast.by("helen")) as by:
        plan = plan_for(by=by, context=context, words="Safer", review_on=SOON, now=timezone.now())
    for address in (
        f"/contexts/{other.reference}/plan/{plan.pk}/aim/", f"/children/{keira.reference}/plan/{plan.pk}/aim/",
        f"/contexts/{context.reference}/plan/{plan.pk}/step/", f"/contexts/{context.reference}/plan/{plan.pk}/transition/",
        f"/contexts/{context.reference}/plan/{plan.pk}/nothing/", f"/contexts/{context.reference}/nothing/",
    ):  # fmt: skip
        assert helen.get(address).status_code == 404, address


def test_what_a_caseload_is_shown(
    cast: Cast, as_member: SignIn, opened: Opened, keira: Child, kira: Child, linked: Linked
) -> None:
    """Its own child, its own action; not the other child, not what is known, not the level, not how many there are."""
    context = opened(level="high", who="Helen Example", rationale="Named four times")
    linked(context, keira)
    linked(context, kira, "member")
    with seated(cast.by("helen")) as by:
        plan = plan_for(by=by, context=context, words="Safer evenings", review_on=SOON, now=timezone.now())
        for agency, what in (("Penfield Academy", "Walk by at six"), ("Caldershire Health", "Send a nurse")):
            add_action(by=by, plan=plan, what=what, agency=cast.agencies[agency], due_on=SOON, today=TODAY)
    hidden = ("Kira", str(kira.reference), "Busy after school", "Named", "Safer evenings", "Send a nurse", "peer group",
              "Level of concern", "High")  # fmt: skip
    for address in (f"/contexts/{context.reference}/", "/contexts/", f"/children/{keira.reference}/contexts/"):
        page = text_of(as_member("daniel").get(address))
        assert "The bus station" in page, address
        assert "Place" in page
        if address.startswith("/contexts/"):
            assert "Keira Dunstan" in page
        for words in hidden:
            assert words not in body(page).replace("peer groups", ""), (address, words)
    assert "Walk by at six" in text_of(as_member("daniel").get(f"/contexts/{context.reference}/"))
    assert "Walk by at six" not in text_of(as_member("nadia").get(f"/contexts/{context.reference}/"))


def body(page: str) -> str:
    """The page's own part, without the frame; the note on what a seat shows left out."""
    return re.sub(r"(?s)<section class=\"meg-quiet.*?</section>", "", page.split("<main", 1)[1].split("</main>", 1)[0])


def test_the_page_of_a_caseload_is_the_same_whoever_else_is_linked(
    cast: Cast, as_member: SignIn, opened: Opened, keira: Child, kira: Child, linked: Linked
) -> None:
    context, daniel = opened(), as_member("daniel")
    linked(context, keira)
    addresses = (f"/contexts/{context.reference}/", "/contexts/", f"/children/{keira.reference}/contexts/")
    before = [text_of(daniel.get(address)) for address in addresses]
    linked(context, kira)
    after = [text_of(daniel.get(address)) for address in addresses]
    plain = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert [plain.sub("", page) for page in before] == [plain.sub("", page) for page in after]


def test_a_context_that_is_not_reached_is_not_there(
    cast: Cast, as_member: SignIn, opened: Opened, kira: Child, linked: Linked
) -> None:
    context = opened()
    linked(context, kira)
    for name in ("daniel", "nadia", "grace"):
        client = as_member(name)
        there, nowhere = client.get(f"/contexts/{context.reference}/"), client.get("/contexts/CTX-999999/")
        assert (there.status_code, nowhere.status_code) == (404, 404)
        assert there.content == nowhere.content
    with seated(cast.operator):
        refused = Entry.objects.filter(reference=str(context.reference), kind=Kind.REFUSED)
        assert refused.filter(member_id=cast.members["daniel"].pk).exists()
    for name in ("fiona", "ruth", "colin", "wendy", "adam"):
        assert as_member(name).get(f"/contexts/{context.reference}/").status_code == 403


def test_a_record_opened_for_a_reason_shows_its_own_link(
    cast: Cast, as_member: SignIn, opened: Opened, keira: Child, kira: Child, linked: Linked
) -> None:
    context = opened()
    for child in (keira, kira):
        linked(context, child)
    grace = as_member("grace")
    grace.post("/open-a-record/", {"reference": keira.reference, "reason": "Complaint 12, asked by the board"})
    assert "The bus station" in text_of(grace.get(f"/children/{keira.reference}/contexts/"))
    page = text_of(grace.get(f"/contexts/{context.reference}/"))
    assert "Keira Dunstan" in page
    assert "Kira Hale" not in page
    assert "Busy after school" not in page
    assert grace.get("/contexts/").status_code == 403


def test_a_look_is_in_the_trail_of_the_context_and_of_each_child(
    cast: Cast, as_member: SignIn, opened: Opened, keira: Child, kira: Child, linked: Linked
) -> None:
    context = opened()
    for child in (keira, kira):
        linked(context, child)
    as_member("daniel").get(f"/contexts/{context.reference}/")
    with seated(cast.operator):
        looks = Entry.objects.filter(sentence="Looked at a context.", reference=str(context.reference))
        assert [one.detail for one in looks] == [{"children": [str(keira.reference)]}]
    as_member("helen").get(f"/contexts/{context.reference}/")
    with seated(cast.operator):
        for child in (keira, kira):
            assert Entry.objects.about(str(child.reference)).filter(sentence="Looked at a context.").exists()


@pytest.mark.parametrize("name", ["daniel", "nadia", "arthur", "fiona", "ruth", "grace", "adam"])
def test_only_the_team_changes_a_context(
    as_member: SignIn, opened: Opened, keira: Child, linked: Linked, name: str
) -> None:
    context, client = opened(), as_member(name)
    link = linked(context, keira)
    here = f"/contexts/{context.reference}/"
    for address in ("/contexts/new/", f"{here}review/", f"{here}level/", f"{here}link/", f"{here}plan/open/",
                    f"{here}links/{link.pk}/end/", f"/children/{keira.reference}/contexts/link/",
                    "/contexts/proposals/0123456789abcdef/open/"):  # fmt: skip
        assert client.get(address).status_code == 403, address


def test_what_is_overdue_stands_first(cast: Cast, as_member: SignIn, opened: Opened) -> None:
    past = timezone.now() - timedelta(days=60)
    opened(name="Due soon", review_on=TODAY + timedelta(days=3))
    opened(name="Long over", now=past, review_on=TODAY - timedelta(days=20))
    opened(name="Just over", now=past, review_on=TODAY - timedelta(days=1))
    helen = as_member("helen")
    page = body(text_of(helen.get("/contexts/")))
    assert page.index("Long over") < page.index("Just over") < page.index("Due soon")
    assert "20 days over" in page
    due = body(text_of(helen.get("/contexts/?state=due")))
    assert "Just over" in due
    assert "Due soon" not in due
    assert "No context answers the filter." in text_of(helen.get("/contexts/?kind=online"))


def test_the_list_is_paged(cast: Cast, as_member: SignIn, opened: Opened) -> None:
    for number in range(26):
        opened(name=f"Place {number}")
    helen = as_member("helen")
    assert "25 of 26" in text_of(helen.get("/contexts/"))
    assert "1 of 26" in text_of(helen.get("/contexts/?page=2"))


def test_proposals_are_shown_with_their_reason_and_answered(
    cast: Cast, as_member: SignIn, keira: Child, kira: Child, naming: Naming
) -> None:
    records = [naming(child, place="Mill Street Arcade") for child in (keira, kira)]
    naming(keira, people=(("Jay", ""),))
    naming(kira, people=(("jay", ""),))
    helen = as_member("helen")
    page = text_of(helen.get("/contexts/proposals/"))
    for words in ("Mill Street Arcade", "Keira Dunstan", "Kira Hale", *(str(one.reference) for one in records)):
        assert words in page, words
    assert "2 of 2" in page
    assert "Set aside" not in text_of(as_member("arthur").get("/contexts/proposals/"))
    opening = re.findall(r'href="(/contexts/proposals/[0-9a-f]{16}/open/)"', page)
    assert len(opening) == 2
    named = next(one for one in opening if 'value="Mill Street Arcade"' in text_of(helen.get(one)))
    form = text_of(helen.get(named))
    assert "checked" in form
    sent = {"kind": "place", "name": "Mill Street Arcade", "known": "An arcade", "why": "Two referrals name it",
            "children": [str(keira.reference), str(kira.reference)], "how": "seen", **day("review_on")}  # fmt: skip
    wrong = helen.post(named, {**sent, "children": []})
    assert list(summary(wrong)) == ["Choose which children are linked to it."]
    assert "Two referrals name it" in text_of(wrong)
    assert helen.post(named, sent).status_code == 302
    person = next(one for one in opening if one != named)
    aside = person.replace("/open/", "/set-aside/")
    assert 'value="Jay"' not in text_of(helen.get(person))
    assert list(summary(helen.post(aside, {"why": ""}))) == ["Say why it is set aside. The reason is kept."]
    helen.post(aside, {"why": "A worker whom both know"})
    assert "No group is proposed now." in text_of(helen.get("/contexts/proposals/"))
    assert helen.get(named).status_code == 404
    with seated(cast.by("helen")):
        assert Link.objects.count() == 2


def test_a_group_is_added_to_the_context_of_that_name(
    cast: Cast, as_member: SignIn, keira: Child, kira: Child, naming: Naming, opened: Opened
) -> None:
    context, helen = opened(name="The Arcade"), as_member("helen")
    for child in (keira, kira):
        naming(child, place="the arcade")
    adding = re.findall(r'href="(/contexts/proposals/[0-9a-f]{16}/add/)"', text_of(helen.get("/contexts/proposals/")))
    assert re.search(rf'<option value="{context.pk}" selected', text_of(helen.get(adding[0])))
    sent = {"context": str(context.pk), "children": [str(kira.reference)], "how": "seen"}
    assert helen.post(adding[0], sent)["Location"] == f"/contexts/{context.reference}/"
    assert "No group is proposed now." in text_of(helen.get("/contexts/proposals/"))


@pytest.mark.parametrize("person", ["helen", "arthur", "daniel", "nadia"])
def test_pages_ask_the_database_a_few_times(
    cast: Cast, as_member: SignIn, opened: Opened, keira: Child, kira: Child, linked: Linked, naming: Naming, person: str
) -> None:  # fmt: skip
    context = opened(level="high", who="Helen", rationale="Often")
    for child in (keira, kira):
        linked(context, child)
        naming(child, place="Another arcade")
    with seated(cast.by("helen")) as by:
        plan = plan_for(by=by, context=context, words="Safer", review_on=SOON, now=timezone.now())
        for number in range(4):
            add_action(by=by, plan=plan, what=f"Action {number}", agency=cast.agencies["Penfield Academy"], due_on=SOON,
                       today=TODAY)  # fmt: skip
    addresses = ["/contexts/", f"/contexts/{context.reference}/", f"/children/{keira.reference}/contexts/"]
    for address in [*addresses, *(["/contexts/proposals/"] if person in ("helen", "arthur") else [])]:
        asked = statements(as_member(person), address)
        assert len(asked) <= 12, (address, "\n".join(asked))
