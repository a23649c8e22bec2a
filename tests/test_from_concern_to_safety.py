"""One child from a school's concern to safety, in a real browser, by everyone who has a part in it.

At each step four people look: the school that refers, the team, another agency that is not involved (nothing), and the chair
of the partnership (figures only). Indicators 8 and 9 move by exactly one; a lower level later moves neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.assessments.models import Assessment
from meg.protect.children.models import Child
from meg.protect.exploitation.actions import refer
from meg.protect.exploitation.models import Level, Referral
from meg.protect.exploitation.tests.conftest import told
from meg.protect.plans.models import Plan
from meg.protect.tasks.models import Task
from meg.pursue.meetings.models import Item, Meeting
from tests.people import Answer, Browse, Counts, Everyone, SignIn, day, figures, fill, moment, moved

pytestmark = [pytest.mark.browser]
CONCERN = "A friend met online asks where she goes to school."
QUESTIONS: list[dict[str, Answer]] = [
    {"danger": "no"},
    {"referred_by": "Daniel Example", "role": "Designated safeguarding lead"},
    {"source": "2A", "how_known": ["child_told"]},
    {"concerns": CONCERN},
    {"kinds": ["online"]},
    {"began": "online", "platform": "gaming"},
    {"vulnerabilities": ["self_esteem"]},
    {"push": ["school"], "pull": ["attention"], "control": ["none_known"]},
    {"linked_missing": "no", "cross_border": "no"},
    {"people": "", "places": ""},
    {"voice": "Wants to be kept informed."},
    {"consent": "given"},
]
FACTORS = {"missing_night": "strong", "people_hurt": "some"}


@dataclass
class Journey:
    """The journey so far: who walks it, about whom, and where it stands."""

    everyone: Everyone
    cast: Cast
    child: Child
    reference: str = ""  # the referral's

    @property
    def today(self) -> date:
        return timezone.localdate()

    @property
    def record(self) -> str:
        return f"/children/{self.child.reference}/"

    @property
    def here(self) -> str:
        return f"/referrals/{self.reference}/"

    def nobody_else_sees_it(self) -> None:
        """Health is not involved, and the chair of the partnership has figures only: no page of this child is theirs."""
        amina, ruth = self.everyone.sign_in("amina"), self.everyone.sign_in("ruth")
        pages = [self.record, *(f"{self.record}{tab}/" for tab in ("exploitation", "assessments", "plan")), self.here]
        for address in pages:
            assert amina.get(address).status_code == 404, address
            assert ruth.get(address).status_code == 403, address
        for client, addresses in ((amina, ("/", "/referrals/", "/tasks/", "/meetings/")), (ruth, ("/", "/scorecard/"))):
            for address in addresses:
                text = client.get(address).content.decode()
                assert "Keira" not in text, address
                assert self.reference not in text, address
                assert str(self.child.reference) not in text, address


@pytest.fixture
def child(cast: Cast) -> Child:
    """Penfield Academy works with her. Health works with another child, and has referred him today."""
    owen, amina = cast.child("Owen", "Tarrant", date(2012, 6, 1), agency="Caldershire Health"), cast.by("amina")
    with seated(amina):
        refer(by=amina, child=owen, told=told(received_at=timezone.now()), now=timezone.now())
    return cast.child("Keira", "Dunstan", date(2011, 3, 14), agency="Penfield Academy")


def is_referred(journey: Journey) -> None:
    """The school refers, one question a page, and reads its reference."""
    daniel = journey.everyone("daniel")
    daniel.open(f"{journey.record}refer/")
    page = daniel.follow("Begin")
    for number, given in enumerate(QUESTIONS, start=1):
        assert f"question {number} of 13" in page.locator(".govuk-caption-l").inner_text()
        page = daniel.send(given, f"question {number + 1} of 13")
    daniel.send({}, "Referral sent")
    with seated(journey.cast.operator):
        journey.reference = str(Referral.objects.get(child=journey.child).reference)
    page = daniel.open("/referrals/")
    assert page.get_by_text("Waiting to be read").or_(page.get_by_text("Received")).count() > 0
    assert page.get_by_role("link", name=journey.reference).count() > 0
    assert "Keira" in journey.everyone("helen").open("/referrals/").locator("main").inner_text()


def is_given_a_level_and_taken_on(journey: Journey) -> None:
    """The team gives high, with its reason, takes the referral on, and tells the school."""
    helen = journey.everyone("helen")
    helen.open(journey.here)
    helen.follow("Give the level")
    helen.send({"level": "high"}, "Say why. The reason stays with the level.")
    helen.send({"rationale": "Several factors together."}, "The level is given.")
    helen.follow("Take on")
    helen.send({"why": "Agreed in the team."}, "The referral is taken on.")
    helen.follow("Tell the referrer")
    helen.send({"words": "The team works with her. A meeting follows."}, "The referrer can read it now.")
    page = journey.everyone("daniel").open(journey.here)
    assert page.get_by_text("The team works with her. A meeting follows.").is_visible()
    assert page.get_by_text("Several factors together.").is_visible(), "the school works with her: it reads the level"
    assert page.locator("main .govuk-button, main .meg-verbs").count() == 0, "and changes nothing"


def is_assessed(journey: Journey) -> None:
    """The team assesses by the factor matrix, and decides on high in its own words."""
    helen = journey.everyone("helen")
    helen.open(f"{journey.record}assessments/")
    helen.follow("Begin an assessment")
    with seated(journey.cast.operator):
        sent = helen.window.page.locator("main [name=framework]")
        first = (
            {"framework": str(sent.first.get_attribute("value"))} if sent.first.get_attribute("type") == "radio" else {}
        )
    page = helen.send({"kind": "first", **first}, "section 1 of")
    while "Decide and finish" not in page.locator("h1").inner_text():
        for factor, answer in FACTORS.items():
            if page.locator(f'main [name="{factor}"]').count():
                page.check(f'main [name="{factor}"][value="{answer}"]')
        page.click("main form button.govuk-button")
        page.wait_for_load_state()
        page = helen.look()
    helen.send({"level": "high", "rationale": "The factors and what she says.", "who": "Helen Example"}, "is finished")
    page = journey.everyone("daniel").open(f"{journey.record}assessments/")
    assert page.get_by_text("Helen Example").first.is_visible()
    assert page.get_by_text("Begin an assessment").count() == 0


def is_planned(journey: Journey) -> None:
    """A plan with an aim and an action of the school's, which sits in the school's list."""
    helen, due = journey.everyone("helen"), journey.today + timedelta(days=14)
    helen.open(f"{journey.record}plan/")
    helen.follow("Open a plan")
    helen.send({"words": "Safer online", **day("review_on", journey.today + timedelta(days=28))}, "The plan is open.")
    helen.follow("Add an aim")
    helen.send({"words": "She knows whom to tell", "known_by": "She names two adults"}, "The aim is added.")
    helen.follow("Add an action")
    school = str(journey.cast.agencies["Penfield Academy"].pk)
    helen.send({"what": "Name a trusted adult at school", "agency": school, **day("due_on", due)}, "until it is done")
    page = journey.everyone("daniel").open("/tasks/")
    assert page.get_by_text("Name a trusted adult at school").count() > 0


def is_talked_about(journey: Journey) -> None:
    """The operational meeting: the agenda has her of itself; the decision, an action, and minutes that hold for each agency."""
    helen = journey.everyone("helen")
    helen.open("/meetings/")
    helen.follow("Plan a meeting")
    starts = timezone.localtime(journey.everyone.now + timedelta(days=1))
    chair = str(journey.cast.members["helen"].pk)
    helen.send({**moment("starts_at", starts), "where": "Room 2", "chair": chair, **day("closes_on", journey.today)},
               "The meeting is planned")  # fmt: skip
    with seated(journey.cast.operator):
        meeting, item = Meeting.objects.get(), Item.objects.get(child=journey.child)
    there = f"/meetings/{meeting.pk}/"
    page = helen.open(f"{there}agenda/")
    assert "given high by" in page.locator("main").inner_text(), "due of itself, with the reason"
    paper = journey.everyone("daniel").open(f"{there}papers/").locator("main").inner_text()
    assert "The factors and what she says." in paper, "why the level is what it is"
    assert "She knows whom to tell" in paper, "and what the plan is to reach"
    helen.open(f"{there}agenda/close/")
    helen.send({}, "The agenda is closed.")
    helen.open(f"{there}begin/")
    helen.send({}, "The meeting has begun.")
    page = helen.open(f"{there}room/{item.pk}/")
    helen.send({"what": "plan", "why": "The plan holds; the school adds a step."}, "The decision is kept.")
    school = f"{journey.cast.agencies['Penfield Academy'].pk}:"
    due = day("due_on", journey.today + timedelta(days=9))
    fill(page, {"task": "Talk about safety online in tutor time", "owner": school, **due})
    page.click("#action button.govuk-button")
    page.wait_for_selector("text=The action is given")
    helen.open(f"{there}end/")
    helen.send({}, "The meeting has ended.")
    helen.open(f"{there}minutes/agree/")
    helen.send({}, "The minutes are agreed")
    read = journey.everyone("daniel").open(f"{there}minutes/").locator("main").inner_text()
    assert "The plan holds; the school adds a step." in read
    other = journey.everyone.sign_in("amina").get(f"{there}minutes/").content.decode()
    assert "The plan holds" not in other
    assert "Keira" not in other


def does_what_was_asked(journey: Journey) -> None:
    """The school sees to both actions: they leave its list, and stand with the plan."""
    daniel = journey.everyone("daniel")
    with seated(journey.cast.operator):
        asked = list(Task.objects.order_by("pk"))
    assert [one.of for one in asked] == ["plan", "meeting"]
    for one in asked:
        daniel.open("/tasks/")
        daniel.follow(one.what)
        daniel.send({"outcome": "Seen to in tutor time."}, "It is recorded.")
    assert daniel.open("/tasks/").get_by_text("Nothing is asked of you now.").is_visible()


def is_reviewed_lower(journey: Journey) -> None:
    """At the review the level is low; the plan is closed with its aims reached, and the referral after it."""
    helen = journey.everyone("helen")
    helen.open(f"{journey.record}plan/")
    helen.follow("Was it reached?")
    helen.send({"reached": "yes", "words": "She named two."}, "It is kept.")
    helen.follow("Review")
    helen.send({"who": "Keira, her mother, the school", "words": "The plan did what it was for.",
                **day("next_on", journey.today + timedelta(days=60)), "level": "low", "rationale": "Fewer factors."},
               "The review is kept.")  # fmt: skip
    page = journey.everyone("daniel").open(f"{journey.record}plan/")
    assert page.get_by_text("Low").first.is_visible()
    helen.follow("Close the plan")
    helen.send({"outcome": "met", "why": "Reached, and agreed with her.", "level": "low", "who": "Helen Example",
                "rationale": "Fewer factors."}, "The plan is closed.")  # fmt: skip
    helen.open(journey.here)
    page = helen.follow("Close")
    assert page.locator("main .meg-name").get_by_text("Keira Dunstan").is_visible()
    helen.send({"outcome": "safer", "why": "The plan is at its end."}, "The referral is closed.")
    assert journey.everyone("daniel").open(journey.here).get_by_text("Closed on").is_visible()


def assert_the_record(journey: Journey) -> None:
    with seated(journey.cast.operator):
        points = list(Level.objects.order_by("at", "pk").values_list("point", "level"))
        assert points == [("referral", "high"), ("assessment", "high"), ("review", "low"), ("closure", "low")]
        assert Assessment.objects.get().state == "finished"
        assert Plan.objects.get().outcome == "met"
        assert Referral.objects.get(child=journey.child).state == "closed"
        assert Meeting.objects.get().state == "agreed"


def assert_figures(before: Counts, after: Counts, today: date) -> None:
    """Indicator 8 moves by one in each period of the referral; 9 and 10 count it in the denominator, 9 (high) in the numerator."""
    found = moved(before, after)
    month = f"{today:%Y-%m}"
    assert found["8", month][0] == 1
    assert found["9", month] == (1, 1)
    assert found["10", month] == (0, 1)
    assert {indicator for indicator, _ in found} == {"8", "9", "10"}
    assert {change for (indicator, _), change in found.items() if indicator == "9"} == {(1, 1)}


@pytest.mark.parametrize("width", [1280, 375])
def test_from_concern_to_safety(cast: Cast, child: Child, as_member: SignIn, browse: Browse, width: int) -> None:
    journey = Journey(Everyone(as_member, browse, width, timezone.now().replace(second=0, microsecond=0)), cast, child)
    before = figures(cast)
    is_referred(journey)
    journey.nobody_else_sees_it()
    is_given_a_level_and_taken_on(journey)
    after = figures(cast)
    for step in (is_assessed, is_planned, is_talked_about, does_what_was_asked, is_reviewed_lower):
        step(journey)
        journey.nobody_else_sees_it()
    assert_the_record(journey)
    assert moved(after, figures(cast)) == {}, "a later level moves no figure"
    assert_figures(before, after, journey.today)
