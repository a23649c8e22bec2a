"""Who may do what with the trail: everyone adds to it, nobody changes it, the governance officer reads it.

Lines of no partnership are of people nobody knows, who were turned away at sign-in: she reads those too.
A seat that reaches a child also reads the lines about that child, so that its page can say who has seen it.
"""

from meg.partnership.seats import ALL, APP, OWNER, READ, WITHIN, Access, Holds, Seat, Table

ADD = "partnership_id IS NOT DISTINCT FROM meg.partnership() AND member_id IS NOT DISTINCT FROM meg.member()"

READERS = frozenset({Seat.GOVERNANCE})

TABLES = [
    Table(
        "trail_entry",
        Holds.TRAIL,
        {
            **{seat: Access("INSERT", ADD) for seat in Seat},
            Seat.TEAM: Access("SELECT, INSERT", f"{WITHIN} AND reference LIKE 'MEG-%'", ADD),
            Seat.OPERATOR: Access("SELECT, INSERT", ALL, ADD),
            Seat.GOVERNANCE: Access("SELECT, INSERT", f"({WITHIN} OR partnership_id IS NULL)", ADD),
            APP: Access("INSERT", ALL),
            OWNER: Access("SELECT, INSERT", ALL),
        },
    ),
    Table("trail_seal", Holds.TRAIL, {OWNER: Access("SELECT, INSERT", ALL), Seat.OPERATOR: Access(READ, ALL)}),
]
