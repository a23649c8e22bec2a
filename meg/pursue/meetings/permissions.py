"""Who sees and writes what of a meeting.

The team plans, writes and agrees. The analyst reads. A practitioner reads the items of the children their agency works
with, and the themes that every agency may read; they may ask for a child they reach to be talked about, while the agenda
is open. Whoever interviews reads what was said of a child allocated to them, in its chronology. How many others there
are is told to nobody who may not read them.
"""

from meg.partnership.seats import (
    ADD,
    OWNER,
    READ,
    WITHIN,
    WRITE,
    Access,
    Holds,
    Seat,
    Table,
    allocated,
    caseload,
    granted,
)

WRITERS = frozenset({Seat.TEAM})
READERS = frozenset({Seat.TEAM, Seat.ANALYST, Seat.PRACTITIONER})
ASKERS = frozenset({Seat.TEAM, Seat.PRACTITIONER})

KNOWN = (Seat.ANALYST, Seat.PRACTITIONER, Seat.INTERVIEWER, Seat.GOVERNANCE)
ASKING = f"{WITHIN} AND {caseload()}"
OPEN = "EXISTS (SELECT FROM meetings_meeting m WHERE m.id = meeting_id AND m.state = 'open')"
SHARED = f"(child_id IS NULL AND shared AND {WITHIN})"
OF_SHARED = (
    f"(child_id IS NULL AND {WITHIN} AND item_id IN (SELECT i.id FROM meetings_item i WHERE i.child_id IS NULL))"
)


def of_meeting(name: str, team: str) -> Table:
    """A table about the meeting as a whole: no child stands in it."""
    return Table(
        name,
        Holds.CASE,
        {
            Seat.TEAM: Access(team),
            Seat.OPERATOR: Access(team),
            **{seat: Access(READ) for seat in KNOWN},
            OWNER: Access(WRITE, "true"),
        },
    )


def held(name: str) -> str:
    """That what is said of an item names the item's child."""
    return (
        f"EXISTS (SELECT FROM meetings_item p WHERE p.id = {name}.item_id AND p.meeting_id = {name}.meeting_id "
        f"AND p.child_id IS NOT DISTINCT FROM {name}.child_id)"
    )


def of_item(name: str, team: str, practitioner: str = READ, check: str = "") -> Table:
    """A table of what is said of an item."""
    own = held(name)
    return Table(
        name,
        Holds.CASE,
        {
            Seat.TEAM: Access(team, WITHIN, f"{WITHIN} AND {own}"),
            Seat.OPERATOR: Access(team),
            Seat.ANALYST: Access(READ),
            Seat.PRACTITIONER: Access(
                practitioner, f"({caseload()} OR {OF_SHARED})", " AND ".join(filter(None, (ASKING, own, check)))
            ),
            Seat.INTERVIEWER: Access(READ, allocated()),
            Seat.GOVERNANCE: Access(READ, granted()),
            OWNER: Access(WRITE, "true"),
        },
    )


TABLES = [
    of_meeting("meetings_meeting", WRITE),
    of_meeting("meetings_attendance", WRITE),
    Table(
        "meetings_item",
        Holds.CASE,
        {
            Seat.TEAM: Access(WRITE),
            Seat.OPERATOR: Access(WRITE),
            Seat.ANALYST: Access(READ),
            Seat.PRACTITIONER: Access(ADD, f"({caseload()} OR {SHARED})", f"{ASKING} AND state = 'on' AND {OPEN}"),
            Seat.INTERVIEWER: Access(READ, allocated()),
            Seat.GOVERNANCE: Access(READ, granted()),
            OWNER: Access(WRITE, "true"),
        },
    ),
    of_item("meetings_reason", ADD, ADD, f"kind = 'asked' AND agency_id = meg.agency() AND {OPEN}"),
    of_item("meetings_decision", ADD),
    of_item("meetings_action", ADD),
    of_item("meetings_minute", ADD),
    of_item("meetings_note", ADD),
    Table(
        "meetings_document",
        Holds.CASE,
        {Seat.TEAM: Access(ADD), Seat.OPERATOR: Access(ADD), Seat.ANALYST: Access(READ), OWNER: Access(WRITE, "true")},
    ),
]
