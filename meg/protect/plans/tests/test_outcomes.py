"""Whether risk fell: counted by the page, and a second way here."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.missing.tests.pages import SignIn, text_of
from meg.protect.plans.actions import close_plan, give_service, open_plan, review_plan
from meg.protect.plans.chronology import lines_of as chronology
from meg.protect.plans.models import Service
from meg.protect.plans.outcomes import by_service, lines_of
from meg.protect.plans.rules.outcome import change, course
from meg.protect.plans.tests.conftest import Opened, Referred, years_ago

LEVEL = st.sampled_from(["low", "medium", "high", ""])


@given(st.lists(st.tuples(LEVEL, LEVEL)))
def test_what_fell_stayed_and_rose_is_what_was_judged_again(pairs: list[tuple[str, str]]) -> None:
    found = course(change(*pair) for pair in pairs)
    height = {"low": 0, "medium": 1, "high": 2}
    judged = [pair for pair in pairs if all(pair)]
    assert (found.plans, found.judged) == (len(pairs), len(judged))
    assert found.fell == sum(height[first] > height[last] for first, last in judged)
    assert found.fell + found.stayed + found.rose == found.judged


def test_levels_stand_beside_the_services(
    cast: Cast, as_member: SignIn, opened: Opened, referred: Referred, mentoring: Service
) -> None:
    plan, today = opened(), timezone.localdate()
    other: Child = cast.child("Mia", "Orr", years_ago(14))
    second = referred(other, level="high")
    with seated(cast.by("helen")) as by:
        give_service(by=by, plan=plan, service=mentoring, given_from=today)
        review_plan(by=by, plan=plan, who="Keira", words="Better", next_on=today + timedelta(days=9), now=timezone.now(),
                    level="low", rationale="At school")  # fmt: skip
        close_plan(by=by, plan=plan, outcome="met", why="Reached", now=timezone.now())
        open_plan(by=by, referral=second, words="Safer", review_on=today + timedelta(days=9), now=timezone.now())
        lines = lines_of("")
        assert sorted(one.change for one in lines) == ["", "fell"]
        assert {name: (one.plans, one.fell) for name, one in by_service(lines)} == {
            "Mentoring": (1, 1),
            "No service": (1, 0),
        }
        assert [one.plan.pk for one in lines_of("closed")] == [plan.pk]
        assert plan.child_id is not None
        assert [one.strong for one in sorted(chronology(plan.child_id), key=lambda one: one.step)] == [
            "Mentoring began.", "Plan opened.", "Plan reviewed.", "Plan closed.",
        ]  # fmt: skip
    page = text_of(as_member("arthur").get("/outcomes/"))
    for words in ("1 of 1 fell", "Before and after is not cause", "Mentoring", "Not judged again", "Mia Orr"):
        assert words in page, words
    assert as_member("daniel").get("/outcomes/").status_code == 403
