"""What every page's frame shows: who I am, my seat, the rooms my seat has. It never asks the database.

A page that must be the same bytes for everyone in a seat (a child who is not there) sets `request.still`: the
frame then holds no form, whose token differs each time, and marks no room as the current one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from meg.partnership.seats import By, Seat

FIGURES = (Seat.GROUP, Seat.COORDINATOR, Seat.LEAD)
RECORDS = (Seat.TEAM, Seat.ANALYST)
CASELOADS = (Seat.PRACTITIONER, Seat.INTERVIEWER)
MEMBERS = ("access:add_member", "access:change_member", "access:end_member", "access:forget_factor")
AGENCIES = ("access:add_agency", "access:rename_agency", "access:close_agency")
SCORECARD = tuple(f"performance:{name}" for name in ("indicator", "rows", "limits", "factors"))
REPORTS = tuple(f"performance:{name}" for name in ("report", "summary", "ask", "commentary"))
SPECIFICATION = tuple(
    f"performance:{name}" for name in ("specified", "add_indicator", "change_indicator", "end_indicator", "suppl")
)
OF_CHILD = ("children:", "assessments:", "plans:", "contexts:of_child", "contexts:link")
CONTEXTS = tuple(
    f"contexts:{name}" for name in ("context", "new", "proposals", "open_", "add_", "set_aside", "verb", "end", "plan_")
)
SENSITIVE = "OFFICIAL-SENSITIVE. Every look at a child is in the trail: who, when, what and why."
ORDINARY = "OFFICIAL. What is done here is in the trail: who, when, what and why."


@dataclass(frozen=True)
class Room:
    """One entry of the navigation: its words, the name of its address, the seats that have it, what it covers."""

    label: str
    name: str
    seats: tuple[Seat, ...]
    covers: tuple[str, ...] = ()

    def holds(self, view: str) -> bool:
        """Whether the page with this address name belongs to this room."""
        return view == self.name or view.startswith(self.covers)


ROOMS = (
    Room("Today", "front:home", tuple(Seat)),
    Room("Missing", "missing:board", (*RECORDS, *CASELOADS), ("missing:",)),
    Room("Referrals", "exploitation:referrals", (*RECORDS, *CASELOADS), ("exploitation:",)),
    Room("Tasks", "tasks:mine", (Seat.TEAM, *CASELOADS), ("tasks:",)),
    Room("Contexts", "contexts:contexts", (*RECORDS, *CASELOADS), CONTEXTS),
    Room("Meetings", "meetings:meetings", (*RECORDS, Seat.PRACTITIONER), ("meetings:",)),
    Room("Transition", "plans:transition", RECORDS, ("plans:services", "plans:outcomes", "plans:hand_over")),
    Room("Children", "children:find", RECORDS, OF_CHILD),
    Room("My children", "children:find", CASELOADS, OF_CHILD),
    Room("Passed on", "missing:passed", (Seat.INTELLIGENCE,)),
    Room("Files in", "intake:batches", (Seat.TEAM, Seat.ANALYST), ("intake:",)),
    Room("Scorecard", "performance:scorecard", (*FIGURES, *RECORDS), SCORECARD),
    Room("Reports", "performance:reports", FIGURES, REPORTS),
    Room("Specification", "performance:specification", (Seat.COORDINATOR,), SPECIFICATION),
    Room("Trail", "trail:read", (Seat.GOVERNANCE,), ("trail:",)),
    Room("Open a record", "front:glass", (Seat.GOVERNANCE,)),
    Room("Members", "access:members", (Seat.ADMINISTRATOR,), MEMBERS),
    Room("Agencies", "access:agencies", (Seat.ADMINISTRATOR,), AGENCIES),
)


@dataclass(frozen=True)
class Frame:
    """What the page's head and foot are written from."""

    seat: Seat | None
    rooms: tuple[Room, ...]
    current: Room | None
    finds: bool
    forms: bool
    signed_in: bool
    marking: str


def stands(name: str) -> bool:
    """Whether a room has an address yet."""
    try:
        return bool(reverse(name))
    except NoReverseMatch:
        return False


def page(request: HttpRequest) -> dict[str, Any]:
    """The frame's variables: `frame`, `by`, `who` and `demonstration`."""
    by: By | None = getattr(request, "by", None)
    who = getattr(request, "who", None)
    still = getattr(request, "still", False)
    match = None if still else getattr(request, "resolver_match", None)
    seat: Seat | None = by.seat if by else getattr(request, "seat", None)
    rooms = tuple(room for room in ROOMS if seat in room.seats and stands(room.name))
    frame = Frame(
        seat=seat,
        rooms=rooms,
        current=next((room for room in rooms if match and room.holds(match.view_name)), None),
        finds=bool(seat in (*RECORDS, *CASELOADS) and not still and stands("children:find")),
        forms=not still,
        signed_in=who is not None or getattr(request, "signed_in", False),
        marking=SENSITIVE if seat is None or seat.sees_children else ORDINARY,
    )
    demonstration = who.demonstration if who else settings.DEMONSTRATION
    return {"frame": frame, "by": by, "who": who, "demonstration": demonstration}
