"""What the pages of this room share: who changes, which context, which codes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from meg.partnership.access.request import by_of
from meg.partnership.codes.models import Code
from meg.partnership.seats import By, permit
from meg.protect.contexts.actions import open_one
from meg.protect.contexts.actions.keeping import ONLY
from meg.protect.contexts.models import HOW, Context
from meg.protect.contexts.permissions import WRITERS

Given = dict[str, Any]
NOWHERE = "There is no such page, or your seat does not reach it."


def writer(request: HttpRequest) -> By:
    """Who changes contexts. Raises: Refused."""
    by = by_of(request)
    permit(by, WRITERS, ONLY)
    return by


def team(request: HttpRequest, reference: str) -> tuple[By, Any]:
    """Who changes it, and the context. Raises: Refused, Http404."""
    by = writer(request)
    return by, open_one(by=by, reference=reference)


def page_of(context: Context) -> str:
    return reverse("contexts:context", args=[context.reference])


def hows() -> list[tuple[str, str]]:
    """How a child may be linked, by the codes of today."""
    return list(Code.objects.of(HOW, timezone.localdate()).values_list("code", "label"))


def open_contexts() -> list[tuple[str, str]]:
    """The contexts that are open, for a list to choose from."""
    found = Context.objects.open().order_by("name", "pk")
    return [(str(one.pk), f"{one.name} ({one.get_kind_display().lower()}, {one.reference})") for one in found]
