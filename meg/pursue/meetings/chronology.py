"""What meetings said of a child, as lines of its chronology: that it was talked about, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from meg.protect.children.at_once import moment_of
from meg.protect.children.chronology import Line, Part, day_and_clock, lines_at_once
from meg.pursue.meetings.models import Decision, Item

KIND = "meetings"


def parts_of(child_id: int) -> list[Part]:
    """Talked about at a meeting: a fact. The decision: a judgement, with whoever wrote it down."""
    items = Item.objects.filter(child=child_id, meeting__state__in=["room", "held", "agreed"])
    talked = items.exclude(state=Item.State.TAKEN_OFF).order_by("-meeting__starts_at")
    latest = Decision.objects.filter(child=child_id).order_by("item", "-at", "-pk").distinct("item")
    return [
        Part(talked.values("meeting__starts_at", "meeting__where"), _talked),
        Part(latest.values("at", "what", "review_on", "to", "why", "recorded_by"), _decided),
    ]


def lines_of(child_id: int) -> Iterator[Line]:
    """This room's lines, by one question to the database."""
    return lines_at_once(parts_of(child_id))


def _talked(row: dict[str, Any]) -> list[Line]:
    when = day_and_clock(moment_of(row["meeting__starts_at"]))
    return [Line(*when, KIND, "Talked about at the operational meeting.", "", row["meeting__where"])]


def _decided(row: dict[str, Any]) -> list[Line]:
    review = date.fromisoformat(row["review_on"]) if row["review_on"] else None
    words = f"{Decision(what=row['what'], review_on=review, to=row['to']).in_words}. {row['why']}"
    strong = "Decided at the operational meeting."
    return [Line(*day_and_clock(moment_of(row["at"])), KIND, strong, words, row["recorded_by"], judgement=True, step=1)]
