"""The pages of a return interview: where it stands, each step by its form, whether one is required."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from conftest import PEOPLE, Cast
from meg.partnership.access.actions import add_member
from meg.partnership.seats import Seat, seated
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.models import Child
from meg.protect.missing.models import Episode, Interview, Step
from meg.protect.missing.tests.now import (
    AWAY,
    ago,
    assert_same,
    begin,
    drafts,
    gone,
    interview_of,
    statements,
    typed,
    words_of,
)
from meg.protect.missing.tests.pages import (
    SignIn,
    assert_keeps,
    assert_same_as_nobody,
    assert_summary_lands,
    summary,
    text_of,
)

pytestmark = pytest.mark.usefixtures("still")
TEAM_STEPS = ("allocate", "hand-over", "take-over")
STEPS = ("allocate", "offer", "try", "accept", "book", "decline", "give-up", "hand-over", "take-over", "reopen")
Sent = dict[str, str]
# What comes before a step, who takes it, and where the interview stands then.
TAKEN: list[tuple[str, list[str], str, str]] = [
    ("allocate", [], "helen", "due"),
    ("offer", [], "nadia", "offered"),
    ("offer", ["try"], "helen", "offered"),
    ("try", [], "nadia", "due"),
    ("accept", ["offer"], "nadia", "accepted"),
    ("book", ["offer", "accept"], "nadia", "booked"),
    ("book", ["book"], "nadia", "booked"),
    ("decline", ["offer"], "nadia", "declined"),
    ("give-up", ["try", "try", "try"], "nadia", "not_contactable"),
    ("hand-over", [], "helen", "handed_over"),
    ("take-over", [], "helen", "due"),
    ("reopen", ["decline"], "nadia", "due"),
]


@pytest.fixture
def episode(cast: Cast, keira: Child) -> Episode:
    return gone(cast, keira)


def address(episode: Episode, step: str = "") -> str:
    return f"/children/{episode.child.reference}/interviews/{episode.interview_id}/{f'{step}/' if step else ''}"


def sent(cast: Cast, step: str) -> Sent:
    """What a browser sends for a step that can be taken."""
    way = {**typed("at", ago(5)), "way": "phone", "words": "Rang the carer"}
    given: dict[str, Sent] = {
        "allocate": {"member": str(cast.members["nadia"].pk)},
        "offer": way,
        "try": way,
        "accept": typed("at", ago(4)),
        "book": {**typed("booked_for", ago(-24)), "where": "Penfield library"},
        "decline": {**typed("at", ago(3)), "who": "parent", "parent_view": "taken", "parent_words": "More notice"},
        "give-up": {},
        "hand-over": {**typed("at", ago(2)), "authority": "Northfell"},
        "take-over": {**typed("at", ago(2)), "authority": "Northfell"},
        "reopen": {"why": "The child has changed their mind"},
    }
    return given[step]


@pytest.fixture
def take(cast: Cast, as_member: SignIn, episode: Episode) -> Callable[..., str]:
    """`take('nadia', 'offer')`: a step by its form; the page that follows."""

    def send(name: str, step: str) -> str:
        client, here = as_member(name), address(episode, step)
        assert text_of(client.get(here)).count("<h1") == 1
        response = client.post(here, sent(cast, step), follow=True)
        assert response.redirect_chain == [(address(episode), 302)], summary(response)
        return words_of(response)

    return send


@pytest.mark.parametrize(("step", "before", "name", "state"), TAKEN)
def test_each_step_is_taken_by_its_form(
    cast: Cast, episode: Episode, take: Callable[..., str], step: str, before: list[str], name: str, state: str
) -> None:
    for one in before:
        take("helen", one)
    begin(cast, name, f"missing:{step}:{episode.interview_id}", words="Half a sen")
    page = take(name, step)
    found = interview_of(cast, episode)
    assert found.state == state
    assert f"Return interview: {found.get_state_display().lower()}" in page
    assert drafts(cast, name) == []
    with seated(cast.operator):
        last = Step.objects.filter(interview=found).order_by("-pk").first()
        assert last is not None
        assert last.by == f"{name.title()} Example"
        lines = Entry.objects.about(str(episode.child.reference)).filter(member_id=cast.members[name].pk)
        assert lines.filter(kind=Kind.WRITE, sentence=f"{last.get_what_display()}.").exists()
        assert lines.filter(kind=Kind.LOOK, sentence__startswith="Opened a form: ").exists()


def test_what_each_step_says_is_kept(cast: Cast, episode: Episode, take: Callable[..., str]) -> None:
    for name, step in (
        ("helen", "allocate"),
        ("nadia", "try"),
        ("nadia", "offer"),
        ("nadia", "accept"),
        ("nadia", "book"),
    ):
        take(name, step)  # fmt: skip
    found = interview_of(cast, episode)
    assert found.allocated_to == cast.members["nadia"]
    assert (found.attempts, found.last_attempt_at, found.offered_at, found.offered_by) == (
        1,
        ago(5),
        ago(5),
        "Nadia Example",
    )
    assert (found.accepted_at, found.booked_for, found.booked_where) == (ago(4), ago(-24), "Penfield library")
    page = take("helen", "take-over")
    assert "Taken over from Northfell. 1 attempt to reach the child. Allocated to Nadia Example." in page
    page = take("nadia", "decline")
    found = interview_of(cast, episode)
    assert (found.declined_by, found.parent_view, found.parent_view_words) == ("parent", "taken", "More notice")
    assert found.settled_at is not None
    assert "By a parent or carer." in page
    assert "More notice" in page


def test_an_allocated_worker_reaches_the_child(cast: Cast, owen: Child, as_member: SignIn) -> None:
    one = gone(cast, owen)
    assert as_member("nadia").get(address(one)).status_code == 404
    as_member("helen").post(address(one, "allocate"), sent(cast, "allocate"))
    assert as_member("nadia").get(address(one)).status_code == 200


@pytest.mark.parametrize("step", STEPS)
def test_who_may_not_take_a_step_is_told_so(cast: Cast, episode: Episode, as_member: SignIn, step: str) -> None:
    may = {"helen"} if step in TEAM_STEPS else {"helen", "nadia"}
    said = "Only the exploitation team can allocate" if step in TEAM_STEPS else "Only return-interview workers"
    for name in set(PEOPLE) - may:
        for response in (as_member(name).get(address(episode, step)), as_member(name).post(address(episode, step))):
            assert response.status_code == 403, name
            assert said in text_of(response), name


@pytest.mark.parametrize("step", ["", *(one for one in STEPS if one not in TEAM_STEPS), "write-up/1"])
def test_a_child_of_nobody_s_is_the_same_as_none(cast: Cast, episode: Episode, as_member: SignIn, step: str) -> None:
    """A return-interview worker to whom the child is not allocated; on the page itself also another agency's."""
    with seated(cast.operator):
        cast.members["olga"] = add_member(
            by=cast.operator, email="olga@caldershire.example", name="Olga Example", job="", seats=[Seat.INTERVIEWER],
            agency=cast.agencies["Brightwater"],
        )  # fmt: skip
    assert_same(as_member("olga"), address(episode, step), str(episode.child.reference))
    if not step:
        assert_same_as_nobody(as_member, address(episode), str(episode.child.reference))


