"""What meetings said of a child, as lines of its chronology: that it was talked about, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator

from meg.protect.children.chronology import MOST, Line, day_and_clock
from meg.pursue.meetings.models import Decision, Item


def lines_of(child_id: int) -> Iterator[Line]:
    """Talked about at a meeting: a fact. The decision: a judgement, with whoever wrote it down. Two questions asked."""
    items = Item.objects.filter(child=child_id, meeting__state__in=["room", "held", "agreed"]).select_related("meeting")
    for item in items.exclude(state=Item.State.TAKEN_OFF).order_by("-meeting__starts_at")[:MOST]:
        on, clock = day_and_clock(item.meeting.starts_at)
        yield Line(on, clock, "meetings", "Talked about at the operational meeting.", "", item.meeting.where)
    latest = Decision.objects.filter(child=child_id).order_by("item", "-at", "-pk").distinct("item")
    for decision in latest[:MOST]:
        on, clock = day_and_clock(decision.at)
        words = f"{decision.in_words}. {decision.why}"
        yield Line(
            on, clock, "meetings", "Decided at the operational meeting.", words, decision.recorded_by, True, step=1
        )
