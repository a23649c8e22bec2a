"""Handing over a caseload: who leaves, who takes over, what would move; then all of it in one step."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from meg.partnership.access.models import Member
from meg.partnership.access.request import by_of
from meg.partnership.seats import By, permit
from meg.protect.children.rules import Unfit
from meg.protect.plans import actions
from meg.protect.plans.actions.handing import HAND
from meg.protect.plans.forms import HandOverForm
from meg.protect.plans.permissions import ONLY_TEAM
from meg.protect.plans.views.verbs import agencies_now


def hand_over(request: HttpRequest) -> HttpResponse:
    """Choose two people, see what would move, move it."""
    by = by_of(request)
    permit(by, ONLY_TEAM, HAND)
    names = dict(agencies_now(timezone.localdate()))
    people = {str(one.pk): one for one in Member.objects.select_related("agency").order_by("name", "pk")}
    choices = [(key, f"{one.name}, {names.get(str(one.agency_id), '')}{' (has left)' if one.left_on else ''}")
               for key, one in people.items()]  # fmt: skip
    sent = request.POST if request.method == "POST" else request.GET
    form = HandOverForm(sent, people=choices) if "leaver" in sent else HandOverForm(people=choices)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        leaver, taker = people[form.cleaned_data["leaver"]], people[form.cleaned_data["taker"]]
        held = actions.caseload_of(leaver)
        try:
            if request.method == "POST":
                return _move(request, by, leaver, taker)
            if wrong := actions.why_not(leaver, taker, held):
                raise Unfit(wrong, "taker")
            context |= {"held": held, "leaver": leaver, "taker": taker}
        except Unfit as unfit:
            form.refuse(unfit)
    return render(request, "plans/hand_over.html", context)


def _move(request: HttpRequest, by: By, leaver: Member, taker: Member) -> HttpResponse:
    seen = request.POST.get("seen", "")
    held = actions.hand_over(
        by=by, leaver=leaver, taker=taker, now=timezone.now(), seen=int(seen) if seen.isdecimal() else -1
    )
    messages.success(request, f"All {held.total} that {leaver.name} held went to {taker.name}.")
    return redirect("plans:hand_over")
