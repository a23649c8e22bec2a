"""The missing board: who sees which rows, their order, the filters, the clock's words, and how little it asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from django.utils import timezone

from conftest import PEOPLE, Cast
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.models import Child
from meg.protect.missing import actions
from meg.protect.missing.models import Discussion, Episode, Interview
from meg.protect.missing.rules import clock, due_at, london_day
from meg.protect.missing.tests.conftest import london
from meg.protect.missing.tests.now import AWAY, ago, statements, words_of
from meg.protect.missing.tests.now import gone as recorded
from meg.protect.missing.tests.pages import SignIn, assert_summary_lands, summary, text_of

pytestmark = pytest.mark.usefixtures("still")
BOARD, SHEET = "/missing/", "/missing/morning-sheet.pdf"
SEES = {"helen": "Keira Owen", "arthur": "Keira Owen", "daniel": "Keira", "nadia": "Keira", "amina": ""}
SECTIONS = ("now-missing", "interviews", "scrutiny", "repeat")


def sections(page: str) -> dict[str, list[str]]:
    """The names that stand in each section, in their order."""
    parts = re.split(r'<section class="meg-section" id="([^"]+)"', page)
    found = zip(parts[1::2], parts[2::2], strict=True)
    return {name: re.findall(r'meg-col-who"><a [^>]*>([^<]+)</a>', part.split("</section>")[0]) for name, part in found}


def gone(cast: Cast, child: Child, left: float, back: float | None = None, **other: str) -> Episode:
    """Last seen so many hours ago; back so many hours ago, or missing now."""
    return recorded(cast, child, left, back, **other)


def graded(cast: Cast, episode: Episode, level: str, held_by: str = "") -> None:
    with seated(cast.by("helen")) as by:
        actions.grade_risk(
            by=by, episode=episode, level=level, reason="Age", assessor="Sgt Example", at=episode.started_at,
            review_at=None, held_by=held_by, now=timezone.now(),
        )  # fmt: skip


@pytest.fixture
def full(cast: Cast, keira: Child, owen: Child) -> list[Episode]:
    """Both children were missing and are missing again."""
    return [gone(cast, keira, 50, 40), gone(cast, keira, 9), gone(cast, owen, 70, 60), gone(cast, owen, 5)]


# ── who sees what ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", PEOPLE)
def test_who_sees_which_rows(cast: Cast, full: list[Episode], as_member: SignIn, name: str) -> None:
    response = as_member(name).get(BOARD)
    if name not in SEES:
        assert response.status_code == 403
        assert "The missing board is for those who work with children." in text_of(response)
        return
    rows = sections(text_of(response))
    assert tuple(rows) == SECTIONS
    for section in SECTIONS[:3]:
        assert {one.split()[0] for one in rows[section]} == set(SEES[name].split()), section
    with seated(cast.operator):
        looks = Entry.objects.filter(kind=Kind.LOOK, sentence="Saw children on the missing board.")
        shown = reached(name, full)
        assert [one.detail["children"] for one in looks] == ([shown] if shown else [])


def reached(name: str, full: list[Episode]) -> list[str]:
    """The references of the children on the board of a seat: Keira's episodes come first."""
    seen = {"amina": 0, "daniel": 2, "nadia": 2}.get(name, 4)
    return sorted({str(one.child.reference) for one in full[:seen]})


def test_each_seat_is_offered_what_it_does(cast: Cast, full: list[Episode], as_member: SignIn) -> None:
    def verbs(name: str) -> set[str]:
        return set(
            re.findall(
                r'meg-col-do"><a class="govuk-link meg-act" href="[^"]+">([^<]+)<', text_of(as_member(name).get(BOARD))
            )
        )

    assert verbs("helen") == {"Record return", "Allocate", "Decide"}
    assert verbs("daniel") == {"Record return", "Open"}
    assert verbs("nadia") == {"Open", "Offer"}
    assert verbs("arthur") == {"Open"}
    assert ("Thresholds by setting" in text_of(as_member("helen").get(BOARD))) is True
    assert ("Thresholds by setting" in text_of(as_member("daniel").get(BOARD))) is False


