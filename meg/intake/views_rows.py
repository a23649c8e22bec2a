"""Pages of the rows that need a person: listed, taken away, corrected here, sent again; and of what a sheet would do."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from meg.intake import actions
from meg.intake.forms import RowForm
from meg.intake.jobs import load_soon
from meg.intake.models import Batch, Row
from meg.intake.permissions import LOADERS
from meg.intake.showing import Line
from meg.intake.sources.sheet.columns import DATASETS as SHEETS
from meg.intake.sources.ssda903.tables import EXTRA, KNOWN
from meg.intake.views import A_PAGE, open_batch, page_of
from meg.partnership.access.request import by_of
from meg.partnership.seats import Refused, permit
from meg.partnership.trail.sheet import table as as_csv
from meg.protect.children.rules import Unfit


@require_GET
def rows(request: HttpRequest, number: int) -> HttpResponse:
    """All rows of one kind: rejected, or stored and breaking one rule."""
    by, found = open_batch(request, number)
    rule = request.GET.get("rule", "").replace("\0", "")[:20]
    table = request.GET.get("table", "").replace("\0", "")[:20]
    of_rule = found.batch.rows.filter(state=Row.State.FLAGGED, issues__contains=[{"code": rule}])
    listed = of_rule if rule else found.batch.rows.rejected()
    if table:
        listed = listed.filter(table=table)
    page = page_of(request, listed.select_related("sent_again").in_file_order(), A_PAGE)
    actions.look(by=by, batch=found.batch, what=f"rows that break {rule}" if rule else "rejected rows")
    context = {
        "shown": found,
        "batch": found.batch,
        "page": page,
        "lines": [Line.of(row, rule) for row in page],
        "rule": rule,
        "table": table,
        "may_correct": not rule and by.seat in LOADERS and found.batch.state == Batch.State.LOADED,
    }
    return render(request, "intake/rows.html", context)


@require_GET
def take_away(request: HttpRequest, number: int, table: str) -> HttpResponse:
    """The rejected rows of one table as CSV, under the table's own headings."""
    by, found = open_batch(request, number)
    headings = actions.headings(found.batch, table)
    if not headings or not found.batch.rows.rejected().filter(table=table).exists():
        raise Http404
    sent = actions.take_away(by=by, batch=found.batch, table=table)
    optional = EXTRA.get(table, ())
    names = [name.upper() for name in headings]
    names = [name for name in names if name not in optional or any(row.get(name) for row in sent)]
    text = as_csv(names if table in KNOWN else headings, ([row.get(name, "") for name in names] for row in sent))
    response = HttpResponse("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="batch-{number}-{table.lower()}-rejected.csv"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, number: int, table: str, row: int) -> HttpResponse:
    """A rejected row as it was sent, to be put right."""
    permit(by_of(request), LOADERS, actions.ONLY)
    by, found = open_batch(request, number)
    kept = get_object_or_404(found.batch.rows.to_correct(), table=table, number=row)
    if found.batch.state != Batch.State.LOADED:
        raise Http404
    names, dataset = actions.headings(found.batch, table), SHEETS.get(found.batch.dataset)
    about = {field.lower() for issue in kept.issues for field in issue["fields"]}
    if request.method == "POST":
        form = RowForm(names, dataset, about, request.POST)
        if form.is_valid():
            if dataset:
                form.say(actions.what_is_wrong(found.batch, form.cleaned_data))
            if form.is_valid() and _corrected(request, form, kept):
                return redirect("intake:batch", number)
    else:
        form = RowForm(names, dataset, about, initial=kept.corrected or kept.sent)
        actions.look(by=by, batch=found.batch, what=f"row {row}")
    context = {"shown": found, "batch": found.batch, "form": form, "line": Line.of(kept), "row": kept}
    return render(request, "intake/correct.html", context)


def _corrected(request: HttpRequest, form: RowForm, kept: Row) -> bool:
    """Keep what was typed. False where it was refused: the form then says why."""
    try:
        actions.correct_row(by=by_of(request), row=kept, values=form.cleaned_data)
    except Unfit as unfit:
        form.add_error(unfit.field if unfit.field in form.fields else None, str(unfit))
    except Refused as refused:
        form.add_error(None, str(refused))
    else:
        messages.success(request, f"Row {kept.number} is corrected. It goes in when you send the corrected rows again.")
        return True
    return False


@require_POST
def send_again(request: HttpRequest, number: int) -> HttpResponse:
    """Send the corrected rows of a batch again."""
    by = by_of(request)
    permit(by, LOADERS, actions.ONLY)
    by, found = open_batch(request, number)
    try:
        again = actions.send_again(by=by, batch=found.batch)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("intake:batch", number)
    load_soon(by=by, batch=again)
    return redirect("intake:batch", again.pk)


@require_POST
def decide(request: HttpRequest, number: int) -> HttpResponse:
    """Load a sheet whose preview was looked at, or leave it."""
    by = by_of(request)
    permit(by, LOADERS, actions.ONLY)
    by, found = open_batch(request, number)
    try:
        if request.POST.get("what") == "load":
            actions.go_on(by=by, batch=found.batch)
            load_soon(by=by, batch=found.batch)
        else:
            actions.leave(by=by, batch=found.batch)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("intake:batch", number)
