"""What every page of this room begins with: who asks, and the meeting and the item that their seat reaches."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from meg.partnership.access.request import by_of
from meg.partnership.seats import By, permit
from meg.pursue.meetings.actions.planning import ONLY
from meg.pursue.meetings.models import Item, Meeting
from meg.pursue.meetings.permissions import READERS, WRITERS

READ = "Meetings are for the exploitation team and the agencies that work with children."
NOWHERE = "There is no such meeting, or your seat does not reach it."


def reader(request: HttpRequest) -> By:
    """Who reads. Raises: Refused, where the seat has no meetings."""
    by = by_of(request)
    permit(by, READERS, READ)
    return by


def writer(request: HttpRequest) -> By:
    """Who writes. Raises: Refused, where the seat does not."""
    by = by_of(request)
    permit(by, WRITERS, ONLY)
    return by


def meeting_of(number: int) -> Meeting:
    """The meeting with this number. Raises: Http404."""
    found = Meeting.objects.select_related("chair").filter(pk=number).first()
    if found is None:
        raise Http404(NOWHERE)
    return found


def item_of(meeting: Meeting, item: int) -> Item:
    """An item of the meeting, with its child. Raises: Http404."""
    found = Item.objects.filter(meeting=meeting, pk=item).with_child().first()
    if found is None:
        raise Http404(NOWHERE)
    found.meeting = meeting
    return found
