"""Code lists are reference data: every seat reads them, the operator keeps them."""

from meg.partnership.seats import ALL, READ, WRITE, Access, Holds, Seat, Table

TABLES = [
    Table(
        "codes_code",
        Holds.REFERENCE,
        {**{seat: Access(READ, ALL) for seat in Seat}, Seat.OPERATOR: Access(WRITE, ALL)},
    ),
]
