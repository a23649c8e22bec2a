"""Pages of figures that their source supplies: what is asked for, one figure, a file of them."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from meg.oversight.performance import actions
from meg.oversight.performance.forms_supply import FigureForm, FileForm
from meg.oversight.performance.models import Indicator, ShownFigure, SuppliedFigure
from meg.oversight.performance.permissions import NO_FIGURES, READERS
from meg.oversight.performance.rules import Period, PeriodTrouble, read_period
from meg.oversight.performance.supply import State, due_on, wrong_period
from meg.partnership.access.actions import clear_draft
from meg.partnership.access.drafts import form_of
from meg.partnership.access.request import by_of
from meg.partnership.seats import By, Refused, permit

COMPUTED = "It stands on the scorecard within five minutes."


def _reader(request: HttpRequest) -> By:
    by = by_of(request)
    permit(by, READERS, NO_FIGURES)
    return by


@require_safe
def supplies(request: HttpRequest) -> HttpResponse:
    """What waits to be supplied, and what was."""
    by, today = _reader(request), timezone.localdate()
    mine, supplied = actions.to_supply(by, today), actions.periods_supplied()
    shown = ShownFigure.objects.current().filter(indicator__in=[one.number for one in mine])
    figures = {(one.indicator, one.period): one for one in shown}
    done = [
        (one, [(asked, figures.get((one.number, asked.period.label))) for asked in found])
        for one in mine
        if (
            found := [
                a for a in actions.asked_of(one, supplied.get(one.number, set()), today) if a.state is State.SUPPLIED
            ]
        )
    ]
    context = {"waiting": actions.waiting_supplies(by, today), "done": done, "mine": mine, "today": today}
    return render(request, "performance/supplies.html", context)


def _one(by: By, number: str, label: str, today: date) -> tuple[Indicator, Period]:
    indicator = next((one for one in actions.to_supply(by, today) if one.number == number), None)
    try:
        period = read_period(label)
    except PeriodTrouble as trouble:
        raise Http404(str(trouble)) from trouble
    if indicator is None or wrong_period(period, indicator.supplied, today):
        raise Http404("There is no such figure for you to supply.")
    return indicator, period


@require_http_methods(["GET", "HEAD", "POST"])
def supply(request: HttpRequest, number: str, period: str) -> HttpResponse:
    """Supply one figure, correct it or take it back."""
    by, today = _reader(request), timezone.localdate()
    indicator, asked = _one(by, number, period, today)
    before = list(SuppliedFigure.objects.filter(indicator=number, period=asked.label).order_by("-id"))
    stands = before[0] if before and before[0].numerator is not None else None
    if request.method == "POST" and "take_back" in request.POST and stands:
        actions.take_figure_back(by=by, indicator=indicator, period=asked, today=today)
        messages.success(request, f"The figure of {asked.words} is taken back. It counts as not supplied.")
        return redirect("performance:supplies")
    key = f"performance:supply:{number}:{asked.label}"
    form = form_of(
        request, FigureForm, by, key, initial=FigureForm.of(stands), indicator=indicator, period=asked, today=today
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.supply_figures(by=by, given=[form.given], today=today)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            clear_draft(by=by, form=key)
            messages.success(request, f"{indicator.name}, {asked.words}: supplied. {COMPUTED}")
            return redirect("performance:supplies")
    context = {
        "form": form, "indicator": indicator, "period": asked, "stands": stands, "before": before,
        "due": due_on(asked, indicator.supplied), "today": today,
    }  # fmt: skip
    return render(request, "performance/supply.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def supply_file(request: HttpRequest) -> HttpResponse:
    """Supply a file of figures: all of it, or nothing where a row is wrong."""
    by, today = _reader(request), timezone.localdate()
    mine = actions.to_supply(by, today)
    form = FileForm(request.POST or None, request.FILES or None, indicators=mine, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            new = actions.supply_figures(by=by, given=form.given, today=today, file=form.cleaned_data["file"].name)
        except Refused as refused:
            form.add_error("file", str(refused))
        else:
            same = len(form.given) - new
            also = f" {same} {'was' if same == 1 else 'were'} the same as before." if same else ""
            messages.success(
                request, f"{new} {'figure' if new == 1 else 'figures'} supplied.{also} {COMPUTED if new else ''}"
            )
            return redirect("performance:supplies")
    return render(request, "performance/supply_file.html", {"form": form, "mine": mine})
