"""Who works with a child, and to whom the record is shared until when."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from meg.partnership.access.actions import clear_draft, end_involvement, grant, involve, revoke
from meg.partnership.access.drafts import keeps, restore
from meg.partnership.access.models import Grant, Involvement
from meg.partnership.access.request import by_of
from meg.partnership.agencies.models import Agency
from meg.partnership.seats import By, permit
from meg.protect.children.actions import open_child
from meg.protect.children.forms import ShareForm, WhomForm, WorkForm
from meg.protect.children.models import Child
from meg.protect.children.permissions import KEEPERS, WIDE
from meg.protect.children.rules import Unfit

WORK = "Only the exploitation team can change who works with a child."


def people(request: HttpRequest, reference: str) -> HttpResponse:
    """Which agencies and people work with the child, and to whom the record is shared until when."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Looked at the people and agencies.")
    names = {agency.pk: agency.name for agency in Agency.objects.with_names(timezone.localdate())}  # type: ignore[attr-defined]
    involved = Involvement.objects.filter(child_id=child.pk).select_related("member").order_by("-since", "pk")
    grants = Grant.objects.filter(child_id=child.pk, until__gt=timezone.now(), revoked_at__isnull=True)
    context = {
        "child": child,
        "keeps": by.seat in KEEPERS,
        "names": names,
        "now": [one for one in involved if not one.until],
        "before": [one for one in involved if one.until],
        "grants": grants.select_related("member").order_by("until", "pk") if by.seat in WIDE else [],
    }
    return render(request, "children/people.html", context)


# What each form of the page is, and its words: title, button, and what is said when it is done.
FORMS: dict[str, tuple[type[WhomForm], str, str, str]] = {
    "work": (WorkForm, "Add an agency or a person", "Add", "Who works with the child is changed."),
    "share": (ShareForm, "Share the record for a time", "Share", "The record is shared."),
}


def add(request: HttpRequest, reference: str, what: str) -> HttpResponse:
    """Record who works with the child, or share the record for a time."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Opened a form to change who works with the child.")
    permit(by, KEEPERS, WORK)
    form_class, title, verb, done = FORMS[what]
    key = f"children:{what}:{child.reference}"
    if request.method == "POST":
        form = keeps(form_class(request.POST), by, key)
        if form.is_valid():
            try:
                _add(by, child, what, form)
            except Unfit as unfit:
                form.refuse(unfit)
            else:
                clear_draft(by=by, form=key)
                messages.success(request, done)
                return redirect("children:people", child.reference)
    else:
        form = restore(form_class, by, key)
    return render(request, "children/whom.html", {"form": form, "child": child, "title": title, "verb": verb})


def _add(by: By, child: Child, what: str, form: WhomForm) -> None:
    """Raises: Unfit, where they work with the child already."""
    data = form.cleaned_data
    agency = Agency.objects.get(pk=data["agency"])
    member = form.people.get(data["member"])
    about: dict[str, Any] = {"child_id": child.pk, "reference": child.reference}
    if what == "share":
        whom: dict[str, Any] = {"member": member} if member else {"agency": agency}
        grant(by=by, reason=data["reason"], until=data["until"], **whom, **about)
        return
    if Involvement.objects.filter(child_id=child.pk, agency=agency, member=member, until__isnull=True).exists():
        who = f"{member.name} is allocated" if member else "This agency works with the child"
        raise Unfit(f"{who} already.", "member" if member else "agency")
    involve(by=by, agency=agency, member=member, role=data["role"], **about)


@require_POST
def stop(request: HttpRequest, reference: str, kind: str, number: int) -> HttpResponse:
    """End an agency's work with a child, or take a grant back."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Opened who works with the child.")
    permit(by, KEEPERS, WORK)
    if kind == "work":
        work = get_object_or_404(Involvement, pk=number, child_id=child.pk, until__isnull=True)
        end_involvement(by=by, involvement=work, reference=child.reference)
        messages.success(request, "The work is ended. The record is no longer seen by it.")
    else:
        given = get_object_or_404(Grant, pk=number, child_id=child.pk, revoked_at__isnull=True)
        revoke(by=by, grant=given, reference=child.reference)
        messages.success(request, "The record is no longer shared.")
    return redirect("children:people", child.reference)
