"""Who assesses, who reads an assessment, and who keeps the frameworks.

The team assesses: the level is then a named professional's. Whoever reaches the child reads what was found. What is
answered is added and stays; a finished assessment is never changed, only withdrawn with a reason, and the database says
so as well. Frameworks are the partnership's own, kept by the team; every seat that reads assessments reads them.
"""

from meg.partnership.seats import ADD, OWNER, READ, WRITE, Access, Holds, Seat, Table, said_of

ASSESSORS = frozenset({Seat.TEAM})
READERS = frozenset({Seat.TEAM, Seat.ANALYST, Seat.PRACTITIONER, Seat.INTERVIEWER})
KEEPERS = frozenset({Seat.TEAM})
FRAMEWORK_READERS = frozenset({Seat.TEAM, Seat.ANALYST})
INSTALLERS = frozenset({Seat.OPERATOR})


def kept_by_the_team(name: str) -> Table:
    """Reference data of the partnership: the team and the installation write it, who reads assessments reads it."""
    readers = (Seat.ANALYST, Seat.PRACTITIONER, Seat.INTERVIEWER, Seat.GOVERNANCE)
    return Table(
        name,
        Holds.REFERENCE,
        {
            **{seat: Access(READ) for seat in readers},
            Seat.TEAM: Access(WRITE),
            Seat.OPERATOR: Access(WRITE),
            OWNER: Access(WRITE, "true"),
        },
    )


TABLES = [
    kept_by_the_team("assessments_framework"),
    kept_by_the_team("assessments_frameworkfactor"),
    said_of("assessments_assessment", "referral_id", "exploitation_referral", {Seat.TEAM: WRITE, Seat.OPERATOR: WRITE}),
    said_of("assessments_said", "assessment_id", "assessments_assessment", {Seat.TEAM: ADD, Seat.OPERATOR: ADD}),
]
