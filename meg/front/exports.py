"""What may be taken away of a record: its chronology, as a table and as a document to print."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.front.chronology import KINDS, MARKS, chronology, history_of
from meg.front.paper import chronology_paper, sheet_paper
from meg.partnership.access.request import by_of, who_of
from meg.partnership.trail.models import Kind
from meg.partnership.trail.sheet import table
from meg.protect.children.actions import open_child
from meg.protect.children.chronology import Line
from meg.protect.children.models import Child
from meg.protect.missing.views.sheets import filled, sheet_of

HEADINGS = ("Date", "Time", "Kind", "What", "More", "Source", "Fact or judgement")


def _open(request: HttpRequest, reference: str, form: str) -> Child:
    sentence = f"Took the chronology away ({form})."
    return open_child(by=by_of(request), reference=reference, doing=sentence, kind=Kind.TAKEN_AWAY)


def _lines(request: HttpRequest, child: Child) -> list[Line]:
    """The lines that the page's own filter keeps; all of them, where it asks for nothing."""
    history = history_of(child.pk, by_of(request).seat)
    return chronology(history, kind=request.GET.get("kind", ""), mark=request.GET.get("mark", ""))


def _kept(request: HttpRequest) -> str:
    """What the filter keeps, in words; empty where it keeps everything."""
    asked = (KINDS.get(request.GET.get("kind", "")), MARKS.get(request.GET.get("mark", "")))
    return "; ".join(filter(None, asked)).lower()


def _attached(content: bytes | str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def cells(line: Line) -> tuple[str, ...]:
    return (line.on.isoformat(), line.clock, KINDS[line.kind], line.strong, line.words, line.source, line.mark)


@require_safe
def as_csv(request: HttpRequest, reference: str) -> HttpResponse:
    """The chronology as a table."""
    child = _open(request, reference, "CSV")
    content = table(HEADINGS, (cells(line) for line in _lines(request, child)))
    return _attached(content, "text/csv; charset=utf-8", f"{child.reference}-chronology.csv")


@require_safe
def as_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The chronology to print: marked, with who took it and when."""
    child = _open(request, reference, "PDF")
    who, seat = who_of(request), by_of(request).seat
    content = chronology_paper(
        child, _lines(request, child), taken_by=f"{who.name}, {who.agency}", at=timezone.localtime(),
        demonstration=who.demonstration, reach=f"{seat.label}: {seat.reach}", kept=_kept(request),
    )  # fmt: skip
    return _attached(content, "application/pdf", f"{child.reference}-chronology.pdf")


@require_safe
def sheet_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The carer's sheet for a call to the police: marked, with who took it and when."""
    by, who = by_of(request), who_of(request)
    child = open_child(by=by, reference=reference, kind=None)
    sheet = sheet_of(child)
    if sheet is None:
        messages.info(request, "No sheet is kept for this child yet: there is nothing to print.")
        return redirect("missing:sheet", reference=child.reference)
    open_child(by=by, reference=reference, doing="Took the carer’s sheet away (PDF).", kind=Kind.TAKEN_AWAY)
    content = sheet_paper(
        child, filled(sheet), updated_by=sheet.updated_by, updated_at=timezone.localtime(sheet.updated_at),
        taken_by=f"{who.name}, {who.agency}", at=timezone.localtime(), demonstration=who.demonstration,
    )  # fmt: skip
    return _attached(content, "application/pdf", f"{child.reference}-if-missing.pdf")
