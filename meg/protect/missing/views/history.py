"""Every missing and away episode of a child: a page of rows, and the same as a table to take away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.request import by_of
from meg.partnership.codes.models import Code
from meg.partnership.seats import Seat
from meg.partnership.trail.models import Kind
from meg.partnership.trail.sheet import table
from meg.protect.children.actions import open_child
from meg.protect.children.models import Child
from meg.protect.children.permissions import WIDE
from meg.protect.missing.history import Row, outcome
from meg.protect.missing.models import Decision, Episode, EpisodeQuerySet
from meg.protect.missing.permissions import RECORDERS

A_PAGE = 25
HEADINGS = ("Started", "Returned", "Lasted", "Police risk", "Recorded as", "From", "Last seen at", "Return interview",
            "Decision")  # fmt: skip
LEVELS = {"VERY_LOW": "Very low", "LOW": "Low", "MEDIUM": "Medium", "HIGH": "High", "ABSENT": "Absent"}


@dataclass(frozen=True)
class FullRow(Row):
    """One episode with the team's decision in words; empty where none is looked for."""

    decision: str


def _episodes(child: Child) -> EpisodeQuerySet:
    """The child's episodes, newest first, with what the table shows of each."""
    latest = Decision.objects.filter(episode=OuterRef("pk")).order_by("-at", "-pk").values("what")[:1]
    found = Episode.objects.current().filter(child=child).with_risk().select_related("interview")
    decided = Coalesce(Subquery(latest), Value("", TextField()))
    return found.annotate(decided=decided).order_by("-started_at", "-pk")


def _row(episode: Episode, now: datetime, reasons: dict[str, str]) -> FullRow:
    what = episode.decided  # type: ignore[attr-defined]
    if what:
        decision = str(Decision.What(what).label)
    elif episode.scrutiny in (Episode.Scrutiny.DUE, Episode.Scrutiny.AFTER_INTERVIEW):
        decision = str(Episode.Scrutiny(episode.scrutiny).label)
    else:
        decision = "None recorded"
    return FullRow(episode, outcome(episode, now, reasons), decision)


@require_safe
def history(request: HttpRequest, reference: str) -> HttpResponse:
    """Every episode of a child, 25 a page."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Looked at every missing episode.")
    now = timezone.now()
    reasons = Code.objects.labels("interview_not_required")
    page = Paginator(_episodes(child), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "child": child,
        "page": page,
        "rows": [_row(one, now, reasons) for one in page.object_list],
        "moment": now,
        "may_record": by.seat in RECORDERS,
        "wide": by.seat in WIDE,
        "seen_by": by.seat is Seat.TEAM,
    }
    return render(request, "missing/history.html", context)


@require_safe
def history_csv(request: HttpRequest, reference: str) -> HttpResponse:
    """The same rows as a table to take away. That it was taken is in the trail."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Took the missing episodes away (CSV).", kind=Kind.TAKEN_AWAY)
    now, reasons = timezone.now(), Code.objects.labels("interview_not_required")
    rows = (_cells(_row(one, now, reasons), now) for one in _episodes(child))
    response = HttpResponse(table(HEADINGS, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{child.reference}-missing.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _cells(row: FullRow, now: datetime) -> tuple[str, ...]:
    one = row.episode
    interview = f"{row.outcome.words} {row.outcome.clock}".strip()
    return (
        _iso(one.started_at, one.started_to_the_minute), _iso(one.returned_at, one.returned_to_the_minute),
        one.lasted(now), LEVELS.get(one.risk, ""), one.recorded_as, one.where,  # type: ignore[attr-defined]
        one.last_seen_place, interview, row.decision,
    )  # fmt: skip


def _iso(moment: datetime | None, to_the_minute: bool) -> str:
    """A moment in Europe/London as a spreadsheet sorts it; the day alone where no more is known."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{local:%Y-%m-%d %H:%M}" if to_the_minute else f"{local:%Y-%m-%d}"
