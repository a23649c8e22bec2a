"""Pages of what is done about an episode: the police's level of risk, status, prevention interview, an end at 18."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.models import CareEpisode, Child
from meg.protect.children.rules import Unfit
from meg.protect.missing import actions
from meg.protect.missing.forms.responding import StatusForm
from meg.protect.missing.models import Episode, Prevention, Risk, Status
from meg.protect.missing.rules import first_minute
from meg.protect.missing.tests.now import AWAY, ago, begin, drafts, gone, typed, words_of
from meg.protect.missing.tests.pages import (
    SignIn,
    assert_keeps,
    assert_refused,
    assert_same_as_nobody,
    assert_summary_lands,
    boxes,
    summary,
    text_of,
)

pytestmark = pytest.mark.usefixtures("still")
Sent = dict[str, str]
VERBS = ("risk", "status", "prevention", "eighteen")


def address(episode: Episode, verb: str = "") -> str:
    return f"/children/{episode.child.reference}/missing/{episode.pk}/{f'{verb}/' if verb else ''}"


def graded(**other: str) -> Sent:
    return {
        "level": "HIGH", "reason": "Age, hour and weather", "assessor": "Sgt Example, Caldershire Police",
        **typed("at", ago(2)), **typed("review_at", ago(-1)), "held_by": "Penfield control room", **other,
    }  # fmt: skip


def seen(**other: str) -> Sent:
    return {"held": "yes", "who": "PC Example", **typed("at", ago(5)), "not_held_because": "", "harm": "no", **other}


@pytest.fixture
def missing(cast: Cast, keira: Child) -> Episode:
    return gone(cast, keira, 6, None)


@pytest.mark.parametrize("verb", VERBS)
def test_who_does_not_record_is_told_so(cast: Cast, missing: Episode, as_member: SignIn, verb: str) -> None:
    assert_refused(as_member, address(missing, verb))
    assert_same_as_nobody(as_member, address(missing, verb), str(missing.child.reference))
    assert as_member("helen").get(address(missing, verb).replace(f"/{missing.pk}/", "/999999/")).status_code == 404


@pytest.mark.parametrize("name", ["helen", "daniel"])
def test_a_level_is_recorded_and_the_earlier_stays(cast: Cast, missing: Episode, as_member: SignIn, name: str) -> None:
    client, here = as_member(name), address(missing, "risk")
    begin(cast, name, f"missing:grade:{missing.pk}", reason="Age, ho")
    assert_keeps(client.get(here), {"reason": "Age, ho"})
    client.post(here, graded(level="MEDIUM", **typed("at", ago(3)), **typed("review_at", ago(1))))
    response = client.post(here, graded(), follow=True)
    assert response.redirect_chain == [(address(missing), 302)]
    page = words_of(response)
    assert "The level is recorded." in page
    assert "High" in page
    assert drafts(cast, name) == []
    assert 'value="Penfield control room"' in text_of(client.get(here))
    with seated(cast.by("helen")):
        rows = (
            Risk.objects.filter(episode=missing).order_by("at").values_list("level", "at", "review_at", "recorded_by")
        )
        by = f"{name.title()} Example"
        assert list(rows) == [("MEDIUM", ago(3), ago(1), by), ("HIGH", ago(2), ago(-1), by)]
        assert Episode.objects.get(pk=missing.pk).held_by == "Penfield control room"


GRADED_WRONG: list[tuple[Sent, str, str]] = [
    ({"level": "", "held_by": ""}, "Choose the level of risk.", "id_level"),
    ({"level": "ABSENT"}, "Choose one of the levels shown.", "id_level"),
    ({"reason": ""}, "Say why: the reason stays with the level.", "id_reason"),
    ({"assessor": ""}, "Enter who assessed the risk.", "id_assessor"),
    ({"assessor": "x" * 121}, "Use 120 characters or fewer.", "id_assessor"),
    (boxes("at"), "Enter the date and the time.", "id_at_0"),
    (typed("at", ago(-2)), "The grading cannot be in the future.", "id_at_0"),
    (typed("at", ago(9)), "The grading cannot be before the child was last seen.", "id_at_0"),
    (typed("review_at", ago(3)), "The review must be later than the grading. Check both times.", "id_review_at_0"),
    ({"review_at_3": "later"}, "Time must be hours and minutes, like 16:30.", "id_review_at_3"),
]


@pytest.mark.parametrize(("changes", "sentence", "field"), GRADED_WRONG)
def test_what_is_wrong_with_a_level_is_said(
    cast: Cast, missing: Episode, as_member: SignIn, changes: Sent, sentence: str, field: str
) -> None:
    sent = graded(**changes)
    assert_wrong(as_member, address(missing, "risk"), sent, sentence, field, {**sent, "level": ""})
    with seated(cast.by("helen")):
        assert not Risk.objects.exists()


def assert_wrong(
    as_member: SignIn, here: str, sent: Sent, sentence: str, field: str, kept: dict[str, Any] | None = None
) -> None:
    response = as_member("daniel").post(here, sent)
    assert_summary_lands(response)
    found = [target for said, target in summary(response).items() if said.startswith(sentence)]
    assert found == [field], summary(response)
    assert_keeps(response, {name: text for name, text in (kept or sent).items() if text})


def test_absent_is_a_level_of_its_own_years_only(cast: Cast, keira: Child, as_member: SignIn) -> None:
    with seated(cast.operator):
        old = Episode.objects.create(
            child=keira, missing_from="home", police_category="ABSENT", setting="own_home",
            started_at=ago(0) - timedelta(days=365 * 10), returned_at=ago(-3) - timedelta(days=365 * 10),
        )  # fmt: skip
    assert 'value="ABSENT"' in text_of(as_member("helen").get(address(old, "risk")))
    assert 'value="ABSENT"' not in text_of(as_member("helen").get(address(gone(cast, keira), "risk")))


def test_who_holds_it_changes_with_a_level_and_may_be_nobody(cast: Cast, missing: Episode, as_member: SignIn) -> None:
    for held_by in ("Penfield control room", ""):
        as_member("daniel").post(address(missing, "risk"), graded(held_by=held_by))
        with seated(cast.by("helen")):
            assert Episode.objects.get(pk=missing.pk).held_by == held_by


def test_a_level_can_still_be_told_after_the_return(cast: Cast, keira: Child, as_member: SignIn) -> None:
    back = gone(cast, keira, 9, 6)
    client, link = as_member("daniel"), f'href="{address(back, "risk")}"'
    assert link in text_of(client.get(address(back)))
    client.post(address(back, "risk"), graded(**typed("at", ago(8)), **boxes("review_at")))
    page = text_of(client.get(address(back)))
    assert "Police risk:" in page
    assert link not in page


# ── the status changed ──────────────────────────────────────────────────────────────────────────────────────


def test_away_and_then_missing_counts_as_missing(
    cast: Cast, keira: Child, in_care: CareEpisode, as_member: SignIn
) -> None:
    away = gone(cast, keira, 9, None, **AWAY)
    client, here = as_member("daniel"), address(away, "status")
    begin(cast, "daniel", f"missing:status:{away.pk}", reason="No ans")
    page = text_of(client.get(here))
    assert 'value="No ans"' in page
    assert 'value="care:M"' in page
    sent = {"status": "care:M", **typed("at", ago(4)), "reason": "No answer since four"}
    response = client.post(here, sent, follow=True)
    assert "The change is recorded." in text_of(response)
    assert drafts(cast, "daniel") == []
    with seated(cast.by("helen")):
        assert Episode.objects.get(pk=away.pk).care_status == "M"
        assert Status.objects.values_list("care_status", "police_category", "at", "reason").get() == (
            "M", "", ago(4), "No answer since four"
        )  # fmt: skip


def test_from_home_only_the_police_s_words_are_asked(cast: Cast, missing: Episode, as_member: SignIn) -> None:
    page = text_of(as_member("daniel").get(address(missing, "status")))
    assert 'value="police:MISSING"' in page
    assert 'value="care:' not in page


@pytest.mark.parametrize(
    ("changes", "sentence", "field"),
    [
        ({"status": ""}, "Choose what the child was from then on.", "id_status"),
        ({"status": "police:ABSENT"}, "Choose one of the words shown.", "id_status"),
        ({"status": "care:A"}, "Choose one of the words shown.", "id_status"),
        ({"reason": ""}, "Say why it changed.", "id_reason"),
        (boxes("at"), "Enter the date and the time.", "id_at_0"),
        (typed("at", ago(-2)), "The change cannot be in the future.", "id_at_0"),
        (typed("at", ago(20)), "The change must be within the episode.", "id_at_0"),
    ],
)
def test_what_is_wrong_with_a_status_is_said(
    cast: Cast, missing: Episode, as_member: SignIn, changes: Sent, sentence: str, field: str
) -> None:
    sent = {"status": "police:MISSING", **typed("at", ago(2)), "reason": "Found at a friend’s", **changes}
    kept = {name: text for name, text in sent.items() if "shown" not in sentence or name != "status"}
    assert_wrong(as_member, address(missing, "status"), sent, sentence, field, kept)


@pytest.mark.parametrize("words", [{"police_category": "ABSENT"}, {"care_status": "A"}, {"care_status": "M"}])
def test_a_word_that_is_not_of_the_day_or_of_the_child_is_refused(
    cast: Cast, missing: Episode, words: dict[str, str]
) -> None:
    said = {"care_status": "", "police_category": "", **words}
    with seated(cast.by("daniel")) as by, pytest.raises(Unfit) as wrong:
        actions.change_status(by=by, episode=missing, reason="x", at=ago(2), now=timezone.now(), **said)
    assert wrong.value.field in words
    with seated(cast.by("helen")):
        form = StatusForm({"status": "police:MISSING", **typed("at", ago(2)), "reason": "x"}, episode=missing)
        assert form.is_valid()
        form.refuse(wrong.value)
        assert form.errors["status"] == [str(wrong.value)], "said at the one question that asks for both"
        assert not Status.objects.exists()


def test_absent_is_a_status_of_its_own_years_only(cast: Cast, keira: Child, as_member: SignIn) -> None:
    then = timedelta(days=365 * 10)
    old = gone(cast, keira, 9, 3, started_at=ago(9) - then, returned_at=ago(3) - then)
    client = as_member("daniel")
    assert 'value="police:ABSENT"' in text_of(client.get(address(old, "status")))
    sent = {"status": "police:ABSENT", **typed("at", ago(6) - then), "reason": "Known to be at the club"}
    assert "The change is recorded." in text_of(client.post(address(old, "status"), sent, follow=True))
    assert 'value="police:ABSENT"' not in text_of(client.get(address(gone(cast, keira), "status")))


# ── the prevention interview ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["helen", "daniel"])
def test_a_prevention_interview_or_why_there_was_none(cast: Cast, keira: Child, as_member: SignIn, name: str) -> None:
    back = gone(cast, keira, 9, 6)
    client, here = as_member(name), address(back, "prevention")
    begin(cast, name, f"missing:prevention:{back.pk}", who="PC Ex")
    assert_keeps(client.get(here), {"who": "PC Ex"})
    client.post(here, seen(harm="yes", passed_on="on"))
    sent = seen(held="no", harm="unknown", not_held_because="Seen by the school nurse")
    page = words_of(client.post(here, sent, follow=True))
    assert "It is recorded." in page
    assert "Seen by the school nurse" in page
    assert drafts(cast, name) == []
    with seated(cast.by("helen")):
        rows = Prevention.objects.order_by("pk").values_list("held", "by", "harm", "passed_on", "not_held_because")
        assert list(rows) == [(True, "PC Example", True, True, ""),
                              (False, "PC Example", None, False, "Seen by the school nurse")]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "sentence", "field"),
    [
        ({"held": ""}, "Choose whether it was held.", "id_held"),
        ({"who": ""}, "Enter by whom.", "id_who"),
        ({"harm": ""}, "Choose whether harm was told or seen.", "id_harm"),
        ({"held": "no"}, "Say why the prevention interview was not held.", "id_not_held_because"),
        (typed("at", ago(-1)), "The prevention interview cannot be in the future.", "id_at_0"),
        (typed("at", ago(8)), "The prevention interview cannot be before the return.", "id_at_0"),
    ],
)
def test_what_is_wrong_with_it_is_said(
    cast: Cast, keira: Child, as_member: SignIn, changes: Sent, sentence: str, field: str
) -> None:
    assert_wrong(as_member, address(gone(cast, keira, 9, 6), "prevention"), seen(**changes), sentence, field)


def test_there_is_none_before_the_return(cast: Cast, missing: Episode, as_member: SignIn) -> None:
    assert_wrong(as_member, address(missing, "prevention"), seen(), "The child is not back yet.", "id_held")


# ── an end at 18 ────────────────────────────────────────────────────────────────────────────────────────────


def test_an_open_episode_ends_with_the_eighteenth_birthday(cast: Cast, as_member: SignIn) -> None:
    birthday = timezone.localdate() - timedelta(days=3)
    child = cast.child(born=birthday.replace(year=birthday.year - 18), agency="Penfield Academy")
    open_ = gone(cast, child, 24 * 5, None)
    assert "18 or over: close it" in text_of(as_member("daniel").get("/missing/"))
    page = text_of(as_member("daniel").get(address(open_)))
    assert re.search(r'class="govuk-button" data-module="govuk-button">Close it at 18', page)
    assert address(open_, "return") in page
    response = as_member("daniel").post(address(open_, "eighteen"), {"reason": "Rang once"}, follow=True)
    assert "The episode is closed from the 18th birthday." in text_of(response)
    with seated(cast.by("helen")):
        now = Episode.objects.get(pk=open_.pk)
        assert (now.ended_as, now.interview_id, now.interview_needed) == ("eighteen", None, "no")
        assert (now.returned_at, now.returned_to_the_minute) == (first_minute(birthday), False)
    assert_wrong(
        as_member, address(open_, "eighteen"), {"reason": "Again"}, "This episode has ended already.", "id_reason"
    )


def test_a_child_under_18_stays_missing(cast: Cast, missing: Episode, as_member: SignIn) -> None:
    assert_wrong(as_member, address(missing, "eighteen"), {"reason": "Not seen"}, "The child is under 18", "id_reason")
    with seated(cast.by("helen")):
        assert Episode.objects.get(pk=missing.pk).returned_at is None


def test_a_withdrawn_episode_is_no_longer_changed(cast: Cast, missing: Episode, as_member: SignIn) -> None:
    as_member("daniel").post(address(missing, "withdraw"), {"reason": "Was at school all day"})
    for verb, sent in (("risk", graded()), ("eighteen", {"reason": "x"}), ("prevention", seen()),
                       ("status", {"status": "police:MISSING", **typed("at", ago(2)), "reason": "x"})):  # fmt: skip
        response = as_member("daniel").post(address(missing, verb), sent)
        assert "This episode was withdrawn. It can be read, and no longer changed." in summary(response), verb


def test_each_verb_writes_one_line_of_the_trail(cast: Cast, keira: Child, as_member: SignIn) -> None:
    back = gone(cast, keira, 9, 5)
    sent = {
        "risk": (graded(**typed("at", ago(8)), **boxes("review_at")), "Recorded the police’s level of risk."),
        "status": ({"status": "police:MISSING", **typed("at", ago(7)), "reason": "x"},
                   "Changed the status of a missing episode."),
        "prevention": (seen(**typed("at", ago(4))), "Recorded the police’s prevention interview."),
    }  # fmt: skip
    for verb, (words, sentence) in sent.items():
        as_member("daniel").post(address(back, verb), words)
        with seated(cast.by("grace")):
            lines = Entry.objects.about(str(keira.reference)).filter(kind=Kind.WRITE, sentence=sentence)
            assert [one.member_id for one in lines] == [cast.members["daniel"].pk], verb
            assert lines[0].detail["episode"] == back.pk
