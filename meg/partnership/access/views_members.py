"""The administrator's pages of members. No record of a child is reached from here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Upper
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from meg.partnership.access.actions import (
    add_member,
    change_member,
    clear_draft,
    end_member,
    forget_second_factor,
    send_for_password,
    welcome_back,
)
from meg.partnership.access.drafts import form_of
from meg.partnership.access.forms_members import MemberForm, MembersFilter
from meg.partnership.access.models import Account, Member
from meg.partnership.access.permissions import KEEPERS
from meg.partnership.access.request import by_of
from meg.partnership.access.sign_in import send_link
from meg.partnership.agencies.models import Agency, AgencyName
from meg.partnership.seats import Refused, permit

A_PAGE = 25
ONLY = "Only an administrator can see and change the members and agencies of the partnership."
AT = (("e-mail address", "email"), ("seat", "seats"))  # a refusal that says this belongs to this field
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
    found = Member.objects.select_related("agency", "account").filter(pk=number).first()
    if found is None:
        raise Http404("There is no such member.")
    return found


def _told(form: MemberForm) -> dict[str, Any]:
    """What the form says of a member, as the actions take it."""
    said = form.cleaned_data
    return {
        "name": said["name"], "email": said["email"], "job": said["job"],
        "agency": Agency.objects.get(pk=said["agency"]), "seats": form.chosen_seats(),
    }  # fmt: skip


def _refuse(form: forms.Form, refused: Refused) -> None:
    """Say a refusal at the field it is about."""
    form.add_error(next((field for words, field in AT if words in str(refused)), "name"), str(refused))


def listed(asked: MembersFilter, today: date) -> QuerySet[Member]:
    """Members with their agency's name of today and their address, as the filter asks, by name."""
    name = AgencyName.objects.filter(agency=OuterRef("agency"), valid__contains=today).values("name")[:1]
    email = Account.objects.filter(pk=OuterRef("account")).values("email")[:1]
    found = Member.objects.annotate(agency_name=Subquery(name), email=Subquery(email))
    gone = Q(left_on__lte=today)
    chosen = asked.cleaned_data if asked.is_valid() else {}
    if words := chosen.get("words"):
        found = found.filter(Q(name__icontains=words) | Q(email__icontains=words) | Q(job__icontains=words))
    if agency := chosen.get("agency"):
        found = found.filter(agency=agency)
    if seat := chosen.get("seat"):
        found = found.filter(seats__contains=[seat])
    if chosen.get("who") != "all":
        found = found.filter(gone) if chosen.get("who") == "left" else found.exclude(gone, left_on__isnull=False)
    return found.order_by(F("left_on").desc(nulls_first=True), Upper("name"), "pk")


@administrators
def members(request: HttpRequest) -> HttpResponse:
    """Who works here, with their seats; filtered by name, agency and seat, and by whether they have left."""
    today = timezone.localdate()
    form = MembersFilter(request.GET, today=today)
    page = Paginator(listed(form, today), A_PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    return render(
        request, "access/members.html", {"form": form, "page": page, "asked": asked.urlencode(), "today": today}
    )


@administrators
def add(request: HttpRequest) -> HttpResponse:
    """Bring a member in, and send them a link to choose a password."""
    by, key = by_of(request), "members:new"
    form = form_of(request, MemberForm, by, key, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            member = add_member(by=by, **_told(form))
        except Refused as refused:
            _refuse(form, refused)
        else:
            send_for_password(by=by, member=member, send=lambda account: send_link(request, account))
            clear_draft(by=by, form=key)
            messages.success(request, f"{member.name} is a member. A link to choose a password was sent.")
            return redirect("access:members")
    return render(request, "access/member.html", {"form": form, "member": None})


@administrators
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Change a member's name, address, job, agency or seats; where they have left, take them back."""
    by, member = by_of(request), member_or_404(number)
    if member.left_on:
        return render(request, "access/member_left.html", {"member": member})
    now = {
        "name": member.name, "email": member.account.email, "job": member.job,
        "agency": member.agency_id, "seats": member.seats,
    }  # fmt: skip
    key = f"members:{member.pk}"
    form = form_of(request, MemberForm, by, key, today=timezone.localdate(), initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            change_member(by=by, member=member, **_told(form))
        except Refused as refused:
            _refuse(form, refused)
        else:
            clear_draft(by=by, form=key)
            messages.success(request, f"{form.cleaned_data['name']} is changed. It holds from their next page.")
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
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """A member who had left comes back; which seats they take is asked next."""
    member = member_or_404(number)
    welcome_back(by=by_of(request), member=member)
    messages.success(request, f"{member.name} can sign in again. Choose their seats.")
    return redirect("access:change_member", number=number)


@require_POST
@administrators
def send_password(request: HttpRequest, number: int) -> HttpResponse:
    """Send a member a link to choose a new password."""
    member = member_or_404(number)
    send_for_password(by=by_of(request), member=member, send=lambda account: send_link(request, account))
    messages.success(request, f"A link to choose a password was sent to {member.name}.")
    return redirect("access:change_member", number=number)


@administrators
def forget_factor(request: HttpRequest, number: int) -> HttpResponse:
    """Ask once more; then a member who has lost their second factor sets up a new one at their next sign-in."""
    member = member_or_404(number)
    if request.method == "POST":
        forget_second_factor(by=by_of(request), member=member)
        messages.success(request, f"{member.name} sets up a new second factor at the next sign-in.")
        return redirect("access:change_member", number=number)
    return render(request, "access/member_factor.html", {"member": member})
