"""The administrator's pages: members and agencies. No record of a child is reached from here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from meg.partnership.access.actions import add_member, change_member, end_member, forget_second_factor
from meg.partnership.access.forms_members import AgencyForm, MemberForm, NewMemberForm
from meg.partnership.access.models import Account, Member
from meg.partnership.access.permissions import KEEPERS
from meg.partnership.access.request import by_of
from meg.partnership.access.sign_in import send_link
from meg.partnership.agencies.actions import add_agency, change_agency_type, rename_agency
from meg.partnership.agencies.models import Agency, AgencyName
from meg.partnership.codes.models import Code
from meg.partnership.seats import Refused, Seat, permit

A_PAGE = 25
ONLY = "Only an administrator can see and change the members and agencies of the partnership."
Rest = ParamSpec("Rest")


def administrators(
    view: Callable[Concatenate[HttpRequest, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Refuse whoever is not in the administrator's seat."""

    def guarded(request: HttpRequest, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        permit(by_of(request), KEEPERS, ONLY)
        return view(request, *args, **kwargs)

    return guarded


def member_or_404(number: int) -> Member:
    found = Member.objects.select_related("agency").filter(pk=number).first()
    if found is None:
        raise Http404("There is no such member.")
    return found


def agency_of(form: MemberForm) -> Agency:
    return Agency.objects.get(pk=form.cleaned_data["agency"])


def _send_when_done(request: HttpRequest, member: Member) -> None:
    """The link leaves once the change stands, by the login's own right: the administrator's seat reads no sign-in."""
    account = member.account
    transaction.on_commit(lambda: send_link(request, account))


@administrators
def members(request: HttpRequest) -> HttpResponse:
    """Who works here, with their seats; filtered by name or agency, by seat, and by whether they have left."""
    words, seat = request.GET.get("words", "").replace("\x00", "").strip()[:100], request.GET.get("seat", "")
    today = timezone.localdate()
    name = AgencyName.objects.filter(agency=OuterRef("agency"), valid__contains=today).values("name")[:1]
    email = Account.objects.filter(pk=OuterRef("account")).values("email")[:1]
    found = Member.objects.annotate(agency_name=Subquery(name), email=Subquery(email)).order_by("left_on", "name", "pk")
    if words:
        found = found.filter(Q(name__icontains=words) | Q(agency_name__icontains=words) | Q(email__icontains=words))
    if seat in {one.value for one in Seat}:
        found = found.filter(seats__contains=[seat])
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "words": words, "seat": seat, "seats": [s for s in Seat if s is not Seat.OPERATOR]}
    return render(request, "access/members.html", context)


@administrators
def add(request: HttpRequest) -> HttpResponse:
    """Bring a member in, and send them a link to choose a password."""
    form = NewMemberForm(request.POST or None, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            member = add_member(
                by=by_of(request), email=data["email"], name=data["name"], job=data["job"],
                agency=agency_of(form), seats=form.chosen_seats(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error("email", str(refused))
        else:
            _send_when_done(request, member)
            messages.success(request, f"{member.name} is a member. A link to choose a password was sent.")
            return redirect("access:members")
    return render(request, "access/member.html", {"form": form, "member": None})


@administrators
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Change a member's name, job, agency or seats."""
    member = member_or_404(number)
    now = {"name": member.name, "job": member.job, "agency": member.agency_id, "seats": member.seats}
    form = MemberForm(request.POST or None, today=timezone.localdate(), initial=now)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            change_member(
                by=by_of(request), member=member, name=data["name"], job=data["job"],
                agency=agency_of(form), seats=form.chosen_seats(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error("seats", str(refused))
        else:
            messages.success(request, f"{data['name']} is changed. It holds from their next page.")
            return redirect("access:members")
    return render(request, "access/member.html", {"form": form, "member": member})


@administrators
def end(request: HttpRequest, number: int) -> HttpResponse:
    """Ask once more, then end a membership."""
    member = member_or_404(number)
    if request.method == "POST":
        end_member(by=by_of(request), member=member, on=timezone.localdate())
        messages.success(request, f"{member.name} can no longer sign in. What they did stays in the trail.")
        return redirect("access:members")
    return render(request, "access/member_end.html", {"member": member})


@require_POST
@administrators
def send_password(request: HttpRequest, number: int) -> HttpResponse:
    """Send a member a link to choose a new password."""
    member = member_or_404(number)
    _send_when_done(request, member)
    messages.success(request, f"A link to choose a password was sent to {member.name}.")
    return redirect("access:change_member", number=number)


@require_POST
@administrators
def forget_factor(request: HttpRequest, number: int) -> HttpResponse:
    """A member has lost their second factor: they set up a new one at their next sign-in."""
    member = member_or_404(number)
    forget_second_factor(by=by_of(request), member=member)
    messages.success(request, f"{member.name} sets up a new second factor at the next sign-in.")
    return redirect("access:change_member", number=number)


@administrators
def agencies(request: HttpRequest) -> HttpResponse:
    """The agencies of the partnership, with their types and earlier names."""
    today = timezone.localdate()
    found = list(Agency.objects.with_names(today).prefetch_related("names"))
    context = {"agencies": found, "types": Code.objects.labels("agency_type"), "today": today}
    return render(request, "access/agencies.html", context)


@administrators
def add_an_agency(request: HttpRequest) -> HttpResponse:
    """Bring an agency into the partnership."""
    form = AgencyForm(request.POST or None, initial={"since": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            add_agency(by=by_of(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, f"{form.cleaned_data['name']} is an agency of the partnership.")
            return redirect("access:agencies")
    return render(request, "access/agency.html", {"form": form, "agency": None})


@administrators
def rename(request: HttpRequest, number: int) -> HttpResponse:
    """Give an agency a new name from a day, or correct its type."""
    today = timezone.localdate()
    agency = Agency.objects.with_names(today).filter(pk=number).first()
    if agency is None:
        raise Http404("There is no such agency.")
    name = agency.name  # type: ignore[attr-defined]
    form = AgencyForm(request.POST or None, initial={"name": name, "type": agency.type, "since": today})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            if data["type"] != agency.type:
                change_agency_type(by=by_of(request), agency=agency, type=data["type"])
            if data["name"].strip() != name:
                rename_agency(by=by_of(request), agency=agency, name=data["name"], since=data["since"])
        except Refused as refused:
            form.add_error("since", str(refused))
        else:
            messages.success(request, f"{data['name']} is changed.")
            return redirect("access:agencies")
    return render(request, "access/agency.html", {"form": form, "agency": agency, "name": name})
