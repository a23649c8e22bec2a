"""The way to the API. What it is made of takes a second to import, so it is imported with the first request for it."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver, path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

ROOT = "/api/"


@cache
def addresses() -> URLResolver:
    """The API's own addresses, under its root."""
    from meg.front.api import api

    found = path("", api.urls)
    assert isinstance(found, URLResolver)
    return found


@csrf_exempt  # nothing can be changed by the API
@require_safe
def door(request: HttpRequest, rest: str) -> HttpResponse:
    """Hand a request on to the API. Raises: Http404, where it has no such address."""
    found = addresses().resolve(rest)
    request.resolver_match = found
    response: HttpResponse = found.func(request, *found.args, **found.kwargs)
    return response
