"""Plans, services and transition: the team writes; those who reach the child read.

A plan of a context is of no child: the team and the analyst read it. The list of services is read by whoever reads plans.
What is said of a plan names the plan's own child, or none where the plan is of a context.
"""

from dataclasses import replace

from meg.partnership.seats import ADD, READ, WITHIN, WRITE, Access, Holds, Seat, Table, case_table

ONLY_TEAM = frozenset({Seat.TEAM})
OPENERS = frozenset({Seat.TEAM, Seat.OPERATOR})
READERS = frozenset({Seat.TEAM, Seat.ANALYST, Seat.PRACTITIONER, Seat.INTERVIEWER, Seat.GOVERNANCE})
LISTERS = frozenset({Seat.TEAM, Seat.ANALYST})

OF_ITS_PLAN = (
    "EXISTS (SELECT FROM plans_plan p WHERE p.id = {0}.plan_id AND p.child_id IS NOT DISTINCT FROM {0}.child_id)"
)


def of_plan(name: str, verbs: str) -> Table:
    """A table of what is said of a plan: the usual reach, and the team alone writes."""
    usual, held = case_table(name), f"{WITHIN} AND {OF_ITS_PLAN.format(name)}"
    writes = {seat: Access(verbs, WITHIN, held) for seat in (Seat.TEAM, Seat.OPERATOR)}
    return replace(usual, access={**usual.access, **writes})


TABLES = [
    case_table("plans_plan"),
    of_plan("plans_aim", WRITE),
    of_plan("plans_given", WRITE),
    of_plan("plans_review", ADD),
    case_table("plans_decision"),
    Table(
        "plans_service",
        Holds.REFERENCE,
        {
            **{seat: Access(READ) for seat in (Seat.ANALYST, Seat.PRACTITIONER, Seat.INTERVIEWER, Seat.GOVERNANCE)},
            Seat.TEAM: Access(WRITE),
            Seat.OPERATOR: Access(WRITE),
        },
    ),
]
