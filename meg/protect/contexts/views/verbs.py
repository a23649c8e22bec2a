"""The small forms by which the team opens, changes and closes a context."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from meg.partnership.seats import By
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.children.rules import as_reference as childs_reference
from meg.protect.children.views_small import Small, named_child, small
from meg.protect.contexts import actions, forms
from meg.protect.contexts.models import Link
from meg.protect.contexts.views.finding import NOWHERE, Given, hows, page_of, team, writer

NO_CHILD = "There is no child with this reference. It looks like MEG-000123."


def new(request: HttpRequest) -> HttpResponse:
    """Open a context."""
    by = writer(request)
    page = Small(
        title="Open a context", button="Open the context", key="contexts:new", back=reverse("contexts:contexts"),
        done="The context is open. Link the children and open its plan.",
        lead="A peer group, a place or an online space in which children may be harmed, as a case of its own.",
    )  # fmt: skip
    return small(request, by, None, page, forms.OpenForm,
                 lambda given: page_of(actions.open_context(by=by, now=timezone.now(), **given)))  # fmt: skip


def _known(by: By, context: Any, given: Given) -> object:
    return actions.add_known(by=by, context=context, now=timezone.now(), **given)


def _rename(by: By, context: Any, given: Given) -> object:
    return actions.rename(by=by, context=context, now=timezone.now(), **given)


def _level(by: By, context: Any, given: Given) -> object:
    return actions.give_level(by=by, context=context, now=timezone.now(), **given)


def _review(by: By, context: Any, given: Given) -> object:
    return actions.review_context(by=by, context=context, now=timezone.now(), **given)


def _close(by: By, context: Any, given: Given) -> object:
    return actions.close_context(by=by, context=context, now=timezone.now(), **given)


def _link(by: By, context: Any, given: Given) -> object:
    asked = childs_reference(given["reference"])
    child = Child.objects.current().filter(reference=asked).first() if asked else None
    if child is None:
        raise Unfit(NO_CHILD, "reference")
    return actions.link_child(by=by, context=context, child=child, how=given["how"], since=given["since"],
                              now=timezone.now())  # fmt: skip


@dataclass(frozen=True)
class Verb:
    """One verb: its words, its form, what it does, what its form chooses among."""

    title: str
    button: str
    done: str
    form: type[VerbForm]
    act: Callable[[By, Any, Given], object]
    options: Callable[[Any], Given] = field(default=lambda context: {})
    lead: str = ""


VERBS = {
    "known": Verb("Add what is known", "Add it", "It is added.", forms.KnownForm, _known),
    "level": Verb("Give a level of concern", "Keep the level", "The level is kept.", forms.LevelForm, _level,
                  lead="A level is a named person’s judgement. It is added, and never changed."),
    "review": Verb("Review the context", "Keep the review", "The review is kept.", forms.ReviewForm, _review,
                   lambda context: {"initial": {"held_on": timezone.localdate()}}),
    "name": Verb("Change what it is called", "Change it", "It is called so from now on.", forms.NameForm, _rename,
                 lambda context: {"initial": {"name": context.name}}),
    "close": Verb("Close the context", "Close it", "The context is closed.", forms.CloseForm, _close,
                  lead="All that is known of it stays. If concern rises again, a new context is opened."),
    "link": Verb("Link a child", "Link the child", "The child is linked.", forms.LinkForm, _link, lambda context: {"hows": hows()}),
}  # fmt: skip


def verb(request: HttpRequest, reference: str, name: str) -> HttpResponse:
    """One verb of a context."""
    by, context = team(request, reference)
    one = VERBS.get(name)
    if one is None:
        raise Http404(NOWHERE)
    page = Small(
        title=one.title, button=one.button, key=f"contexts:{name}:{context.pk}", back=page_of(context), done=one.done,
        lead=f"{context.name}, {context.reference}. {one.lead}".strip(),
    )  # fmt: skip
    return small(request, by, None, page, one.form, lambda given: one.act(by, context, given), **one.options(context))


def end(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """A child is linked to the context no longer."""
    by, context = team(request, reference)
    link = Link.objects.with_child().filter(context=context.pk, pk=number).first()
    if link is None:
        raise Http404(NOWHERE)
    page = Small(title="End the link", button="End the link", key=f"contexts:end:{link.pk}", back=page_of(context),
                 done="The link is ended, with the reason.", lead=f"{context.name}, {context.reference}")  # fmt: skip
    return small(request, by, named_child(link), page, forms.EndForm,
                 lambda given: actions.end_link(by=by, link=link, now=timezone.now(), **given))  # fmt: skip
