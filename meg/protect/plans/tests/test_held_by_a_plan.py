"""A file does not close a referral that an open plan holds; what it said is kept, and a person closes (decision 54)."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from conftest import Cast
from meg.partnership.seats import By, seated
from meg.protect.children.models import Child
from meg.protect.exploitation.actions import close
from meg.protect.exploitation.models import Referral
from meg.protect.exploitation.tests.conftest import NOW, in_a_file
from meg.protect.plans.actions import close_plan, open_plan
from meg.protect.plans.models import Plan

CAME = {"received_at": NOW - timedelta(days=60), "taken_on": NOW - timedelta(days=59), "level": "low",
        "level_by": "Ann", "level_reason": "As told"}  # fmt: skip
ENDED = {**CAME, "closed": NOW - timedelta(days=2), "outcome": "safer"}


def state(child: Child) -> tuple[str, str, bool]:
    found = Referral.objects.get(child=child)
    return found.state, found.outcome, bool((found.sent or {}).get("closed"))


def test_a_file_closes_no_referral_that_a_plan_holds(cast: Cast, keira: Child, lena: Child) -> None:
    by = cast.by("helen")
    with seated(by):
        for number, child in enumerate((keira, lena)):
            in_a_file(by, 10 + number, child, "A1", **CAME, transition_reason="Leaving care")
            assert state(child) == ("open", "", False)
        plan = open_plan(by=by, referral=Referral.objects.get(child=keira), words="Safer", now=timezone.now(),
                         review_on=timezone.localdate() + timedelta(days=9))  # fmt: skip
        for number, child in enumerate((keira, lena)):
            in_a_file(by, 20 + number, child, "A1", **ENDED, transition_reason="Leaving care")
        assert state(lena) == ("closed", "safer", True), "nothing holds hers"
        assert state(keira) == ("open", "", True), "what the file said is kept beside it"
        kept = Referral.objects.get(child=keira)
        assert kept.closed_at is None
        assert kept.decided_at == CAME["taken_on"]
        by_a_person(by, keira, plan.pk)


def by_a_person(by: By, child: Child, plan: int) -> None:
    """Once a person has closed the plan, a person closes the referral; the same file again changes nothing."""
    close_plan(by=by, plan=Plan.objects.get(pk=plan), outcome="met", why="Reached", now=timezone.now())
    in_a_file(by, 30, child, "A1", **ENDED, transition_reason="Leaving care")
    assert state(child) == ("open", "", True)
    close(by=by, referral=Referral.objects.get(child=child), outcome="safer", why="Reached", now=timezone.now())
    assert state(child)[0] == "closed"