def test_nothing_to_show_is_said(cast: Cast, as_member: SignIn) -> None:
    page = words_of(as_member("helen").get(BOARD))
    for said in ("Nobody is missing now.", "No interview is due.", "No episode waits for the team.",
                 "No child’s episodes have reached the threshold.", "Showing 0 of 0 open matters, 0 children"):  # fmt: skip
        assert said in page, said
    with seated(cast.operator):
        assert not Entry.objects.filter(sentence="Saw children on the missing board.").exists()


# ── order and filters ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def five(cast: Cast) -> dict[str, Episode]:
    """Five children missing now: by level, by time, by setting, by who holds it."""
    made = {
        "Ada": gone(cast, cast.child("Ada", "Low"), 40), "Bea": gone(cast, cast.child("Bea", "High"), 3),
        "Cai": gone(cast, cast.child("Cai", "None"), 8), "Dan": gone(cast, cast.child("Dan", "High"), 6),
        "Eve": gone(cast, cast.child("Eve", "Medium"), 2, **AWAY),
    }  # fmt: skip
    for name, level, held_by in (("Ada", "LOW", ""), ("Bea", "HIGH", "Control room"), ("Dan", "HIGH", ""),
                                 ("Eve", "MEDIUM", "Helen Example, Children’s Services")):  # fmt: skip
        graded(cast, made[name], level, held_by)
    return made


def missing_now(as_member: SignIn, asked: str = "") -> list[str]:
    page = text_of(as_member("helen").get(BOARD + asked))
    return [one.split()[0] for one in sections(page)["now-missing"]]


def test_the_highest_risk_comes_first_then_the_longest(five: dict[str, Episode], as_member: SignIn) -> None:
    assert missing_now(as_member) == ["Dan", "Bea", "Eve", "Cai", "Ada"]
    assert missing_now(as_member, "?sort=name") == ["Ada", "Bea", "Cai", "Dan", "Eve"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("risk=HIGH", ["Dan", "Bea"]), ("risk=none", ["Cai"]), ("risk=VERY_LOW", []), ("home=foster", ["Eve"]),
        ("home=own_home", ["Dan", "Bea", "Cai", "Ada"]), ("held=me", ["Eve"]), ("held=nobody", ["Dan", "Cai", "Ada"]),
        ("q=high", ["Dan", "Bea"]), ("q=high+bea", ["Bea"]), ("q=control", ["Bea"]), ("q=zz", []),
        ("risk=HIGH&held=nobody&sort=name", ["Dan"]),
    ],
)  # fmt: skip
def test_what_is_asked_for_is_shown_and_said(
    five: dict[str, Episode], as_member: SignIn, asked: str, found: list[str]
) -> None:
    assert missing_now(as_member, f"?{asked}") == found
    page = words_of(as_member("helen").get(f"{BOARD}?{asked}"))
    assert f"Showing {len(found)} of 5 open matters" in page
    assert f"Showing {len(found)} of {len(found)} that the filter keeps, of 5" in page
    assert "Clear" in page
    if not found:
        assert "None of the 5 answers the filter." in page


def test_a_reference_finds_its_child(five: dict[str, Episode], as_member: SignIn) -> None:
    assert missing_now(as_member, f"?q={five['Cai'].child.reference}") == ["Cai"]


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("risk=TERRIBLE", "Police risk: choose one of the list."), ("home=boat", "Home or care: choose one of the list."),
        ("held=x", "Held by: choose one of the list."), ("sort=x", "Sort by: choose one of the list."),
        (f"q={'x' * 61}", "Use 60 characters or fewer to find on this board."),
    ],
)  # fmt: skip
def test_an_unknown_filter_is_said_and_the_whole_board_shown(
    five: dict[str, Episode], as_member: SignIn, asked: str, sentence: str
) -> None:
    response = as_member("helen").get(f"{BOARD}?{asked}")
    assert_summary_lands(response)
    assert list(summary(response)) == [sentence]
    assert len(sections(text_of(response))["now-missing"]) == 5
    assert "The filter was not understood: the whole board is shown" in text_of(response)


