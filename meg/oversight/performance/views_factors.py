"""The page of the factors that are published of assessments, beside the referrals received here."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from meg.oversight.performance import factors as known
from meg.oversight.performance import funnel
from meg.oversight.performance.permissions import NO_FIGURES, READERS
from meg.oversight.performance.scorecard import read_card
from meg.partnership.access.request import by_of
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import permit


@require_safe
def factors(request: HttpRequest, number: str) -> HttpResponse:
    """One factor: what is published by year, every authority in the latest, and our referrals that come nearest."""
    by = by_of(request)
    permit(by, READERS, NO_FIGURES)
    every = known.factors()
    factor = every.get(request.GET.get("factor", next(iter(every))))
    card = read_card(None, timezone.localdate())
    line = card.line(number)
    if line is None or line.indicator.measure != known.MEASURE or factor is None:
        raise Http404("No factors stand beside this indicator, or none has this name.")
    found = known.published(factor, Partnership.objects.get(pk=by.partnership_id).authority)
    compared = found.compared if found else None
    context = {
        "indicator": line.indicator,
        "card": card,
        "every": every.values(),
        "factor": factor,
        "published": found,
        "compared": compared,
        "funnels": [
            mark_safe(funnel.funnel(compared, prefix=prefix, narrow=narrow))
            for prefix, narrow in (("fw", False), ("fn", True))
        ]
        if compared
        else [],
        "beyond": funnel.beyond(compared) if compared else [],
        "ours": known.ours(factor, line.figures, found.years[-1] if found else card.today.year, card.today),
    }
    return render(request, "performance/factors.html", context)
