"""The morning sheet: the missing board on paper, as far as the seat reaches, with who printed it and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.front.paper import morning_paper
from meg.partnership.access.request import by_of, who_of
from meg.partnership.seats import permit
from meg.protect.children.permissions import FINDERS
from meg.protect.missing.actions import record_taken_list
from meg.protect.missing.board import Board, Matter, NowMissing, Waiting, board
from meg.protect.missing.life import LEVELS
from meg.protect.missing.views.board import ONLY

Cell = tuple[str, str, bool]  # words, second line, whether it stands out


def plain(words: str, second: str = "", strong: bool = False) -> Cell:
    return words, second, strong


def child(one: Matter) -> Cell:
    return f"{one.who.name}{f', {one.who.age}' if one.who.age is not None else ''}", one.who.reference, True


def held(one: Matter) -> Cell:
    """Who holds a matter, and for whom they work; 'Nobody yet' stands out."""
    name = one.held_by.removesuffix(f", {one.agency}") if one.agency else one.held_by
    return name or "Nobody yet", one.agency, not name


def _away(one: NowMissing) -> str:
    return "" if one.recorded_as == "Missing" else f". {one.recorded_as}"


def _due(one: Waiting) -> str:
    return "was due" if one.clock.state == "over" else "due"


def parts(whole: Board) -> list[dict[str, Any]]:
    """The four sections as rows of cells."""
    missing = [
        [child(one), plain(one.lasted, f"since {one.since}{_away(one)}", True), plain(LEVELS.get(one.risk, "Not graded yet")),
         plain(one.review, one.review_of, one.review_over),
         plain(one.place or one.where, "18 or over" if one.grown_up else one.where.lower() if one.place else ""),
         held(one)]
        for one in whole.missing
    ]  # fmt: skip
    waiting = [
        [child(one), plain(one.clock.words, f"{_due(one)} {_when(one.clock.due_at)}", True), plain(one.returned),
         plain(one.state, one.detail), held(one)]
        for one in whole.interviews
    ]  # fmt: skip
    scrutiny = [
        [child(one), plain(one.waited, "", True), plain(LEVELS.get(one.risk, "Not graded yet")),
         plain(one.recorded_as, "Challenged" if one.challenged else ""),
         plain(one.lasted, f"ended {one.ended}"), plain(one.interview)]
        for one in whole.scrutiny
    ]  # fmt: skip
    repeats = [
        [child(one), plain(f"{one.episodes} in {one.days} days", "", True), plain(one.latest),
         plain(one.said, one.detail, not one.decided)]
        for one in whole.repeats[: whole.repeats_first]
    ]  # fmt: skip
    return [
        {"title": "Now missing", "nothing": "Nobody is missing now.", "rows": missing, "widths": [4, 4, 2, 3, 3, 4],
         "heads": ["Child", "Missing for", "Risk", "Review", "Last seen", "Held by"]},
        {"title": "Returned: interview due", "nothing": "No interview is due.", "rows": waiting,
         "widths": [4, 4, 3, 5, 3], "heads": ["Child", "72-hour clock", "Returned", "Interview", "Held by"]},
        {"title": "Waiting for scrutiny", "nothing": "No episode waits for the team.", "rows": scrutiny,
         "widths": [4, 3, 2, 3, 3, 4], "heads": ["Child", "Waiting", "Risk", "Recorded as", "Episode", "Interview"]},
        {"title": "Repeat", "nothing": "No child’s episodes have reached the threshold.", "rows": repeats,
         "widths": [4, 3, 3, 5], "more": len(whole.repeats) - len(repeats),
         "heads": ["Child", "Episodes", "Latest", "Strategy discussion"]},
    ]  # fmt: skip


def _when(moment: datetime) -> str:
    local = timezone.localtime(moment)
    return f"{local:%a} {local.day} {local:%b %H:%M}"


@require_safe
def morning(request: HttpRequest) -> HttpResponse:
    """The sheet as a document to print."""
    by, who, now = by_of(request), who_of(request), timezone.now()
    permit(by, FINDERS, ONLY)
    whole = board(by, now)
    record_taken_list(
        by=by, sentence="Took the missing board away (PDF).", references={one.who.reference for one in whole.matters()}
    )
    content = morning_paper(
        parts(whole), reach=f"Shown: {by.seat.reach}.", taken_by=f"{who.name}, {who.agency}",
        at=timezone.localtime(now), demonstration=who.demonstration,
    )  # fmt: skip
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="missing-board-{timezone.localtime(now):%Y-%m-%d}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
