"""What may be recorded of a context: each field with its sentence where it may not."""

from __future__ import annotations

import re
from collections.abc import Container
from datetime import date

LONG = 2000
SHORT = 200
LEVELS = ("low", "medium", "high")
KINDS = ("peer", "place", "online")
Wrong = list[tuple[str, str]]

AFTER_TODAY = "The next review must be after today."


REFERENCE = re.compile(r"(?:CTX-?)?0*(\d{1,18})")


def as_reference(text: str) -> str:
    """A context's reference as it is kept, from how people write it; empty where it is none."""
    found = REFERENCE.fullmatch(text.strip().upper())
    return f"CTX-{int(found[1]):06d}" if found else ""


def said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def context_wrong(kind: str, name: str, known: str, why: str, review_on: date, on: date) -> Wrong:
    """Why a context cannot be opened."""
    found: Wrong = []
    if kind not in KINDS:
        found.append(("kind", "Choose what it is: a peer group, a place or an online space."))
    found += name_wrong(name)
    if not known.strip():
        found.append(("known", "Write down what is known of the context."))
    if not why.strip():
        found.append(("why", "Say why it is opened. The reason stays with the context."))
    found += [(field, f"Use {LONG:,} characters or fewer.") for field, value in (("known", known), ("why", why))
              if len(value) > LONG]  # fmt: skip
    if review_on <= on:
        found.append(("review_on", AFTER_TODAY))
    return found


def name_wrong(name: str) -> Wrong:
    """Why a context cannot be called so."""
    if not name.strip():
        return [("name", "Enter what the context is called, in neutral words.")]
    return [("name", f"Use {SHORT} characters or fewer.")] if len(name) > SHORT else []


def level_wrong(level: str, who: str, rationale: str) -> Wrong:
    """Why a level of concern cannot be given: it is a named person's, with a written reason."""
    found: Wrong = [] if level in LEVELS else [("level", "Choose the level of concern.")]
    if not who.strip():
        found.append(("who", "Enter whose judgement the level is, by name."))
    if not rationale.strip():
        found.append(("rationale", "Say why. A level of concern has a written reason."))
    return found


def review_wrong(opened_on: date, held_on: date, words: str, next_on: date, on: date) -> Wrong:
    """Why a review cannot be kept."""
    found: Wrong = []
    if held_on < opened_on:
        found.append(("held_on", f"The context was opened on {said(opened_on)}. It cannot have been reviewed before."))
    if held_on > on:
        found.append(("held_on", "The day of the review is still to come."))
    if not words.strip():
        found.append(("words", "Write down what was said."))
    if next_on <= on:
        found.append(("next_on", AFTER_TODAY))
    return found


def link_wrong(how: str, known: Container[str], since: date, on: date) -> Wrong:
    """Why a child cannot be linked to a context."""
    found: Wrong = [] if how in known else [("how", "Choose how the child is linked to it.")]
    if since > on:
        found.append(("since", "The day since when is still to come."))
    return found


def why_wrong(why: str, sentence: str) -> Wrong:
    """Why something cannot be done: it needs a reason, and not too long a one."""
    if not why.strip():
        return [("why", sentence)]
    return [("why", f"Use {LONG:,} characters or fewer.")] if len(why) > LONG else []
