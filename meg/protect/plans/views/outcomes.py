"""Whether risk fell: counts for the team and the analyst, with the plans behind them."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from meg.partnership.access.request import by_of
from meg.partnership.seats import permit
from meg.protect.plans import actions
from meg.protect.plans.outcomes import by_service, lines_of
from meg.protect.plans.permissions import LISTERS
from meg.protect.plans.rules.outcome import CAUTION, course

ONLY = "Outcomes of plans are for the exploitation team and the analyst."
STATES = {"": "Closed and running plans", "closed": "Closed plans", "running": "Running plans"}
A_PAGE = 25


@require_safe
def outcomes(request: HttpRequest) -> HttpResponse:
    """How many plans saw risk fall, stay or rise, over all and by service; and each plan."""
    by = by_of(request)
    permit(by, LISTERS, ONLY)
    asked = request.GET.get("state", "")
    state = asked if asked in STATES else ""
    lines = lines_of(state)
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    actions.record_outcomes(by=by, references=[str(one.plan.child.reference) for one in page.object_list])
    context = {
        "page": page, "whole": course(one.change for one in lines), "services": by_service(lines), "caution": CAUTION,
        "state": state, "states": STATES,
    }  # fmt: skip
    return render(request, "plans/outcomes.html", context)
