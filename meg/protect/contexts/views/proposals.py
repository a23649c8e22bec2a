"""Proposals: groups that the records show, each with its reason; opened, added to a context, or set aside by the team."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.request import by_of
from meg.partnership.seats import By, permit
from meg.protect.children.rules import Unfit
from meg.protect.children.views_small import Small, small
from meg.protect.contexts import actions, forms
from meg.protect.contexts.actions import record_contexts
from meg.protect.contexts.models import Context
from meg.protect.contexts.permissions import WIDE, WRITERS
from meg.protect.contexts.proposals import A_PAGE, Proposal, proposals, proposed
from meg.protect.contexts.rules import AT_LEAST, WITHIN_DAYS, same_words
from meg.protect.contexts.views.finding import Given, hows, open_contexts, page_of, writer

ONLY = "Proposals are for the exploitation team and the analyst."
GONE = "This group is not proposed any more."
WHY = "Records name it for {n} children: {which}."


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The groups that are proposed, 25 a page."""
    by = by_of(request)
    permit(by, WIDE, ONLY)
    asked = request.GET.get("page", "1")
    found, total = proposals(timezone.now(), int(asked) if asked.isdecimal() and len(asked) < 6 else 1)
    shown = [one.child for group in found for one in group.namings]
    record_contexts(by=by, sentence="Looked at the proposed groups.", references=shown)
    context = {
        "found": found,
        "total": total,
        "page": Paginator(range(total), A_PAGE).get_page(asked),
        "least": AT_LEAST,
        "months": round(WITHIN_DAYS / 30.4),
        "writes": by.seat in WRITERS,
    }
    return render(request, "contexts/proposals.html", context)


def _find(request: HttpRequest, digest: str) -> tuple[By, Proposal]:
    by = writer(request)
    found = proposed(timezone.now(), digest)
    if found is None:
        raise Http404(GONE)
    record_contexts(
        by=by, sentence="Opened a form for a proposed group.", references=[one.child for one in found.namings]
    )
    return by, found


def _page(found: Proposal, name: str, title: str, button: str, done: str, lead: str = "") -> Small:
    return Small(
        title=title, button=button, key=f"contexts:{name}:{found.digest}", back=reverse("contexts:proposals"), done=done,
        lead=lead, beside={"proposal": found}, template="contexts/proposed.html",
    )  # fmt: skip


def _children(found: Proposal) -> list[tuple[str, str]]:
    return [(first.child, f"{first.called}, {first.child}") for first, _ in found.children]


def open_one(request: HttpRequest, digest: str) -> HttpResponse:
    """Open a context from a proposal: what the records say stands in the form already."""
    by, found = _find(request, digest)
    page = _page(found, "open", "Open a context from this group", "Open the context", "The context is open.")
    of = sorted({one.where for one in found.namings})
    first: dict[str, Any] = {
        "kind": found.would_be,
        "name": "" if found.kind == "person" else found.named,
        "why": WHY.format(n=len(found.ids), which=", ".join(of)),
        "children": [first.child for first, _ in found.children],
    }
    return small(
        request, by, None, page, forms.ProposedForm,
        lambda given: page_of(actions.open_proposed(by=by, proposal=found, now=timezone.now(), **given)),
        children=_children(found), hows=hows(), initial=first,
    )  # fmt: skip


def add(request: HttpRequest, digest: str) -> HttpResponse:
    """Add the children of a proposal to a context that is open."""
    by, found = _find(request, digest)
    page = _page(found, "add", "Add to a context", "Add the children", "The children are linked.")
    choices = open_contexts()

    def act(given: Given) -> str:
        context = Context.objects.filter(pk=int(given.pop("context"))).first()
        if context is None:
            raise Unfit(forms.NO_CONTEXT, "context")
        actions.add_proposed(by=by, proposal=found, context=context, now=timezone.now(), **given)
        return page_of(context)

    twins = [str(one.pk) for one in Context.objects.open() if same_words(one.name) == found.words]
    first: dict[str, Any] = {"children": [first.child for first, _ in found.children], "context": next(iter(twins), "")}
    return small(request, by, None, page, forms.AddForm, act, contexts=choices, children=_children(found), hows=hows(),
                 initial=first)  # fmt: skip


def aside(request: HttpRequest, digest: str) -> HttpResponse:
    """Set a proposal aside, with the reason."""
    by, found = _find(request, digest)
    page = _page(found, "aside", "Set this group aside", "Set it aside", "It is set aside, with the reason.",
                 "It is proposed again only when another child’s record names the same.")  # fmt: skip
    return small(request, by, None, page, forms.AsideForm,
                 lambda given: actions.set_aside(by=by, proposal=found, now=timezone.now(), **given))  # fmt: skip
