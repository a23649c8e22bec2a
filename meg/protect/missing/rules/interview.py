"""Which step of a return interview may follow which, and what cannot be told of one.

Source: DfE statutory guidance on children who run away or go missing from home or care (January 2014): the interview
is offered, is independent, is held within 72 hours of the return, and serves four purposes. Whose paragraphs they are
needs checking in the guidance itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from meg.protect.missing.rules.episode import day_and_clock

ENOUGH_ATTEMPTS = 3  # how often a child is tried before it may be recorded that they cannot be reached
OPEN = frozenset({"due", "offered", "accepted", "booked", "handed_over"})
# Which states a step may be taken from. A late interview counts as held, also after it was declined or given up.
MAY = {
    "allocated": OPEN,
    "offered": OPEN - {"accepted", "booked"},
    "tried": OPEN,
    "accepted": frozenset({"due", "offered", "handed_over"}),
    "booked": OPEN,
    "declined": OPEN,
    "not_contactable": OPEN,
    "handed_over": OPEN - {"handed_over"},
    "taken_over": OPEN,
    "held": OPEN | {"declined", "not_contactable"},
    "not_required": OPEN,
    "reopened": frozenset({"declined", "not_contactable", "not_required"}),
    "corrected": frozenset({"held"}),
}
NOT_NOW = {
    "held": "This interview was held already. If what is recorded is wrong, open the interview and correct it.",
    "declined": "This interview was declined. If the child has changed their mind, open it again, or record it as held.",
    "not_contactable": "It was recorded that the child could not be reached. Open the interview again first.",
    "not_required": "This interview is recorded as not required. Open it again first.",
    "handed_over": "This interview is handed to another authority already.",
    "accepted": "The interview is accepted already. Set a time for it.",
    "booked": "The interview is booked already. Record that it was held, or book another time.",
}


def why_not(step: str, state: str, attempts: int = 0) -> str:
    """Why a step cannot be taken from a state: a sentence, empty where it can."""
    if step == "corrected" and state != "held":
        return "This interview is not written up yet: there is nothing to correct."
    if state not in MAY[step]:
        return NOT_NOW.get(state, "This step cannot be taken now.")
    if step == "not_contactable" and attempts < ENOUGH_ATTEMPTS:
        return (
            f"The child was tried {'once' if attempts == 1 else f'{attempts} times'}. Record {ENOUGH_ATTEMPTS} attempts "
            "before you record that they cannot be reached."
        )
    return ""


def needed(counts_as_missing: bool) -> tuple[str, str]:
    """Whether an interview is required when a child comes back, and why not. One who was missing is offered one; for
    an absent or away episode the team may ask for one.
    """
    return ("yes", "") if counts_as_missing else ("no", "away")


# ── what is told of an interview ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Held:
    """What is told of an interview that was held. Codes are of the lists `interview_*` of the code room."""

    held_at: datetime
    held_by: str
    held_by_agency: str = ""
    held_to_the_minute: bool = True
    independent: bool | None = None
    place: str = ""
    present: tuple[str, ...] = ()
    harm: tuple[str, ...] = ()
    harm_dealt_with: str = ""
    reasons: tuple[str, ...] = ()
    reasons_words: str = ""
    would_help: str = ""
    information: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    people: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class HeldThen:
    """When and by whom an interview was held: what a correction can change."""

    held_at: datetime
    to_the_minute: bool
    held_by: str
    held_by_agency: str = ""


def corrected_in_words(was: HeldThen, now: HeldThen, reason: str) -> str:
    """A correction as its step says it: what stands there since, what stood there before, and why."""
    shown = [
        ("Held", day_and_clock(was.held_at, was.to_the_minute), day_and_clock(now.held_at, now.to_the_minute)),
        ("Held by", was.held_by, now.held_by),
        ("Works for", was.held_by_agency or "nothing recorded", now.held_by_agency or "nothing recorded"),
    ]
    said = [f"{words}: {after}, before: {before}." for words, before, after in shown if before != after]
    return " ".join([*said, f"Why: {reason}"])


def moment_wrong(what: str, moment: datetime, returns: Sequence[datetime], now: datetime) -> str:
    """Why something cannot have been done at a moment: in the future, or before the return it is about. Empty where
    it can. `what` begins the sentence: 'The interview', 'The offer'.
    """
    if moment > now:
        return f"{what} cannot be in the future. Check the date and the time."
    if returns and moment < min(returns):
        return f"{what} cannot be before the return. Check the date and the time, or the return."
    return ""
