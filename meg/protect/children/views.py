"""Pages of the children's room: find a child, add one, keep what is recorded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from meg.partnership.access.actions import clear_draft
from meg.partnership.access.drafts import keeps, restore
from meg.partnership.access.request import by_of
from meg.partnership.codes.models import Code
from meg.partnership.seats import By, Refused, permit
from meg.protect.children.actions import (
    add_child,
    add_identifier,
    add_other_name,
    change_child,
    end_care,
    find,
    namesakes,
    open_child,
    record_care,
    rename_child,
    take_back_identifier,
    take_back_name,
)
from meg.protect.children.actions.looking import NO_CHILDREN
from meg.protect.children.actions.naming import KEEP
from meg.protect.children.forms import (
    CareForm,
    EndCareForm,
    FactsForm,
    FindForm,
    IdentifierForm,
    NameForm,
    NewChildForm,
)
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.children.models import CareEpisode, Child, Identifier, Name
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
        "care": CareEpisode.objects.current().with_labels().filter(child=child).order_by("-started"),
        "sources": Code.objects.labels("identifier_source"),
        "keeps": by.seat in KEEPERS,
    }
    return render(request, "children/details.html", context)


# What each form of the details page is, and what it does with what was filled in.
KEPT: dict[str, tuple[type[VerbForm], str]] = {
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
    own: dict[str, Any] = {"child": child} if what == "facts" else {}
    if request.method == "POST":
        form = keeps(form_class(request.POST, **own), by, key)
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
        form = restore(form_class, by, key, initial=FactsForm.of(child) if own else None, **own)
    context = {"form": form, "child": child, "title": title, "facts": what == "facts"}
    return render(request, "children/change.html", context)


def end_time_looked_after(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The last day of a time looked after."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Opened a form to change the record.")
    permit(by, KEEPERS, KEEP)
    care = get_object_or_404(CareEpisode.objects.current().with_labels(), pk=number, child=child)
    key = f"children:end:{number}"
    if request.method == "POST":
        form = keeps(EndCareForm(request.POST), by, key)
        if form.is_valid():
            try:
                end_care(by=by, child=child, care=care, ended=form.cleaned_data["ended"])
            except Unfit as unfit:
                form.refuse(unfit)
            else:
                clear_draft(by=by, form=key)
                messages.success(request, "The time looked after is ended.")
                return redirect("children:details", child.reference)
    else:
        form = restore(EndCareForm, by, key)
    context = {"form": form, "child": child, "title": "End the time looked after", "care": care}
    return render(request, "children/change.html", context)


@require_POST
def take_back(request: HttpRequest, reference: str, kind: str, number: int) -> HttpResponse:
    """Take back a name or a number that is not this child's."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Opened the details to take back what is not right.")
    permit(by, KEEPERS, KEEP)
    if kind == "name":
        try:
            take_back_name(by=by, child=child, name=get_object_or_404(Name.objects.current(), pk=number, child=child))
        except Unfit as unfit:
            raise Refused(str(unfit)) from unfit
    else:
        identifier = get_object_or_404(Identifier.objects.current(), pk=number, child=child)
        take_back_identifier(by=by, child=child, identifier=identifier)
    messages.success(request, "It is taken back. The trail keeps it.")
    return redirect("children:details", child.reference)