def test_interviews_by_the_time_left_and_scrutiny_by_the_wait(cast: Cast, as_member: SignIn) -> None:
    for name, back in (("Ada", 20), ("Bea", 80), ("Cai", 60)):
        gone(cast, cast.child(name), back + 5, back)
    page = text_of(as_member("helen").get(BOARD))
    assert [one.split()[0] for one in sections(page)["interviews"]] == ["Bea", "Cai", "Ada"]
    assert [one.split()[0] for one in sections(page)["scrutiny"]] == ["Bea", "Cai", "Ada"]
    words = words_of(as_member("helen").get(BOARD))
    assert words.index("8 h over") < words.index("12 h left") < words.index("52 h left")
    tile = re.search(
        r'meg-counts__n">3</span><span class="meg-counts__label">Returned: interview due.*?</li>', page, re.DOTALL
    )
    assert tile is not None
    assert "1 over" in tile[0]
    assert "1 under 24 h" in tile[0]


def test_fifty_rows_of_a_section_and_then_all(cast: Cast, as_member: SignIn) -> None:
    with seated(cast.operator):
        for number in range(53):
            child = Child.objects.create(date_of_birth=None, sex="F")
            Episode.objects.create(child=child, missing_from="home", police_category="MISSING", setting="own_home",
                                   started_at=ago(number + 1))  # fmt: skip
    page = text_of(as_member("helen").get(f"{BOARD}?risk=none"))
    assert len(sections(page)["now-missing"]) == 50
    link = re.search(r'<a class="govuk-link" href="([^"]+)">Show all 53</a>', page)
    assert link is not None
    assert link[1] == f"{BOARD}?risk=none&amp;all=missing#now-missing"
    everything = as_member("helen").get(link[1].replace("&amp;", "&"))
    assert len(sections(text_of(everything))["now-missing"]) == 53
    assert "Show all" not in text_of(everything)


@pytest.mark.parametrize("name", SEES)
def test_the_board_asks_little_however_much_is_open(cast: Cast, keira: Child, as_member: SignIn, name: str) -> None:
    for number in range(6):
        gone(cast, keira, 100 - 10 * number, 95 - 10 * number)
        other = cast.child(f"Child{number}", agency="Penfield Academy", worker="nadia")
        graded(cast, gone(cast, other, 4 + number), "HIGH")
    for asked in ("", "?q=child&risk=HIGH"):
        found = statements(as_member(name), BOARD + asked)
        assert len(found) <= 12, "\n".join(found)


# ── the clock ───────────────────────────────────────────────────────────────────────────────────────────────

NIGHTS = [  # the clocks go forward on 29 March 2026 and back on 25 October 2026
    (london(2026, 3, 27, 16, 30), london(2026, 3, 30, 17, 30)),
    (london(2026, 10, 23, 16, 30), london(2026, 10, 26, 15, 30)),
]


@pytest.mark.parametrize(("back", "due"), NIGHTS)
def test_72_clock_hours_pass_over_both_nights_on_which_clocks_change(
    cast: Cast, keira: Child, back: datetime, due: datetime
) -> None:
    assert due_at(back, True) == due
    for before, words, state in (
        (timedelta(hours=72), "72 h left", "ok"), (timedelta(hours=24, minutes=1), "24 h 01 min left", "ok"),
        (timedelta(hours=24), "24 h left", "soon"), (timedelta(minutes=5), "5 min left", "soon"),
        (timedelta(0), "0 min left", "soon"), (-timedelta(hours=1), "1 h over", "over"),
    ):  # fmt: skip
        shown = clock(due, due - before)
        assert (shown.words, shown.state) == (words, state)


@pytest.mark.parametrize(
    ("back", "due"), [(london(2026, 3, 27), london(2026, 3, 31)), (london(2026, 10, 23), london(2026, 10, 27))]
)
def test_where_only_the_day_is_known_three_whole_days_are_left(back: datetime, due: datetime) -> None:
    assert due_at(back, False) == due