def test_an_interview_of_another_child_is_not_there(
    cast: Cast, keira: Child, owen: Child, episode: Episode, as_member: SignIn
) -> None:
    other = gone(cast, owen)
    there = address(other, "offer").replace(str(owen.reference), str(keira.reference))
    assert as_member("helen").get(there).status_code == 404
    assert as_member("helen").get(address(episode, "forget")).status_code == 404


def wrong(step: str) -> list[tuple[list[str], Sent, str]]:
    """For a step: what comes before, what is sent, the sentence that is said."""
    past, future = typed("at", ago(40)), typed("at", ago(-3))
    when = "Enter the date and the time."
    by_step: dict[str, list[tuple[list[str], Sent, str]]] = {
        "allocate": [([], {}, "Choose who holds the interview."), ([], {"member": "999999"}, "Select a valid choice.")],
        "offer": [
            ([], {}, when),
            ([], {**typed("at", ago(5))}, "Choose which way."),
            ([], {**past, "way": "phone"}, "The offer cannot be before the return."),
            ([], {**future, "way": "phone"}, "The offer cannot be in the future."),
            (["accept"], {**typed("at", ago(2)), "way": "phone"}, "The interview is accepted already."),
            ([], {**typed("at", ago(5)), "at_3": "soon", "way": "phone"}, "Time must be hours and minutes, like 16:30."),
            ([], {**typed("at", ago(5)), "way": "phone", "words": "x" * 301}, "Use 300 characters or fewer."),
        ],
        "try": [([], {**past, "way": "visit"}, "The attempt cannot be before the return.")],
        "accept": [([], {}, when), ([], future, "The answer cannot be in the future.")],
        "book": [
            ([], {**typed("booked_for", ago(1)), "where": "School"}, "The time set must be in the future."),
            ([], typed("booked_for", ago(-24)), "Enter where it will be held."),
        ],
        "decline": [
            ([], typed("at", ago(5)), "Choose who declined."),
            (["decline"], {**typed("at", ago(2)), "who": "child"}, "This interview was declined."),
        ],
        "give-up": [(["try"], {}, "The child was tried once. Record 3 attempts")],
        "hand-over": [([], typed("at", ago(2)), "Enter the authority."),
                      (["hand-over"], {**typed("at", ago(2)), "authority": "Eastmoor"}, "This interview is handed to")],
        "take-over": [([], {**past, "authority": "Northfell"}, "The taking over cannot be before the return.")],
        "reopen": [(["decline"], {}, "Say why it is opened again."), ([], {"why": "x"}, "This step cannot be taken now.")],
    }  # fmt: skip
    return by_step[step]


