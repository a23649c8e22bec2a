"""The administrator's pages of agencies: which there are, what they are called and from when."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from meg.partnership.access.actions import clear_draft, close_agency, open_agency_again
from meg.partnership.access.drafts import form_of
from meg.partnership.access.forms_members import AgencyForm
from meg.partnership.access.models import Member
from meg.partnership.access.request import by_of
from meg.partnership.access.views_members import administrators
from meg.partnership.agencies.actions import add_agency, change_agency_type, rename_agency
from meg.partnership.agencies.models import Agency
from meg.partnership.codes.models import Code
from meg.partnership.seats import By, Refused


def named_agency(number: int) -> tuple[Agency, str]:
    """An agency, and its name of today."""
    agency = Agency.objects.with_names(timezone.localdate()).filter(pk=number).first()
    if agency is None:
        raise Http404("There is no such agency.")
    return agency, str(agency.name or "An agency with no name today")  # type: ignore[attr-defined]


@administrators
def agencies(request: HttpRequest) -> HttpResponse:
    """The agencies of the partnership, with their types, how many people work for them, and all their names."""
    people = (
        Member.objects.filter(agency=OuterRef("pk"), left_on__isnull=True)
        .values("agency").annotate(n=Count("pk")).values("n")
    )  # fmt: skip
    found = list(
        Agency.objects.with_names(timezone.localdate())
        .annotate(people=Coalesce(Subquery(people, output_field=IntegerField()), 0))
        .prefetch_related("names")
    )
    for agency in found:
        agency.history = sorted(agency.names.all(), key=lambda name: name.valid.lower, reverse=True)  # type: ignore[attr-defined]
    context = {
        "agencies": [agency for agency in found if not agency.closed_on],
        "closed": [agency for agency in found if agency.closed_on],
        "types": Code.objects.labels("agency_type"),
    }
    return render(request, "access/agencies.html", context)


@administrators
def add(request: HttpRequest) -> HttpResponse:
    """Bring an agency into the partnership."""
    by, key = by_of(request), "agencies:new"
    form = form_of(request, AgencyForm, by, key, initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            add_agency(by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            clear_draft(by=by, form=key)
            messages.success(request, f"{form.cleaned_data['name']} is an agency of the partnership.")
            return redirect("access:agencies")
    return render(request, "access/agency.html", {"form": form, "agency": None})


@transaction.atomic
def _keep(by: By, agency: Agency, was: str, form: AgencyForm) -> None:
    """Both changes, or neither."""
    said = form.cleaned_data
    if said["type"] != agency.type:
        change_agency_type(by=by, agency=agency, type=said["type"])
    if said["name"] != was:
        rename_agency(by=by, agency=agency, name=said["name"], since=said["since"])


@administrators
def rename(request: HttpRequest, number: int) -> HttpResponse:
    """Give an agency a new name from a day, or correct its type."""
    by = by_of(request)
    agency, name = named_agency(number)
    key = f"agencies:{agency.pk}"
    now = {"name": name, "type": agency.type, "since": timezone.localdate()}
    form = form_of(request, AgencyForm, by, key, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            _keep(by, agency, name, form)
        except Refused as refused:
            form.add_error("since" if "begin after" in str(refused) else "name", str(refused))
        else:
            clear_draft(by=by, form=key)
            messages.success(request, f"{form.cleaned_data['name']} is changed.")
            return redirect("access:agencies")
    return render(request, "access/agency.html", {"form": form, "agency": agency, "name": name})


@administrators
def close(request: HttpRequest, number: int) -> HttpResponse:
    """Ask once more, then close an agency; or open one again that was closed."""
    by = by_of(request)
    agency, name = named_agency(number)
    if request.method == "POST" and agency.closed_on:
        open_agency_again(by=by, agency=agency, name=name)
        messages.success(request, f"{name} is open again.")
        return redirect("access:agencies")
    if request.method == "POST":
        close_agency(by=by, agency=agency, name=name, on=timezone.localdate())
        messages.success(request, f"{name} is closed. Old records keep its name.")
        return redirect("access:agencies")
    people = Member.objects.filter(agency=agency, left_on__isnull=True).count()
    return render(request, "access/agency_close.html", {"agency": agency, "name": name, "people": people})
