"""Each request: who is it, which seat are they in, and everything else inside that seat's transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from meg.partnership.access.drafts import keep_what_was_typed
from meg.partnership.seats import By, Refused, Seat, seated

OPEN = ("/static/", "/favicon.ico", "/health")
UNSEATED = ("/account/", "/help/")  # pages that need no seat; a member who has signed in is named on them
TOUCH = 60  # seconds between two renewals of an idle session


@dataclass(frozen=True)
class Who:
    """The member behind an account, with the seats they may take."""

    member_id: int
    name: str
    job: str
    seats: list[str]
    partnership_id: int
    partnership: str
    demonstration: bool
    agency_id: int
    agency: str
    second_factor: bool

    def by(self, seat: Seat) -> By:
        return By(self.member_id, self.name, seat, self.partnership_id, self.agency_id, f"{seat.label}: {seat.reach}")


def who_is(account_id: int | None) -> Who | None:
    """The member that an account is, or None where the account has no current membership."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM meg.who(%s)", [account_id])
        row = cursor.fetchone()
    return Who(*row) if row else None


def seat_of(request: HttpRequest, who: Who) -> Seat | None:
    """The seat chosen in this session, or the only one there is."""
    chosen = request.session.get("seat")
    if chosen in who.seats:
        return Seat(chosen)
    return Seat(who.seats[0]) if len(who.seats) == 1 else None


def needs_second_factor(who: Who, seat: Seat) -> bool:
    """Whether the seat sees children and its member has no second step yet. A demonstration may be excused."""
    excused = settings.SECOND_FACTOR_OFF and who.demonstration
    return seat.sees_children and not who.second_factor and not excused


def touch(request: HttpRequest) -> None:
    """Renew an idle session, at most once a minute: 20 minutes after the last renewal it ends. A page that refreshes
    itself is nobody's work and renews nothing.
    """
    if request.headers.get("X-Refresh"):
        return
    now = timezone.now().timestamp()
    if now - request.session.get("touched", 0) > TOUCH:
        request.session["touched"] = now


class SeatMiddleware:
    """Names the member and takes the seat for the whole request; without a seat no page of a record is reached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.by = None  # type: ignore[attr-defined]
        request.who = None  # type: ignore[attr-defined]
        if request.path_info.startswith(OPEN):
            return self.get_response(request)
        if request.path_info.startswith(UNSEATED):
            return self.unseated(request)
        if not request.user.is_authenticated:
            return self.signed_out(request)
        return self.seat(request)

    def unseated(self, request: HttpRequest) -> HttpResponse:
        """A page that takes no seat: it shows who has signed in and in which seat, and reaches no record."""
        if request.user.is_authenticated:
            request.signed_in = True  # type: ignore[attr-defined]
            who = request.who = who_is(request.user.pk)  # type: ignore[attr-defined]
            seat = seat_of(request, who) if who else None
            if who and seat and not needs_second_factor(who, seat):
                request.seat = seat  # type: ignore[attr-defined]
        return self.get_response(request)

    def signed_out(self, request: HttpRequest) -> HttpResponse:
        """To the sign-in page, and back from there; a form that was sent is kept."""
        if request.path_info.startswith("/api/"):
            return JsonResponse({"detail": "Sign in first."}, status=401)
        keep_what_was_typed(request)
        return redirect_to_login(request.get_full_path())

    def seat(self, request: HttpRequest) -> HttpResponse:
        who = who_is(request.user.pk)
        request.who = who  # type: ignore[attr-defined]
        if who is None or not who.seats:
            return redirect("access:no_membership")
        touch(request)
        seat = seat_of(request, who)
        if seat is None:
            keep_what_was_typed(request)
            return redirect(f"{reverse('access:choose_seat')}?{urlencode({'next': request.get_full_path()})}")
        if needs_second_factor(who, seat):
            keep_what_was_typed(request)
            return redirect("mfa_index")
        request.by = who.by(seat)  # type: ignore[attr-defined]
        with seated(request.by):  # type: ignore[attr-defined]
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal is a page with its sentence, and a line in the trail."""
        from meg.partnership.access.refusal import page

        return page(request, exception) if isinstance(exception, Refused) else None
