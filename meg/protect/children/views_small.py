"""A page with one small form: what every verb looks like. It keeps what was typed, says each sentence at
its field, and goes on to the page of what it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from meg.partnership.access.actions import clear_draft
from meg.partnership.access.drafts import keeps, restore
from meg.partnership.seats import By
from meg.protect.children.forms_verbs import VerbForm
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit

Form = TypeVar("Form", bound=VerbForm)


@dataclass(frozen=True)
class Small:
    """One page: its words, where it goes back and on to, and what stands beside the form."""

    title: str
    button: str
    key: str
    back: str
    done: str
    lead: str = ""
    warning: bool = False
    hints: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)
    template: str = "children/small.html"
    on: str = ""  # where it goes on to; back to where it came from, if empty


def named_child(row: Any) -> Child | None:
    """The child of a row that was read with it and with `called`: the child, with that name."""
    if row.child is not None:
        row.child.called = row.called
    child: Child | None = row.child
    return child


def small(
    request: HttpRequest, by: By, child: Child | None, page: Small, form_class: type[Form], act: Callable[[dict[str, Any]], object],
    **options: Any,
) -> HttpResponse:  # fmt: skip
    """Show the form, or do what it says. `act` gets the cleaned values and may raise Unfit; where it returns an address, that
    is gone on to. `options` go to the form.
    """
    if request.method == "POST":
        made = {name: value for name, value in options.items() if name != "initial"}
        form = keeps(form_class(request.POST, **made), by, page.key)
        if form.is_valid():
            try:
                on = act(form.cleaned_data)
            except Unfit as unfit:
                form.refuse(unfit)
            else:
                clear_draft(by=by, form=page.key)
                messages.success(request, page.done)
                return redirect(on if isinstance(on, str) else page.on or page.back)
    else:
        form = restore(form_class, by, page.key, **options)
    return render(request, page.template, {"child": child, "form": form, "page": page, **page.beside})
