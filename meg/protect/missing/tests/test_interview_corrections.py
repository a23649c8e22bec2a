"""An interview that was written up is corrected: when it was held and by whom, with what stood there before."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conftest import PEOPLE, Cast
from meg.partnership.seats import Refused, seated
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.missing import actions
from meg.protect.missing.models import Episode, Interview, Step
from meg.protect.missing.rules import Held, HeldThen
from meg.protect.missing.tests.now import ago, assert_same, begin, drafts, gone, interview_of, statements, words_of
from meg.protect.missing.tests.now import typed as in_boxes
from meg.protect.missing.tests.pages import (
    SignIn,
    assert_keeps,
    assert_same_as_nobody,
    assert_summary_lands,
    summary,
    text_of,
)

Sent = dict[str, str]


def address(episode: Episode, verb: str = "correct/") -> str:
    return f"/children/{episode.child.reference}/interviews/{episode.interview_id}/{verb}"


@pytest.fixture
def held(cast: Cast, keira: Child) -> Episode:
    """Back 80 hours ago, and held 4 hours ago: 76 hours, 4 too many."""
    episode = gone(cast, keira, 90, 80)
    assert episode.interview is not None
    with seated(cast.by("nadia")) as by:
        told = Held(held_at=ago(4), held_by="Nadia Example", held_by_agency="Brightwater", place="school")
        actions.write_up(by=by, interview=episode.interview, told=told, episodes=[episode.pk], now=timezone.now())
    return episode


def sent(cast: Cast, episode: Episode, **other: str) -> Sent:
    """The form as the page gives it, with the hour moved to 70 hours after the return."""
    changed = interview_of(cast, episode).changed_at
    assert changed is not None
    return {
        **in_boxes("held_at", ago(10)), "held_by": "Nadia Example", "held_by_agency": "Brightwater",
        "reason": "The school’s book", "as_of": changed.isoformat(), **other,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["nadia", "helen"])
def test_what_follows_from_the_moment_follows(cast: Cast, held: Episode, as_member: SignIn, name: str) -> None:
    client = as_member(name)
    before = client.get(address(held, ""))
    assert "Held in 76 h, 4 h over" in words_of(before)
    assert f'href="{address(held)}"' in text_of(before)
    begin(cast, name, f"missing:correct_interview:{held.interview_id}", reason="The scho")
    response = client.post(address(held), sent(cast, held), follow=True)
    assert response.redirect_chain == [(address(held, ""), 302)], summary(response)
    page = words_of(response)
    assert "The interview is corrected. The earlier values are kept with its steps." in page
    assert "Held in 70 h" in page
    assert " over" not in page.split("Which episodes it answers")[1].split("What was written up")[0]
    assert "Why: The school’s book" in page
    assert drafts(cast, name) == []
    now = interview_of(cast, held)
    assert (now.held_at, now.offered_at, now.accepted_at, now.state) == (ago(10), ago(10), ago(10), "held")
    with seated(cast.operator):
        step = Step.objects.get(interview=now, what="corrected")
        assert step.by == f"{name.title()} Example"
        assert ", before: " in step.words
        line = Entry.objects.about(str(held.child.reference)).filter(kind=Kind.WRITE).order_by("-pk")[0]
        assert line.sentence == "Return interview corrected."
        assert line.detail["before"]["held_at"] == ago(4).isoformat()
        assert line.detail["after"]["held_at"] == ago(10).isoformat()


def test_who_held_it_is_corrected_and_the_moment_stays(cast: Cast, held: Episode, as_member: SignIn) -> None:
    client = as_member("nadia")
    given = sent(cast, held, **in_boxes("held_at", ago(4)), held_by="Olga Renn", held_by_agency="")
    client.post(address(held), given)
    now = interview_of(cast, held)
    assert (now.held_at, now.held_by, now.held_by_agency) == (ago(4), "Olga Renn", "")
    with seated(cast.operator):
        said = Step.objects.get(interview=now, what="corrected").words
    assert said == (
        "Held by: Olga Renn, before: Nadia Example. Works for: nothing recorded, before: Brightwater. "
        "Why: The school’s book"
    )


def test_only_the_day_may_be_known(cast: Cast, held: Episode, as_member: SignIn) -> None:
    given = sent(cast, held, **{**in_boxes("held_at", ago(30)), "held_at_3": ""})
    response = as_member("nadia").post(address(held), given)
    assert response.status_code == 302, summary(response)
    now = interview_of(cast, held)
    assert now.held_to_the_minute is False
    page = as_member("nadia").get(address(held))
    assert_keeps(page, {"held_at_0": given["held_at_0"]})
    time = re.search(r'<input[^>]* name="held_at_3"[^>]*>', text_of(page))
    assert time is not None
    assert 'value="0' not in time[0], "the time stays empty"


@pytest.mark.parametrize(
    ("given", "sentence", "field"),
    [
        ({"reason": ""}, "Say why it is corrected: the reason stays with the earlier values.", "id_reason"),
        ({"held_by": ""}, "Enter who held the interview.", "id_held_by"),
        ({"held_by": "x" * 121}, "Use 120 characters or fewer.", "id_held_by"),
        ({"held_at_3": "quarter to 5"}, "Time must be hours and minutes, like 16:30.", "id_held_at_3"),
        ({"held_at_1": "13"}, "When it was held must have a month from 1 to 12.", "id_held_at_1"),
        ({"future": "yes"}, "The interview cannot be in the future. Check the date and the time.", "id_held_at_0"),
        ({"early": "yes"}, "The interview cannot be before the return.", "id_held_at_0"),
        ({"same": "yes"}, "Nothing is different from what is recorded.", ""),
        ({"as_of": "2026-01-01T00:00:00+00:00"}, "Someone changed this interview while you were typing.", ""),
        ({"as_of": "yesterday"}, "This page was changed on its way. Open it again.", ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_stays_as_typed(
    cast: Cast, held: Episode, as_member: SignIn, given: Sent, sentence: str, field: str
) -> None:
    before = interview_of(cast, held).held_at
    assert before
    moments = {"future": ago(-5), "early": ago(85), "same": before}
    moved = [in_boxes("held_at", moment) for name, moment in moments.items() if name in given]
    values = sent(cast, held, **(moved[0] if moved else given))
    response = as_member("nadia").post(address(held), values)
    assert response.status_code == 200
    found = [target for said, target in summary(response).items() if said.startswith(sentence)]
    assert found, summary(response)
    if field:
        assert_summary_lands(response)
        assert found == [field]
    assert_keeps(response, {name: text for name, text in values.items() if name != "as_of"})
    assert interview_of(cast, held).held_at == before


def test_an_older_draft_does_not_stand_in_the_way(cast: Cast, held: Episode, as_member: SignIn) -> None:
    """What was typed before someone else corrected it comes back, and can be sent."""
    begin(cast, "nadia", f"missing:correct_interview:{held.interview_id}", reason="Half a sen", as_of="2026-01-01")
    page = as_member("nadia").get(address(held))
    assert_keeps(page, {"reason": "Half a sen", "as_of": sent(cast, held)["as_of"]})


def test_nobody_else_corrects_it(cast: Cast, held: Episode, as_member: SignIn) -> None:
    for name in set(PEOPLE) - {"helen", "nadia"}:
        for response in (as_member(name).get(address(held)), as_member(name).post(address(held))):
            assert response.status_code == 403, name
            assert "Only return-interview workers" in text_of(response), name
    assert address(held) not in text_of(as_member("daniel").get(address(held, "")))
    told = HeldThen(ago(10), True, "Nadia Example", "Brightwater")
    interview = interview_of(cast, held)
    for name in ("daniel", "arthur", "grace"):
        with seated(cast.by(name)) as by, pytest.raises(Refused):
            actions.correct_interview(
                by=by, interview=interview, told=told, reason="x", now=timezone.now(), as_of=interview.changed_at
            )


def test_out_of_reach_is_the_same_as_nobody(cast: Cast, owen: Child, held: Episode, as_member: SignIn) -> None:
    other = gone(cast, owen)
    assert_same(as_member("nadia"), address(other), str(owen.reference))
    assert_same_as_nobody(as_member, address(held, ""), str(held.child.reference))


def test_the_database_lets_no_other_child_be_corrected(cast: Cast, keira: Child, owen: Child, held: Episode) -> None:
    """Raw SQL: a worker's correction of an interview out of reach changes nothing; its step is refused."""
    theirs = gone(cast, owen)
    put = (
        "INSERT INTO missing_step (interview_id, child_id, what, at, by, way, words) "
        "VALUES (%s, %s, 'corrected', now(), '', '', '')"
    )
    with seated(cast.by("nadia")), connection.cursor() as cursor:
        cursor.execute("UPDATE missing_interview SET held_by = 'x' WHERE id = %s", [theirs.interview_id])
        assert cursor.rowcount == 0
    for child in (owen, keira):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic(), seated(cast.by("nadia")):
            with connection.cursor() as cursor:
                cursor.execute(put, [theirs.interview_id, child.pk])
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), seated(cast.by("nadia")):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE missing_step SET words = 'x' WHERE interview_id = %s", [held.interview_id])


