"""A return interview written up: nine questions, one a page, kept as they are typed, sent on the last."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from conftest import PEOPLE, Cast
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry, Kind
from meg.protect.children.models import Child
from meg.protect.missing.models import Episode, Interview, Link
from meg.protect.missing.tests.now import ago, assert_same, drafts, gone, interview_of, statements, words_of
from meg.protect.missing.tests.pages import (
    SignIn,
    assert_keeps,
    assert_same_as_nobody,
    assert_summary_lands,
    summary,
    text_of,
)

pytestmark = pytest.mark.usefixtures("still")
LAST = 9
Sent = dict[str, Any]


@pytest.fixture
def episode(cast: Cast, keira: Child) -> Episode:
    return gone(cast, keira)


def address(episode: Episode, question: int | str = "") -> str:
    here = f"/children/{episode.child.reference}/interviews/{episode.interview_id}/"
    return f"{here}write-up/{question}/" if question else here


def held_at(hours: float) -> Sent:
    """Question 3: the interview began so many hours ago."""
    local = timezone.localtime(ago(hours))
    return {
        "held_on_0": f"{local.day}",
        "held_on_1": f"{local.month}",
        "held_on_2": f"{local.year}",
        "began": f"{local:%H:%M}",
    }


def answers(*episodes: Episode, hours: float = 4) -> dict[int, Sent]:
    """Every question answered."""
    return {
        1: {"answers": [str(one.pk) for one in episodes]},
        2: {"held_by": "Nadia Example", "held_by_agency": "Brightwater", "independent": "yes"},
        3: held_at(hours),
        4: {"place": "school", "present": ["alone", "advocate"]},
        5: {"harm": ["threatened", "slept_rough"], "harm_dealt_with": "Told the social worker the same day."},
        6: {"reasons": ["pull_friends", "push_rules"], "reasons_words": "They never ask me.",
            "places": "Penfield bus station, meets friends\r\n\r\nThe quay", "people": "Someone called Jay, drives"},
        7: {"would_help": "A later time on Fridays."},
        8: {"information": ["helplines", "rights"]},
    }  # fmt: skip


def answer_all(client: Client, *episodes: Episode, hours: float = 4, but: tuple[int, ...] = ()) -> None:
    for number, given in answers(*episodes, hours=hours).items():
        if number not in but:
            response = client.post(address(episodes[0], number), given)
            assert response.status_code == 302, summary(response)
            assert response["Location"] == address(episodes[0], number + 1)


def test_nine_questions_make_an_interview_held(cast: Cast, keira: Child, episode: Episode, as_member: SignIn) -> None:
    client = as_member("nadia")
    answer_all(client, episode)
    check = words_of(client.get(address(episode, LAST)))
    for said in ("Nadia Example, Brightwater", "At school", "The child alone, An advocate", "Threatened or afraid",
                 "Told the social worker the same day.", "Places: Penfield bus station, The quay", "They never ask me.",
                 "A later time on Fridays.", "Rights, and an advocate"):  # fmt: skip
        assert said in check, said
    assert "Before it can be sent" not in check
    response = client.post(address(episode, LAST), follow=True)
    assert response.redirect_chain == [(address(episode), 302)]
    page = words_of(response)
    assert "The interview is written up. Thank you." in page
    assert "Held in 16 h" in page
    assert "Independent of the care setting and of the family" in page
    found = interview_of(cast, episode)
    assert (found.state, found.held_at, found.held_by, found.held_by_agency) == (
        "held",
        ago(4),
        "Nadia Example",
        "Brightwater",
    )
    assert (found.independent, found.place, found.present) == (True, "school", ["alone", "advocate"])
    assert (found.harm, found.reasons) == (["threatened", "slept_rough"], ["pull_friends", "push_rules"])
    assert (found.would_help, found.information) == ("A later time on Fridays.", ["helplines", "rights"])
    assert found.written_up_by == "Nadia Example"
    with seated(cast.by("helen")):
        named = Link.objects.filter(interview=found).order_by("pk").values_list("kind", "name", "about")
        assert list(named) == [("place", "Penfield bus station", "meets friends"), ("place", "The quay", ""),
                               ("person", "Someone called Jay", "drives")]  # fmt: skip
    assert drafts(cast, "nadia") == []
    with seated(cast.operator):
        lines = Entry.objects.about(str(keira.reference)).filter(member_id=cast.members["nadia"].pk)
        assert lines.filter(kind=Kind.WRITE).count() == 1
        assert "never ask" not in str(list(lines.values_list("detail", flat=True)))


def test_each_answer_is_kept_for_its_writer_alone(cast: Cast, episode: Episode, as_member: SignIn) -> None:
    client = as_member("nadia")
    answer_all(client, episode)
    assert len(drafts(cast, "nadia", f"missing:write_up:{episode.interview_id}:")) == 8
    page = text_of(client.get(address(episode, 6)))
    assert "They never ask me." in page
    assert_keeps(client.get(address(episode, 3)), held_at(4))
    beside = words_of(client.get(address(episode, 1))).split("Check and send")[0]
    assert "Nadia Example, Brightwater" in beside
    assert "At school" in beside
    other = as_member("helen")
    assert "They never ask me." not in text_of(other.get(address(episode, 6)))
    assert 'value="Helen Example"' in text_of(other.get(address(episode, 2)))
    assert interview_of(cast, episode).state == "due"


def test_later_keeps_what_stands_there_right_or_wrong(cast: Cast, episode: Episode, as_member: SignIn) -> None:
    client = as_member("nadia")
    sent = {**held_at(4), "began": "quarter to 5", "later": "yes"}
    response = client.post(address(episode, 3), sent, follow=True)
    assert response.redirect_chain == [(address(episode), 302)]
    assert "What you typed is kept. Only you can see it until the interview is sent." in text_of(response)
    assert_keeps(client.get(address(episode, 3)), {name: text for name, text in sent.items() if name != "later"})


def test_the_last_page_says_what_is_wanting(cast: Cast, episode: Episode, as_member: SignIn) -> None:
    client = as_member("nadia")
    answer_all(client, episode, but=(1, 5))
    client.post(address(episode, 3), {**held_at(4), "began": "quarter to 5"})
    wanting = {
        "Question 1, ‘Which episodes does it answer?’, needs an answer.": address(episode, 1),
        "Question 3, ‘When was the interview held?’, needs an answer.": address(episode, 3),
        "Question 5, ‘Is there any harm to be dealt with?’, needs an answer.": address(episode, 5),
    }
    page = text_of(client.get(address(episode, LAST)))
    assert "Before it can be sent:" in page
    assert "govuk-error-summary" not in page
    for sentence, target in wanting.items():
        assert f'<a class="govuk-link" href="{target}">{sentence}</a>' in page
    refused = client.post(address(episode, LAST))
    assert "<title>Error: Check and send" in text_of(refused)
    listed = text_of(refused).split("govuk-error-summary__list", 1)[1].split("</ul>", 1)[0]
    for sentence, target in wanting.items():
        assert f'<a href="{target}">{sentence}</a>' in listed
    assert interview_of(cast, episode).state == "due"


WRONG: list[tuple[int, Sent, str, str]] = [
    (1, {}, "Choose at least one episode that the interview answers.", "id_answers"),
    (1, {"answers": ["999999"]}, "Select a valid choice.", "id_answers"),
    (2, {"held_by": "", "independent": "no"}, "Enter who held the interview.", "id_held_by"),
    (2, {"held_by": "Nadia"}, "Choose whether they are independent of where the child lives.", "id_independent"),
    (2, {"held_by": "x" * 121, "independent": "yes"}, "Use 120 characters or fewer.", "id_held_by"),
    (3, {}, "Enter the date of the interview.", "id_held_on_0"),
    (3, {**held_at(4), "began": ""}, "Enter the time it began, like 16:30.", "id_began"),
    (3, {**held_at(4), "began": "quarter to 5"}, "Time it began must be hours and minutes, like 16:30.", "id_began"),
    (3, {**held_at(4), "held_on_1": "13"}, "Date must have a month from 1 to 12.", "id_held_on_1"),
    (3, {**held_at(4), "held_on_2": "2099"}, "The interview cannot be in the future: today is ", "id_held_on_0"),
    (3, held_at(90), "The interview cannot be before the return. Check the date and the time", "id_held_on_0"),
    (3, {"held_on_0": "29", "held_on_1": "3", "held_on_2": "2026", "began": "01:30"},
     "The interview: there was no 01:30 that night, the clocks went forward.", "id_began"),
    (4, {}, "Choose where it was held.", "id_place"),
    (4, {"place": "school"}, "Choose who was there.", "id_present"),
    (5, {}, "Choose what applies, or that no harm was told or seen.", "id_harm"),
    (5, {"harm": ["none", "hurt"]}, "‘No harm told or seen’ cannot stand beside another answer.", "id_harm"),
    (6, {"reasons": []}, "Choose the reasons, or that the child did not want to say.", "id_reasons"),
    (6, {"reasons": ["not_told"], "places": "a\n" * 11}, "Name at most 10, one a line.", "id_places"),
    (7, {"would_help": "x" * 2001}, "Use 2,000 characters or fewer.", "id_would_help"),
    (8, {}, "Choose what was given, or ‘None given’.", "id_information"),
]  # fmt: skip


@pytest.mark.parametrize(("number", "given", "sentence", "field"), WRONG)
def test_what_is_wrong_is_said_at_its_field_and_stays_as_typed(
    cast: Cast, episode: Episode, as_member: SignIn, number: int, given: Sent, sentence: str, field: str
) -> None:
    client = as_member("nadia")
    response = client.post(address(episode, number), given)
    assert response.status_code == 200
    assert_summary_lands(response)
    found = [target for said, target in summary(response).items() if said.startswith(sentence)]
    assert found, summary(response)
    assert found[0].startswith(field)
    kept = {
        name: text for name, text in given.items() if isinstance(text, str) and name not in ("places", "would_help")
    }
    for page in (response, client.get(address(episode, number))):
        assert_keeps(page, kept)
        for text in (str(given.get(name, "")).strip() for name in ("places", "would_help")):
            assert text in text_of(page)


def test_an_episode_left_out_gets_an_interview_of_its_own(cast: Cast, keira: Child, as_member: SignIn) -> None:
    first = gone(cast, keira, 70, 60)
    second = gone(cast, keira, 30, 20)
    assert first.interview_id == second.interview_id
    client = as_member("nadia")
    page = text_of(client.get(address(first, 1)))
    assert page.count(" checked") == 2, "both are ticked beforehand"
    answer_all(client, second)
    client.post(address(second, LAST))
    held, left = interview_of(cast, second), interview_of(cast, first)
    assert (held.state, held.pk, held.due_at) == ("held", second.interview_id, ago(20 - 72))
    assert left.pk != held.pk
    assert (left.state, left.due_at) == ("due", ago(60 - 72))


def test_one_interview_answers_both(cast: Cast, keira: Child, as_member: SignIn) -> None:
    first, second = gone(cast, keira, 90, 80), gone(cast, keira, 30, 20)
    client = as_member("nadia")
    answer_all(client, first, second)
    page = words_of(client.post(address(first, LAST), follow=True))
    assert "Held in 76 h, 4 h over" in page
    assert "Held in 16 h" in page
    with seated(cast.by("helen")):
        assert Interview.objects.get().state == "held"


def test_an_interview_between_two_returns_cannot_answer_both(cast: Cast, keira: Child, as_member: SignIn) -> None:
    first, second = gone(cast, keira, 70, 60), gone(cast, keira, 30, 20)
    client = as_member("nadia")
    answer_all(client, first, second, hours=40)
    page = text_of(client.post(address(first, LAST)))
    assert "The interview cannot be before the return." in page
    assert f'<a href="{address(first, 3)}">' in page
    assert interview_of(cast, first).state == "due"
    client.post(address(first, 1), answers(first)[1])
    client.post(address(first, LAST))
    assert (interview_of(cast, first).state, interview_of(cast, second).state) == ("held", "due")


def test_a_late_one_is_held_and_says_so(cast: Cast, keira: Child, as_member: SignIn) -> None:
    late = gone(cast, keira, 100, 90)
    client = as_member("nadia")
    assert "18 h over. Write it up all the same: a late interview counts as held." in words_of(
        client.get(address(late, 1))
    )
    answer_all(client, late)
    client.post(address(late, LAST))
    assert interview_of(cast, late).state == "held"


def test_what_was_held_already_is_not_written_up_again(cast: Cast, episode: Episode, as_member: SignIn) -> None:
    client = as_member("nadia")
    answer_all(client, episode)
    client.post(address(episode, LAST))
    for question in (1, LAST):
        response = client.get(address(episode, question), follow=True)
        assert response.redirect_chain == [(address(episode), 302)]
        assert "This interview was held already." in text_of(response)


def test_the_team_writes_up_too_and_nobody_else(cast: Cast, episode: Episode, as_member: SignIn) -> None:
    for name in set(PEOPLE) - {"helen", "nadia"}:
        for question in (1, LAST):
            response = as_member(name).post(address(episode, question))
            assert response.status_code == 403, name
            assert "Only return-interview workers" in text_of(response)
    answer_all(as_member("helen"), episode)
    as_member("helen").post(address(episode, LAST))
    assert interview_of(cast, episode).written_up_by == "Helen Example"


def test_out_of_reach_is_the_same_as_nobody(cast: Cast, owen: Child, episode: Episode, as_member: SignIn) -> None:
    other = gone(cast, owen)
    assert_same(as_member("nadia"), address(other, 1), str(owen.reference))
    assert_same_as_nobody(as_member, address(episode), str(episode.child.reference))
    assert as_member("nadia").get(address(episode, 10)).status_code == 404


def test_every_page_of_it_asks_little(cast: Cast, keira: Child, as_member: SignIn) -> None:
    first, second = gone(cast, keira, 70, 60), gone(cast, keira, 30, 20)
    client = as_member("nadia")
    answer_all(client, first, second)
    for question in range(1, LAST + 1):
        asked = statements(client, address(first, question))
        assert len(asked) <= 12, f"question {question}: {len(asked)}\n" + "\n".join(asked)