@pytest.mark.parametrize("step", STEPS)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, keira: Child, as_member: SignIn, step: str
) -> None:
    for number, (before, given, sentence) in enumerate(wrong(step)):
        child = keira if not number else cast.child(f"Keira{number}")
        one, client = gone(cast, child), as_member("helen")
        for earlier in before:
            client.post(address(one, earlier), sent(cast, earlier))
        was = interview_of(cast, one).state
        response = client.post(address(one, step), given)
        assert response.status_code == 200, sentence
        if step == "give-up":  # it has no field: the sentence leads to the page itself
            assert set(summary(response).values()) == {"main-content"}
        else:
            assert_summary_lands(response)
        assert any(said.startswith(sentence) for said in summary(response)), summary(response)
        assert_keeps(response, {name: value for name, value in given.items() if name != "member"})
        assert interview_of(cast, one).state == was


def test_another_interview_that_waits_is_held_instead(cast: Cast, keira: Child, as_member: SignIn) -> None:
    first = gone(cast, keira, 60, 50)
    client = as_member("helen")
    client.post(address(first, "decline"), sent(cast, "decline"))
    gone(cast, keira)
    response = client.post(address(first, "reopen"), {"why": "Changed their mind"})
    assert "Another interview of this child waits. Hold that one: it can answer both episodes." in summary(response)


def test_what_was_typed_before_stands_in_the_form(cast: Cast, episode: Episode, as_member: SignIn) -> None:
    begin(
        cast,
        "nadia",
        f"missing:offer:{episode.interview_id}",
        words="Rang the carer twi",
        way="carer",
        at_3="half past",
    )
    page = as_member("nadia").get(address(episode, "offer"))
    assert_keeps(page, {"words": "Rang the carer twi", "way": "carer", "at_3": "half past"})
    assert "Rang the carer twi" not in text_of(as_member("helen").get(address(episode, "offer")))


