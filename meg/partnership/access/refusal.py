"""A refusal: a page with the sentence a person can act on, and a line in the trail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from meg.partnership.access.actions import record_refusal
from meg.partnership.seats import By, Refused


def page(request: HttpRequest, exception: Refused) -> HttpResponse:
    """The 403 page. What the refused action had begun was taken back before this line is written."""
    by: By | None = getattr(request, "by", None)
    match = request.resolver_match
    if by:
        reference = str(match.kwargs.get("reference", "")) if match else ""
        record_refusal(by=by, sentence=str(exception), reference=reference[:40])
    return render(request, "access/refused.html", {"sentence": str(exception)}, status=403)
