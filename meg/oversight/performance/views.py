"""Pages of figures: the scorecard, one indicator, the rows behind it, the report to take away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from meg.oversight.performance import factors, funnel, pages, sentences
from meg.oversight.performance.actions import rows_behind, took_away
from meg.oversight.performance.compared import compared
from meg.oversight.performance.documents.csvfile import write_authorities
from meg.oversight.performance.forms import PeriodForm
from meg.oversight.performance.models import Figure, Indicator, SuppliedFigure
from meg.oversight.performance.permissions import NO_FIGURES, NO_ROWS, READERS, ROWS
from meg.oversight.performance.rag import Rag
from meg.oversight.performance.reports import FORMS, file_name, published_on, report_of
from meg.oversight.performance.rules import Kind, PeriodTrouble, quarter_of, read_period
from meg.oversight.performance.scorecard import Card, Line, NoFigures, read_card, with_figures
from meg.oversight.performance.supplied import measure_of
from meg.oversight.performance.verdicts import HOW_JUDGED, Mark
from meg.partnership.access.request import by_of
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import By, permit

ROWS_A_PAGE = 50
KINDS = {Kind.QUARTER: "Quarters", Kind.ROLLING: "12 months", Kind.YEAR: "Years", Kind.MONTH: "Months"}


def _card(request: HttpRequest) -> tuple[PeriodForm, Card]:
    """The scorecard of the period asked for. One that cannot be read is said so, over the usual period."""
    form = PeriodForm(request.GET)
    period = form.cleaned_data["period"] if form.is_valid() else None
    return form, read_card(period, timezone.localdate())


def _frame(form: PeriodForm, card: Card) -> dict[str, Any]:
    offered = {KINDS[kind]: periods for kind, periods in card.offered.items() if periods}
    return {
        "form": form,
        "card": card,
        "offered": offered,
        "chosen_is_offered": any(card.period in periods for periods in offered.values()),
        "this": sentences.THIS[card.period.kind].capitalize(),
        "before": sentences.BEFORE[card.period.kind].capitalize(),
        "by_year": card.period.kind.is_twelve_months,
    }


@require_safe
def scorecard(request: HttpRequest) -> HttpResponse:
    """Every indicator at a glance, by strand."""
    permit(by_of(request), READERS, NO_FIGURES)
    form, card = _card(request)
    strands = list(pages.strands(card))
    rows = [row for strand in strands for row in strand.rows]
    context = {
        "lede": pages.opening(rows, card),
        "changes": [row for row in rows if row.verdict.mark is Mark.CHANGED],
        "reds": [row for row in rows if row.rag is Rag.RED],
        "has_targets": any(row.target for row in rows),
        "how_judged": HOW_JUDGED,
        "strands": strands,
        "pictured": pages.pictured(card),
        "due": pages.due(card.today),
    }
    return render(request, "performance/scorecard.html", {**_frame(form, card), **context})


def _line(card: Card, number: str) -> Line | Indicator:
    found = card.line(number) or next((i for i in card.unmeasured if i.number == number), None)
    if found is None:
        raise Http404("The data specification has no indicator of this number.")
    return found


@require_safe
def indicator(request: HttpRequest, number: str) -> HttpResponse:
    """What one figure means: the figure, its trend with its table, and how it is made."""
    by = by_of(request)
    permit(by, READERS, NO_FIGURES)
    form, card = _card(request)
    line = _line(card, number)
    if isinstance(line, Indicator):
        return render(request, "performance/unmeasured.html", {"indicator": line, "card": card})
    value, words = pages.headline(line, card)
    counted = _counted(number, card) if by.seat in ROWS else None
    measure = measure_of(line.of(card.period))
    context = {
        "indicator": line.indicator,
        "two_definitions": line.definitions(card.period),
        "changes": line.defined.told,
        "measure": measure,
        "figure": line.at(card.period),
        "value": value,
        "words": words,
        "comparison": sentences.comparison(line.finding(card.period)),
        "verdict": line.verdict(card.period, card.today),
        "standing": pages.card_row(line, card),
        "trend": pages.trend(line, card),
        "years": pages.years(line, card),
        "kinds": {period.kind.value for period in line.figures},
        "sees_rows": by.seat in ROWS,
        "counted": counted,
        "left_out": pages.left_out(measure, counted),
        "aside": pages.aside(line, card.period, counted, _published(card, number)),
        "due": pages.due(card.today),
        "supplied": _supplied(line, card),
        "has_factors": line.indicator.measure == factors.MEASURE,
        **_compared(by, line),
    }
    return render(request, "performance/indicator.html", {**_frame(form, card), **context})


def _published(card: Card, number: str) -> date | None:
    """The day since which the tables beside a figure stay as they were: those of a month with its quarter's."""
    month = card.period.kind is Kind.MONTH
    return published_on(quarter_of(card.period.start) if month else card.period, number)


