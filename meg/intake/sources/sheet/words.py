"""What a row of a sheet would do, in words for a preview. Children are named by their reference alone."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from meg.protect.missing.rules import LONDON

NAMES = {
    "started_at": "start", "missing_from": "missing from", "setting": "setting", "care_status": "status in care",
    "police_category": "police category", "last_seen_place": "place last seen", "reported_at": "report",
    "reported_by": "reported by", "reported_to": "reported to", "located_at": "found", "returned_at": "return",
}  # fmt: skip

WORDS = {
    "own_home": "own home", "foster": "foster care", "childrens_home": "children’s home", "supported": "supported lodgings",
    "other": "other setting", "care": "care", "home": "home", "M": "missing", "A": "away from placement",
    "MISSING": "missing", "ABSENT": "absent",
}  # fmt: skip


def moment(value: datetime | str | None, exact: bool = True) -> str:
    """A moment as the day and, where it is known, the time in London."""
    if value is None or value == "":
        return "nothing"
    try:
        found = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(LONDON)
    except ValueError:
        return str(value)
    return f"{found:%d/%m/%Y %H:%M}" if exact else f"{found:%d/%m/%Y}"


def episode_words(
    started: datetime, started_exact: bool, returned: datetime | None, returned_exact: bool | None, setting: str
) -> str:
    """A new episode."""
    until = f"to {moment(returned, returned_exact is not False)}" if returned else "and still open"
    return f"An episode from {moment(started, started_exact)} {until}, {WORDS.get(setting, setting)}"


def change_words(
    before: dict[str, Any] | str | None, after: dict[str, Any] | str | None, risk: bool | None, prevention: bool | None
) -> str:
    """A changed episode: what each of its values was and would be, and what would be added to it."""
    was, now = _read(before), _read(after)
    parts = [
        f"{NAMES.get(name, name)}: {_value(name, was.get(name))} becomes {_value(name, now[name])}" for name in now
    ]
    parts += ["adds the police’s level of risk"] * bool(risk) + ["adds the prevention interview"] * bool(prevention)
    return "; ".join(parts) or "what the file calls it"


def interview_words(state: str | None, held: datetime | None) -> str:
    """A new interview."""
    return f"A return interview, {(state or 'due').replace('_', ' ')}{f' on {moment(held)}' if held else ''}"


def interview_change_words(before: str | None, state: str | None) -> str:
    """A changed interview."""
    was = (before or "").replace("_", " ")
    now = (state or "not required").replace("_", " ")
    return f"The return interview: {was} becomes {now}" if was and was != now else f"The return interview, {now}"


def referral_words(received: datetime, exact: bool, level: str, state: str) -> str:
    """A new referral."""
    return f"A referral received {moment(received, exact)}, {f'level {level}' if level else 'no level'}, {state}"


def referral_change_words(before: str | None, state: str | None) -> str:
    """A changed referral."""
    was, now = before or "", state or ""
    return f"The referral: {was} becomes {now}" if was != now else f"The referral, {now}: what it says"


def _read(said: dict[str, Any] | str | None) -> dict[str, Any]:
    if isinstance(said, str):
        found: dict[str, Any] = json.loads(said)
        return found
    return said or {}


def _value(name: str, value: Any) -> str:
    return moment(value) if name.endswith("_at") else WORDS.get(str(value), str(value or "nothing"))
