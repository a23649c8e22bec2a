"""The papers of a meeting, for the items that the reader may see: as a page, and to take away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.request import who_of
from meg.pursue.meetings import actions
from meg.pursue.meetings.paper import papers_paper
from meg.pursue.meetings.papers import last_actions, papers_of
from meg.pursue.meetings.permissions import WRITERS
from meg.pursue.meetings.views.finding import meeting_of, reader

EVERY = "Every item of the agenda."
OWN = "Items of children that {agency} works with, and what every agency may read."


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The papers as a page."""
    by, now = reader(request), timezone.now()
    meeting = meeting_of(number)
    papers = papers_of(meeting, now)
    actions.record_papers(
        by=by, meeting=meeting, what="the papers", references=[one.reference for one in papers if one.reference]
    )
    context = {"meeting": meeting, "papers": papers, "reach": by.seat.reach, "writes": by.seat in WRITERS}
    return render(request, "meetings/papers.html", context)


@require_safe
def pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The papers as a document."""
    by, who, now = reader(request), who_of(request), timezone.now()
    meeting = meeting_of(number)
    papers = papers_of(meeting, now)
    last = last_actions(meeting, now)
    shown = [paper.reference for paper in papers if paper.reference]
    shown += [action.reference for action in last if action.reference]
    actions.record_papers(by=by, meeting=meeting, what="the papers (PDF)", references=shown, taken=True)
    content = papers_paper(
        meeting, papers, last, reach=EVERY if by.seat.value in ("team", "analyst") else OWN.format(agency=who.agency),
        taken_by=f"{who.name}, {who.agency}", at=now, demonstration=who.demonstration,
    )  # fmt: skip
    return document(content, f"papers-{meeting.on:%Y-%m-%d}.pdf")


def document(content: bytes, name: str) -> HttpResponse:
    """A PDF that is taken away, and kept by no cache."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
