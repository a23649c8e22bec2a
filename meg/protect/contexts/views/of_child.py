"""A child's contexts: which they are linked to, how, since when; and the form by which the team links the child to one."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.request import by_of
from meg.protect.children.actions import open_child
from meg.protect.children.models import Child
from meg.protect.children.permissions import WIDE
from meg.protect.children.rules import Unfit
from meg.protect.children.views_small import Small, small
from meg.protect.contexts import actions, forms
from meg.protect.contexts.models import Context
from meg.protect.contexts.permissions import WRITERS
from meg.protect.contexts.shown import contexts_of, tasks_for
from meg.protect.contexts.views.finding import Given, hows, open_contexts, writer
from meg.protect.exploitation.models import Referral
from meg.protect.missing.models import Interview
from meg.protect.tasks.actions import may_end
from meg.protect.tasks.permissions import DOERS, PASSERS

MOST = 50


@require_safe
def of_child(request: HttpRequest, reference: str) -> HttpResponse:
    """A child's Contexts page."""
    by, today = by_of(request), timezone.localdate()
    child = open_child(by=by, reference=reference, doing="Looked at the child’s contexts.")
    links = contexts_of(child.pk)
    now = [one for one in links if one.ended_at is None]
    tasks = [one for one in tasks_for([one.context_id for one in now], by, today) if one.is_open] if now else []
    context = {
        "child": child,
        "now": now,
        "ended": [one for one in links if one.ended_at is not None],
        "tasks": tasks,
        "may_end": {one.pk for one in tasks if by.seat in DOERS and may_end(by, one)},
        "passes": by.seat in PASSERS,
        "today": today,
        "wide": by.seat in WIDE,
        "writes": by.seat in WRITERS,
    }
    return render(request, "contexts/child.html", context)


def link(request: HttpRequest, reference: str) -> HttpResponse:
    """Link the child to a context that is open, from one of the child's records."""
    by = writer(request)
    child = open_child(by=by, reference=reference, doing="Opened the form to link the child to a context.")
    page = Small(
        title="Link to a context", button="Link the child", key=f"contexts:link:{child.reference}",
        back=reverse("contexts:of_child", args=[child.reference]), done="The child is linked.",
    )  # fmt: skip

    def act(given: Given) -> None:
        record: dict[str, Any] = _record(child, given["record"])
        found = Context.objects.filter(pk=int(given["context"])).first()
        if found is None:
            raise Unfit("Choose the context.", "context")
        actions.link_child(by=by, context=found, child=child, how=given["how"], since=given["since"], now=timezone.now(),
                           **record)  # fmt: skip

    return small(request, by, child, page, forms.LinkHereForm, act, contexts=open_contexts(), hows=hows(),
                 records=_records(child))  # fmt: skip


def _records(child: Child) -> list[tuple[str, str]]:
    """The child's referrals and return interviews, the latest first."""
    referrals = Referral.objects.current().filter(child=child).order_by("-received_at", "-pk")[:MOST]
    held = Interview.objects.current().filter(child=child, held_at__isnull=False).order_by("-held_at", "-pk")[:MOST]
    return [
        *((f"referral-{one.pk}", f"Referral {one.reference}, {_day(one.received_at)}") for one in referrals),
        *((f"interview-{one.pk}", f"Return interview of {_day(one.held_at)}") for one in held),
    ]


def _day(moment: Any) -> str:
    local = timezone.localtime(moment)
    return f"{local.day} {local:%B %Y}"


def _record(child: Child, chosen: str) -> dict[str, Any]:
    what, _, number = chosen.partition("-")
    if what == "referral":
        return {"referral": Referral.objects.get(pk=int(number), child=child)}
    if what == "interview":
        return {"interview": Interview.objects.get(pk=int(number), child=child)}
    return {}
