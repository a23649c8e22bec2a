"""Who loads files and sees what was in them: the team and the operator; the analyst reads."""

from meg.partnership.seats import READ, WRITE, Access, Holds, Seat, Table

LOADERS = frozenset({Seat.TEAM, Seat.OPERATOR})
READERS = LOADERS | {Seat.ANALYST}

_ACCESS = {**{seat: Access(WRITE) for seat in LOADERS}, Seat.ANALYST: Access(READ)}

TABLES = [
    Table("intake_batch", Holds.CASE, _ACCESS),
    Table("intake_file", Holds.CASE, _ACCESS),
    Table("intake_row", Holds.CASE, _ACCESS),
]
