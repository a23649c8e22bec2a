"""A child's page: what stands open, the picture of the missing history, the chronology, the carer's sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils import timezone

from conftest import Cast
from meg.front.paper import sheet_paper
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.missing import actions
from meg.protect.missing.models import Discussion, Episode
from meg.protect.missing.rules import Held, Told
from meg.protect.missing.tests.now import statements
from tests.browser import Browsing

SignIn = Callable[[str], Client]
HOUR = timedelta(hours=1)
Missing = Callable[..., Episode]


@pytest.fixture
def child(cast: Cast) -> Child:
    return cast.child(agency="Penfield Academy", worker="nadia")


@pytest.fixture
def missing(cast: Cast, child: Child) -> Missing:
    """`missing(hours=30, back=20)`: last seen so many hours ago, back so many hours ago, with its interview."""

    def make(hours: float, back: float | None = None, **other: Any) -> Episode:
        now = timezone.now()
        values: dict[str, Any] = {
            "missing_from": "home", "care_status": "", "police_category": "MISSING", "setting": "own_home",
            "started_at": now - hours * HOUR, **other,
        }  # fmt: skip
        with seated(cast.by("helen")) as by:
            made = actions.record_episode(by=by, child=child, told=Told(**values), now=now)
            if back is not None:
                actions.record_return(by=by, episode=made, returned_at=now - back * HOUR, now=now)
            return Episode.objects.select_related("interview", "child").get(pk=made.pk)

    return make


def text_of(response: HttpResponseBase) -> str:
    return bytes(getattr(response, "content", b"")).decode()


def page_of(as_member: SignIn, child: Child, name: str = "helen", asked: str = "") -> str:
    response = as_member(name).get(f"/children/{child.reference}/{asked}")
    assert response.status_code == 200
    return text_of(response)


def alerts(page: str) -> list[str]:
    """The alerts as they are read aloud."""
    found = re.search(r'<ul class="meg-alerts".*?</ul>', page, re.DOTALL)
    parts = found.group().split("<li")[1:] if found else []
    return [" ".join(re.sub(r"<[^>]*>", " ", f"<li{part}").split()) for part in parts]


# ── what stands open ────────────────────────────────────────────────────────────────────────────────────────


def test_the_next_step_of_an_interview_is_the_pages_one_button(
    cast: Cast, child: Child, missing: Missing, as_member: SignIn
) -> None:
    episode = missing(30, 20)
    assert episode.interview is not None
    one = f"/children/{child.reference}/interviews/{episode.interview.pk}/"
    page = page_of(as_member, child)
    assert len(alerts(page)) == 1
    assert "Not offered yet. Allocated to nobody yet. 51 h 59 min left Allocate" in alerts(page)[0]
    assert f'href="{one}allocate/"' in page
    now = timezone.now()
    with seated(cast.by("helen")) as by:
        actions.allocate(by=by, interview=episode.interview, member=cast.members["nadia"], now=now)
    assert f'href="{one}offer/"' in page_of(as_member, child, "nadia")
    with seated(cast.by("nadia")) as by:
        actions.accept(by=by, interview=episode.interview, at=now, now=now)
    page = page_of(as_member, child, "nadia")
    assert "Accepted; no time set. Nadia Example, Brightwater." in alerts(page)[0]
    assert f'href="{one}book/" role="button"' in page
    with seated(cast.by("nadia")) as by:
        actions.book(by=by, interview=episode.interview, booked_for=now + HOUR, where="School.", now=now)
    page = page_of(as_member, child, "nadia")
    assert ", School. Nadia Example, Brightwater." in alerts(page)[0]
    assert f'href="{one}write-up/1/"' in page
    main = page.split("<main")[1]
    assert len(re.findall(r'class="govuk-button"', main)) == 1


def test_who_records_no_interviews_opens_it(child: Child, missing: Missing, as_member: SignIn) -> None:
    missing(30, 20)
    for name in ("daniel", "arthur"):
        assert alerts(page_of(as_member, child, name))[0].endswith("Open the interview of the return interview")


@pytest.mark.parametrize(
    ("back", "words", "state"), [(20, "left", ""), (60, "11 h 59 min left", "soon"), (73, "1 h over", "over")]
)
def test_the_clock_has_words_before_colour(
    child: Child, missing: Missing, as_member: SignIn, back: float, words: str, state: str
) -> None:
    missing(80, back)
    page = page_of(as_member, child)
    assert words in alerts(page)[0]
    assert ("was due" in alerts(page)[0]) == (state == "over")
    assert (f'class="meg-alert--{state}"' in page) == bool(state)


def test_missing_now_comes_first_with_the_button(child: Child, missing: Missing, as_member: SignIn) -> None:
    missing(90, 80)
    missing(5)
    page = page_of(as_member, child)
    said = alerts(page)
    assert said[0].startswith("Missing now, for 5 h.")
    assert said[1].startswith("Return interview was due ")
    main = page.split("<main")[1]
    assert len(re.findall(r'class="govuk-button"', main)) == 1
    assert re.search(r'class="govuk-button"[^>]*>Record the return', main)


def test_repeat_episodes_are_asked_about_until_they_are_decided(
    cast: Cast, child: Child, missing: Missing, as_member: SignIn
) -> None:
    for hours in (900, 600, 300):
        missing(hours, hours - 5, missing_from="care", setting="foster", care_status="A", police_category="")
    assert alerts(page_of(as_member, child)) == [
        "Three episodes in 90 days. No strategy discussion is asked for. Ask for a discussion on the repeat episodes"
    ]
    with seated(cast.by("helen")) as by:
        actions.ask_discussion(by=by, child=child, why="Threshold reached.")
    assert "A strategy discussion was asked for on " in alerts(page_of(as_member, child))[0]
    assert alerts(page_of(as_member, child, "daniel"))[0].endswith("no decision is recorded.")
    with seated(cast.by("helen")) as by:
        actions.decide_discussion(by=by, asked=Discussion.objects.get(), outcome="not_needed", who="Helen", why="Known.",
                                  review_on=None, now=timezone.now())  # fmt: skip
    assert alerts(page_of(as_member, child)) == []


def test_the_threshold_is_the_partnerships_own(cast: Cast, child: Child, missing: Missing, as_member: SignIn) -> None:
    for hours in (900, 600, 300):
        missing(hours, hours - 5, missing_from="care", setting="foster", care_status="A", police_category="")
    with seated(cast.by("helen")) as by:
        actions.set_threshold(by=by, setting="foster", episodes=4, days=90, on=timezone.localdate())
    assert alerts(page_of(as_member, child)) == []


# ── the history ─────────────────────────────────────────────────────────────────────────────────────────────


def test_none_one_and_more(child: Child, missing: Missing, as_member: SignIn) -> None:
    page = page_of(as_member, child)
    assert "No missing episode is recorded." in page
    assert "Missing (0)" in page
    missing(300, 295)
    page = page_of(as_member, child)
    assert "<table" in page
    assert '<svg viewBox="0 0 1130' not in page
    missing(100, 95)
    page = page_of(as_member, child)
    assert 'role="img" aria-labelledby="strip-t strip-d"' in page
    assert "Two episodes: two missing." in page
    assert "Missing (2)" in page
    assert "The 2 episodes as a table" in page


def test_patterns_are_counted_and_said_not_to_be_a_prediction(
    child: Child, missing: Missing, as_member: SignIn
) -> None:
    for days in (30, 20, 10):
        missing(24 * days, 24 * days - 5, last_seen_place="Penfield bus station")
    page = page_of(as_member, child)
    assert "ll 3 last seen at Penfield bus station" in page
    assert "Counted from the records below; not a prediction." in page


def test_an_episode_before_twelve_months_is_named_and_not_drawn(cast: Cast, child: Child, as_member: SignIn) -> None:
    start = timezone.now() - timedelta(days=500)
    with seated(cast.operator):
        Episode.objects.create(child=child, missing_from="home", police_category="MISSING", setting="own_home",
                               started_at=start, returned_at=start + HOUR)  # fmt: skip
    page = page_of(as_member, child)
    assert "No missing episode is recorded in the last 12 months." in page
    assert "Missing (1)" in page


@pytest.mark.parametrize("name", ["helen", "daniel", "nadia", "arthur"])
def test_a_long_history_asks_no_more_questions(cast: Cast, child: Child, as_member: SignIn, name: str) -> None:
    client = as_member(name)
    with seated(cast.operator):
        for days in range(60):
            start = timezone.now() - timedelta(days=6 * days + 1)
            Episode.objects.create(child=child, missing_from="home", police_category="MISSING", setting="own_home",
                                   started_at=start, returned_at=start + (days % 50 + 1) * HOUR)  # fmt: skip
    asked = statements(client, f"/children/{child.reference}/")
    assert len(asked) <= 12, "\n".join(asked)
    page = text_of(client.get(f"/children/{child.reference}/"))
    assert "The latest 12 of " in page
    bars = re.findall(r'class="t-ep"|class="t-strong" x="[^"]*" y="[^"]*" text-anchor', page.split("</svg>\n</div>")[0])
    assert sum(one == 'class="t-ep"' for one in bars) > 55
    assert 0 < sum(one != 'class="t-ep"' for one in bars) <= 5 + 1  # and 'Today'


# ── the chronology and what is taken away ───────────────────────────────────────────────────────────────────


def test_judgements_alone_and_facts_alone(cast: Cast, child: Child, missing: Missing, as_member: SignIn) -> None:
    episode = missing(30, 20)
    with seated(cast.by("helen")) as by:
        actions.decide(by=by, episode=episode, what="safety_plan", why="Agreed with the carer.")
    judged = page_of(as_member, child, asked="?mark=judgement")
    assert "Decided: safety plan." in judged
    assert "<strong>Returned.</strong>" not in judged
    facts = page_of(as_member, child, asked="?mark=fact&kind=missing")
    assert "Decided: safety plan." not in facts
    assert "<strong>Returned.</strong>" in facts
    everything = page_of(as_member, child, asked="?mark=nonsense")
    assert "Decided: safety plan." in everything
    assert "<strong>Returned.</strong>" in everything


def test_the_chronology_taken_away_marks_judgements(
    cast: Cast, child: Child, missing: Missing, as_member: SignIn
) -> None:
    episode = missing(30, 20)
    assert episode.interview is not None
    with seated(cast.by("helen")) as by:
        actions.decide(by=by, episode=episode, what="safety_plan", why="Agreed with the carer.")
        actions.write_up(by=by, interview=episode.interview, episodes=[episode.pk], now=timezone.now(),
                         told=Held(held_at=timezone.now() - HOUR, held_by="Nadia Example"))  # fmt: skip
    table = page_of(as_member, child, asked="chronology.csv")
    assert "Missing and interviews,Decided: safety plan.,Agreed with the carer.,Helen Example." in table
    assert re.search(r"Decided: safety plan.*,Judgement\r\n", table)
    assert re.search(r"Return interview held\.,Held in 19 h\.,.*,Fact\r\n", table)
    made = as_member("helen").get(f"/children/{child.reference}/chronology.pdf")
    with pikepdf.open(BytesIO(made.content)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


# ── if the child goes missing ───────────────────────────────────────────────────────────────────────────────


def test_the_carers_sheet_is_named_with_who_updated_it(cast: Cast, child: Child, as_member: SignIn) -> None:
    page = page_of(as_member, child)
    assert "If Keira goes missing" in page
    assert "Begin the carer’s sheet" in page
    assert "Begin the carer’s sheet" not in page_of(as_member, child, "arthur")
    with seated(cast.by("nadia")) as by:
        actions.keep_sheet(by=by, child=child, told={"health": "Asthma"})
    page = page_of(as_member, child)
    assert "Updated by Nadia Example on " in page
    assert f'href="/children/{child.reference}/sheet/"' in page


@pytest.mark.parametrize("length", [10, 300, 600])
def test_a_long_sheet_is_set_smaller_and_stays_one_page(length: int) -> None:
    child = Child(reference="MEG-000001", date_of_birth=date(2011, 3, 14))
    child.called = "Keira Dunstan"  # type: ignore[attr-defined]
    now = timezone.localtime()
    parts = [(f"Part {place}", "Words and words. " * (length // 17 + 1)) for place in range(8)]
    made = sheet_paper(child, parts, updated_by="Beck House", updated_at=now, taken_by="Helen", at=now,
                       demonstration=True)  # fmt: skip
    with pikepdf.open(BytesIO(made)) as pdf:
        assert len(pdf.pages) == 1


def test_a_sheet_beyond_one_page_is_not_cut() -> None:
    child = Child(reference="MEG-000001", date_of_birth=date(2011, 3, 14))
    child.called = "Keira Dunstan"  # type: ignore[attr-defined]
    now = timezone.localtime()
    parts = [(f"Part {place}", "Words and words. " * 120) for place in range(8)]
    made = sheet_paper(child, parts, updated_by="", updated_at=now, taken_by="Helen", at=now, demonstration=False)
    with pikepdf.open(BytesIO(made)) as pdf:
        assert len(pdf.pages) > 1


# ── in a browser ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 375])
def test_the_page_with_everything_on_it(
    cast: Cast, child: Child, missing: Missing, as_member: SignIn, browse: Callable[..., Browsing], width: int
) -> None:
    for hours in (2000, 900, 300):
        missing(hours, hours - 30)
    missing(13)
    with seated(cast.by("helen")) as by:
        actions.keep_sheet(by=by, child=child, told={"health": "Asthma"})
    window = browse(as_member("helen"), width=width)
    for rest in ("", "missing/history/", "sheet/", "sheet/change/"):
        window.go(f"/children/{child.reference}/{rest}")
        assert window.axe() == [], rest
        assert not window.too_wide(), rest
    window.go(f"/children/{child.reference}/")
    strip = window.page.locator(".meg-timeline")
    seen = strip.evaluate("box => box.querySelector('.t-now').getBoundingClientRect().x")
    assert 0 < seen < width, "the strip opens at its latest end"
    strip.focus()
    assert strip.evaluate("box => box === document.activeElement")
    assert window.complaints == []
