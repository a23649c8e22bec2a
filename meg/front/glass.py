"""Break-glass: the governance officer opens one record for an hour, for a written reason."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from meg.partnership.access.actions import break_glass, clear_draft, record_refusal
from meg.partnership.access.drafts import keeps, restore
from meg.partnership.access.models import Grant
from meg.partnership.access.permissions import GLASS_BREAKERS
from meg.partnership.access.request import by_of
from meg.partnership.seats import By, permit
from meg.protect.children.models import Child
from meg.protect.children.rules import as_reference

KEY = "open-a-record"
NONE = "Asked to open a record by a reference that no record has."
ONLY = "Only an information governance officer can open a record this way."


class GlassForm(forms.Form):
    """Which record, and why."""

    reference = forms.CharField(
        label="Reference", max_length=20, help_text="For example MEG-000217",
        error_messages={"required": "Enter the record’s reference."},
    )  # fmt: skip
    reason = forms.CharField(
        label="Why must you see it?", min_length=10, max_length=500, widget=forms.Textarea,
        help_text="It stays in the trail, with your name and the time.",
        error_messages={
            "required": "Write why you must see this record.",
            "min_length": "Write the reason in a few words: it stays in the trail.",
        },
    )  # fmt: skip


def child_number(reference: str) -> int | None:
    """The key of a record, which the governance seat may ask for and nothing more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT meg.child_number(%s)", [reference])
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def open_now(by: By, now: datetime) -> list[tuple[Grant, str]]:
    """The records that are open to this officer, with their references, the last to end first."""
    mine = Grant.objects.filter(member_id=by.member_id or 0, revoked_at__isnull=True, until__gt=now).order_by("-until")
    references = dict(Child.objects.filter(pk__in=[grant.child_id for grant in mine]).values_list("pk", "reference"))
    return [(grant, str(references.get(grant.child_id, ""))) for grant in mine]


def open_a_record(request: HttpRequest) -> HttpResponse:
    """Ask for the reference and the reason; then the record is open for an hour."""
    by = by_of(request)
    permit(by, GLASS_BREAKERS, ONLY)
    now = timezone.now()
    form = keeps(GlassForm(request.POST), by, KEY) if request.method == "POST" else restore(GlassForm, by, KEY)
    if request.method == "POST" and form.is_valid():
        reference = as_reference(form.cleaned_data["reference"])
        number = child_number(reference) if reference else None
        if reference is None or number is None:
            record_refusal(by=by, sentence=NONE, reference=(reference or form.cleaned_data["reference"])[:40])
            form.add_error("reference", "There is no record with this reference.")
        else:
            break_glass(by=by, child_id=number, reference=reference, reason=form.cleaned_data["reason"], at=now)
            clear_draft(by=by, form=KEY)
            messages.success(request, f"{reference} is open to you for one hour. Every look is in the trail.")
            return redirect("children:child", reference=reference)
    return render(request, "front/glass.html", {"form": form, "open": open_now(by, now)})
