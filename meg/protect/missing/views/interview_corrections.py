"""A return interview that was written up is corrected: when it was held, and by whom."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from meg.partnership.access.actions import clear_draft
from meg.partnership.access.drafts import keeps, restore
from meg.partnership.access.request import by_of
from meg.partnership.seats import permit
from meg.protect.children.actions import open_child
from meg.protect.children.rules import Unfit
from meg.protect.children.views_small import Small
from meg.protect.missing import actions
from meg.protect.missing.actions.interviewing import ONLY
from meg.protect.missing.forms.interview_corrections import InterviewCorrectionForm
from meg.protect.missing.permissions import INTERVIEWERS
from meg.protect.missing.rules import why_not
from meg.protect.missing.views.interviews import find

KEPT = "The interview is corrected. The earlier values are kept with its steps."


def correct(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Correct when an interview was held, or by whom, with a reason."""
    by = by_of(request)
    permit(by, INTERVIEWERS, ONLY)
    child = open_child(by=by, reference=reference, doing="Opened the form to correct a return interview.")
    found = find(child, number)
    back = reverse("missing:interview", args=[child.reference, found.pk])
    closed = why_not("corrected", found.state)
    if closed:
        messages.info(request, closed)
        return redirect(back)
    key = f"missing:correct_interview:{found.pk}"
    if request.method == "POST":
        form = keeps(InterviewCorrectionForm(request.POST, interview=found), by, key)
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.correct_interview(
                    by=by, interview=found, told=form.told(), reason=given["reason"], now=timezone.now(),
                    as_of=given["as_of"],
                )  # fmt: skip
            except Unfit as unfit:
                form.refuse(unfit)
            else:
                clear_draft(by=by, form=key)
                messages.success(request, KEPT)
                return redirect(back)
    else:
        form = restore(InterviewCorrectionForm, by, key, interview=found)
    page = Small(
        title="Correct a return interview", button="Keep the correction", key=key, back=back, done=KEPT,
        lead="Change what is wrong. The earlier values are kept and shown. Whether it was in time follows.",
    )  # fmt: skip
    return render(request, "children/small.html", {"child": child, "form": form, "page": page})
