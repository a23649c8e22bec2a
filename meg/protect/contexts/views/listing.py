"""The list of contexts: what is overdue first; for a caseload, those of its own children."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.request import by_of
from meg.partnership.seats import By, permit
from meg.protect.contexts.actions import record_contexts
from meg.protect.contexts.actions.looking import ONLY
from meg.protect.contexts.models import Context, Link
from meg.protect.contexts.permissions import LISTERS, WIDE, WRITERS
from meg.protect.contexts.shown import LEFT, MOST, listed, tiles_of, with_words

A_PAGE = 25
STATES = {"": "Open", "due": "Review due", "high": "At high", "closed": "Closed"}


@require_safe
def contexts(request: HttpRequest) -> HttpResponse:
    """Contexts, as this seat may see them."""
    by = by_of(request)
    permit(by, LISTERS, ONLY)
    return _all(request, by) if by.seat in WIDE else _own(request, by)


def _all(request: HttpRequest, by: By) -> HttpResponse:
    today = timezone.localdate()
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state, kind = state if state in STATES else "", kind if kind in Context.Kind.values else ""
    page = Paginator(listed(state, kind, today), A_PAGE).get_page(request.GET.get("page"))
    record_contexts(by=by, sentence="Looked at the list of contexts.", references=[])
    given = {name: value for name, value in (("state", state), ("kind", kind)) if value}
    context = {
        "page": page,
        "tiles": _tiles(tiles_of(today)),
        "state": state,
        "states": STATES,
        "kind": kind,
        "kinds": Context.Kind.choices,
        "query": urlencode(given),
        "today": today,
        "left": LEFT,
        "writes": by.seat in WRITERS,
    }
    return render(request, "contexts/list.html", context)


def _tiles(counted: dict[str, int]) -> list[dict[str, Any]]:
    here = reverse("contexts:contexts")
    return [
        {"n": counted["open"], "label": "open", "href": here},
        {"n": counted["due"], "label": "to be reviewed", "href": f"{here}?state=due"},
        {"n": counted["high"], "label": "at high", "href": f"{here}?state=high"},
    ]


def _own(request: HttpRequest, by: By) -> HttpResponse:
    """By context, the children that this seat reaches. How many others there are stands nowhere."""
    found = with_words(Link.objects.now().with_child().select_related("context", "child"))
    links: Iterable[Any] = found.order_by("context__name", "context", "-since", "pk")[:MOST]
    grouped = [(one, list(of)) for one, of in groupby(links, lambda link: link.context)]
    page = Paginator(grouped, A_PAGE).get_page(request.GET.get("page"))
    shown = [str(link.child.reference) for _, of in page.object_list for link in of]
    record_contexts(by=by, sentence="Looked at the contexts of children.", references=shown)
    return render(request, "contexts/own.html", {"page": page})
