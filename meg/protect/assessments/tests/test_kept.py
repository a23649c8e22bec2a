"""Whatever is done afterwards, in whatever order: a finished assessment and its answers stay what they were."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.partnership.seats import By, Refused, seated
from meg.protect.assessments.actions import begin, end_framework, finish, leave_out, new_version, publish, withdraw
from meg.protect.assessments.models import Assessment, Framework, Said
from meg.protect.assessments.tests.conftest import NOW, Assessed, answers
from meg.protect.assessments.tests.conftest import given as said
from meg.protect.children.rules import Unfit
from meg.protect.exploitation.actions import close, give_level, reopen
from meg.protect.exploitation.models import Level, Referral

LATER = NOW + timedelta(days=1)
MAY_CHANGE = ("state", "withdrawn_at", "withdrawn_by", "withdrawn_why")


def _in_use() -> Framework:
    return Framework.objects.in_use()[0]  # the matrix, or the weighted tool once that is ended


def _finish_begun(by: By, one: Assessment, now: datetime) -> None:
    begun = Assessment.objects.begun().filter(referral=one.referral).first() or one
    finish(by=by, assessment=begun, given=said(answers(begun.framework, "strong"), "high"), now=now)


def _level(by: By, one: Assessment) -> None:
    give_level(
        by=by, referral=one.referral, level="high", who="Helen", rationale="x", now=LATER, point=Level.Point.REVIEW
    )


VERBS: dict[str, Callable[[By, Assessment], object]] = {
    "review": lambda by, one: begin(by=by, referral=one.referral, framework=_in_use(), kind="review"),
    "first": lambda by, one: begin(by=by, referral=one.referral, framework=_in_use(), kind="first"),
    "finish": lambda by, one: _finish_begun(by, one, LATER),
    "finish again": lambda by, one: finish(by=by, assessment=one, given=said({}, "low"), now=LATER),
    "withdraw": lambda by, one: withdraw(
        by=by, assessment=one, why="Of another child", stands="low", who="Helen", now=LATER
    ),
    "level": _level,
    "close": lambda by, one: close(by=by, referral=one.referral, outcome="safer", why="x", now=LATER),
    "reopen": lambda by, one: reopen(by=by, referral=one.referral, why="x", now=LATER),
    "leave out": lambda by, one: leave_out(by=by, framework=one.framework, code="home_abuse"),
    "publish": lambda by, one: publish(
        by=by, framework=new_version(by=by, framework=one.framework), today=date(2026, 12, 1)
    ),
    "end": lambda by, one: end_framework(by=by, framework=one.framework, today=date(2026, 12, 1)),
}


def kept(one: Assessment) -> tuple[object, ...]:
    """Everything of an assessment but whether it was withdrawn, its answers, and what its framework asks."""
    row = Assessment.objects.filter(pk=one.pk).values().get()
    asked = Framework.objects.get(pk=one.framework_id).tool()
    values = tuple(sorted((name, str(value)) for name, value in row.items() if name not in MAY_CHANGE))
    return values, tuple(Said.objects.filter(assessment=one).order_by("pk").values_list()), asked


def test_no_sequence_of_actions_changes_what_is_finished(cast: Cast, referral: Referral, assessed: Assessed) -> None:
    made, by = assessed(level="high", home_abuse="strong", home_care=""), cast.by("helen")
    with seated(by):
        before = kept(made)

    @settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(sorted(VERBS)), max_size=7))
    def holds(names: list[str]) -> None:
        with transaction.atomic():
            with seated(by):
                one = Assessment.objects.select_related("referral", "framework").get(pk=made.pk)
                for name in names:
                    try:
                        VERBS[name](by, one)
                    except (Unfit, Refused):
                        continue
                assert kept(made) == before
            transaction.set_rollback(True)

    holds()
