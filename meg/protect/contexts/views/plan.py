"""The plan for a context, by the forms of the plans' own room."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from meg.protect.children.views_small import Small, small
from meg.protect.contexts import actions, forms
from meg.protect.contexts.models import Context
from meg.protect.contexts.views.finding import page_of, team
from meg.protect.plans.views.verbs import Whose, show_end, show_settle, show_verb


def whose(context: Context) -> Whose:
    called = f"{context.name}, {context.reference}"
    return Whose(str(context.reference), page_of(context), number=context.pk, space="contexts:plan_", called=called)


def open_plan(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a plan for a context."""
    by, context = team(request, reference)
    page = Small(
        title="Open a plan for this context", button="Open the plan", key=f"contexts:plan:{context.pk}", back=page_of(context),
        done="The plan is open. Add its aims and actions.", lead=f"{context.name}, {context.reference}",
    )  # fmt: skip
    return small(request, by, None, page, forms.PlanForm,
                 lambda given: actions.plan_for(by=by, context=context, now=timezone.now(), **given))  # fmt: skip


def verb(request: HttpRequest, reference: str, number: int, name: str) -> HttpResponse:
    """One verb of a context's plan."""
    by, context = team(request, reference)
    return show_verb(request, by, whose(context), number, name)


def settle(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Whether an aim was reached."""
    by, context = team(request, reference)
    return show_settle(request, by, whose(context), number)


def end(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """A service has ended."""
    by, context = team(request, reference)
    return show_end(request, by, whose(context), number)
