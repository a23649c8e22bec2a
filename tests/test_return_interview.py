"""One child's return interview from the report to the figures, in a real browser, by everyone who has a part in it.

Held 71 hours after the return, indicator 5 moves by exactly one; its twin, held at 73 hours, moves nothing.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.access.actions import add_member
from meg.partnership.access.fields import boxes
from meg.partnership.seats import Seat, seated
from meg.protect.children.models import Child
from meg.protect.missing.models import Decision, Episode, Interview, Risk, Step
from tests.people import Answer, Browse, Counts, Everyone, SignIn, figures, moment, moved

pytestmark = [pytest.mark.browser]
BACK = 80  # hours ago: the 72 hours are over, so that the episode counts


@pytest.fixture
def child(cast: Cast) -> Child:
    """Penfield Academy works with her; nobody is allocated yet. Peter is a police officer in a practitioner's seat."""
    with seated(cast.operator):
        cast.members["peter"] = add_member(
            by=cast.operator, email="peter@caldershire.example", name="Peter Example", job="Constable",
            agency=cast.agencies["Caldershire Police"], seats=[Seat.PRACTITIONER],
        )  # fmt: skip
    return cast.child("Keira", "Dunstan", date(2011, 3, 14), agency="Penfield Academy")


def is_reported_graded_and_back(everyone: Everyone, cast: Cast, child: Child) -> str:
    """A practitioner reports the child missing, the police grade it, the child returns. The episode's address."""
    daniel = everyone("daniel")
    daniel.open(f"/children/{child.reference}/missing/")
    daniel.send(
        {
            "missing_from": "home", "setting": "own_home", "care_status": "none", "police_category": "MISSING",
            **moment("started_at", everyone.ago(BACK + 14)), **moment("reported_at", everyone.ago(BACK + 12)), "reported_by": "Her mother",
        },
        "The episode is recorded.",
    )  # fmt: skip
    with seated(cast.operator):
        there = f"/children/{child.reference}/missing/{Episode.objects.get(child=child).pk}/"
    peter = everyone("peter")
    peter.open(there)
    peter.follow("Grade the risk")
    graded = {"level": "HIGH", "reason": "Out all night before", "assessor": "Sgt Lyle, Caldershire Police",
              **moment("at", everyone.ago(BACK + 11)), **moment("review_at", everyone.ago(BACK + 5)), "held_by": "Control"}  # fmt: skip
    peter.send({**graded}, "The level is recorded.")
    daniel.open(there)
    daniel.follow("Record the return")
    daniel.send(moment("returned_at", everyone.ago(BACK)), "The return is recorded.")
    return there


def is_offered_and_accepted(everyone: Everyone, cast: Cast, there: str) -> str:
    """The team allocates the interview to Nadia; she offers it, and the child accepts. The interview's address."""
    helen, nadia = everyone("helen"), everyone("nadia")
    helen.open(there)
    helen.follow("Go to the interview")
    with seated(cast.operator):
        here = f"{there.split('missing')[0]}interviews/{Interview.objects.get().pk}/"
    assert nadia.window.client.get(here).status_code == 404, "out of her reach until it is hers"
    helen.follow("Allocate")
    helen.send({"member": str(cast.members["nadia"].pk)}, "The interview is allocated.")
    nadia.open(here)
    nadia.follow("Record offer")
    nadia.send({**moment("at", everyone.ago(BACK - 20)), "way": "phone"}, "The offer is recorded.")
    nadia.follow("Record acceptance")
    nadia.send(moment("at", everyone.ago(BACK - 30)), "The answer is recorded.")
    return here


def answers(everyone: Everyone, hours: float) -> list[tuple[str, dict[str, Answer]]]:
    """The nine pages: the heading of each, and what is answered there."""
    day, month, year, clock = boxes(everyone.ago(BACK - hours), 4)
    return [
        ("Which episodes does it answer?", {}),
        ("Who held it?", {"independent": "yes"}),
        ("When was the interview held?", {"held_on_0": day, "held_on_1": month, "held_on_2": year, "began": clock}),
        ("Where was it, and who was there?", {"place": "school", "present": ["alone"]}),
        ("Is there any harm to be dealt with?", {"harm": ["slept_rough"], "harm_dealt_with": "Told her social worker."}),
        ("What were the reasons?", {"reasons": ["pull_friends"], "places": "Penfield bus station, meets friends"}),
        ("What would help?", {"would_help": "A later time on Fridays."}),
        ("What information was given?", {"information": ["helplines", "rights"]}),
        ("Check and send", {}),
    ]  # fmt: skip


def is_written_up(everyone: Everyone, here: str, hours: float) -> None:
    """Nadia writes the interview up, one question a page, and sends it."""
    nadia = everyone("nadia")
    nadia.open(here)
    page = nadia.follow("Write it up")
    pages = answers(everyone, hours)
    for number, (heading, given) in enumerate(pages, start=1):
        assert page.locator("h1").inner_text() == heading
        assert page.locator(".meg-strap .meg-clock").inner_text().count("over") == 1, "the strap stands on every page"
        assert page.locator(".meg-steps [aria-current=step]").count() == 1
        following = pages[number][0] if number < len(pages) else "The interview is written up. Thank you."
        page = nadia.send(given, following)
    assert page.get_by_text("Held in", exact=False).first.inner_text().endswith(took(hours))


def took(hours: float) -> str:
    return f"Held in {hours:.0f} h" if hours <= 72 else f"Held in {hours:.0f} h, {hours - 72:.0f} h over"


def is_decided(everyone: Everyone, there: str) -> None:
    """The team decides on the episode, once the interview is known."""
    helen = everyone("helen")
    helen.open(there)
    helen.follow("Decide")
    helen.send({"what": "no_further_action", "why": "Her mother and the school have agreed what to do."}, "is kept")


@pytest.mark.parametrize(("hours", "width"), [(71, 1280), (73, 375)])
def test_from_the_report_to_the_figures(
    cast: Cast, child: Child, as_member: SignIn, browse: Browse, hours: int, width: int
) -> None:
    everyone = Everyone(as_member, browse, width, timezone.now().replace(second=0, microsecond=0))
    there = is_reported_graded_and_back(everyone, cast, child)
    here = is_offered_and_accepted(everyone, cast, there)
    before = figures(cast)
    is_written_up(everyone, here, hours)
    after = figures(cast)
    is_decided(everyone, there)
    with seated(cast.operator):
        episode, interview = Episode.objects.get(), Interview.objects.get()
        assert (episode.scrutiny, interview.state, interview.held_by) == ("done", "held", "Nadia Example")
        assert Risk.objects.get().level == "HIGH"
        assert Decision.objects.get().what == "no_further_action"
        steps = Step.objects.filter(interview=interview).order_by("pk").values_list("what", flat=True)
        assert list(steps) == ["due", "allocated", "offered", "accepted", "held"]
    assert_figures(before, after, timezone.localtime(everyone.ago(BACK)).date(), hours <= 72)


def assert_figures(before: Counts, after: Counts, returned: date, in_time: bool) -> None:
    """Indicator 5 moves by exactly one in the month, the quarter and the year of the return, or nothing does."""
    found = moved(before, after)
    if not in_time:
        assert found == {}
        return
    assert len(found) == 3, found
    assert set(found.values()) == {(1, 0)}
    assert all(key in before and before[key] == (0, 1) for key in found)
    assert f"{returned:%Y-%m}" in {period for _, period in found}
