"""Plain rules of meetings: what a meeting needs, how it goes on, what an item and a decision need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

WEEKS = 4  # between two meetings, where nobody says otherwise: MEG's own
CLOSES = timedelta(days=5)  # before the meeting, its agenda closes: MEG's own
FARTHEST = timedelta(days=366)
LONG = 2000  # characters of what was reported, and of a reason
SHORT = 300
LATEST = 4  # lines of a child on its paper

STATES = ("open", "closed", "room", "held", "agreed")
"""The agenda is open, it is closed, the meeting is in the room, it was held, its minutes are agreed."""

ORDER = ("put_off", "high", "repeat", "missing", "level", "assessment", "plan", "context", "tasks", "asked", "theme")
"""The order in which a new agenda is set out, by why a child is on it."""


def meeting_wrong(starts_at: datetime, where: str, closes_on: date, now: datetime) -> list[tuple[str, str]]:
    """Why a meeting cannot be planned: each field with its sentence."""
    found = []
    if starts_at <= now:
        found.append(("starts_at", "The meeting is in the past. Choose a day and time still to come."))
    if starts_at - now > FARTHEST:
        found.append(("starts_at", "The meeting is more than a year away."))
    if not where.strip():
        found.append(("where", "Enter where the meeting is held."))
    if closes_on > starts_at.date():
        found.append(("closes_on", "The agenda closes on the day of the meeting at the latest."))
    if closes_on < now.date():
        found.append(("closes_on", "The day on which the agenda closes is in the past."))
    return found


def decision_wrong(
    what: str, known: Iterable[str], why: str, review_on: date | None, to: str, on: date
) -> list[tuple[str, str]]:
    """Why a decision cannot be kept: each field with its sentence."""
    found = []
    if what not in set(known):
        found.append(("what", "Choose what is decided."))
    if not why.strip():
        found.append(("why", "Say why. The reason stays with the decision, and your name."))
    if what == "review" and review_on is None:
        found.append(("review_on", "Enter the day by which the level is reviewed."))
    if review_on is not None and review_on <= on:
        found.append(("review_on", "The day by which the level is reviewed must be after today."))
    if what == "referral" and not to.strip():
        found.append(("to", "Name the service to which the child is referred."))
    return found


def moved(order: Sequence[int], one: int, up: bool) -> list[int]:
    """The same items with one of them a place further up or down; as it was, where it is first or last already."""
    found = list(order)
    place = found.index(one)
    other = place - 1 if up else place + 1
    if 0 <= other < len(found):
        found[place], found[other] = found[other], found[place]
    return found


def rank(kinds: Iterable[str]) -> int:
    """Where an item stands on a new agenda, by the gravest reason that it is there."""
    return min((ORDER.index(kind) for kind in kinds if kind in ORDER), default=len(ORDER))
