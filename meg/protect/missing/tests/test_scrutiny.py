"""Pages of the team's scrutiny; and in raw SQL, that what was said of an episode stays said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conftest import PEOPLE, Cast
from meg.partnership.seats import Seat, seated
from meg.protect.children.models import Child
from meg.protect.missing import actions
from meg.protect.missing.models import Challenge, Decision, Discussion, Episode, Threshold
from meg.protect.missing.rules import Held, london_day
from meg.protect.missing.tests.now import AWAY, ago, begin, drafts, gone, statements, words_of
from meg.protect.missing.tests.pages import (
    SignIn,
    assert_keeps,
    assert_summary_lands,
    boxes,
    summary,
    text_of,
)

pytestmark = pytest.mark.usefixtures("still")
Sent = dict[str, str]
WHY = "The response was proportionate."
ONLY = "Only the exploitation team decides on missing and away episodes."


def address(episode: Episode, verb: str = "") -> str:
    return f"/children/{episode.child.reference}/missing/{episode.pk}/{f'{verb}/' if verb else ''}"


def talks(child: Child) -> str:
    return f"/children/{child.reference}/discussion/"


@pytest.fixture
def episode(cast: Cast, keira: Child) -> Episode:
    return gone(cast, keira)


@pytest.fixture
def away(cast: Cast, keira: Child) -> Episode:
    return gone(cast, keira, 60, 50, **AWAY)


def assert_wrong(as_member: SignIn, here: str, sent: Sent, said: dict[str, str], kept: Sent | None = None) -> None:
    response = as_member("helen").post(here, sent)
    assert_summary_lands(response)
    assert summary(response) == said
    assert_keeps(response, kept or {})
    for text in (sent.get("why", ""), sent.get("answer_why", "")):
        assert text in text_of(response)


def test_only_the_team_decides(cast: Cast, episode: Episode, away: Episode, as_member: SignIn) -> None:
    one = [address(episode, "decide"), address(away, "challenge"), address(away, "challenge/answer")]
    for here in (*one, talks(episode.child), "/missing/thresholds/"):
        for name in set(PEOPLE) - {"helen"}:
            response = as_member(name).post(here, {"why": WHY})
            assert response.status_code == 403, (name, here)
            assert ONLY in text_of(response)
    for here in (*one, talks(episode.child)):
        nowhere = here.replace(str(episode.child.reference), "MEG-999999")
        assert words_of(as_member("amina").get(nowhere)) == words_of(as_member("amina").get(here))
        assert as_member("helen").get(nowhere).status_code == 404


# ── decide ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_decision_leaves_the_queue(cast: Cast, episode: Episode, as_member: SignIn) -> None:
    client, here = as_member("helen"), address(episode, "decide")
    assert here in text_of(client.get("/missing/"))
    begin(cast, "helen", f"missing:decide:{episode.pk}", why="The resp")
    page = text_of(client.get(here))
    assert "The resp" in page
    assert "Not offered yet" in page
    response = client.post(here, {"what": "no_further_action", "why": WHY}, follow=True)
    assert response.redirect_chain == [(address(episode), 302)]
    assert "The decision is kept." in text_of(response)
    assert drafts(cast, "helen") == []
    assert here not in text_of(client.get("/missing/"))
    client.post(here, {"what": "safety_plan", "why": "Agreed with the carer."})
    assert WHY in text_of(client.get(here)), "what was decided before stands beside the form"
    with seated(cast.by("helen")):
        assert Episode.objects.get(pk=episode.pk).scrutiny == "done"
        assert [one.what for one in Decision.objects.order_by("pk")] == ["no_further_action", "safety_plan"]


def test_interview_first_comes_back_when_it_is_settled(cast: Cast, episode: Episode, as_member: SignIn) -> None:
    client, here = as_member("helen"), address(episode, "decide")
    client.post(here, {"what": "interview_first", "why": "The child has not been heard."})
    assert here not in text_of(client.get("/missing/"))
    assert episode.interview is not None
    with seated(cast.by("nadia")) as by:
        actions.write_up(by=by, interview=episode.interview, episodes=[episode.pk], now=timezone.now(),
                         told=Held(held_at=ago(3), held_by="Nadia Example"))  # fmt: skip
    assert here in text_of(client.get("/missing/"))
    no_more = "No return interview waits for this episode. Decide now, or say that one is required."
    assert_wrong(
        as_member, here, {"what": "interview_first", "why": WHY}, {no_more: "id_what"}, {"what": "interview_first"}
    )


def test_what_is_decided_while_the_child_is_away_does_not_leave_the_queue(
    cast: Cast, keira: Child, as_member: SignIn
) -> None:
    open_, client = gone(cast, keira, 9, None), as_member("helen")
    sent = {"what": "strategy_discussion", "why": "Third night in a row."}
    assert "Decided: strategy discussion." in text_of(client.post(address(open_, "decide"), sent, follow=True))
    assert "Falls due with the return" in text_of(client.get(address(open_)))
    with seated(cast.by("helen")) as by:
        actions.record_return(by=by, episode=open_, returned_at=ago(3), now=timezone.now())
    assert address(open_, "decide") in text_of(client.get("/missing/"))


@pytest.mark.parametrize("what", ["no_further_action", "interview_first"])
def test_an_episode_that_is_open_again_after_all_comes_back(
    cast: Cast, episode: Episode, as_member: SignIn, what: str
) -> None:
    as_member("helen").post(address(episode, "decide"), {"what": what, "why": WHY})
    with seated(cast.by("helen")) as by:
        now = Episode.objects.select_related("child", "interview").get(pk=episode.pk)
        told = replace(now.told, returned_at=None)
        actions.correct_episode(
            by=by, episode=now, told=told, reason="It was her sister", now=timezone.now(), as_of=now.changed_at
        )
        assert Episode.objects.get(pk=episode.pk).scrutiny == "due"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"why": WHY}, {"Choose what is decided.": "id_what"}),
        ({"what": "referral", "why": " "}, {"Say why. The reason stays with the decision.": "id_why"}),
        ({"what": "referral", "why": "x" * 601}, {"Use 600 characters or fewer.": "id_why"}),
    ],
)
def test_what_is_wrong_with_a_decision_is_said(
    cast: Cast, episode: Episode, as_member: SignIn, sent: Sent, said: dict[str, str]
) -> None:
    assert_wrong(as_member, address(episode, "decide"), sent, said, {"what": sent["what"]} if "what" in sent else {})
    with seated(cast.by("helen")):
        assert not Decision.objects.exists()


# ── challenge ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("answer", "status", "needed"), [("agreed", "M", "yes"), ("kept", "A", "no")])
def test_a_challenge_and_its_answer(
    cast: Cast, away: Episode, as_member: SignIn, answer: str, status: str, needed: str
) -> None:
    client, here = as_member("helen"), address(away, "challenge")
    assert client.get(address(away, "challenge/answer")).status_code == 404
    client.post(here, {"why": "Nobody knew where the child was."})
    assert "Challenged" in text_of(client.get("/missing/"))
    again = {"This episode is challenged already, and waits for an answer.": "id_why"}
    assert_wrong(as_member, here, {"why": "Once more"}, again)
    asked = client.get(address(away, "challenge/answer"))
    assert "The team’s view, by Helen Example: Nobody knew where the child was." in text_of(asked)
    sent = {"answer": answer, "who": "Duty inspector", "why": "Read the log again."}
    page = words_of(client.post(address(away, "challenge/answer"), sent, follow=True))
    assert "The answer is recorded." in page
    assert "Nobody knew where the child was." in page
    assert "Read the log again." in page
    with seated(cast.by("helen")):
        now = Episode.objects.get(pk=away.pk)
        assert (now.care_status, now.interview_needed, now.interview_id is not None) == (
            status,
            needed,
            needed == "yes",
        )
        made = Challenge.objects.get()
        assert (made.answer, made.answered_by, made.answer_why) == (answer, "Duty inspector", "Read the log again.")


def test_what_is_wrong_with_a_challenge_is_said(cast: Cast, episode: Episode, away: Episode, as_member: SignIn) -> None:
    nothing = {"This episode is recorded as missing. There is nothing to challenge.": "id_why"}
    assert_wrong(as_member, address(episode, "challenge"), {"why": "Look again"}, nothing)
    no_reason = {"Say why it should have been missing. Both views are kept.": "id_why"}
    assert_wrong(as_member, address(away, "challenge"), {"why": ""}, no_reason)
    as_member("helen").post(address(away, "challenge"), {"why": "Nobody knew."})
    said = {
        "Choose whether they agreed.": "id_answer", "Enter who answered.": "id_who",
        "Say why. Both views are kept.": "id_why",
    }  # fmt: skip
    assert_wrong(as_member, address(away, "challenge/answer"), {}, said)
    assert_wrong(as_member, address(away, "challenge/answer"), {"answer": "kept", "who": "x" * 121, "why": "The log."},
                 {"Use 120 characters or fewer.": "id_who"}, {"answer": "kept", "who": "x" * 121})  # fmt: skip


# ── repeat episodes ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_discussion_is_asked_for_and_decided(cast: Cast, episode: Episode, as_member: SignIn) -> None:
    client, here = as_member("helen"), talks(episode.child)
    assert_wrong(as_member, here, {"why": ""}, {"Say why a strategy discussion is asked for.": "id_why"})
    page = words_of(client.post(here, {"why": "Three times in a month."}, follow=True))
    assert "The strategy discussion is asked for." in page
    assert "Asked for by Helen Example: Three times in a month." in page
    said = {
        "Choose what was decided.": "id_outcome", "Enter who decided.": "id_who",
        "Say why. The reason stays with the decision.": "id_why",
    }  # fmt: skip
    assert_wrong(as_member, here, {}, said)
    sent = {
        "outcome": "held_plan",
        "who": "Team manager",
        "why": "A plan for Fridays.",
        **boxes("review_on", "1", "2", "2027"),
    }
    del sent["review_on_3"]
    kept = {name: text for name, text in sent.items() if name != "why"}
    assert_wrong(as_member, here, {**sent, "review_on_0": "31"}, {"31 February 2027 is not a date.": "id_review_on_0"},
                 {**kept, "review_on_0": "31"})  # fmt: skip
    page = words_of(client.post(here, sent, follow=True))
    assert "Held: safety plan made or changed. A plan for Fridays." in page
    assert "Review on 1 February 2027" in page
    assert "Ask for a strategy discussion" in page
    with seated(cast.by("helen")):
        made = Discussion.objects.get()
        assert (made.outcome, made.decided_by, made.asked_by) == ("held_plan", "Team manager", "Helen Example")
    assert len(statements(client, here)) <= 12


def test_a_threshold_is_set_by_setting_from_today(cast: Cast, as_member: SignIn) -> None:
    client, here, today = as_member("helen"), "/missing/thresholds/", london_day(timezone.now())
    assert text_of(client.get(here)).count("MEG’s own, until you set one") == 5
    with seated(cast.by("helen")) as by:
        actions.set_threshold(by=by, setting="foster", episodes=4, days=60, on=today - timedelta(days=30))
    for episodes in ("5", "2"):
        sent = {"setting": "foster", "episodes": episodes, "days": "30"}
        page = words_of(client.post(here, sent, follow=True))
        assert "The threshold is set from today." in page
        assert f"Foster care {episodes} in 30 days" in page
        assert "Foster care: 4 in 60 days" in page
    with seated(cast.by("helen")):
        assert [(one.episodes, one.days) for one in Threshold.objects.order_by("pk")] == [(4, 60), (2, 30)]
    page = text_of(client.get(here))
    assert 'href="/missing/" class="govuk-back-link"' in page
    assert "set by Helen Example" in page
    assert len(statements(client, here)) <= 12


@pytest.mark.parametrize(
    ("changes", "sentence", "field"),
    [
        ({"setting": ""}, "Choose the setting.", "id_setting"),
        ({"episodes": ""}, "Enter how many episodes.", "id_episodes"),
        ({"episodes": "three"}, "Enter a whole number.", "id_episodes"),
        ({"episodes": "1"}, "Enter a number of episodes from 2 to 50.", "id_episodes"),
        ({"days": "367"}, "Enter a number of days from 1 to 366.", "id_days"),
        ({"days": "9" * 30}, "Enter a number of days from 1 to 366.", "id_days"),
    ],
)
def test_what_is_wrong_with_a_threshold_is_said(
    cast: Cast, as_member: SignIn, changes: Sent, sentence: str, field: str
) -> None:
    sent = {"setting": "foster", "episodes": "3", "days": "90", **changes}
    kept = {name: sent[name] for name in ("episodes", "days")}
    assert_wrong(as_member, "/missing/thresholds/", sent, {sentence: field}, kept)


# ── in raw SQL ──────────────────────────────────────────────────────────────────────────────────────────────

SAID = ("missing_risk", "missing_status", "missing_prevention", "missing_decision", "missing_step", "missing_link")


@pytest.fixture
def said(cast: Cast, keira: Child) -> None:
    """A row in each table of what is said of an episode or an interview."""
    made = gone(cast, keira)
    assert made.interview is not None
    now = timezone.now()
    about: dict[str, Any] = {"episode": made, "now": now}
    with seated(cast.by("helen")) as by:
        actions.grade_risk(
            by=by, level="LOW", reason="x", assessor="y", at=ago(25), review_at=None, held_by="", **about
        )
        actions.change_status(by=by, care_status="", police_category="MISSING", reason="x", at=ago(24), **about)
        actions.record_prevention(by=by, held=True, who="x", at=ago(9), not_held_because="", harm=None, passed_on=False,
                                  **about)  # fmt: skip
        actions.decide(by=by, episode=made, what="referral", why="x")
        told = Held(held_at=ago(3), held_by="Nadia Example", places=(("The quay", ""),))
        actions.write_up(by=by, interview=made.interview, told=told, episodes=[made.pk], now=now)


def run(sql: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)


@pytest.mark.parametrize("table", SAID)
def test_what_was_said_is_neither_changed_nor_deleted_by_any_seat(cast: Cast, said: None, table: str) -> None:
    for name in ("helen", "daniel", "nadia", "arthur"):
        with seated(cast.by(name)):
            assert run(f"SELECT FROM {table}") >= 1, name
    for seat in Seat:
        with seated(cast.by("helen", seat)):
            for sql in (f"UPDATE {table} SET child_id = child_id", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with pytest.raises(DatabaseError, match="permission denied"):
                    run(sql)


def test_a_challenge_is_answered_by_the_team_alone_and_deleted_by_nobody(cast: Cast, away: Episode) -> None:
    with seated(cast.by("helen")) as by:
        actions.challenge(by=by, episode=away, why="Nobody knew where the child was.")
    for seat in Seat:
        refused = ["DELETE FROM missing_challenge"]
        refused += ["UPDATE missing_challenge SET why = 'other'"] if seat is not Seat.TEAM else []
        for sql in refused:
            with seated(cast.by("helen", seat)), pytest.raises(DatabaseError, match="permission denied"):
                run(sql)
