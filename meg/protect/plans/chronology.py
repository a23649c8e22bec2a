"""What of a child's plans stands in the chronology: opened, closed, reviews, services; and decisions on transition."""

from __future__ import annotations

from collections.abc import Iterator

from meg.protect.children.chronology import MOST, Line, day_and_clock
from meg.protect.plans.models import Decision, Given, Plan, Review

KIND = "plan"


def lines_of(child_id: int) -> Iterator[Line]:
    """Plans and services as facts; reviews and decisions as judgements, each with its name. Four queries."""
    for plan in Plan.objects.filter(child=child_id).order_by("-opened_at", "-pk")[:MOST]:
        yield from _plan(plan)
    for one in Review.objects.filter(child=child_id).order_by("-at", "-pk")[:MOST]:
        yield Line(*day_and_clock(one.at), KIND, "Plan reviewed.", one.words, one.by, judgement=True, step=2)
    given = Given.objects.filter(child=child_id).select_related("service")
    for service in given.order_by("-given_from", "-pk")[:MOST]:
        yield from _service(service)
    for made in Decision.objects.filter(child=child_id).order_by("-at", "-pk")[:MOST]:
        words = f"{made.get_what_display()}{f': {made.accepted_by}' if made.accepted_by else ''}. {made.why}"
        yield Line(
            *day_and_clock(made.at), KIND, "Decided on transition.", words, made.decided_by, judgement=True, step=3
        )


def _plan(plan: Plan) -> Iterator[Line]:
    yield Line(*day_and_clock(plan.opened_at), KIND, "Plan opened.", plan.words, plan.opened_by, step=1)
    if plan.closed_at:
        words = f"{plan.get_outcome_display()}. {plan.closed_because}"
        yield Line(*day_and_clock(plan.closed_at), KIND, "Plan closed.", words, plan.closed_by, judgement=True, step=4)


def _service(given: Given) -> Iterator[Line]:
    name = given.service.name
    yield Line(given.given_from, "", KIND, f"{name} began.", "", given.recorded_by)
    if given.given_until:
        yield Line(given.given_until, "", KIND, f"{name} ended.", given.outcome, given.recorded_by)
