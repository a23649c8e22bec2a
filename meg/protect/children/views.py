"""Pages of the children's room: find a child, add one, keep what is recorded, and who works with them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from meg.partnership.access.actions import clear_draft, end_involvement, grant, involve, revoke
from meg.partnership.access.drafts import keeps, restore
from meg.partnership.access.models import Grant, Involvement, Member
from meg.partnership.access.request import by_of
from meg.partnership.agencies.models import Agency
from meg.partnership.codes.models import Code
from meg.partnership.seats import By, permit
from meg.protect.children.actions import (
    add_child,
    add_identifier,
    add_other_name,
    change_child,
    find,
    namesakes,
    open_child,
    record_care,
    rename_child,
)
from meg.protect.children.actions.looking import NO_CHILDREN
from meg.protect.children.actions.naming import KEEP
from meg.protect.children.forms import (
    CareForm,
    FactsForm,
    FindForm,
    IdentifierForm,
    NameForm,
    NewChildForm,
    Refusable,
    WorkForm,
)
from meg.protect.children.models import CareEpisode, Child, Name
from meg.protect.children.permissions import FINDERS, KEEPERS, WIDE
from meg.protect.children.rules import Unfit, age_in_words


def find_child(request: HttpRequest) -> HttpResponse:
    """Find a child. What is asked is sent in the body: a name never stands in an address."""
    by = by_of(request)
    permit(by, FINDERS, NO_CHILDREN)
    today = timezone.localdate()
    context: dict[str, Any] = {
        "form": FindForm(),
        "wide": by.seat in WIDE,
        "may_add": by.seat in KEEPERS,
        "today": today,
    }
    if request.method == "POST":
        form = context["form"] = FindForm(request.POST)
        if form.is_valid():
            asked = form.cleaned_data
            context["found"] = find(by=by, words=asked["words"], born=form.read, exact_only=asked["near"] == "exact")
            context["asked"] = " ".join(filter(None, [asked["words"], asked["born"]]))
    context["total"] = Child.objects.current().count() if by.seat not in WIDE else None
    context["age"] = lambda child: age_in_words(child.date_of_birth, child.estimated_birth_year, today)
    return render(request, "children/find.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """Add a child. One of the same name and date of birth is shown first."""
    by = by_of(request)
    permit(by, KEEPERS, KEEP)
    key = "children:new"
    same: list[Child] = []
    if request.method == "POST":
        form = keeps(NewChildForm(request.POST), by, key)
        if form.is_valid():
            data = form.cleaned_data
            same = namesakes(given=data["given"], family=data["family"], born=data["date_of_birth"])
            if not same or request.POST.get("another"):
                try:
                    child = add_child(by=by, given=data["given"], family=data["family"], facts=form.facts())
                except Unfit as unfit:
                    form.refuse(unfit)
                else:
                    clear_draft(by=by, form=key)
                    messages.success(request, f"The record {child.reference} is made.")
                    return redirect("children:child", child.reference)
    else:
        form = restore(NewChildForm, by, key)
    return render(request, "children/new.html", {"form": form, "same": same})


def details(request: HttpRequest, reference: str) -> HttpResponse:
    """What is recorded of a child; for those who keep records, the forms to change it."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Looked at the details.")
    full = Child.objects.with_names().with_labels().get(pk=child.pk)
    context = {
        "child": full,
        "names": Name.objects.current().filter(child=child).order_by("pk"),
        "identifiers": child.identifiers.current().order_by("pk"),
        "care": CareEpisode.objects.current().filter(child=child).order_by("-started"),
        "sources": Code.objects.labels("identifier_source"),
        "placements": Code.objects.labels("ssda903_placement"),
        "keeps": by.seat in KEEPERS,
    }
    return render(request, "children/details.html", context)


# What each form of the details page is, and what it does with what was filled in.
KEPT: dict[str, tuple[type[Refusable], str]] = {
    "facts": (FactsForm, "Change the details"),
    "name": (NameForm, "Add or change a name"),
    "number": (IdentifierForm, "Add an identifier"),
    "care": (CareForm, "Record time looked after"),
}


