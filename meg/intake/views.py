"""Pages of what agencies send: send files, see what became of them, take a batch back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from meg.intake import actions
from meg.intake.forms import DATASETS, LARGEST_DELIVERY, SendForm
from meg.intake.jobs import load_soon
from meg.intake.models import Batch, Row
from meg.intake.permissions import LOADERS, READERS
from meg.intake.showing import Line, Shown, bar, groups, shown
from meg.partnership.access.request import by_of
from meg.partnership.seats import By, Refused, permit
from meg.protect.children.models import CareEpisode, Child
from meg.protect.missing.models import Episode, Interview

A_LIST, A_PAGE = 20, 50
PIECE = 1 << 20
MOST_DRAINED = 1 << 30  # bytes read and thrown away, so that whoever sent too much gets an answer
REFRESH = "2"  # seconds


@csrf_exempt  # the token stands in the body, which `_send` reads, checks and is the only one to act on
@require_http_methods(["GET", "HEAD", "POST"])
def batches(request: HttpRequest) -> HttpResponse:
    """Send files, and what was sent before."""
    by = by_of(request)
    permit(by, READERS, actions.ONLY_READERS)
    if request.method != "POST":
        return _batches(request, by, SendForm())
    permit(by, LOADERS, actions.ONLY)
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    if size > LARGEST_DELIVERY:
        _drain(request, size)
        return _batches(request, by, SendForm.too_much(size), status=413)
    return _send(request)


@csrf_protect
def _send(request: HttpRequest) -> HttpResponse:
    by = by_of(request)
    form = SendForm(request.POST, request.FILES)
    if not form.is_valid():
        return _batches(request, by, form)
    sent = form.cleaned_data
    if form.sheet:
        batch = actions.receive_sheet(by=by, sheet=form.sheet)
    else:
        batch = actions.receive(by=by, dataset=sent["dataset"], year=sent["year"], reading=form.reading)
    load_soon(by=by, batch=batch)
    return redirect("intake:batch", batch.pk)


def _drain(request: HttpRequest, size: int) -> None:
    """Read what was sent and keep nothing of it: a browser listens for the answer only when all is sent."""
    left = min(size, MOST_DRAINED)
    while left > 0 and (piece := request.read(min(PIECE, left))):
        left -= len(piece)


def _batches(request: HttpRequest, by: By, form: SendForm, status: int = 200) -> HttpResponse:
    page = page_of(request, Batch.objects.newest_first(), A_LIST)
    context = {
        "form": form,
        "page": page,
        "batches": shown(page),
        "datasets": DATASETS,
        "may_send": by.seat in LOADERS,
    }
    return render(request, "intake/batches.html", context, status=status)


@require_GET
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """One batch: what became of its rows, and what is left to do."""
    by, found = open_batch(request, number)
    if found.is_running:
        stays = "still" in request.GET
        response = render(request, "intake/running.html", {"shown": found, "dataset": _dataset(found), "stays": stays})
        if not stays:
            response["Refresh"] = REFRESH
        return response
    if found.batch.state == Batch.State.PREVIEWED:
        context = {"shown": found, "batch": found.batch, "dataset": _dataset(found), "may_load": by.seat in LOADERS}
        return render(request, "intake/preview.html", context)
    counted = found.batch.rows.values("state").annotate(rows=Count("pk"))
    counts = {row["state"]: row["rows"] for row in counted}
    found.flagged = counts.get(Row.State.FLAGGED, 0)
    found.to_correct = found.batch.rows.to_correct().count()
    rejected = found.batch.rows.rejected().select_related("sent_again").in_file_order()[:A_LIST]
    context = {
        "shown": found,
        "batch": found.batch,
        "dataset": _dataset(found),
        "rejected": [Line.of(row) for row in rejected],
        "to_send": found.batch.rows.to_send().count(),
        "may_correct": by.seat in LOADERS and found.batch.state == Batch.State.LOADED,
        "tables": found.batch.rows.rejected().values("table").annotate(rows=Count("pk")).order_by("table"),
        "groups": groups(found.batch) if found.flagged else [],
        "may_undo": by.seat in LOADERS and found.batch.state == Batch.State.LOADED and not found.changed_nothing,
        "form": SendForm(auto_id="send_%s") if by.seat in LOADERS else None,
        "bar": bar(found.batch),
        "earlier": shown(Batch.objects.filter(pk__lt=number).newest_first()[:3]),
    }
    if counts:
        actions.look(by=by, batch=found.batch, what="rows")
    return render(request, "intake/batch.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """What taking a batch back would do; and, when that is confirmed, take it back."""
    permit(by_of(request), LOADERS, actions.ONLY)
    by, found = open_batch(request, number)
    refused = ""
    if request.method == "POST":
        try:
            actions.undo(by=by, batch=found.batch)
        except Refused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, f"Batch {number} is taken back. Its files and rows are kept.")
            return redirect("intake:batch", number)
    context = {"shown": found, "batch": found.batch, "refused": refused, **_would_undo(by, found.batch)}
    return render(request, "intake/undo.html", context)


def _would_undo(by: By, batch: Batch) -> dict[str, Any]:
    if batch.state != Batch.State.LOADED:
        return {"is_in": False}
    made = {"batch": batch.pk, "withdrawn_at": None}
    return {
        "is_in": True,
        "since": actions.worked_on_since(by=by, batch=batch),
        "made": [
            ("Children", Child.objects.filter(**made).count()),
            ("Periods looked after", CareEpisode.objects.filter(**made).count()),
            ("Missing episodes", Episode.objects.filter(**made).count()),
            ("Return interviews", Interview.objects.filter(**made).count()),
        ],
    }


def open_batch(request: HttpRequest, number: int) -> tuple[By, Shown]:
    """A batch for whoever may read it. Raises: Refused; Http404, where there is none of this number."""
    by = by_of(request)
    permit(by, READERS, actions.ONLY_READERS)
    found = shown(Batch.objects.filter(pk=min(number, 2**63 - 1)))
    if not found:
        raise Http404
    return by, found[0]


def _dataset(found: Shown) -> str:
    return DATASETS.get(found.batch.dataset, found.batch.dataset)


def page_of(request: HttpRequest, listed: Any, size: int) -> Page[Any]:
    return Paginator(listed, size).get_page(request.GET.get("page"))
