"""Pages that belong to no room: help, what went wrong, and whether the site is well."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from meg.partnership.access.actions import save_draft
from meg.partnership.access.drafts import keep_what_was_typed, read_ticket, typed
from meg.partnership.seats import By


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "front/help.html")


@require_safe
def keyboard(request: HttpRequest) -> HttpResponse:
    return render(request, "front/keyboard.html")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "front/accessibility.html")


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether the site and its database answer: 200 'well', else 503 with one sentence."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("The database does not answer.", status=503, content_type="text/plain")
    return HttpResponse("well", content_type="text/plain")


def problem(request: HttpRequest, status: int, title: str, *sentences: str) -> HttpResponse:
    """A page that says what went wrong and what to do."""
    return render(request, "front/problem.html", {"heading": title, "sentences": sentences}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(
        request, 400, "This could not be read",
        "What was sent is damaged or too large, and nothing was changed.", "Go back, and send it once more.",
    )  # fmt: skip


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(
        request, 403, "This page is closed to you",
        "Nothing was changed. If it belongs to your work, ask your partnership’s administrator.",
    )  # fmt: skip


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same bytes whether a record is not there or is not for this seat."""
    request.still = True  # type: ignore[attr-defined]
    return problem(
        request, 404, "There is nothing here for you",
        "The address is wrong, or what stands there is not open to your seat. This page looks the same either way.",
        "Check the address, or find what you need from the start page.",
    )  # fmt: skip


def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem(
        request, 429, "Too many tries",
        "Wait five minutes, then try again. Waiting is all that is needed: your account is not locked.",
    )  # fmt: skip


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was opened before its writer signed in anew. Its words are kept for them."""
    by: By | None = getattr(request, "by", None)
    held = read_ticket(request.POST)
    kept = False
    if by and held and held["member"] == by.member_id:
        save_draft(by=by, form=held["form"], fields=typed(request.POST))
        kept = True
    elif not by:
        kept = keep_what_was_typed(request)
    words = "What you typed is kept, and is shown when you open the form again." if kept else "Nothing was changed."
    return problem(
        request, 403, "This page had been open too long",
        f"It was opened before you last signed in, so it was not sent. {words}", "Open the page again, and send it.",
    )  # fmt: skip


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks for nothing that may be what has failed: no database, no session, no frame."""
    return HttpResponse(render_to_string("front/server_error.html"), status=500)
