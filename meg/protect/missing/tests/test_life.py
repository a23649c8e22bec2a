"""An episode's whole life by its verbs, and what the database refuses under each seat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from conftest import Cast
from meg.partnership.access.models import Involvement
from meg.partnership.seats import Refused, seated
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.missing import actions
from meg.protect.missing.models import Challenge, Decision, Episode, Interview, Risk, Step
from meg.protect.missing.rules import Held, Told, in_time
from meg.protect.missing.tests.conftest import NOW, told

SINCE = NOW - timedelta(hours=100)


@pytest.fixture
def child(cast: Cast) -> Child:
    return cast.child(agency="Penfield Academy", worker="nadia")


def reported(cast: Cast, child: Child, **changed: object) -> Episode:
    given = {"started_at": SINCE, "reported_at": SINCE, "returned_at": None, **changed}
    with seated(cast.by("daniel")) as by:
        return actions.record_episode(by=by, child=child, told=replace(told(), **given), now=NOW)  # type: ignore[arg-type]


def back(cast: Cast, episode: Episode, hours: float) -> Episode:
    with seated(cast.by("daniel")) as by:
        actions.record_return(by=by, episode=episode, returned_at=SINCE + timedelta(hours=hours), now=NOW)
        return Episode.objects.select_related("interview", "child").get(pk=episode.pk)


def written(hours: float) -> Held:
    return Held(held_at=SINCE + timedelta(hours=hours), held_by="Nadia Example", place="school")


def test_a_return_makes_an_interview_due_in_72_clock_hours(cast: Cast, child: Child) -> None:
    episode = back(cast, reported(cast, child), 2)
    assert episode.interview is not None
    assert episode.interview.due_at == SINCE + timedelta(hours=74)
    assert (episode.interview_needed, episode.scrutiny) == ("yes", "due")


def test_missing_again_before_the_interview_is_answered_by_the_same_one(cast: Cast, child: Child) -> None:
    first = back(cast, reported(cast, child), 2)
    second = back(cast, reported(cast, child, started_at=SINCE + timedelta(hours=10), reported_at=None), 12)
    assert first.interview == second.interview
    assert second.interview is not None
    assert second.interview.due_at == SINCE + timedelta(hours=74)
    with seated(cast.by("nadia")) as by:
        actions.write_up(by=by, interview=second.interview, told=written(20), episodes=[second.pk], now=NOW)
    with seated(cast.operator):
        first.refresh_from_db()
        assert first.interview is not None
        assert first.interview.state == Interview.State.DUE
        assert Interview.objects.get(pk=second.interview.pk).state == Interview.State.HELD


def test_an_away_episode_requires_none_until_the_team_asks(cast: Cast, child: Child) -> None:
    episode = back(cast, reported(cast, child, care_status="A", police_category="", missing_from="care",
                                  setting="foster"), 2)  # fmt: skip
    assert (episode.interview, episode.interview_needed, episode.not_needed_because) == (None, "no", "away")
    with seated(cast.by("helen")) as by:
        actions.required(by=by, episode=episode)
        assert Episode.objects.get(pk=episode.pk).interview is not None


def test_the_police_reach_a_child_who_is_reported_missing(cast: Cast, child: Child) -> None:
    reported(cast, child)
    with seated(cast.operator):
        told_ = Involvement.objects.filter(child_id=child.pk, agency=cast.agencies["Caldershire Police"])
        assert [one.role for one in told_] == ["Police: reported missing"]


def test_nobody_tells_the_police_of_a_child_out_of_reach(cast: Cast, child: Child) -> None:
    with pytest.raises(DatabaseError, match="does not reach"), transaction.atomic(), seated(cast.by("amina")):
        with connection.cursor() as cursor:
            cursor.execute("SELECT meg.tell_police(%s)", [child.pk])


def test_risk_is_graded_again_and_the_first_level_stays(cast: Cast, child: Child) -> None:
    episode = reported(cast, child)
    with seated(cast.by("daniel")) as by:
        for level, hours in (("MEDIUM", 1), ("HIGH", 3)):
            actions.grade_risk(
                by=by, episode=episode, level=level, reason="Age and hour", assessor="Sgt Example",
                at=SINCE + timedelta(hours=hours), review_at=SINCE + timedelta(hours=hours + 2), held_by="", now=NOW,
            )  # fmt: skip
        assert list(Risk.objects.order_by("at").values_list("level", flat=True)) == ["MEDIUM", "HIGH"]
        assert Episode.objects.with_risk().get(pk=episode.pk).risk == "HIGH"  # type: ignore[attr-defined]
        with pytest.raises(Unfit, match="2017"):
            actions.grade_risk(by=by, episode=episode, level="ABSENT", reason="x", assessor="y", at=SINCE,
                               review_at=None, held_by="", now=NOW)  # fmt: skip


def test_a_step_that_cannot_follow_is_refused_in_words(cast: Cast, child: Child) -> None:
    episode = back(cast, reported(cast, child), 2)
    assert episode.interview is not None
    with seated(cast.by("nadia")) as by:
        with pytest.raises(Unfit, match="3 attempts"):
            actions.give_up(by=by, interview=episode.interview, now=NOW)
        for hour in (10, 20, 30):
            actions.try_to_reach(by=by, interview=episode.interview, at=SINCE + timedelta(hours=hour), way="phone",
                                 words="", now=NOW)  # fmt: skip
        actions.give_up(by=by, interview=episode.interview, now=NOW)
        with pytest.raises(Unfit, match="could not be reached"):
            actions.offer(by=by, interview=episode.interview, at=NOW, way="phone", words="", now=NOW)
        actions.write_up(by=by, interview=episode.interview, told=written(90), episodes=[episode.pk], now=NOW)
        assert Interview.objects.get().state == Interview.State.HELD
        assert Step.objects.filter(what="tried").count() == 3


@pytest.mark.parametrize(("hours", "yes"), [(73, True), (74, True), (74.001, False), (75, False)])
def test_in_72_hours_or_not(hours: float, yes: bool) -> None:
    assert in_time(SINCE + timedelta(hours=2), True, SINCE + timedelta(hours=hours), True) is yes


def test_an_interview_cannot_be_before_the_return(cast: Cast, child: Child) -> None:
    episode = back(cast, reported(cast, child), 2)
    assert episode.interview is not None
    with seated(cast.by("nadia")) as by, pytest.raises(Unfit, match="before the return"):
        actions.write_up(by=by, interview=episode.interview, told=written(1), episodes=[episode.pk], now=NOW)


def test_the_team_decides_and_interview_first_comes_back(cast: Cast, child: Child) -> None:
    episode = back(cast, reported(cast, child), 2)
    assert episode.interview is not None
    with seated(cast.by("helen")) as by:
        actions.decide(by=by, episode=episode, what="interview_first", why="The child has not been heard.")
        assert Episode.objects.get(pk=episode.pk).scrutiny == "after_interview"
        actions.write_up(by=by, interview=episode.interview, told=written(20), episodes=[episode.pk], now=NOW)
        assert Episode.objects.get(pk=episode.pk).scrutiny == "due"
        actions.decide(by=by, episode=episode, what="safety_plan", why="Agreed with the carer.")
        assert Episode.objects.get(pk=episode.pk).scrutiny == "done"
        assert Decision.objects.count() == 2
    with seated(cast.by("daniel")) as by, pytest.raises(Refused):
        actions.decide(by=by, episode=episode, what="no_further_action", why="x")


def test_a_challenge_that_is_agreed_makes_it_missing_and_an_interview_due(cast: Cast, child: Child) -> None:
    episode = back(cast, reported(cast, child, care_status="A", police_category="", missing_from="care",
                                  setting="foster"), 2)  # fmt: skip
    with seated(cast.by("helen")) as by:
        actions.challenge(by=by, episode=episode, why="Nobody knew where the child was.")
        made = Challenge.objects.select_related("episode").get()
        actions.answer_challenge(by=by, made=made, answer="agreed", who="Duty inspector", why="Whereabouts unknown.",
                                 now=NOW)  # fmt: skip
        now = Episode.objects.get(pk=episode.pk)
        assert (now.care_status, now.interview_needed) == ("M", "yes")
        assert now.interview is not None


def test_an_episode_open_at_18_is_closed_on_that_day(cast: Cast) -> None:
    child = cast.child(born=(NOW - timedelta(days=1)).date().replace(year=NOW.year - 18), agency="Penfield Academy")
    episode = reported(cast, child)
    with seated(cast.by("helen")) as by:
        actions.close_at_eighteen(by=by, episode=episode, reason="", now=NOW)
        now = Episode.objects.get(pk=episode.pk)
        assert (now.ended_as, now.interview_needed, now.not_needed_because) == ("eighteen", "no", "eighteen")


def test_a_withdrawn_episode_leaves_its_interview(cast: Cast, child: Child) -> None:
    episode = back(cast, reported(cast, child), 2)
    with seated(cast.by("daniel")) as by:
        actions.withdraw_episode(by=by, episode=episode, reason="Was at school all the time.")
        assert Interview.objects.get().state == Interview.State.NOT_REQUIRED


def test_a_corrected_return_moves_the_deadline(cast: Cast, child: Child) -> None:
    episode = back(cast, reported(cast, child), 2)
    now: Told = replace(episode.told, returned_at=SINCE + timedelta(hours=1))
    with seated(cast.by("daniel")) as by:
        actions.correct_episode(by=by, episode=episode, told=now, reason="The carer's log.", now=NOW,
                                as_of=episode.changed_at)  # fmt: skip
        assert Interview.objects.get().due_at == SINCE + timedelta(hours=73)


@pytest.mark.parametrize("person", ["nadia", "daniel"])
def test_a_step_of_anothers_child_is_refused_by_the_database(cast: Cast, child: Child, person: str) -> None:
    other = cast.child("Kira", "Hale", agency="Caldershire Health")
    with seated(cast.operator):
        theirs = Interview.objects.create(child=other, due_at=NOW)
    put = "INSERT INTO missing_step (interview_id, child_id, what, at, by, way, words) VALUES (%s, %s, 'tried', now(), '', '', '')"
    for number in (other.pk, child.pk):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic(), seated(cast.by(person)):
            with connection.cursor() as cursor:
                cursor.execute(put, [theirs.pk, number])


def test_what_is_passed_on_is_read_by_the_intelligence_seat_alone(cast: Cast, child: Child) -> None:
    with seated(cast.by("nadia")) as by:
        actions.pass_information(by=by, child=child, words="A neutral sentence.", how_known="", may_be_asked=True)
    for person in ("nadia", "helen", "daniel", "arthur", "grace"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), seated(cast.by(person)):
            with connection.cursor() as cursor:
                cursor.execute("SELECT words FROM missing_passed")
    with seated(cast.by("fiona")), connection.cursor() as cursor:
        cursor.execute("SELECT words FROM missing_passed")
        assert cursor.fetchall() == [("A neutral sentence.",)]
