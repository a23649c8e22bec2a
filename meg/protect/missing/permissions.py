"""Who sees and who records what is done about missing children: the team for all of them; practitioners and
return-interview workers for those they reach.

What is said of an episode or an interview is added and stays: only the answer to a challenge, and an interview on its
way, are changed. The database takes such a row only for an episode or an interview of the very child it names, so that
nothing is hung on one the writer cannot see. Information passed to the police is read by the intelligence seat alone.
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
    case_table,
    caseload,
    said_of,
)

LOADERS = frozenset({Seat.TEAM, Seat.OPERATOR})
RECORDERS = frozenset({Seat.TEAM, Seat.PRACTITIONER, Seat.OPERATOR})
INTERVIEWERS = frozenset({Seat.TEAM, Seat.INTERVIEWER, Seat.OPERATOR})
DECIDERS = frozenset({Seat.TEAM})
SHEET_KEEPERS = frozenset({Seat.TEAM, Seat.PRACTITIONER, Seat.INTERVIEWER})
PASSERS = frozenset({Seat.TEAM, Seat.PRACTITIONER, Seat.INTERVIEWER})
PASSED_READERS = frozenset({Seat.INTELLIGENCE})


def of_episode(name: str, verbs: dict[Seat, str]) -> Table:
    return said_of(name, "episode_id", "missing_episode", verbs)


def of_interview(name: str, verbs: dict[Seat, str]) -> Table:
    return said_of(name, "interview_id", "missing_interview", verbs)


RECORDED = {Seat.TEAM: ADD, Seat.OPERATOR: ADD, Seat.PRACTITIONER: ADD}
INTERVIEWED = {**RECORDED, Seat.INTERVIEWER: ADD}
DECIDED = {Seat.TEAM: ADD, Seat.OPERATOR: ADD}

TABLES = [
    case_table("missing_episode", practitioner=WRITE, interviewer="SELECT, UPDATE"),
    of_episode("missing_correction", RECORDED),
    of_episode("missing_risk", RECORDED),
    of_episode("missing_status", RECORDED),
    of_episode("missing_prevention", RECORDED),
    of_episode("missing_decision", DECIDED),
    of_episode("missing_challenge", {Seat.TEAM: WRITE, Seat.OPERATOR: ADD}),
    case_table("missing_interview", practitioner=WRITE, interviewer=WRITE),
    of_interview("missing_step", INTERVIEWED),
    of_interview("missing_link", INTERVIEWED),
    case_table("missing_discussion"),
    case_table("missing_sheet", practitioner=ADD, interviewer=ADD),
    Table(
        "missing_threshold",
        Holds.REFERENCE,
        {
            **{seat: Access(READ) for seat in (Seat.ANALYST, Seat.PRACTITIONER, Seat.INTERVIEWER, Seat.OPERATOR)},
            Seat.TEAM: Access(WRITE),
        },
    ),
    Table(
        "missing_passed",
        Holds.CASE,
        {
            Seat.TEAM: Access("INSERT"),
            Seat.PRACTITIONER: Access("INSERT", f"{WITHIN} AND (child_id IS NULL OR {caseload()})"),
            Seat.INTERVIEWER: Access("INSERT", f"{WITHIN} AND (child_id IS NULL OR {allocated()})"),
            Seat.INTELLIGENCE: Access("SELECT, UPDATE"),
            OWNER: Access(WRITE, "true"),
        },
    ),
]
