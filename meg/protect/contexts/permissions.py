"""Who sees and writes what of a context.

The team writes; the analyst reads. Someone with a caseload reads a context only through a child they reach who is linked to
it: what it is called, what kind it is, and that child's link. What is known of it, its level, its reviews, its plan and the
other children are no part of that, nor how many there are. Actions of its plan are tasks, which an agency reads where they
are its own. No other seat reads anything: neither figures seats nor intelligence. Proposals are made from links that people
recorded, and are the team's and the analyst's.
"""

from dataclasses import replace

from meg.partnership.seats import ADD, OWNER, READ, WITHIN, WRITE, Access, Holds, Seat, Table, case_table

WRITERS = frozenset({Seat.TEAM})
WIDE = frozenset({Seat.TEAM, Seat.ANALYST})
LISTERS = frozenset({Seat.TEAM, Seat.ANALYST, Seat.PRACTITIONER, Seat.INTERVIEWER})
READERS = LISTERS | {Seat.GOVERNANCE}

THROUGH = "id = ANY (ARRAY(SELECT l.context_id FROM contexts_link l))"
"""Contexts of the children whose links the seat reads: the links' own policy decides which those are."""


def of_the_team(name: str) -> Table:
    """A table of what the team says of a context: added by the team, read by the analyst, and by nobody else."""
    return Table(
        name,
        Holds.CASE,
        {
            Seat.TEAM: Access(ADD),
            Seat.OPERATOR: Access(ADD),
            Seat.ANALYST: Access(READ),
            OWNER: Access(WRITE, "true"),
        },
    )


def through_a_child(name: str) -> Table:
    """The table of contexts: for a caseload, those of its children."""
    usual = case_table(name)
    seats = (Seat.PRACTITIONER, Seat.INTERVIEWER, Seat.GOVERNANCE)
    return replace(usual, access={**usual.access, **{seat: Access(READ, f"{WITHIN} AND {THROUGH}") for seat in seats}})


TABLES = [
    through_a_child("contexts_context"),
    case_table("contexts_link"),
    of_the_team("contexts_said"),
    of_the_team("contexts_level"),
    of_the_team("contexts_answer"),
]
