"""What happened to a child, as this room and those below it know it: one line each, for the chronology."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.db import models
from django.db.models.functions import TruncDate
from django.utils import timezone

from meg.partnership.access.models import Grant, Involvement
from meg.partnership.agencies.models import AgencyName
from meg.partnership.seats import Seat
from meg.protect.children.at_once import Asked, moment_of, rows_at_once
from meg.protect.children.models import CareEpisode
from meg.protect.children.rules import goes_on

MOST = 2000  # lines of one kind: a longer history is cut at its far end
SEES_GRANTS = frozenset({Seat.TEAM, Seat.ANALYST, Seat.GOVERNANCE})


@dataclass(frozen=True)
class Line:
    """One thing that happened. `clock` is empty where only the day is known.

    A judgement always has a name in its source; all that is recorded so far is fact. `step` puts lines of one
    moment in order.
    """

    on: date
    clock: str
    kind: str
    strong: str
    words: str
    source: str
    judgement: bool = False
    step: int = 0

    @property
    def order(self) -> tuple[date, str, int]:
        return (self.on, self.clock, self.step)

    @property
    def mark(self) -> str:
        return "Judgement" if self.judgement else "Fact"


@dataclass(frozen=True)
class Part:
    """What one room says of a child: its rows, and the lines that each becomes (see `at_once.py`)."""

    rows: Asked
    lines: Callable[[dict[str, Any]], Iterable[Line]]


def lines_at_once(parts: Sequence[Part]) -> Iterator[Line]:
    """The lines of several parts, by one question to the database."""
    for place, row in rows_at_once([part.rows[:MOST] for part in parts]):
        yield from parts[place].lines(row)


def day_and_clock(moment: datetime, to_the_minute: bool = True) -> tuple[date, str]:
    """A moment's day and clock in Europe/London; no clock where only the day is known."""
    local = timezone.localtime(moment)
    return local.date(), f"{local:%H:%M}" if to_the_minute else ""


# ── looked after ────────────────────────────────────────────────────────────────────────────────────────────


def care_of(child_id: int) -> list[CareEpisode]:
    """The child's episodes of care, oldest first, each with the words for its codes."""
    return list(CareEpisode.objects.current().filter(child=child_id).with_labels().order_by("started", "pk")[:MOST])


def care_lines(episodes: list[CareEpisode]) -> Iterator[Line]:
    """Began to be looked after, moved, changed legal status, ended."""
    for before, care in pairwise([None, *episodes]):
        assert care is not None
        yield _care_began(before, care)
    for care, after in pairwise([*episodes, None]):
        if care and care.ended and not (after and _continues(care, after)):
            reason = care.ended_label  # type: ignore[attr-defined]
            yield Line(care.ended, "", "care", "No longer looked after.", f"{reason}." if reason else "", _source(care))


def _continues(before: CareEpisode, care: CareEpisode) -> bool:
    return goes_on(before.ended, before.reason_ended, care.started)


def _care_began(before: CareEpisode | None, care: CareEpisode) -> Line:
    place = care.placement_label or "Placement not recorded"  # type: ignore[attr-defined]
    legal = care.legal_label or "Legal status not recorded"  # type: ignore[attr-defined]
    if not (before and _continues(before, care)):
        return Line(care.started, "", "care", "Began to be looked after.", f"{place}. {legal}.", _source(care), step=1)
    if care.reason_new == "L":
        return Line(care.started, "", "care", "Legal status changed.", f"{legal}.", _source(care), step=1)
    return Line(care.started, "", "care", "Moved.", f"To: {place}.", _source(care), step=1)


def _source(care: CareEpisode) -> str:
    return f"Looked-after children return {care.year}" if care.year else "Recorded by form"


# ── who works with the child ────────────────────────────────────────────────────────────────────────────────


def name_then(moment: str) -> models.Subquery:
    """The name an agency had on the day of a moment."""
    when = models.ExpressionWrapper(models.OuterRef(moment), output_field=models.DateTimeField())
    named = AgencyName.objects.filter(agency=models.OuterRef("agency"), valid__contains=TruncDate(when))
    return models.Subquery(named.values("name")[:1])


def works_of(child_id: int) -> list[Involvement]:
    """Who works or worked with the child, latest first, each with the name its agency had then."""
    works = (
        Involvement.objects.filter(child_id=child_id).select_related("member").annotate(agency_name=name_then("since"))
    )
    return list(works.order_by("-since", "pk")[:MOST])


def work_lines(works: list[Involvement]) -> Iterator[Line]:
    """Agencies and people who began or ended work with the child."""
    for work in works:
        agency = work.agency_name or "An agency"  # type: ignore[attr-defined]
        whom = f"{work.member.name}, {agency}" if work.member else agency
        role = f", {work.role[0].lower()}{work.role[1:]}" if work.role else ""
        began = "Allocated." if work.member else "Began to work with the child."
        yield Line(*day_and_clock(work.since), "people", began, f"{whom}{role}.", "Exploitation team")
        if work.until:
            yield Line(
                *day_and_clock(work.until), "people", "Ended work with the child.", f"{whom}.", "Exploitation team"
            )


def grants_part(child_id: int) -> Part:
    """Sight of the record that was lent: to whom, why, until when, and when it ended."""
    grants = Grant.objects.filter(child_id=child_id).annotate(agency_name=name_then("since")).order_by("-since")
    rows = grants.values(
        "since", "until", "revoked_at", "why", "reason", "agency_name", "member__name", "granted_by__name"
    )
    return Part(rows, _of_grant)


def _of_grant(row: dict[str, Any]) -> Iterator[Line]:
    whom = row["member__name"] or row["agency_name"] or "An agency"
    source = row["granted_by__name"] or "Recorded by the operator"
    until = timezone.localtime(moment_of(row["until"]))
    opened = row["why"] == Grant.Why.BROKEN_GLASS
    what = "Record opened for a stated reason." if opened else "Record shared."
    words = f"With {whom}, until {until.day} {until:%b %Y %H:%M}: {row['reason'].rstrip('.')}."
    yield Line(*day_and_clock(moment_of(row["since"])), "people", what, words, source)
    revoked = moment_of(row["revoked_at"]) if row["revoked_at"] else None
    ended = revoked or (until if until <= timezone.now() else None)
    if ended:
        said = "Sight of the record taken back." if revoked else "Sight of the record ended."
        yield Line(*day_and_clock(ended), "people", said, f"{whom}.", source, step=1)
