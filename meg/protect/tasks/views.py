"""The list of what is to be done, and the small forms by which a task is done, dropped, or passed to someone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.models import Member
from meg.partnership.access.request import by_of
from meg.partnership.agencies.models import AgencyName
from meg.partnership.seats import By, Seat, permit
from meg.protect.children.views_small import Small, named_child, small
from meg.protect.tasks import actions
from meg.protect.tasks.forms import DoneForm, DropForm, ListForm, PassForm
from meg.protect.tasks.models import Task, TaskQuerySet
from meg.protect.tasks.permissions import ASKERS, DOERS, PASSERS

ONLY = "Your seat has no list of tasks."
A_PAGE = 25
LATELY = timedelta(days=30)
NOWHERE = "There is no such task, or your seat does not reach it."


def named(tasks: TaskQuerySet, on: date) -> models.QuerySet[Task]:
    """Tasks with their child, and the agency's name of today as `agency_name`."""
    name = AgencyName.objects.filter(agency=models.OuterRef("agency"), valid__contains=on).values("name")[:1]
    return tasks.with_child().annotate(agency_name=models.Subquery(name))


def asked_for(by: By, given: dict[str, Any], today: date) -> models.QuerySet[Task]:
    """The tasks that a filter asks for: what is over first, then by day."""
    found = {
        "mine": Task.objects.mine(by),
        "agency": Task.objects.of_agency(by),
        "all": Task.objects.all(),
    }.get(
        given.get("whose", ""),
        Task.objects.filter(models.Q(member_id=by.member_id or 0) | models.Q(agency_id=by.agency_id or 0)),
    )
    if given.get("state") == "done":
        return named(found.filter(done_at__gte=timezone.now() - LATELY), today).order_by("-done_at", "pk")
    found = found.over(today) if given.get("state") == "over" else found.open()
    return named(found, today).order_by("due_on", "pk")


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What is to be done: mine and my agency's, or as the filter says."""
    by, today = by_of(request), timezone.localdate()
    permit(by, DOERS, ONLY)
    form = ListForm(request.GET)
    given = form.cleaned_data if form.is_valid() else {}
    page = Paginator(asked_for(by, given, today), A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    actions.record_task_list(by=by, references=[str(one.child.reference) for one in shown if one.child])
    context = {
        "form": form,
        "page": page,
        "rows": shown,
        "today": today,
        "tiles": _tiles(by, today),
        "is_done": given.get("state") == "done",
        "mine_ids": {one.pk for one in shown if actions.may_end(by, one)},
        "asks": by.seat in ASKERS,
        "passes": by.seat in PASSERS,
        "query": urlencode({name: value for name, value in given.items() if value}),
    }
    return render(request, "tasks/list.html", context)


def _tiles(by: By, today: date) -> list[dict[str, Any]]:
    """How many there are of mine and of my agency's, each with how many are over."""
    mine, agency = models.Q(member_id=by.member_id or 0), models.Q(agency_id=by.agency_id or 0)
    over = models.Q(due_on__lt=today)
    found = Task.objects.open().aggregate(
        mine=models.Count("pk", filter=mine), mine_over=models.Count("pk", filter=mine & over),
        agency=models.Count("pk", filter=agency), agency_over=models.Count("pk", filter=agency & over),
        every=models.Count("pk"), every_over=models.Count("pk", filter=over),
    )  # fmt: skip
    shown = [("mine", "mine"), ("agency", "my agency’s"), ("every", "of all agencies")]
    return [
        {
            "n": found[name],
            "label": label,
            "href": f"{reverse('tasks:mine')}?whose={'all' if name == 'every' else name}",
            "worst": f"{found[f'{name}_over']} over" if found[f"{name}_over"] else "",
        }
        for name, label in shown
        if name != "every" or by.seat is Seat.TEAM
    ]


def _find(request: HttpRequest, number: int) -> tuple[By, Task]:
    by = by_of(request)
    permit(by, DOERS, ONLY)
    found = named(Task.objects.filter(pk=number), timezone.localdate()).first()
    if found is None:
        raise Http404(NOWHERE)
    return by, found


def _page(task: Task, verb: str, **words: Any) -> Small:
    whose = getattr(task, "agency_name", "") or ""
    lead = f"{task.what} ({whose}, {task.due(timezone.localdate())})"
    return Small(key=f"tasks:{verb}:{task.pk}", back=reverse("tasks:mine"), lead=lead, **words)


def done(request: HttpRequest, number: int) -> HttpResponse:
    """Record what came of a task."""
    by, task = _find(request, number)
    page = _page(task, "done", title="What came of it", button="It is done", done="It is recorded.")
    return small(
        request, by, named_child(task), page, DoneForm,
        lambda given: actions.finish_task(by=by, task=task, now=timezone.now(), **given),
    )  # fmt: skip


def drop(request: HttpRequest, number: int) -> HttpResponse:
    """A task is no longer to be done: for the team, with the reason."""
    by, task = _find(request, number)
    permit(by, ASKERS, "Only the exploitation team drops what was asked for.")
    page = _page(task, "drop", title="No longer to be done", button="Drop it", done="It is dropped, with the reason.")
    return small(
        request, by, named_child(task), page, DropForm,
        lambda given: actions.drop_task(by=by, task=task, now=timezone.now(), **given),
    )  # fmt: skip


def pass_on(request: HttpRequest, number: int) -> HttpResponse:
    """Say which member of the agency does a task."""
    by, task = _find(request, number)
    permit(by, PASSERS, "Only the exploitation team, and the agency itself, say who does a task.")
    page = _page(task, "pass", title="Who does it", button="Save", done="It is in their list.")
    members = list(Member.objects.filter(agency=task.agency_id, left_on__isnull=True).order_by("name"))

    def act(given: dict[str, Any]) -> None:
        chosen = next((one for one in members if str(one.pk) == given["member"]), None)
        actions.pass_task(by=by, task=task, member=chosen)

    return small(request, by, named_child(task), page, PassForm, act, members=members,
                 initial={"member": str(task.member_id or "")})  # fmt: skip