def _supplied(line: Line, card: Card) -> list[SuppliedFigure]:
    """The figure as it was supplied last, where this seat may see that."""
    found = SuppliedFigure.objects.filter(indicator=line.indicator.number, period=card.period.label).order_by("-id")
    return list(found[:1]) if line.indicator.is_supplied else []


def _compared(by: By, line: Line) -> dict[str, Any]:
    """Ours beside what is published of every authority, where something is."""
    found = compared(line.indicator.measure, Partnership.objects.get(pk=by.partnership_id).authority)
    if found is None:
        return {"compared": None}
    drawn = [
        mark_safe(funnel.funnel(found, prefix=prefix, narrow=narrow))
        for prefix, narrow in (("fw", False), ("fn", True))
    ]
    return {"compared": found, "funnels": drawn, "beyond": funnel.beyond(found)}


@require_safe
def authorities(request: HttpRequest, number: str) -> HttpResponse:
    """Every authority behind the comparison, as CSV. They are published figures: nothing of ours alone is in them."""
    by = by_of(request)
    permit(by, READERS, NO_FIGURES)
    line = _line(read_card(None, timezone.localdate()), number)
    found = None
    if isinstance(line, Line):
        found = compared(line.indicator.measure, Partnership.objects.get(pk=by.partnership_id).authority)
    if found is None:
        raise Http404("Nothing is published of this indicator, or it is not loaded.")
    name = f"meg-authorities-{number}-{found.of_year}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(write_authorities(found), content_type="text/csv; charset=utf-8", headers=headers)


def _counted(number: str, card: Card) -> Figure | None:
    """The figure as counted, for seats that see the records themselves."""
    return Figure.objects.current().filter(indicator=number, period=card.period.label).first()


@require_safe
def rows(request: HttpRequest, number: str) -> HttpResponse:
    """The children behind a figure, by reference, for seats that see every record."""
    by = by_of(request)
    permit(by, ROWS, NO_ROWS)
    form, card = _card(request)
    line = _line(card, number)
    if isinstance(line, Indicator) or line.of(card.period).is_supplied:
        raise Http404("This indicator is not counted here.")
    found = rows_behind(by=by, indicator=line.of(card.period), period=card.period)
    page = Paginator(found, ROWS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "indicator": line.indicator,
        "page": page,
        "children": len({row.reference for row in found}),
        "episodes": len(found),
        "met": sum(row.met is True for row in found),
        "measure": measure_of(line.of(card.period)),
    }
    return render(request, "performance/rows.html", {**_frame(form, card), **context})


@require_safe
def document(request: HttpRequest, period: str, form: str) -> HttpResponse:
    """The report of a period, to take away. That it was taken is in the trail."""
    by = by_of(request)
    permit(by, READERS, NO_FIGURES)
    try:
        asked = read_period(period)
        card = with_figures(read_card(asked, timezone.localdate()))
        made = FORMS[form]
    except (PeriodTrouble, NoFigures, KeyError) as trouble:
        raise Http404("There is no such report.") from trouble
    took_away(by=by, period=asked, forms=[form])
    model = report_of(card, Partnership.objects.get(pk=by.partnership_id))
    name = file_name(asked, form)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(made.write(model), content_type=made.type, headers=headers)