# ── repeat ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def again(cast: Cast, keira: Child) -> Callable[[float], Episode]:
    """`again(5)`: missing for an hour, five days ago."""
    return lambda days: gone(cast, keira, days * 24, days * 24 - 1)


def repeats(as_member: SignIn) -> str:
    page = text_of(as_member("helen").get(BOARD))
    part = page.split('<section class="meg-section" id="repeat"')[1].split("</section>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


def test_three_in_90_days_unless_the_partnership_says_otherwise(
    cast: Cast, again: Callable[[float], Episode], as_member: SignIn
) -> None:
    again(95)
    again(40)
    again(30)
    assert "No child’s episodes have reached the threshold." in repeats(as_member)
    again(20)
    assert "3 in 90 days" in repeats(as_member)
    assert "Not asked yet" in repeats(as_member)
    today = london_day(timezone.now())
    with seated(cast.by("helen")) as by:
        actions.set_threshold(by=by, setting="foster", episodes=2, days=25, on=today)
    assert "3 in 90 days" in repeats(as_member), "another setting's threshold is not this one's"
    with seated(cast.by("helen")) as by:
        actions.set_threshold(by=by, setting="own_home", episodes=4, days=90, on=today)
    assert "No child’s episodes have reached the threshold." in repeats(as_member)
    with seated(cast.by("helen")) as by:
        actions.set_threshold(by=by, setting="own_home", episodes=2, days=35, on=today)
    assert "2 in 35 days" in repeats(as_member)


def test_a_decision_stands_until_the_threshold_is_reached_again(
    cast: Cast, keira: Child, again: Callable[[float], Episode], as_member: SignIn
) -> None:
    for days in (30, 20, 10):
        again(days)
    with seated(cast.by("helen")) as by:
        actions.ask_discussion(by=by, child=keira, why="Three times.")
    assert "not recorded" in repeats(as_member)
    with seated(cast.by("helen")) as by:
        asked = Discussion.objects.select_related("child").get()
        actions.decide_discussion(by=by, asked=asked, outcome="held_plan", who="Team manager", why="Agreed.",
                                  review_on=None, now=ago(9 * 24))  # fmt: skip
    assert "Held: safety plan made or changed" in repeats(as_member)
    again(8)
    again(6)
    assert "Read decision" in repeats(as_member), "two episodes since the decision"
    again(4)
    assert "Not asked yet" in repeats(as_member)
    assert "Ask for discussion" in repeats(as_member)


# ── on paper ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["helen", "nadia", "amina"])
def test_the_morning_sheet_is_tagged_and_in_the_trail(
    cast: Cast, full: list[Episode], as_member: SignIn, name: str
) -> None:
    response = as_member(name).get(SHEET)
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store"
    today = timezone.localdate()
    assert f'filename="missing-board-{today:%Y-%m-%d}.pdf"' in response["Content-Disposition"]
    with pikepdf.open(BytesIO(response.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert str(pdf.docinfo["/Title"]).startswith("Missing board, ")
        assert f"{today.day} {today:%B %Y}" in str(pdf.docinfo["/Title"])
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
    with seated(cast.operator):
        lines = Entry.objects.filter(kind=Kind.TAKEN_AWAY, sentence="Took the missing board away (PDF).")
        shown = reached(name, full)
        assert [one.detail["children"] for one in lines] == ([shown] if shown else [])


@pytest.mark.parametrize("name", sorted(set(PEOPLE) - set(SEES)))
def test_who_has_no_board_has_no_sheet(cast: Cast, full: list[Episode], as_member: SignIn, name: str) -> None:
    assert as_member(name).get(SHEET).status_code == 403


def test_a_withdrawn_interview_is_not_on_the_board(cast: Cast, keira: Child, as_member: SignIn) -> None:
    gone(cast, keira, 30, 20)
    with seated(cast.operator):
        Interview.objects.update(withdrawn_at=timezone.now())
    assert sections(text_of(as_member("helen").get(BOARD)))["interviews"] == []
