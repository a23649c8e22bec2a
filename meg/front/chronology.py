"""One line of time from every room the reader may see. Each room's rows come through its own row policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from meg.partnership.access.models import Involvement
from meg.partnership.agencies.models import Agency
from meg.partnership.codes.models import Code
from meg.protect.children.models import CareEpisode, Child
from meg.protect.missing.models import Episode

KINDS = {"missing": "Missing", "care": "Looked after", "people": "People and agencies"}
MOST = 2000  # lines of one room: a longer history is cut at its far end


@dataclass(frozen=True)
class Line:
    """One thing that happened. `clock` is empty where only the day is known; all of it is fact so far."""

    on: date
    clock: str
    kind: str
    strong: str
    words: str
    source: str
    href: str = ""

    @property
    def order(self) -> tuple[date, str]:
        return (self.on, self.clock)


def _at(moment: datetime, to_the_minute: bool = True) -> tuple[date, str]:
    local = timezone.localtime(moment)
    return local.date(), f"{local:%H:%M}" if to_the_minute else ""


def _source(episode: Episode) -> str:
    if episode.source == "form":
        return f"{episode.recorded_by or 'Recorded by form'}. Recorded {timezone.localtime(episode.recorded_at):%-d %b %Y}"
    return f"Looked-after children return {episode.year}"


def of_missing(child: Child) -> Iterator[Line]:
    """Episodes: when they began and when they ended."""
    for episode in Episode.objects.current().filter(child=child).with_corrections().order_by("-started_at")[:MOST]:
        source, where = _source(episode), f"From {episode.where.lower()}."
        on, clock = _at(episode.started_at, episode.started_to_the_minute)
        yield Line(on, clock, "missing", f"{episode.recorded_as}.", where, source, str(episode.pk))
        if episode.returned_at:
            on, clock = _at(episode.returned_at, episode.returned_to_the_minute)
            kept = " A time was corrected; the earlier value is kept." if episode.corrected else ""  # type: ignore[attr-defined]
            lasted = f"After {episode.lasted(episode.returned_at)}.{kept}"
            yield Line(on, clock, "missing", "Returned.", lasted, source, str(episode.pk))


def of_care(child: Child) -> Iterator[Line]:
    """Time looked after: began, moved, ended."""
    placements = Code.objects.labels("ssda903_placement")
    ended: date | None = None
    for care in CareEpisode.objects.current().filter(child=child).order_by("started", "pk")[:MOST]:
        source = f"Looked-after children return {care.year}" if care.year else "Recorded by form"
        where = placements.get(care.placement_type, "Placement not recorded")
        strong = "Moved." if ended == care.started else "Became looked after."
        yield Line(care.started, "", "care", strong, f"{where}.", source)
        ended = care.ended
        if care.ended and care.reason_ended != "X1":
            yield Line(care.ended, "", "care", "Looked after no longer.", "", source)


def of_people(child: Child) -> Iterator[Line]:
    """Agencies and people who began or ended work with the child."""
    names = {agency.pk: agency.name for agency in Agency.objects.with_names(timezone.localdate())}  # type: ignore[attr-defined]
    for work in Involvement.objects.filter(child_id=child.pk).select_related("member")[:MOST]:
        whom = f"{work.member.name}, {names[work.agency_id]}." if work.member else f"{names[work.agency_id]}."
        yield Line(*_at(work.since), "people", "Began to work with the child.", whom, work.role)
        if work.until:
            yield Line(*_at(work.until), "people", "Ended work with the child.", whom, work.role)


def chronology(child: Child, kind: str = "") -> list[Line]:
    """Every line the reader's seat shows, newest first; of one kind, if it is given."""
    rooms = {"missing": of_missing, "care": of_care, "people": of_people}
    asked = [rooms[kind]] if kind in rooms else rooms.values()
    lines = [line for room in asked for line in room(child)]
    return sorted(lines, key=lambda line: line.order, reverse=True)

