"""Every episode of a child: what each row says, how many stand on a page, and what is taken away."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.models import Child
from meg.protect.missing import actions
from meg.protect.missing.chronology import done_lines, done_of, episodes_of
from meg.protect.missing.history import past_of
from meg.protect.missing.models import Challenge, Discussion, Episode
from meg.protect.missing.rules import Held
from meg.protect.missing.tests.conftest import NOW, Recorded, told
from meg.protect.missing.tests.pages import SignIn, assert_same_as_nobody, text_of

HOUR = timedelta(hours=1)
Back = Callable[..., Episode]


@pytest.fixture
def back(cast: Cast, keira: Child) -> Back:
    """`back(days=10, hours=5)`: an episode that began so many days before NOW and lasted so long, with its interview."""

    def make(days: float, hours: float = 5, child: Child = keira, **other: object) -> Episode:
        start = NOW - timedelta(days=days)
        given = {"started_at": start, "reported_at": None, "returned_at": None, **other}
        with seated(cast.by("helen")) as by:
            made = actions.record_episode(by=by, child=child, told=replace(told(), **given), now=NOW)  # type: ignore[arg-type]
            actions.record_return(by=by, episode=made, returned_at=start + hours * HOUR, now=NOW)
            return Episode.objects.select_related("interview", "child").get(pk=made.pk)

    return make


def held(cast: Cast, episode: Episode, hours: float) -> None:
    assert episode.interview is not None
    assert episode.returned_at is not None
    at = episode.returned_at + hours * HOUR
    with seated(cast.by("nadia")) as by:
        actions.write_up(
            by=by, interview=episode.interview, told=Held(held_at=at, held_by="Nadia Example", place="school"),
            episodes=[episode.pk], now=NOW,
        )  # fmt: skip


def address(child: Child, rest: str = "history/") -> str:
    return f"/children/{child.reference}/missing/{rest}"


def test_each_outcome_of_an_interview_is_said(cast: Cast, keira: Child, back: Back, as_member: SignIn) -> None:
    held(cast, back(40), 41.5)
    held(cast, back(30), 94 + 40 / 60)
    declined = back(20)
    assert declined.interview is not None
    with seated(cast.by("nadia")) as by:
        actions.decline(by=by, interview=declined.interview, who="child", at=NOW - timedelta(days=19),
                        parent_view="taken", parent_words="", now=NOW)  # fmt: skip
    back(15, missing_from="care", setting="foster", care_status="A", police_category="")
    page = text_of(as_member("daniel").get(address(keira)))
    assert "Held in 41 h 30 min, in time" in page
    assert 'Held in 94 h 40 min, <span class="meg-is-over">22 h 40 min over</span>' in page
    assert "Declined by the child; parent’s view taken" in page
    assert "Not required: away or absent: none asked for by the team" in page


def test_the_level_and_the_decision_are_the_latest(cast: Cast, keira: Child, back: Back, as_member: SignIn) -> None:
    episode = back(10)
    with seated(cast.by("helen")) as by:
        for level, hours in (("LOW", 1), ("HIGH", 3)):
            actions.grade_risk(by=by, episode=episode, level=level, reason="Age", assessor="Sgt Example",
                               at=episode.started_at + hours * HOUR, review_at=None, held_by="", now=NOW)  # fmt: skip
    page = text_of(as_member("helen").get(address(keira)))
    assert "Waiting for the team" in page
    with seated(cast.by("helen")) as by:
        actions.decide(by=by, episode=episode, what="referral", why="More is known.")
        actions.decide(by=by, episode=episode, what="safety_plan", why="Agreed with the carer.")
    page = text_of(as_member("helen").get(address(keira)))
    assert 'data-label="Decision">Safety plan</td>' in page, "the latest decision, and not the one before it"
    assert 'meg-level--high"' in page
    assert 'meg-level--low"' not in page


def test_twenty_five_a_page_and_few_questions(cast: Cast, keira: Child, as_member: SignIn) -> None:
    with seated(cast.operator):
        for days in range(30):
            start = NOW - timedelta(days=5 * days + 1)
            Episode.objects.create(child=keira, missing_from="home", police_category="MISSING", setting="own_home",
                                   started_at=start, returned_at=start + 3 * HOUR)  # fmt: skip
    client = as_member("helen")
    with CaptureQueriesContext(connection) as asked:
        first = text_of(client.get(address(keira)))
    assert len(asked) <= 12 + 6  # six are of the test's own transaction
    assert first.count('data-label="Started"') == 25
    assert "Showing <strong>25 of 30</strong>" in first
    assert text_of(client.get(address(keira) + "?page=2")).count('data-label="Started"') == 5


def test_none_is_said(keira: Child, as_member: SignIn) -> None:
    assert "No missing episode is recorded." in text_of(as_member("helen").get(address(keira)))


def test_a_withdrawn_episode_is_no_row(cast: Cast, keira: Child, back: Back, as_member: SignIn) -> None:
    episode = back(10)
    with seated(cast.by("helen")) as by:
        actions.withdraw_episode(by=by, episode=episode, reason="Was at school.")
    assert "No missing episode is recorded." in text_of(as_member("helen").get(address(keira)))


@pytest.mark.parametrize("rest", ["history/", "history.csv"])
def test_out_of_reach_is_the_same_as_nobody(keira: Child, as_member: SignIn, rest: str) -> None:
    assert_same_as_nobody(as_member, address(keira, rest), str(keira.reference))
    for name in ("ruth", "colin", "wendy", "adam", "fiona"):
        assert as_member(name).get(address(keira, rest)).status_code == 403, name


def test_the_table_taken_away_says_the_same_and_is_in_the_trail(
    cast: Cast, keira: Child, back: Back, as_member: SignIn
) -> None:
    held(cast, back(40, last_seen_place="=1+1"), 41.5)
    response = as_member("daniel").get(address(keira, "history.csv"))
    rows = list(csv.DictReader(StringIO(text_of(response))))
    assert [row["Return interview"] for row in rows] == ["Held in 41 h 30 min, in time"]
    assert rows[0]["Started"] == "2026-10-15 09:40"
    assert rows[0]["Last seen at"] == "'=1+1"
    with seated(cast.operator):
        lines = Entry.objects.about(keira.reference).filter(kind=Kind.TAKEN_AWAY)
        assert [line.sentence for line in lines] == ["Took the missing episodes away (CSV)."]


# ── twelve months, and the lines of the chronology ──────────────────────────────────────────────────────────


def test_the_note_counts_interviews_that_were_due(cast: Cast, keira: Child, back: Back) -> None:
    held(cast, back(40), 41.5)
    held(cast, back(30), 90)
    back(1)
    with seated(cast.by("daniel")):
        past = past_of(episodes_of(keira.pk), [], NOW)
        over = past_of(episodes_of(keira.pk), [], NOW + 80 * HOUR)
    assert past.note == "3 episodes, 1 of 2 interviews due were held in 72 hours"
    assert over.note == "3 episodes, 1 of 3 interviews due were held in 72 hours"
    assert past.picture is not None
    assert [point.mark.value for point in past.picture.points] == ["held", "late", "due"]


def test_one_interview_for_two_episodes_is_drawn_once(keira: Child, cast: Cast, back: Back) -> None:
    back(2)
    back(1.5)
    with seated(cast.by("daniel")):
        picture = past_of(episodes_of(keira.pk), [], NOW).picture
    assert picture is not None
    assert (len(picture.bars), len(picture.points)) == (2, 1)


def test_one_episode_is_no_picture(cast: Cast, keira: Child, back: Back) -> None:
    back(2)
    with seated(cast.by("daniel")):
        past = past_of(episodes_of(keira.pk), [], NOW)
    assert past.picture is None
    assert (past.count, past.pattern, past.note) == (1, "", "1 episode")


def test_what_is_done_becomes_lines_and_judgements_have_a_name(cast: Cast, keira: Child, back: Back) -> None:
    episode = back(20, missing_from="care", setting="foster", care_status="A", police_category="")
    at, now = episode.started_at, timezone.now()
    with seated(cast.by("helen")) as by:
        actions.grade_risk(by=by, episode=episode, level="MEDIUM", reason="Age; hour", assessor="Sgt Fiona Lyle",
                           at=at + HOUR, review_at=at + 4 * HOUR, held_by="", now=NOW)  # fmt: skip
        actions.record_prevention(by=by, episode=episode, held=True, who="PC Rook", at=at + 6 * HOUR,
                                  not_held_because="", harm=True, passed_on=True, now=NOW)  # fmt: skip
        actions.challenge(by=by, episode=episode, why="Nobody knew where the child was")
        actions.answer_challenge(by=by, made=Challenge.objects.select_related("episode").get(), answer="agreed",
                                 who="Duty inspector", why="Whereabouts unknown", now=now)  # fmt: skip
        actions.decide(by=by, episode=episode, what="safety_plan", why="Agreed with the carer")
        actions.ask_discussion(by=by, child=keira, why="Threshold reached")
        actions.decide_discussion(by=by, asked=Discussion.objects.get(), outcome="held_plan", who="Helen Marsh",
                                  why="Plan changed", review_on=None, now=now)  # fmt: skip
        actions.keep_sheet(by=by, child=keira, told={"health": "Asthma"})
    with seated(cast.by("daniel")):
        done, thresholds = done_of(keira.pk)
        lines = {line.strong: line for line in done_lines(done, episodes_of(keira.pk))}
    assert thresholds == {}
    judged = {strong for strong, line in lines.items() if line.judgement}
    assert judged == {
        "Police risk set at medium.", "Challenged: it should have been recorded as missing.",
        "Challenge answered. Agreed: recorded as missing.", "Decided: safety plan.", "Strategy discussion asked for.",
        "Strategy discussion decided. Held: safety plan made or changed.",
    }  # fmt: skip
    assert all(line.source for line in lines.values())
    assert lines["Police risk set at medium."].source.startswith("Sgt Fiona Lyle. Recorded ")
    assert "Next review Wed 4 Nov 12:40." in lines["Police risk set at medium."].words
    assert lines["Decided: safety plan."].words == "Agreed with the carer."
    assert {"Prevention interview held.", "Return interview due.", "Carer’s sheet updated."} <= set(lines)
    assert "harm" not in lines["Prevention interview held."].words.lower()


def test_an_interview_that_was_held_says_after_how_long(cast: Cast, keira: Child, back: Back) -> None:
    held(cast, back(20), 41.5)
    with seated(cast.by("daniel")):
        lines = list(done_lines(done_of(keira.pk)[0], episodes_of(keira.pk)))
    assert next(line.words for line in lines if line.strong == "Return interview held.") == "Held in 41 h 30 min."


def test_what_was_done_about_a_withdrawn_episode_leaves_with_it(cast: Cast, keira: Child, recorded: Recorded) -> None:
    episode = recorded()
    with seated(cast.by("helen")) as by:
        actions.decide(by=by, episode=episode, what="no_further_action", why="Seen to.")
        actions.withdraw_episode(by=by, episode=episode, reason="Was at school.")
        lines = list(done_lines(done_of(keira.pk)[0], episodes_of(keira.pk)))
    assert not any(line.strong.startswith("Decided") for line in lines)


def test_the_thresholds_of_today_come_with_it(cast: Cast, keira: Child) -> None:
    today = timezone.localdate()
    with seated(cast.by("helen")) as by:
        actions.set_threshold(by=by, setting="foster", episodes=4, days=60, on=today)
        assert done_of(keira.pk, today) == ([], {"foster": (4, 60)})
