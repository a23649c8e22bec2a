"""Plain rules of plans and of the way to adult services: what may be recorded, and who stays in view."""

from __future__ import annotations

from datetime import date

WATCHED_FROM = 17  # years: planning for adult services begins
ADULT = 18
STAYS_UNTIL = 21  # years, included: the strategy's 'up to and including 21 years of age'
IN_VIEW = ("medium", "high")
LONG = 2000
SHORT = 200
ACCEPTED = "handed_over"
ENDED_LOW = "low_ended"


def birthday(born: date, years: int) -> date:
    """The day on which someone is so many years old; born on 29 February, 1 March in other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def born_on(born: date | None, estimated_year: int | None) -> date | None:
    """The earliest day on which someone may have been born; None where nothing is known."""
    return born or (date(estimated_year, 1, 1) if estimated_year else None)


def is_watched(born: date | None, estimated_year: int | None, on: date) -> bool:
    """Whether someone is old enough for the law of transition: 17 or older, with no upper end."""
    known = born_on(born, estimated_year)
    return known is not None and birthday(known, WATCHED_FROM) <= on


def due_decision(age: int | None, level: str, has_plan: bool, decided: bool) -> str:
    """What a line of the transition list is waiting for: 'decision', 'plan', or nothing.

    Over 21 a decision is due, whatever the plan; before, a plan or a decision for whoever is at medium or high.
    """
    if decided:
        return ""
    if age is not None and age > STAYS_UNTIL:
        return "decision"
    if has_plan:
        return ""
    if level in IN_VIEW:
        return "plan"
    return "decision" if age is not None and age >= ADULT else ""


def plan_wrong(aims: str, review_on: date, on: date) -> list[tuple[str, str]]:
    """Why a plan cannot be opened: each field with its sentence."""
    found = []
    if not aims.strip():
        found.append(("words", "Say what the plan is for."))
    if len(aims) > LONG:
        found.append(("words", f"Use {LONG:,} characters or fewer."))
    return [*found, *review_wrong(review_on, on)]


def review_wrong(review_on: date, on: date) -> list[tuple[str, str]]:
    """Why a day cannot be that of the next review."""
    return [("review_on", "The next review must be after today.")] if review_on <= on else []


def given_wrong(given_from: date, given_until: date | None, opened_on: date) -> list[tuple[str, str]]:
    """Why the days of a service cannot be."""
    if given_until is not None and given_until < given_from:
        return [("given_until", f"The service began on {said(given_from)}. It cannot have ended before.")]
    return []


def said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def decision_wrong(what: str, level: str, accepted_by: str, why: str, known: tuple[str, ...]) -> list[tuple[str, str]]:
    """Why a decision on transition cannot be recorded: each field with its sentence."""
    found = []
    if what not in known:
        found.append(("what", "Choose what was decided."))
    if what == ACCEPTED and not accepted_by.strip():
        found.append(("accepted_by", "Enter who in adult services has accepted, by name."))
    if what == ENDED_LOW and level in IN_VIEW:
        found.append(("what", f"The latest level is {level}. Give the level anew first, or choose another decision."))
    if not why.strip():
        found.append(("why", "Say why. The reason stays with the decision."))
    return found


def open_words(count: int) -> str:
    """The sentence for a plan that is closed while something is still to be done."""
    what = "1 action is" if count == 1 else f"{count} actions are"
    return f"{what} still open. Choose whether to drop or to keep what is open."