def test_the_page_offers_what_can_be_done_next_and_no_more(
    cast: Cast, episode: Episode, take: Callable[..., str], as_member: SignIn
) -> None:
    def links(name: str) -> list[str]:
        page = text_of(as_member(name).get(address(episode)))
        return [one for one in STEPS if f'href="{address(episode, one)}"' in page]

    assert links("helen") == ["allocate", "offer", "try", "decline", "hand-over", "take-over"]
    assert links("nadia") == ["offer", "try", "decline"]
    assert links("daniel") == links("arthur") == []
    assert "Write it up" not in text_of(as_member("daniel").get(address(episode)))
    for _ in range(3):
        take("nadia", "try")
    assert "give-up" in links("nadia")
    take("nadia", "give-up")
    assert links("nadia") == ["reopen"]
    assert "It was held after all: write it up" in text_of(as_member("nadia").get(address(episode)))


def test_the_page_of_an_interview_asks_little(
    cast: Cast, episode: Episode, take: Callable[..., str], as_member: SignIn
) -> None:
    for step in ("try", "offer", "accept", "book"):
        take("helen", step)
    for name in ("helen", "nadia", "daniel", "arthur"):
        asked = statements(as_member(name), address(episode))
        assert len(asked) <= 12, "\n".join(asked)


# ── whether one is required ─────────────────────────────────────────────────────────────────────────────────


def need(episode: Episode) -> str:
    return f"/children/{episode.child.reference}/missing/{episode.pk}/interview-needed/"


def test_the_team_decides_whether_one_is_required(cast: Cast, episode: Episode, as_member: SignIn) -> None:
    client = as_member("helen")
    assert 'value="yes" checked' in text_of(client.get(need(episode)))
    page = client.post(need(episode), {"needed": "no", "because": "in_custody"}, follow=True)
    assert "The decision is kept." in text_of(page)
    with seated(cast.by("helen")):
        now = Episode.objects.get(pk=episode.pk)
        assert (now.interview_id, now.interview_needed, now.not_needed_because) == (None, "no", "in_custody")
        assert Interview.objects.get().state == "not_required"
    client.post(need(episode), {"needed": "yes"})
    with seated(cast.by("helen")):
        now = Episode.objects.get(pk=episode.pk)
        assert (now.interview_needed, now.not_needed_because) == ("yes", "")
        assert now.interview_id not in (None, episode.interview_id)


def test_an_away_episode_gets_one_when_the_team_asks(cast: Cast, keira: Child, as_member: SignIn) -> None:
    one = gone(cast, keira, **AWAY)
    assert one.interview is None
    assert_keeps(as_member("helen").get(need(one)), {"needed": "no", "because": "away"})
    as_member("helen").post(need(one), {"needed": "yes"})
    assert interview_of(cast, one).due_at == ago(20 - 72)


@pytest.mark.parametrize(
    ("back", "given", "sentence", "field"),
    [
        (20, {}, "Choose whether an interview is required.", "id_needed"),
        (20, {"needed": "no"}, "Choose why no interview is required.", "id_because"),
        (20, {"needed": "yes"}, "This episode has an interview already.", "id_needed"),
        (None, {"needed": "yes"}, "The child is not back yet: an interview falls due with the return.", "id_needed"),
    ],
)
def test_what_is_wrong_with_it_is_said(
    cast: Cast, keira: Child, as_member: SignIn, back: float | None, given: Sent, sentence: str, field: str
) -> None:
    response = as_member("helen").post(need(gone(cast, keira, back=back)), given)
    assert_summary_lands(response)
    assert summary(response) == {sentence: field}
    assert_keeps(response, given)


def test_nobody_else_decides_whether_one_is_required(cast: Cast, episode: Episode, as_member: SignIn) -> None:
    for name in set(PEOPLE) - {"helen"}:
        response = as_member(name).get(need(episode))
        assert response.status_code == 403, name
        assert "Only the exploitation team decides whether a return interview is required." in text_of(response)
    assert as_member("helen").get(need(episode).replace(f"/{episode.pk}/", "/999999/")).status_code == 404
