"""Who a request is from. The middleware has taken the seat already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from meg.partnership.seats import By

if TYPE_CHECKING:
    from meg.partnership.access.middleware import Who


def by_of(request: HttpRequest) -> By:
    """The person in their seat. Pages that need no seat do not ask."""
    by = getattr(request, "by", None)
    assert isinstance(by, By), "This page is reached without a seat: its address is open, and it must not ask who."
    return by


def who_of(request: HttpRequest) -> Who:
    """The member behind the request: name, agency, the seats they may take."""
    who: Who | None = getattr(request, "who", None)
    assert who is not None, "This page is reached without a member."
    return who
