"""Plain rules of tasks: what may be asked of whom, by when, and how what is due is told."""

from __future__ import annotations

from datetime import date

LONGEST = 400  # characters of a task
FARTHEST = 731  # days ahead
SOON = 7  # days


def task_wrong(what: str, due_on: date, on: date) -> list[tuple[str, str]]:
    """Why a task cannot be asked for on a day: each field with its sentence."""
    found = []
    if not what.strip():
        found.append(("what", "Say what is to be done."))
    if len(what) > LONGEST:
        found.append(("what", f"Use {LONGEST} characters or fewer to say what is to be done."))
    if due_on < on:
        found.append(("due_on", "The day by which it is to be done is in the past."))
    if (due_on - on).days > FARTHEST:
        found.append(("due_on", "The day by which it is to be done is more than two years away."))
    return found


def due_state(due_on: date, on: date) -> str:
    """'over', 'today', 'soon' (within seven days) or 'later'."""
    days = (due_on - on).days
    return "over" if days < 0 else "today" if days == 0 else "soon" if days <= SOON else "later"


def due_words(due_on: date, on: date) -> str:
    """'3 days over', 'due today', 'due in 5 days'."""
    days = (due_on - on).days
    if days == 0:
        return "due today"
    count = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"{count} over" if days < 0 else f"due in {count}"
