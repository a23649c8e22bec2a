"""What a plan's verbs do, and what they refuse; one sentence for each bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from conftest import Cast
from meg.partnership.access.actions import involve
from meg.partnership.seats import By, Refused, seated
from meg.partnership.trail.models import Entry
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.contexts.actions import open_context
from meg.protect.exploitation.actions import close
from meg.protect.exploitation.models import Level
from meg.protect.plans import actions
from meg.protect.plans.models import Aim, Given, Plan, Review, Service
from meg.protect.plans.tests.conftest import Opened, Referred
from meg.protect.tasks.models import Task

TODAY = timezone.localdate()
SOON = TODAY + timedelta(days=21)


def test_one_open_plan_for_one_referral(cast: Cast, opened: Opened) -> None:
    plan = opened()
    with seated(cast.by("helen")) as by:
        again: dict[str, Any] = {
            "by": by,
            "referral": plan.referral,
            "words": "Again",
            "review_on": SOON,
            "now": timezone.now(),
        }
        with pytest.raises(Unfit, match="has an open plan already"):
            actions.open_plan(**again)
        with pytest.raises(IntegrityError, match="plan_one_open_of_a_referral"), transaction.atomic():
            Plan.objects.create(child=plan.child, referral=plan.referral, words="Again", review_on=SOON)
        actions.close_plan(by=by, plan=plan, outcome="met", why="Reached", now=timezone.now())
        assert actions.open_plan(**again).is_open


def test_a_referral_is_held_open_by_its_plan(cast: Cast, opened: Opened) -> None:
    plan, now = opened(), timezone.now()
    assert plan.referral is not None
    with seated(cast.by("helen")) as by:
        with pytest.raises(Unfit, match="An open plan holds this referral open"):
            close(by=by, referral=plan.referral, outcome="safer", why="Done", now=now)
        actions.close_plan(by=by, plan=plan, outcome="met", why="Reached", now=now)
        close(by=by, referral=plan.referral, outcome="safer", why="Done", now=now)


def test_a_plan_is_made_for_a_referral_that_was_taken_on(cast: Cast, keira: Child, referred: Referred) -> None:
    waiting = referred(keira, taken_on=False)
    with seated(cast.by("helen")) as by:
        asked: dict[str, Any] = {
            "by": by,
            "now": timezone.now(),
            "referral": waiting,
            "words": "Safer",
            "review_on": SOON,
        }
        for given_, sentence in (
            ({}, "Take the referral on first"), ({"words": " "}, "what the plan is for"), ({"review_on": TODAY}, "after today"),
        ):  # fmt: skip
            with pytest.raises(Unfit, match=sentence):
                actions.open_plan(**{**asked, **given_})


def test_a_plan_of_a_context_is_of_no_child(cast: Cast) -> None:
    now = timezone.now()
    with seated(cast.by("helen")) as by:
        park = open_context(
            by=by, kind="place", name="A park", known="Busy", why="Named often", review_on=SOON, now=now
        )
        plan = actions.open_plan(by=by, context=park.pk, words="A safer park", review_on=SOON, now=now)
        aim = actions.add_aim(by=by, plan=plan, words="Lights", known_by="They are lit")
        task = actions.add_action(by=by, plan=plan, what="Ask the council", agency=cast.agencies["Caldershire Health"],
                                  due_on=SOON, today=TODAY)  # fmt: skip
        assert (plan.child_id, aim.child_id, task.child_id) == (None, None, None)
        with pytest.raises(Unfit, match="This context has an open plan already"):
            actions.open_plan(by=by, context=park.pk, words="Again", review_on=SOON, now=now)
    for name in ("daniel", "nadia", "grace"):
        with seated(cast.by(name)):
            assert not Plan.objects.exists()
            assert not Aim.objects.exists()


def test_an_action_is_asked_of_an_agency_that_works_with_the_child(cast: Cast, keira: Child, opened: Opened) -> None:
    plan, health = opened(), cast.agencies["Caldershire Health"]
    with seated(cast.by("helen")) as by:
        ask: dict[str, Any] = {
            "by": by,
            "plan": plan,
            "what": "See her",
            "agency": health,
            "due_on": SOON,
            "today": TODAY,
        }
        with pytest.raises(Unfit, match="does not work with this child"):
            actions.add_action(**ask)
        involve(by=by, agency=health, child_id=keira.pk, reference=keira.reference)
        assert actions.add_action(**ask).of == Task.Of.PLAN
        assert actions.add_action(**ask, transition=True).of == Task.Of.TRANSITION


def test_a_service_cannot_end_before_it_began(cast: Cast, opened: Opened, mentoring: Service) -> None:
    plan = opened()
    with seated(cast.by("helen")) as by:
        made = actions.give_service(by=by, plan=plan, service=mentoring, given_from=TODAY)
        before = TODAY - timedelta(days=1)
        with pytest.raises(Unfit, match="cannot have ended before"):
            actions.end_service(by=by, given=made, given_until=before, outcome="Went well")
        with pytest.raises(Unfit, match="Say what came of it"):
            actions.end_service(by=by, given=made, given_until=TODAY, outcome=" ")
        with pytest.raises(Unfit, match="not on offer on that day"):
            actions.give_service(by=by, plan=plan, service=mentoring, given_from=date(2019, 1, 1))
        with pytest.raises(IntegrityError, match="given_ends_after_it_began"), transaction.atomic():
            Given.objects.filter(pk=made.pk).update(given_until=before, outcome="x")
        actions.end_service(by=by, given=made, given_until=TODAY, outcome="Went well")
        with pytest.raises(Unfit, match="ended already"):
            actions.end_service(by=by, given=made, given_until=TODAY, outcome="Again")


def test_what_is_open_is_dropped_or_kept(cast: Cast, opened: Opened) -> None:
    plan, now = opened(), timezone.now()
    with seated(cast.by("helen")) as by:
        task = actions.add_action(by=by, plan=plan, what="See her", agency=cast.agencies["Penfield Academy"], due_on=SOON,
                                  today=TODAY)  # fmt: skip
        with pytest.raises(Unfit, match="1 action is still open"):
            actions.close_plan(by=by, plan=plan, outcome="met", why="Reached", now=now)
        actions.close_plan(by=by, plan=plan, outcome="met", why="Reached", now=now, actions="drop")
        kept = Task.objects.get(pk=task.pk)
        assert kept.dropped_because == "The plan was closed: Reached"
        with pytest.raises(Unfit, match="This plan is closed"):
            actions.add_aim(by=by, plan=plan, words="x", known_by="y")


def test_a_review_may_give_a_level(cast: Cast, opened: Opened) -> None:
    plan = opened()
    with seated(cast.by("helen")) as by:
        made = actions.review_plan(by=by, plan=plan, who="Keira, Helen", words="Better", next_on=SOON, now=timezone.now(),
                                   level="low", rationale="At school every day")  # fmt: skip
        level = Level.objects.get(referral=plan.referral, point="review")
        assert (level.level, level.number) == ("low", made.pk)
        with pytest.raises(Unfit, match="Say why"):
            actions.review_plan(by=by, plan=plan, who="Helen", words="x", next_on=SOON, now=timezone.now(), level="low")
        assert Review.objects.count() == 1


@pytest.mark.parametrize("name", ["daniel", "nadia", "arthur", "amina", "grace"])
def test_who_does_not_write(cast: Cast, opened: Opened, name: str) -> None:
    plan = opened()
    with seated(cast.by("helen")) as by:
        aim = actions.add_aim(by=by, plan=plan, words="At school", known_by="The register")
    with seated(cast.by(name)) as other:
        for verb in refused(other, plan, aim):
            with pytest.raises(Refused, match="Only the exploitation team"):
                verb()
        for table in ("plans_plan", "plans_aim", "plans_given", "plans_service"):
            with (
                pytest.raises(DatabaseError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"UPDATE {table} SET partnership_id = partnership_id")


def refused(by: By, plan: Plan, aim: Aim) -> list[Callable[[], object]]:
    return [
        lambda: actions.add_aim(by=by, plan=plan, words="x", known_by="y"),
        lambda: actions.settle_aim(by=by, aim=aim, reached=True, words="x", now=timezone.now()),
        lambda: actions.close_plan(by=by, plan=plan, outcome="met", why="x", now=timezone.now()),
    ]


def test_an_aim_is_never_hung_on_another_child(cast: Cast, opened: Opened, lena: Child) -> None:
    plan = opened()
    with seated(cast.by("helen")), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Aim.objects.create(plan=plan, child=lena, words="x", known_by="y")


def test_a_plan_and_its_line_stand_or_fall_together(cast: Cast, keira: Child, referred: Referred) -> None:
    referral = referred(keira)
    with seated(cast.by("helen")) as by:
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.open_plan(by=by, referral=referral, words="Safer", review_on=SOON, now=timezone.now())
            raise RuntimeError
        assert not Plan.objects.exists()
        assert not Entry.objects.about(keira.reference).filter(sentence="Opened a plan.").exists()
