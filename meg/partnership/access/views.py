"""Pages about who I am here: my seat, no membership; and the place where drafts are kept."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from meg.partnership.access.actions import save_draft, take_seat
from meg.partnership.access.drafts import BIGGEST, read_ticket, typed
from meg.partnership.access.forms import SeatForm
from meg.partnership.access.middleware import Who
from meg.partnership.access.request import by_of
from meg.partnership.seats import Seat


def next_address(request: HttpRequest) -> str:
    """Where the member was going; the start page where that would lead out of this site."""
    asked = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if safe else "/"


@never_cache
@login_required
def choose_seat(request: HttpRequest) -> HttpResponse:
    """The seats a member has. The one they choose holds until they choose another or sign out."""
    who: Who | None = request.who  # type: ignore[attr-defined]
    if who is None or not who.seats:
        return redirect("access:no_membership")
    now = getattr(request, "seat", None)
    form = SeatForm(request.POST or None, seats=who.seats, initial={"seat": now.value if now else None})
    if request.method == "POST" and form.is_valid():
        seat = Seat(form.cleaned_data["seat"])
        take_seat(by=who.by(seat))
        request.session["seat"] = seat.value
        return redirect(next_address(request))
    context = {
        "form": form,
        "next": next_address(request),
        "reaches": {seat: f"You see {Seat(seat).reach}." for seat in who.seats},
        "only": Seat(who.seats[0]) if len(who.seats) == 1 else None,
    }
    return render(request, "access/choose_seat.html", context)


@never_cache
@login_required
def no_membership(request: HttpRequest) -> HttpResponse:
    """An account without a current membership reaches nothing."""
    if request.who and request.who.seats:  # type: ignore[attr-defined]
        return redirect("/")
    return render(request, "access/no_membership.html", status=403)


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Keep what has been typed so far. Only the member who opened the form can keep its words."""
    by, held, words = by_of(request), read_ticket(request.POST), typed(request.POST)
    if not held or held["member"] != by.member_id:
        return JsonResponse({"error": "This form was opened by someone else, or too long ago."}, status=403)
    if sum(len(str(word)) for word in words.values()) > BIGGEST:
        return JsonResponse({"error": "This is too long to be kept as a draft."}, status=413)
    save_draft(by=by, form=held["form"], fields=words)
    return JsonResponse({"saved": f"{timezone.localtime():%H:%M}"})
