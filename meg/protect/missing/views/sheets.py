"""The carer's sheet: what is known beforehand of a child who may go missing. Read it, change it, look at it as it was."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.actions import clear_draft
from meg.partnership.access.drafts import keeps, restore
from meg.partnership.access.request import by_of
from meg.partnership.seats import permit
from meg.protect.children.actions import open_child
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.missing.actions import keep_sheet
from meg.protect.missing.forms.sheets import PARTS, SheetForm
from meg.protect.missing.models import Sheet
from meg.protect.missing.permissions import SHEET_KEEPERS

ONLY = "Only those who work with the child can change this sheet."
A_PAGE = 10  # earlier states
Parts = list[tuple[str, str]]


def sheet_of(child: Child) -> Sheet | None:
    """The sheet as it is now; None where none is kept."""
    return Sheet.objects.filter(child=child).order_by("-updated_at", "-pk").first()


def filled(sheet: Sheet) -> Parts:
    """The parts that say something: their labels and words."""
    return [(label, getattr(sheet, name)) for name, (label, _, _) in PARTS.items() if getattr(sheet, name)]


def changed(sheet: Sheet, before: Sheet | None) -> Parts:
    """The parts that a state changed, as they were in it; all of the first."""
    return [
        (label, getattr(sheet, name) or "emptied")
        for name, (label, _, _) in PARTS.items()
        if getattr(sheet, name) != (getattr(before, name) if before else "")
    ]


@require_safe
def sheet(request: HttpRequest, reference: str) -> HttpResponse:
    """The sheet on one page: who updated it and when, and its earlier states."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Looked at the carer’s sheet.")
    states = list(Sheet.objects.filter(child=child).order_by("-updated_at", "-pk"))
    pairs = [(one, changed(one, before)) for one, before in zip(states, [*states[1:], None], strict=False)]
    context = {
        "child": child,
        "sheet": states[0] if states else None,
        "parts": filled(states[0]) if states else [],
        "page": Paginator(pairs, A_PAGE).get_page(request.GET.get("page")),
        "may_keep": by.seat in SHEET_KEEPERS,
        "moment": timezone.now(),
    }
    return render(request, "missing/sheet.html", context)


def sheet_change(request: HttpRequest, reference: str) -> HttpResponse:
    """Fill the sheet in, or bring it up to date. The earlier states are kept."""
    by = by_of(request)
    permit(by, SHEET_KEEPERS, ONLY)
    child = open_child(by=by, reference=reference, doing="Opened the form of the carer’s sheet.")
    key = f"missing:sheet:{child.reference}"
    if request.method == "POST":
        form = keeps(SheetForm(request.POST), by, key)
    else:
        form = restore(SheetForm, by, key, initial=SheetForm.shown(sheet_of(child)))
    if request.method == "POST" and form.is_valid():
        try:
            keep_sheet(by=by, child=child, told=form.cleaned_data)
        except Unfit as unfit:
            form.refuse(unfit)
        else:
            clear_draft(by=by, form=key)
            messages.success(request, "The carer’s sheet is updated. The earlier one is kept.")
            return redirect("missing:sheet", reference=child.reference)
    context = {"child": child, "form": form, "moment": timezone.now()}
    return render(request, "missing/sheet_change.html", context)
