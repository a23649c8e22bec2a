"""One context: all that is known and done for the team and the analyst; for a caseload its own children and its own tasks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.request import by_of
from meg.partnership.seats import By
from meg.protect.contexts.actions import open_one
from meg.protect.contexts.actions.looking import record_look
from meg.protect.contexts.models import Context
from meg.protect.contexts.permissions import WIDE, WRITERS
from meg.protect.contexts.shown import course_of, links_of, tasks_for
from meg.protect.contexts.views.plan import whose
from meg.protect.plans.models import Plan
from meg.protect.plans.shown import whole_plans
from meg.protect.tasks.actions import may_end
from meg.protect.tasks.permissions import ASKERS, DOERS, PASSERS

LOOKED = "Looked at a context."


@require_safe
def context(request: HttpRequest, reference: str) -> HttpResponse:
    """One context, as this seat may see it."""
    by = by_of(request)
    found = open_one(by=by, reference=reference)
    links = links_of(found)
    record_look(by=by, context=found, doing=LOOKED, references=[str(one.child.reference) for one in links])
    today = timezone.localdate()
    values: dict[str, Any] = {
        "context": found,
        "links": [one for one in links if one.ended_at is None],
        "ended": [one for one in links if one.ended_at is not None],
        "today": today,
        "passes": by.seat in PASSERS,
        "asks": by.seat in ASKERS,
    }
    return _whole(request, by, found, values) if by.seat in WIDE else _through(request, by, found, values)


def _whole(request: HttpRequest, by: By, found: Any, values: dict[str, Any]) -> HttpResponse:
    plans = whole_plans(Plan.objects.filter(context=found.pk), values["today"])
    writes = by.seat in WRITERS and found.is_open
    planned = any(one.plan.is_open for one in plans)
    values |= {
        "course": course_of(found),
        "plans": plans,
        "whose": whose(found),
        "writes": writes,
        "may_end": {task.pk for one in plans for task in one.to_do if by.seat in DOERS and may_end(by, task)},
        "may_plan": writes and not planned,
        "verbs": _verbs(found, planned) if writes else [],
    }
    return render(request, "contexts/context.html", values)


def _verbs(found: Context, planned: bool) -> list[tuple[str, str]]:
    """What the team may do next: the address and its words. A context with an open plan is not closed."""
    names = {
        "known": "Add what is known",
        "level": "Give a level of concern",
        "name": "Change what it is called",
        **({} if planned else {"close": "Close it"}),
    }
    return [(reverse("contexts:verb", args=[found.reference, name]), words) for name, words in names.items()]


def _through(request: HttpRequest, by: By, found: Context, values: dict[str, Any]) -> HttpResponse:
    tasks = tasks_for([found.pk], by, values["today"])
    values |= {
        "to_do": [one for one in tasks if one.is_open],
        "done": [one for one in tasks if one.done_at is not None],
        "may_end": {one.pk for one in tasks if by.seat in DOERS and may_end(by, one)},
        "asks": False,
    }
    return render(request, "contexts/through.html", values)
