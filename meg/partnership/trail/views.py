"""The trail, read by the information governance officer."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record_reading
from meg.partnership.trail.forms import TrailForm
from meg.partnership.trail.models import Entry, EntryQuerySet
from meg.partnership.trail.permissions import READERS
from meg.partnership.trail.sheet import as_csv

A_PAGE = 50
MOST_IN_A_FILE = 100_000
ONLY = "Only an information governance officer can read the trail."


def lines(form: TrailForm) -> EntryQuerySet:
    """The lines that a form asks for, newest first. None where the form has errors."""
    found = Entry.objects.newest_first()
    if not form.is_valid():
        return found.none()
    asked = form.cleaned_data
    if asked["member"]:
        found = found.filter(member_name__icontains=asked["member"].strip())
    if asked["reference"]:
        found = found.about(asked["reference"])
    if asked["kind"]:
        found = found.filter(kind=asked["kind"])
    zone = timezone.get_default_timezone()
    if asked["first"]:
        found = found.filter(at__gte=datetime.combine(asked["first"], time.min, tzinfo=zone))
    if asked["last"]:
        found = found.filter(at__lt=datetime.combine(asked["last"] + timedelta(days=1), time.min, tzinfo=zone))
    return found


def read(request: HttpRequest) -> HttpResponse:
    """Lines as sentences, a page at a time; each page goes on from the last line of the one before."""
    by: By = request.by  # type: ignore[attr-defined]
    permit(by, READERS, ONLY)
    form = TrailForm(request.GET or {})
    found = lines(form)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        found = found.filter(pk__lt=int(before))
    page = list(found.order_by("-pk")[: A_PAGE + 1])
    record_reading(by=by, what=form.in_words(), taken_away=False)
    asked = {name: value for name, value in request.GET.items() if name != "before" and value}
    older = urlencode({**asked, "before": page[A_PAGE - 1].pk}) if len(page) > A_PAGE else ""
    return render(
        request,
        "trail/read.html",
        {"form": form, "lines": page[:A_PAGE], "older": older, "newest": urlencode(asked), "paged": bool(before)},
    )


def take_away(request: HttpRequest) -> HttpResponse:
    """The same lines as a CSV file."""
    by: By = request.by  # type: ignore[attr-defined]
    permit(by, READERS, ONLY)
    form = TrailForm(request.GET or {})
    record_reading(by=by, what=form.in_words(), taken_away=True)
    response = HttpResponse(as_csv(lines(form)[:MOST_IN_A_FILE]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="trail.csv"'
    return response
