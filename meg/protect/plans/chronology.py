"""What of a child's plans stands in the chronology: opened, closed, reviews, services; and decisions on transition."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from meg.protect.children.at_once import moment_of
from meg.protect.children.chronology import Line, Part, day_and_clock, lines_at_once
from meg.protect.plans.models import Decision, Given, Plan, Review

KIND = "plan"


def parts_of(child_id: int) -> list[Part]:
    """Plans and services as facts; reviews, closing and decisions as judgements, each with its name. What is of a plan is
    found through the child's plans, by which it is indexed.
    """
    plans = Plan.objects.filter(child=child_id).order_by("-opened_at", "-pk")
    reviews = Review.objects.filter(plan__child=child_id).order_by("-at", "-pk")
    given = Given.objects.filter(plan__child=child_id).order_by("-given_from", "-pk")
    made = Decision.objects.filter(child=child_id).order_by("-at", "-pk")
    return [
        Part(
            plans.values("opened_at", "opened_by", "words", "closed_at", "closed_by", "closed_because", "outcome"),
            _plan,
        ),
        Part(reviews.values("at", "by", "words"), _review),
        Part(given.values("given_from", "given_until", "outcome", "recorded_by", "service__name"), _service),
        Part(made.values("at", "what", "accepted_by", "why", "decided_by"), _decision),
    ]


def lines_of(child_id: int) -> Iterator[Line]:
    """This room's lines, by one question to the database."""
    return lines_at_once(parts_of(child_id))


def _plan(row: dict[str, Any]) -> Iterator[Line]:
    opened = day_and_clock(moment_of(row["opened_at"]))
    yield Line(*opened, KIND, "Plan opened.", row["words"], row["opened_by"], step=1)
    if row["closed_at"]:
        words = f"{Plan.Outcome(row['outcome']).label}. {row['closed_because']}"
        closed = day_and_clock(moment_of(row["closed_at"]))
        yield Line(*closed, KIND, "Plan closed.", words, row["closed_by"], judgement=True, step=4)


def _review(row: dict[str, Any]) -> Iterator[Line]:
    when = day_and_clock(moment_of(row["at"]))
    yield Line(*when, KIND, "Plan reviewed.", row["words"], row["by"], judgement=True, step=2)


def _service(row: dict[str, Any]) -> Iterator[Line]:
    name = row["service__name"]
    yield Line(date.fromisoformat(row["given_from"]), "", KIND, f"{name} began.", "", row["recorded_by"])
    if row["given_until"]:
        ended = date.fromisoformat(row["given_until"])
        yield Line(ended, "", KIND, f"{name} ended.", row["outcome"], row["recorded_by"])


def _decision(row: dict[str, Any]) -> Iterator[Line]:
    accepted = f": {row['accepted_by']}" if row["accepted_by"] else ""
    words = f"{Decision.What(row['what']).label}{accepted}. {row['why']}"
    when = day_and_clock(moment_of(row["at"]))
    yield Line(*when, KIND, "Decided on transition.", words, row["decided_by"], judgement=True, step=3)
