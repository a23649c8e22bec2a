"""Who sees and does which task: the team all; a practitioner those of the children they reach, and their agency's own.

A practitioner changes tasks of their own agency alone, and never whose a task is: only the team asks for tasks. Someone
who interviews sees those of the children allocated to them, and their own. Whom an agency's task is about it must reach.
"""

from meg.partnership.seats import (
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

ASKERS = frozenset({Seat.TEAM, Seat.OPERATOR})
DOERS = frozenset({Seat.TEAM, Seat.PRACTITIONER, Seat.INTERVIEWER})
PASSERS = frozenset({Seat.TEAM, Seat.PRACTITIONER})
SEES_TASKS = DOERS | {Seat.ANALYST, Seat.GOVERNANCE}

OWN_AGENCY = "agency_id = meg.agency()"
OWN = "member_id = meg.member()"

TABLES = [
    Table(
        "tasks_task",
        Holds.CASE,
        {
            Seat.TEAM: Access(WRITE),
            Seat.OPERATOR: Access(WRITE),
            Seat.ANALYST: Access(READ),
            Seat.PRACTITIONER: Access(
                "SELECT, UPDATE",
                f"({caseload()} OR (child_id IS NULL AND {WITHIN} AND {OWN_AGENCY}))",
                f"{WITHIN} AND {OWN_AGENCY} AND (child_id IS NULL OR {caseload()})",
            ),
            Seat.INTERVIEWER: Access(
                "SELECT, UPDATE",
                f"({allocated()} OR (child_id IS NULL AND {WITHIN} AND {OWN}))",
                f"{WITHIN} AND {OWN} AND (child_id IS NULL OR {allocated()})",
            ),
            Seat.GOVERNANCE: Access(READ, granted()),
            OWNER: Access(WRITE, "true"),
        },
    ),
]
