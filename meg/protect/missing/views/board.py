"""The missing board: every open matter, for the morning meeting, a wall, a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.request import by_of
from meg.partnership.seats import Seat, permit
from meg.protect.children.permissions import FINDERS
from meg.protect.missing.actions import record_list
from meg.protect.missing.board import MOST, Board, board
from meg.protect.missing.forms.board import BoardForm
from meg.protect.missing.permissions import RECORDERS
from meg.protect.missing.rules import WARN

ONLY = "The missing board is for those who work with children."
A_SECTION = 50


@dataclass(frozen=True)
class Section:
    """Rows of a section as shown, and how many there are."""

    rows: list[Any]
    found: int
    total: int


def section(shown: Board, whole: Board, name: str, everything: bool) -> Section:
    """The first rows of a section, or all of them."""
    rows: list[Any] = getattr(shown, name)
    most = min(A_SECTION, shown.repeats_first) if name == "repeats" else A_SECTION
    return Section(rows if everything else rows[:most], len(rows), len(getattr(whole, name)))


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The board as this seat may see it, filtered as the address says."""
    by, now = by_of(request), timezone.now()
    permit(by, FINDERS, ONLY)
    whole = board(by, now)
    form = BoardForm(request.GET, agencies={one.agency for one in whole.matters() if one.agency})
    shown = form.applied_to(whole) if form.is_valid() else whole
    everything = request.GET.get("all", "")
    sections = {
        name: section(shown, whole, name, everything == name)
        for name in ("missing", "interviews", "scrutiny", "repeats")
    }
    record_list(by=by, sentence="Saw children on the missing board.", references=references(sections))
    context = {
        "form": form,
        "asked": form.in_words(),
        "moment": timezone.localtime(now),
        "tiles": tiles(whole),
        **sections,
        "matters": len(shown.matters()),
        "of_matters": len(whole.matters()),
        "children": len({one.who.reference for one in shown.matters()}),
        "query": urlencode({name: request.GET[name] for name in form.fields if request.GET.get(name)}),
        "most": MOST if whole.is_cut else 0,
        "may_record": by.seat in RECORDERS,
        "is_team": by.seat is Seat.TEAM,
        "reach": by.seat.reach,
    }
    return render(request, "missing/board.html", context)


def references(sections: dict[str, Section]) -> list[str]:
    return [row.who.reference for one in sections.values() for row in one.rows]


@dataclass(frozen=True)
class Tile:
    """One of the counts: a link into the page, with its worst fact."""

    n: int
    label: str
    href: str
    note: str = ""
    worst: str = ""


def tiles(whole: Board) -> list[Tile]:
    """The four counts, in order of gravity."""
    high = sum(one.risk == "HIGH" for one in whole.missing)
    reviews = sum(one.review_over for one in whole.missing)
    over = sum(one.clock.state == "over" for one in whole.interviews)
    soon = sum(one.clock.state == "soon" for one in whole.interviews)
    hours = int(WARN.total_seconds() // 3600)
    undecided = sum(not one.decided for one in whole.repeats)
    decided = "each with a decision" if whole.repeats else ""
    return [
        Tile(len(whole.missing), "Now missing", "#now-missing", f"{high} high" if high else "",
             f"{reviews} review{'' if reviews == 1 else 's'} over" if reviews else ""),
        Tile(len(whole.interviews), "Returned: interview due", "#interviews", f"{soon} under {hours} h" if soon else "",
             f"{over} over" if over else ""),
        Tile(len(whole.scrutiny), "Waiting for scrutiny", "#scrutiny",
             f"longest {whole.scrutiny[0].waited}" if whole.scrutiny else ""),
        Tile(len(whole.repeats), "Repeat", "#repeat", f"{undecided} without a decision" if undecided else decided),
    ]  # fmt: skip