def test_one_that_is_not_written_up_has_nothing_to_correct(cast: Cast, keira: Child, as_member: SignIn) -> None:
    waits = gone(cast, keira)
    response = as_member("nadia").get(address(waits), follow=True)
    assert response.redirect_chain == [(address(waits, ""), 302)]
    assert "This interview is not written up yet: there is nothing to correct." in text_of(response)
    with seated(cast.by("nadia")) as by, pytest.raises(Unfit, match="not written up yet"):
        actions.correct_interview(
            by=by, interview=Interview.objects.get(), told=HeldThen(ago(1), True, "x"), reason="x",
            now=timezone.now(), as_of=None,
        )  # fmt: skip


def test_an_earlier_offer_does_not_move(cast: Cast, keira: Child) -> None:
    episode = gone(cast, keira, 90, 80)
    assert episode.interview is not None
    with seated(cast.by("nadia")) as by:
        actions.offer(by=by, interview=episode.interview, at=ago(70), way="phone", words="", now=timezone.now())
        told = Held(held_at=ago(4), held_by="Nadia Example")
        actions.write_up(by=by, interview=episode.interview, told=told, episodes=[episode.pk], now=timezone.now())
        found = Interview.objects.get()
        then = replace(actions.held_then(found), held_at=ago(10))
        actions.correct_interview(
            by=by, interview=found, told=then, reason="The book", now=timezone.now(), as_of=found.changed_at
        )
        now = Interview.objects.get()
    assert (now.offered_at, now.held_at) == (ago(70), ago(10))


def test_the_page_asks_little(held: Episode, as_member: SignIn) -> None:
    asked = statements(as_member("nadia"), address(held))
    assert len(asked) <= 12, "\n".join(asked)
