"""Recording, returning, correcting and withdrawing: who may, what is kept, what the trail says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import PEOPLE, Cast
from meg.partnership.seats import Refused, Seat, seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import CareEpisode, Child
from meg.protect.children.rules import Unfit
from meg.protect.missing.actions import (
    correct_episode,
    default_for,
    record_episode,
    record_return,
    withdraw_episode,
)
from meg.protect.missing.models import Correction, Episode
from meg.protect.missing.permissions import RECORDERS
from meg.protect.missing.tests.conftest import NOW, Recorded, london, told

OPEN = {"returned_at": None}


def lines(cast: Cast, sentence: str) -> list[Entry]:
    with seated(cast.by("grace")):
        return list(Entry.objects.filter(sentence=sentence))


@pytest.mark.parametrize("name", PEOPLE)
def test_who_records_an_episode(cast: Cast, keira: Child, name: str) -> None:
    by = cast.by(name)
    reaches = name in ("helen", "daniel")  # Amina is a practitioner whose agency does not work with Keira
    with seated(by):
        if reaches:
            record_episode(by=by, child=keira, told=told(), now=NOW)
        elif by.seat in RECORDERS:
            with pytest.raises(Exception, match="row-level security"):
                record_episode(by=by, child=keira, told=told(), now=NOW)
        else:
            with pytest.raises(Refused, match="Only the exploitation team"):
                record_episode(by=by, child=keira, told=told(), now=NOW)
    with seated(cast.by("helen")):
        assert Episode.objects.count() == int(reaches)


def test_what_is_recorded_is_in_the_trail(cast: Cast, keira: Child, recorded: Recorded) -> None:
    recorded(**OPEN)
    (line,) = lines(cast, "Recorded that a child is missing.")
    assert line.reference == keira.reference
    assert line.detail["started_at"].startswith("2026-11-20T17:15")


def test_two_episodes_at_one_time_are_told_in_one_sentence(recorded: Recorded) -> None:
    recorded()
    with pytest.raises(Unfit) as refused:
        recorded(started_at=london(2026, 11, 20, 20), reported_at=None, returned_at=london(2026, 11, 21, 1))
    assert str(refused.value) == ("This lies over another episode of the same child, 20 November 2026 17:15 to 22:40.")
    assert refused.value.field == "started_at"


def test_an_open_episode_holds_all_later_time(recorded: Recorded) -> None:
    recorded(**OPEN)
    with pytest.raises(Unfit, match="began on 20 November 2026 17:15 and is still open"):
        recorded(started_at=london(2026, 11, 23), reported_at=None, returned_at=london(2026, 11, 23, 2))


def test_one_may_begin_when_the_last_ended(recorded: Recorded) -> None:
    recorded()
    recorded(started_at=london(2026, 11, 20, 22, 40), reported_at=None, returned_at=None)


def test_every_broken_rule_is_told_at_once(recorded: Recorded) -> None:
    with pytest.raises(Unfit) as refused:
        recorded(setting="foster", returned_at=london(2026, 11, 20, 17), reported_at=NOW + timedelta(days=1))
    assert [field for field, _ in refused.value.all] == ["reported_at", "returned_at", "setting"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("day", "may"), [(2013, True), (2017, True), (2018, False)])
def test_absent_is_a_word_of_its_years(recorded: Recorded, day: int, may: bool) -> None:
    times = {"started_at": london(day, 6, 1), "reported_at": None, "returned_at": london(day, 6, 2)}
    if may:
        assert recorded(police_category="ABSENT", **times).counts_as_missing is False
    else:
        with pytest.raises(Unfit, match="The police did not use this word on that day"):
            recorded(police_category="ABSENT", **times)


def test_a_return_is_recorded_once(cast: Cast, recorded: Recorded) -> None:
    episode, by = recorded(**OPEN), cast.by("daniel")
    with seated(by):
        record_return(by=by, episode=episode, returned_at=london(2026, 11, 21, 6), now=NOW)
        with pytest.raises(Unfit, match="The return is recorded already: 21 November 2026 06:00"):
            record_return(by=by, episode=episode, returned_at=london(2026, 11, 21, 7), now=NOW)
        kept = Correction.objects.get()
        assert (kept.title, kept.lines(NOW)) == (
            "Return recorded",
            [("Returned", "nothing recorded", "Sat 21 Nov 06:00")],
        )
    assert len(lines(cast, "Recorded that a child returned.")) == 1


def test_a_correction_keeps_what_was(cast: Cast, recorded: Recorded) -> None:
    episode, by = recorded(), cast.by("daniel")
    with seated(by):
        right = told(started_at=london(2026, 11, 20, 16, 30), setting="other")
        correct_episode(by=by, episode=episode, told=right, reason="School rang again", now=NOW, as_of=None)
        episode.refresh_from_db()
        assert (episode.told, episode.changed_at is not None) == (right, True)
        kept = Correction.objects.get()
        assert (kept.by, kept.reason, kept.title) == ("Daniel Example", "School rang again", "Corrected")
        assert kept.lines(NOW) == [
            ("Setting", "Own home", "Other"),
            ("Last seen", "Fri 20 Nov 17:15", "Fri 20 Nov 16:30"),
        ]
        assert Episode.objects.with_corrections().get().__dict__["corrected"] is True
    (line,) = lines(cast, "Corrected a missing episode.")
    assert line.detail["before"]["setting"] == "own_home"


@pytest.mark.parametrize(
    ("changes", "reason", "sentence"),
    [
        ({}, "Looked again", "Nothing is different"),
        ({"setting": "other"}, "  ", "Say why it is corrected"),
        ({"returned_at": london(2026, 11, 20, 17)}, "Looked again", "The return is before the time"),
    ],
)
def test_a_correction_that_cannot_be(
    cast: Cast, recorded: Recorded, changes: dict[str, object], reason: str, sentence: str
) -> None:
    episode, by = recorded(), cast.by("helen")
    with seated(by):
        with pytest.raises(Unfit, match=sentence):
            correct_episode(by=by, episode=episode, told=told(**changes), reason=reason, now=NOW, as_of=None)
        assert not Correction.objects.exists()
    assert lines(cast, "Corrected a missing episode.") == []


def test_a_correction_of_what_someone_else_changed_meanwhile(cast: Cast, recorded: Recorded) -> None:
    episode, by = recorded(**OPEN), cast.by("helen")
    with seated(by):
        record_return(by=by, episode=episode, returned_at=london(2026, 11, 21, 6), now=NOW)
        with pytest.raises(Unfit, match="Someone changed this episode while you were typing"):
            correct_episode(by=by, episode=episode, told=told(setting="other"), reason="Late", now=NOW, as_of=None)


def test_never_missing_after_all(cast: Cast, recorded: Recorded) -> None:
    episode, by = recorded(), cast.by("daniel")
    with seated(by):
        with pytest.raises(Unfit, match="Say why"):
            withdraw_episode(by=by, episode=episode, reason=" ")
        withdraw_episode(by=by, episode=episode, reason="Was at the club all along")
        assert not Episode.objects.current().exists()
        assert Episode.objects.get().withdrawn_at is not None
        assert Correction.objects.get().title == "Withdrawn"
        with pytest.raises(Unfit, match="withdrawn"):
            withdraw_episode(by=by, episode=episode, reason="Again")
    recorded()  # its time is free again
    (line,) = lines(cast, "Withdrew a missing episode: the child was never missing.")
    assert line.detail["reason"] == "Was at the club all along"


@pytest.mark.parametrize("verb", ["return", "correct", "withdraw"])
def test_another_agency_s_practitioner_reaches_no_episode(cast: Cast, recorded: Recorded, verb: str) -> None:
    episode, by = recorded(**OPEN), cast.by("amina")
    verbs = {
        "return": lambda: record_return(by=by, episode=episode, returned_at=NOW, now=NOW),
        "correct": lambda: correct_episode(by=by, episode=episode, told=told(), reason="x", now=NOW, as_of=None),
        "withdraw": lambda: withdraw_episode(by=by, episode=episode, reason="x"),
    }
    with seated(by), pytest.raises(Refused, match="does not reach it"):
        verbs[verb]()


def test_the_care_record_says_from_where(cast: Cast, keira: Child, in_care: CareEpisode) -> None:
    with seated(cast.by("daniel")):
        today = default_for(keira, NOW.date())
        assert (today.missing_from, today.setting, today.since) == ("care", "foster", in_care.started)
        assert default_for(keira, in_care.started).missing_from == "care"
        assert default_for(keira, in_care.started - timedelta(days=1)).missing_from == "home"


def test_a_write_and_its_trail_line_stand_or_fall_together(
    cast: Cast, keira: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError("no line")

    monkeypatch.setattr("meg.protect.missing.actions.recording.record", fail)
    by = cast.by("helen")
    with seated(by):
        with pytest.raises(RuntimeError):
            record_episode(by=by, child=keira, told=told(), now=NOW)
        assert not Episode.objects.exists()


def test_the_seats_that_record(cast: Cast) -> None:
    assert {Seat.TEAM, Seat.PRACTITIONER, Seat.OPERATOR} == RECORDERS
