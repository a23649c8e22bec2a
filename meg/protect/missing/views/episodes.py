"""Pages of missing episodes: report, the episode itself, the return, corrections, never missing after all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from meg.partnership.access.actions import clear_draft
from meg.partnership.access.drafts import keeps, restore
from meg.partnership.access.request import by_of
from meg.partnership.codes.models import Code
from meg.partnership.seats import By, Seat, permit
from meg.protect.children.actions import open_child
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.missing.actions import (
    Default,
    correct_episode,
    default_for,
    record_episode,
    record_return,
    withdraw_episode,
)
from meg.protect.missing.actions.recording import ONLY
from meg.protect.missing.actions.responding import eighteenth
from meg.protect.missing.forms.episodes import CorrectionForm, ReportForm, ReturnForm, WithdrawForm
from meg.protect.missing.life import Life, stages_of
from meg.protect.missing.models import Episode
from meg.protect.missing.permissions import DECIDERS, RECORDERS
from meg.protect.missing.rules import london_day


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Report a child missing: first find the child."""
    by = by_of(request)
    permit(by, RECORDERS, ONLY)
    return render(request, "missing/start.html", {"may_add": by.seat is Seat.TEAM})


def report(request: HttpRequest, reference: str) -> HttpResponse:
    """Report that a child is missing or away, or was."""
    by, child = _open(request, reference, "Opened the form to report a child missing.")
    key, now = f"missing:report:{child.reference}", timezone.now()
    default = default_for(child, london_day(now))
    if request.method == "POST":
        form = keeps(ReportForm(request.POST), by, key)
        if form.is_valid():
            try:
                made = record_episode(by=by, child=child, told=form.told(), now=now)
            except Unfit as unfit:
                form.refuse(unfit)
            else:
                return _done(request, by, key, made, "The episode is recorded.")
    else:
        first = {
            "missing_from": default.missing_from,
            "setting": default.setting,
            "care_status": "none" if default.missing_from == "home" else "",
            "reported_at": now,
        }
        form = restore(ReportForm, by, key, initial=first)
    form.fields["missing_from"].help_text = _care_in_words(default)
    still = Episode.objects.open().filter(child=child).first()
    return render(request, "missing/report.html", {"child": child, "form": form, "still": still, "moment": now})


def episode(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """One episode: its whole life, and every earlier value that was kept."""
    by = by_of(request)
    child = open_child(by=by, reference=reference, doing="Looked at a missing episode.")
    told, now = Life.of(child, number), timezone.now()
    if told is None:
        raise Http404("There is no such record, or your seat does not reach it.")
    found = told.episode
    care = default_for(child, london_day(found.started_at))
    stages = stages_of(child, found, told, by, now, is_adult(child, now))
    context = {
        "child": child,
        "episode": found,
        "moment": now,
        "life": told,
        "stages": stages,
        "next": next((one for one in stages if not one.done and one.address), None),
        "clock": told.clock(now),
        "history": [(one, one.lines(now)) for one in told.corrections],
        "care_says": _care_in_words(care, today=False) if care.missing_from != found.missing_from else "",
        "may_record": by.seat in RECORDERS,
        "may_decide": by.seat in DECIDERS,
    }
    return render(request, "missing/episode.html", context)


def is_adult(child: Child, now: datetime) -> bool:
    """Whether the child has turned 18; not where the date of birth is not known."""
    birthday = eighteenth(child.date_of_birth)
    return birthday is not None and birthday <= london_day(now)


def returned(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The child is back."""
    by, child = _open(request, reference, "Opened the form to record a return.")
    found = episode_of(child, number)
    key, now = f"missing:returned:{found.pk}", timezone.now()
    form = keeps(ReturnForm(request.POST), by, key) if request.method == "POST" else restore(ReturnForm, by, key)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            record_return(
                by=by, episode=found, returned_at=given["returned_at"], now=now, located_at=given["located_at"]
            )
        except Unfit as unfit:
            form.refuse(unfit)
        else:
            return _done(request, by, key, found, "The return is recorded.")
    return _form_page(request, "missing/returned.html", child, found, form)


def change(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Correct what is recorded. The earlier values are kept."""
    by, child = _open(request, reference, "Opened the form to correct a missing episode.")
    found = episode_of(child, number)
    key, now = f"missing:change:{found.pk}", timezone.now()
    if request.method == "POST":
        form = keeps(CorrectionForm(request.POST), by, key)
    else:
        form = restore(CorrectionForm, by, key, initial=CorrectionForm.shown(found))
        form.initial["as_of"] = CorrectionForm.shown(found)["as_of"]  # the change last seen, also beside an older draft
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            correct_episode(
                by=by, episode=found, told=form.told(), reason=given["reason"], now=now, as_of=given["as_of"]
            )
        except Unfit as unfit:
            form.refuse(unfit)
        else:
            return _done(request, by, key, found, "The episode is corrected. The earlier values are kept.")
    return _form_page(request, "missing/change.html", child, found, form)


def withdraw(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The child was never missing after all. This page is the one that asks whether that is meant."""
    by, child = _open(request, reference, "Opened the form to withdraw a missing episode.")
    found = episode_of(child, number)
    key = f"missing:withdraw:{found.pk}"
    form = keeps(WithdrawForm(request.POST), by, key) if request.method == "POST" else restore(WithdrawForm, by, key)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_episode(by=by, episode=found, reason=form.cleaned_data["reason"])
        except Unfit as unfit:
            form.refuse(unfit)
        else:
            return _done(request, by, key, found, "The episode is withdrawn. It stays readable here.")
    return _form_page(request, "missing/withdraw.html", child, found, form)


def _open(request: HttpRequest, reference: str, doing: str) -> tuple[By, Child]:
    """The child to write about. Raises: Refused, where the seat may not write; Http404, where it does not
    reach.
    """
    by = by_of(request)
    permit(by, RECORDERS, ONLY)
    return by, open_child(by=by, reference=reference, doing=doing)


def episode_of(child: Child, number: int) -> Episode:
    found = Episode.objects.filter(child=child, pk=number).first()
    if found is None:
        raise Http404("There is no such record, or your seat does not reach it.")
    return found


def _form_page(request: HttpRequest, template: str, child: Child, found: Episode, form: Any) -> HttpResponse:
    context = {"child": child, "episode": found, "form": form, "moment": timezone.now()}
    return render(request, template, context)


def _done(request: HttpRequest, by: By, key: str, episode: Episode, sentence: str) -> HttpResponse:
    """What was typed is no draft any more; the episode's page says what was done."""
    clear_draft(by=by, form=key)
    messages.success(request, sentence)
    return redirect("missing:episode", reference=episode.child.reference, number=episode.pk)


def _care_in_words(default: Default, today: bool = True) -> str:
    """What the care record says of a day."""
    day = "today" if today else "that day"
    if default.since is None:
        return (
            f"By the care record the child is not looked after {day}."
            if today
            else ("By the care record the child was not looked after on that day.")
        )
    since = f"{default.since.day} {default.since:%B %Y}"
    label = Code.objects.labels("ssda903_placement").get(default.placement_type, "no placement recorded")
    verb = "is" if today else "was"
    return f"By the care record the child {verb} looked after {day}: {label}, since {since}."
