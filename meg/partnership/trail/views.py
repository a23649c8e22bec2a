"""The trail, read by the information governance officer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record_reading
from meg.partnership.trail.forms import HOUSE, NOBODY, TrailForm
from meg.partnership.trail.models import Entry, EntryQuerySet
from meg.partnership.trail.permissions import READERS
from meg.partnership.trail.sheet import as_csv

A_PAGE = 50
MOST_IN_A_FILE = 100_000  # lines; whoever needs more asks by day
ONLY = "Only an information governance officer can read the trail."


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())


def lines(form: TrailForm, by: By) -> EntryQuerySet:
    """The lines that a form asks for, newest first. None where the form has errors.

    The partnership is named beside the row policy, so that each filter has an index that gives its order.
    """
    found = Entry.objects.newest_first()
    if not form.is_valid():
        return found.none()
    asked = form.cleaned_data
    found = found.filter(partnership_id=None if asked["member"] == NOBODY else by.partnership_id)
    if asked["member"] == HOUSE:
        found = found.filter(member_id=None)
    elif asked["member"] and asked["member"] != NOBODY:
        found = found.filter(member_id=int(asked["member"]))
    if asked["reference"]:
        found = found.about(asked["reference"])
    if asked["kind"]:
        found = found.filter(kind=asked["kind"])
    if asked["first"]:
        found = found.filter(at__gte=midnight(asked["first"]))
    if asked["last"]:
        found = found.filter(at__lt=midnight(asked["last"] + timedelta(days=1)))
    return found


def asking(request: HttpRequest) -> tuple[By, TrailForm]:
    """Who asks and what; refused for every seat but the governance officer's."""
    by: By = request.by  # type: ignore[attr-defined]
    permit(by, READERS, ONLY)
    return by, TrailForm(request.GET, partnership=by.partnership_id)


@require_safe
def read(request: HttpRequest) -> HttpResponse:
    """Lines as sentences, a page at a time; each page goes on from the last line of the one before."""
    by, form = asking(request)
    found, before = lines(form, by), request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        line = Entry.objects.filter(pk=int(before)).first()
        found = found.older_than(line) if line else found.none()
    page = list(found[: A_PAGE + 1])
    record_reading(by=by, what=form.in_words() or "everything")
    asked = {name: value for name, value in request.GET.items() if name in form.fields and value}
    older = urlencode({**asked, "before": page[A_PAGE - 1].pk}) if len(page) > A_PAGE else ""
    context = {"form": form, "lines": page[:A_PAGE], "older": older, "newest": urlencode(asked), "paged": bool(before)}
    return render(request, "trail/read.html", {**context, "asked": form.in_words()})


@require_safe
def take_away(request: HttpRequest) -> HttpResponse:
    """The same lines as a CSV file; the page with its sentences where the form has errors."""
    by, form = asking(request)
    if not form.is_valid():
        return render(request, "trail/read.html", {"form": form, "lines": [], "newest": ""}, status=400)
    found = list(lines(form, by)[:MOST_IN_A_FILE])
    record_reading(by=by, what=form.in_words() or "everything", taken=len(found))
    response = HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="trail.csv"'
    return response
