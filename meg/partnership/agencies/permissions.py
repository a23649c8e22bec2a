"""Every seat may know which agencies there are; the administrator keeps them."""

from meg.partnership.seats import ALL, APP, OWNER, READ, WRITE, Access, Holds, Seat, Table

KEEPERS = frozenset({Seat.ADMINISTRATOR, Seat.OPERATOR})

_READ = {seat: Access(READ) for seat in Seat}
_KEEP = {seat: Access(WRITE) for seat in KEEPERS}

TABLES = [
    Table(
        "agencies_partnership",
        Holds.REFERENCE,
        {
            **{seat: Access(READ, "id = meg.partnership()") for seat in Seat},
            Seat.ADMINISTRATOR: Access("SELECT, UPDATE", "id = meg.partnership()"),
            Seat.OPERATOR: Access(WRITE, ALL),
            APP: Access(READ, ALL),
            OWNER: Access(READ, ALL),
        },
    ),
    Table("agencies_agency", Holds.REFERENCE, {**_READ, **_KEEP, OWNER: Access(READ, ALL)}),
    Table("agencies_agencyname", Holds.REFERENCE, {**_READ, **_KEEP, OWNER: Access(READ, ALL)}),
]