def _keep(by: By, child: Child, what: str, form: Any) -> None:
    """Raises: Unfit."""
    data = form.cleaned_data
    if what == "facts":
        change_child(by=by, child=child, facts=form.facts())
    elif what == "name" and data["kind"] == "new":
        rename_child(by=by, child=child, given=data["given"], family=data["family"])
    elif what == "name":
        add_other_name(by=by, child=child, given=data["given"], family=data["family"], kind=Name.Kind(data["kind"]))
    elif what == "number":
        add_identifier(by=by, child=child, **data)
    else:
        record_care(by=by, child=child, **data)


def change(request: HttpRequest, reference: str, what: str) -> HttpResponse:
    """One form: details, a name, an identifier, or time looked after."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Opened a form to change the record.")
    permit(by, KEEPERS, KEEP)
    form_class, title = KEPT[what]
    key = f"children:{what}:{child.reference}"
    if request.method == "POST":
        form = keeps(form_class(request.POST), by, key)
        if form.is_valid():
            try:
                _keep(by, child, what, form)
            except Unfit as unfit:
                form.refuse(unfit)
            else:
                clear_draft(by=by, form=key)
                messages.success(request, "The record is changed.")
                return redirect("children:details", child.reference)
    else:
        form = restore(form_class, by, key, initial=FactsForm.of(child) if what == "facts" else None)
    return render(request, "children/change.html", {"form": form, "child": child, "title": title})


def people(request: HttpRequest, reference: str) -> HttpResponse:
    """Which agencies and people work with the child, and to whom the record is shared until when."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Looked at the people and agencies.")
    keeper = by.seat in KEEPERS
    form = WorkForm(request.POST or None) if keeper else None
    if request.method == "POST":
        permit(by, KEEPERS, "Only the exploitation team can change who works with a child.")
        if form and form.is_valid():
            _work(by, child, form.cleaned_data)
            messages.success(request, "Who works with the child is changed.")
            return redirect("children:people", child.reference)
    names = {agency.pk: agency.name for agency in Agency.objects.with_names(timezone.localdate())}  # type: ignore[attr-defined]
    context = {
        "child": child,
        "form": form,
        "names": names,
        "involved": Involvement.objects.filter(child_id=child.pk).select_related("member").order_by("-since", "pk"),
        "grants": Grant.objects.filter(child_id=child.pk, until__gt=timezone.now(), revoked_at__isnull=True)
        if by.seat in WIDE
        else [],
    }
    return render(request, "children/people.html", context)


def _work(by: By, child: Child, data: dict[str, Any]) -> None:
    agency = Agency.objects.get(pk=data["agency"])
    member = Member.objects.filter(pk=data["member"]).first() if data["member"] else None
    about = {"child_id": child.pk, "reference": child.reference}
    if data["reason"]:
        whom: dict[str, Any] = {"member": member} if member else {"agency": agency}
        grant(by=by, reason=data["reason"], until=data["until"], **whom, **about)
    else:
        involve(by=by, agency=agency, member=member, role=data["role"], **about)


def stop(request: HttpRequest, reference: str, kind: str, number: int) -> HttpResponse:
    """End an agency's work with a child, or take a grant back."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Opened who works with the child.")
    permit(by, KEEPERS, "Only the exploitation team can change who works with a child.")
    if request.method == "POST" and kind == "work":
        end_involvement(
            by=by, involvement=get_object_or_404(Involvement, pk=number, child_id=child.pk), reference=child.reference
        )
        messages.success(request, "The work is ended. The agency no longer sees the record by it.")
    elif request.method == "POST":
        revoke(by=by, grant=get_object_or_404(Grant, pk=number, child_id=child.pk), reference=child.reference)
        messages.success(request, "The record is no longer shared.")
    return redirect("children:people", child.reference)
