"""Published figures are reference data: every seat reads them, the operator keeps them."""

from meg.partnership.seats import ALL, READ, WRITE, Access, Holds, Seat, Table

EVERYONE = {**{seat: Access(READ, ALL) for seat in Seat}, Seat.OPERATOR: Access(WRITE, ALL)}
KEEPERS = frozenset({Seat.OPERATOR})
TABLES = [
    Table("published_release", Holds.REFERENCE, EVERYONE),
    Table("published_publishedfigure", Holds.REFERENCE, EVERYONE),
    Table("published_neighbour", Holds.REFERENCE, EVERYONE),
]
