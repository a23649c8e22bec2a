"""Who may see and change members, their work with children, and grants.

Everyone may know who works in the partnership. The administrator keeps members and never sees with whom they
work; the team keeps involvements and grants; a draft is its writer's alone.
"""

from meg.partnership.seats import (
    ALL,
    APP,
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

KEEPERS = frozenset({Seat.ADMINISTRATOR, Seat.OPERATOR})
SHARERS = frozenset({Seat.TEAM, Seat.OPERATOR})
GLASS_BREAKERS = frozenset({Seat.GOVERNANCE})

MINE = f"{WITHIN} AND member_id = meg.member()"

TABLES = [
    Table(
        "access_account",
        Holds.SIGN_IN,
        {
            APP: Access(WRITE, ALL),
            Seat.ADMINISTRATOR: Access(WRITE),
            Seat.OPERATOR: Access(WRITE),
        },
    ),
    Table(
        "access_member",
        Holds.PERSONAL,
        {
            **{seat: Access(READ) for seat in Seat},
            **{seat: Access(WRITE) for seat in KEEPERS},
            OWNER: Access(READ, ALL),
        },
    ),
    Table(
        "access_involvement",
        Holds.CASE,
        {
            **{seat: Access(WRITE) for seat in SHARERS},
            Seat.ANALYST: Access(READ),
            Seat.PRACTITIONER: Access(READ, caseload()),
            Seat.INTERVIEWER: Access(READ, allocated()),
            Seat.GOVERNANCE: Access(READ, granted()),
            OWNER: Access(READ, ALL),
        },
    ),
    Table(
        "access_grant",
        Holds.CASE,
        {
            **{seat: Access(WRITE) for seat in SHARERS},
            Seat.ANALYST: Access(READ),
            Seat.GOVERNANCE: Access(WRITE),
            OWNER: Access(READ, ALL),
        },
    ),
    Table(
        "access_draft",
        Holds.CASE,
        {
            **{seat: Access(WRITE, MINE) for seat in Seat},
            OWNER: Access(WRITE, ALL),
        },
    ),
]
