"""What the verbs of a context do, and what they refuse; one sentence for each bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import By, Refused, seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit, Unfits
from meg.protect.contexts import actions
from meg.protect.contexts.models import Context, Level, Link, Said
from meg.protect.contexts.tests.conftest import SOON, STATION, TODAY, Linked, Opened
from meg.protect.exploitation.models import Referral
from meg.protect.missing.models import Interview
from meg.protect.plans.actions import add_action, close_plan, review_plan
from meg.protect.plans.models import Plan
from meg.protect.tasks.actions import finish_task
from meg.protect.tasks.models import Task

NOW = timezone.now()
DAY = timedelta(days=1)
LEVEL = {"level": "high", "who": "Helen Example", "rationale": "Named in four referrals"}


def test_a_context_is_opened_with_what_is_known_and_its_level(cast: Cast, opened: Opened) -> None:
    made = opened(**LEVEL)
    assert str(made.reference) == f"CTX-{made.pk:06d}"
    with seated(cast.by("helen")):
        found: Any = Context.objects.as_said().get()
        assert (found.level, found.level_by, found.review_on) == ("high", "Helen Example", SOON)
        assert set(Said.objects.values_list("what", flat=True)) == {"opened", "known"}
    with seated(cast.operator):
        lines = Entry.objects.about(str(made.reference)).values_list("sentence", flat=True)
        assert set(lines) == {"Opened a context: place.", "Gave a context the level high."}


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"kind": "street"}, "Choose what it is: a peer group, a place or an online space"),
        ({"level": "high", "who": "Helen"}, "A level of concern has a written reason"),
        ({"level": "high", "rationale": "Named often"}, "whose judgement the level is"),
        ({"rationale": "Named often", "who": "Helen"}, "Choose the level of concern"),
        ({"review_on": TODAY}, "must be after today"),
        ({"name": "  "}, "in neutral words"),
    ],
)
def test_a_context_that_cannot_be_opened(cast: Cast, other: dict[str, Any], sentence: str) -> None:
    with seated(cast.by("helen")) as by:
        with pytest.raises(Unfits) as told:
            actions.open_context(by=by, now=NOW, **{**STATION, **other})
        assert [words for _, words in told.value.all if sentence in words], told.value.all
        assert len(told.value.all) == 1
        assert not Context.objects.exists()


def test_one_open_context_of_a_kind_and_name(cast: Cast, opened: Opened) -> None:
    made = opened()
    with pytest.raises(Unfit, match=f"{made} has this name and is open"):
        opened(name=" the BUS  station")
    assert opened(kind="peer").pk
    with seated(cast.by("helen")) as by:
        actions.close_context(by=by, context=made, why="Quiet", now=NOW + DAY)
    assert opened().pk


def test_what_it_is_called_is_put_right(cast: Cast, opened: Opened, keira: Child, linked: Linked) -> None:
    """Linked agencies read the new name alone; the team keeps the old one."""
    made, other = opened(name="Where somebody was seen"), opened()
    linked(made, keira)
    with seated(cast.by("helen")) as by:
        for name, sentence in (
            (" ", "in neutral words"),
            ("x" * 201, "200 characters"),
            ("THE bus station", f"{other} has this"),
        ):
            with pytest.raises(Unfit, match=sentence):
                actions.rename(by=by, context=made, name=name, now=NOW)
        actions.rename(by=by, context=made, name="The park", now=NOW)
        actions.rename(by=by, context=made, name="the Park", now=NOW)
        assert Said.objects.filter(context=made, words="Was called ‘Where somebody was seen’.").exists()
    with seated(cast.by("daniel")):
        assert [one.name for one in Context.objects.all()] == ["the Park"]
    with seated(cast.by("arthur")) as reader, pytest.raises(Refused):
        actions.rename(by=reader, context=made, name="x", now=NOW)


def test_levels_are_added_and_the_latest_counts(cast: Cast, opened: Opened) -> None:
    made = opened(**LEVEL)
    with seated(cast.by("helen")) as by:
        actions.give_level(by=by, context=made, level="low", who="Helen", rationale="Quiet", now=NOW + DAY)
        found: Any = Context.objects.as_said().get()
        assert (found.level, Level.objects.count()) == ("low", 2)
        with pytest.raises(Unfit, match="written reason"):
            actions.give_level(by=by, context=made, level="low", who="Helen", rationale=" ", now=NOW)
        with pytest.raises(IntegrityError, match="concern_has_a_person_and_a_rationale"), transaction.atomic():
            Level.objects.create(context=made, level="low", by="Helen", rationale="")


def test_a_review_says_level_words_and_the_next_day(cast: Cast, opened: Opened) -> None:
    made = opened(now=NOW - 5 * DAY)
    review: dict[str, Any] = {
        "context": made, "held_on": TODAY - DAY, "words": "Fewer children seen", "next_on": SOON + DAY, "now": NOW, **LEVEL,
    }  # fmt: skip
    with seated(cast.by("helen")) as by:
        for other, sentence in (
            ({"held_on": TODAY - 6 * DAY}, "It cannot have been reviewed before"),
            ({"held_on": TODAY + DAY}, "still to come"),
            ({"next_on": TODAY}, "must be after today"),
            ({"rationale": ""}, "written reason"),
            ({"words": ""}, "what was said"),
        ):
            with pytest.raises(Unfit, match=sentence):
                actions.review_context(by=by, **{**review, **other})
        assert not Level.objects.exists()
        actions.review_context(by=by, **review)
        found: Any = Context.objects.as_said().get()
        assert (found.level, found.review_on) == ("high", SOON + DAY)


def test_a_child_is_linked_once_at_a_time(cast: Cast, opened: Opened, keira: Child, linked: Linked) -> None:
    made = opened()
    link = linked(made, keira)
    with pytest.raises(Unfit, match="linked to this context already"):
        linked(made, keira, "member")
    with seated(cast.by("helen")) as by:
        with pytest.raises(IntegrityError, match="context_link_once_a_child"), transaction.atomic():
            Link.objects.create(context=made, child=keira, how="seen", since=TODAY)
        with pytest.raises(Unfit, match="Say why the link ends"):
            actions.end_link(by=by, link=link, why=" ", now=NOW)
        actions.end_link(by=by, link=link, why="Moved to another school", now=NOW + DAY)
        with pytest.raises(Unfit, match="ended already"):
            actions.end_link(by=by, link=link, why="Again", now=NOW + DAY)
        kept = Link.objects.get()
        assert (kept.ended_by, kept.ended_because) == ("Helen Example", "Moved to another school")
        lines = Entry.objects.about(str(keira.reference)).values_list("sentence", flat=True)
        assert {"Linked a child to a context.", "Ended a child’s link to a context."} <= set(lines)
    assert linked(made, keira, "member").pk


def test_a_link_comes_from_a_record_of_the_child(
    cast: Cast, opened: Opened, keira: Child, kira: Child, linked: Linked
) -> None:
    made = opened()
    with seated(cast.by("helen")):
        referral = Referral.objects.create(child=kira, referred_by="x", received_at=NOW, consent="given")
        interview = Interview.objects.create(child=kira, due_at=NOW)
    for record in ({"referral": referral}, {"interview": interview}):
        with pytest.raises(Unfit, match="of another child"):
            linked(made, keira, **record)
    assert linked(made, kira, referral=referral).referral == referral
    with pytest.raises(Unfit, match="Choose how the child is linked"):
        linked(made, keira, "friend")


def test_a_context_is_not_closed_over_an_open_plan(cast: Cast, opened: Opened) -> None:
    made = opened()
    with seated(cast.by("helen")) as by:
        plan = actions.plan_for(by=by, context=made, words="Safer evenings", review_on=SOON, now=NOW)
        with pytest.raises(Unfit, match="This context has an open plan already"):
            actions.plan_for(by=by, context=made, words="Again", review_on=SOON, now=NOW)
        with pytest.raises(Unfit, match="Close the plan first"):
            actions.close_context(by=by, context=made, why="Quiet", now=NOW)
        close_plan(by=by, plan=plan, outcome="met", why="Reached", now=NOW)
        with pytest.raises(Unfit, match="Say why it is closed"):
            actions.close_context(by=by, context=made, why="", now=NOW)
        actions.close_context(by=by, context=made, why="Quiet for months", now=NOW + DAY)
        for verb in verbs(by, made):
            with pytest.raises(Unfit, match="This context is closed"):
                verb()


def verbs(by: By, context: Context) -> list[Callable[[], object]]:
    return [
        lambda: actions.add_known(by=by, context=context, words="x", now=NOW),
        lambda: actions.give_level(by=by, context=context, now=NOW, **LEVEL),
        lambda: actions.plan_for(by=by, context=context, words="x", review_on=SOON, now=NOW),
        lambda: actions.close_context(by=by, context=context, why="x", now=NOW),
    ]


def test_actions_of_the_plan_are_tasks_of_the_context(cast: Cast, opened: Opened) -> None:
    made = opened()
    with seated(cast.by("helen")) as by:
        plan = actions.plan_for(by=by, context=made, words="Safer evenings", review_on=SOON, now=NOW)
        task = add_action(by=by, plan=plan, what="Walk by at six", agency=cast.agencies["Caldershire Health"], due_on=SOON,
                          today=TODAY)  # fmt: skip
        assert (task.of, task.of_number, task.child_id) == (Task.Of.CONTEXT, made.pk, None)
        with pytest.raises(Unfit, match="Only a child’s plan leads to adult services"):
            add_action(by=by, plan=plan, what="x", agency=cast.agencies["Brightwater"], due_on=SOON, today=TODAY,
                       transition=True)  # fmt: skip
        review_plan(by=by, plan=plan, who="Helen", words="Begun", next_on=SOON, now=NOW)
        with pytest.raises(Unfit, match="1 action is still open"):
            close_plan(by=by, plan=plan, outcome="met", why="Reached", now=NOW)
    with seated(cast.by("amina")) as by:
        finish_task(by=by, task=task, outcome="Done each Friday", now=NOW)
    with seated(cast.by("helen")) as by:
        close_plan(by=by, plan=plan, outcome="met", why="Reached", now=NOW)
        assert not Plan.objects.open().exists()


@pytest.mark.parametrize("name", ["daniel", "amina", "nadia", "arthur", "grace", "ruth", "fiona"])
def test_only_the_team_writes(cast: Cast, opened: Opened, keira: Child, linked: Linked, name: str) -> None:
    made = opened()
    link = linked(made, keira)
    with seated(cast.by(name)) as other:
        more: list[Callable[[], object]] = [
            lambda: actions.open_context(by=other, now=NOW, **STATION),
            lambda: actions.end_link(by=other, link=link, why="x", now=NOW),
            lambda: actions.link_child(by=other, context=made, child=keira, how="seen", since=TODAY, now=NOW),
        ]
        for verb in [*verbs(other, made), *more]:
            with pytest.raises(Refused, match="Only the exploitation team changes a context"):
                verb()


def test_a_context_and_its_line_stand_or_fall_together(cast: Cast) -> None:
    with seated(cast.by("helen")) as by:
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.open_context(by=by, now=NOW, **STATION)
            raise RuntimeError
        assert not Context.objects.exists()
        assert not Entry.objects.filter(sentence="Opened a context: place.").exists()
