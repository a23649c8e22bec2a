"""Episodes of missing as lines of the chronology: began, was reported, returned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils import timezone

from meg.protect.children.chronology import MOST, Line, day_and_clock
from meg.protect.missing.models import Episode


def episodes_of(child_id: int) -> list[Episode]:
    """The child's episodes, newest first, each with whether a value of it was corrected."""
    found = Episode.objects.current().filter(child=child_id).with_corrections().order_by("-started_at")
    return list(found[:MOST])


def source_of(episode: Episode) -> str:
    """Who recorded an episode, or which file brought it."""
    if episode.source != "form":
        return f"Looked-after children return {episode.year}"
    at = timezone.localtime(episode.recorded_at)
    return f"{episode.recorded_by or 'Recorded by form'}. Recorded {at.day} {at:%b %Y %H:%M}"


def lines_of(episodes: Iterable[Episode]) -> Iterator[Line]:
    """What happened in each episode."""
    for episode in episodes:
        source, where = source_of(episode), f"From {episode.where.lower()}."
        started = day_and_clock(episode.started_at, episode.started_to_the_minute)
        yield Line(*started, "missing", f"{episode.recorded_as}.", where, source)
        if episode.reported_at:
            by = f"By {episode.reported_by}." if episode.reported_by else ""
            yield Line(*day_and_clock(episode.reported_at), "missing", "Reported.", by, source, step=1)
        if episode.returned_at:
            kept = " A time was corrected; the earlier value is kept." if episode.corrected else ""  # type: ignore[attr-defined]
            words = f"After {episode.lasted(episode.returned_at)}.{kept}"
            returned = day_and_clock(episode.returned_at, episode.returned_to_the_minute)
            yield Line(*returned, "missing", "Returned.", words, source, step=2)
