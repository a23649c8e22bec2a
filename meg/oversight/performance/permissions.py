"""Who sees figures. The Group, the coordinator and lead officers read them after disclosure control alone.

The team and the analyst see every record, so they read figures as computed, and the rows behind them. The
specification is everybody's to read; the coordinator keeps it, and prepares and publishes a report, the
owner of an indicator writes its commentary, and the one who was named approves it: a published report takes no change.
A figure whose records live elsewhere is supplied by the one who is named, or by the coordinator; of what others supplied,
the seats of figures read only what may be shown.
"""

from meg.partnership.seats import READ, WITHIN, WRITE, Access, Holds, Seat, Table

FIGURES = frozenset({Seat.GROUP, Seat.COORDINATOR, Seat.LEAD})
ROWS = frozenset({Seat.TEAM, Seat.ANALYST})
READERS = FIGURES | ROWS
COMPUTERS = frozenset({Seat.OPERATOR})
PUBLISHERS = frozenset({Seat.COORDINATOR})
APPROVERS = frozenset({Seat.GROUP})
CHANGE = "SELECT, UPDATE"
ADD = "SELECT, INSERT"
SUPPLIES = "indicator IN (SELECT i.number FROM performance_indicator i WHERE i.measure = 'supplied' AND i.supplier_id = meg.member())"
MINE = f"{WITHIN} AND member_id = meg.member()"
NO_ROWS = "Your seat works with figures, not with the children behind them."
NO_FIGURES = "Your seat works without figures. Change your seat to open the scorecard."

TABLES = [
    Table(
        "performance_indicator",
        Holds.REFERENCE,
        {**{seat: Access(READ) for seat in Seat}, Seat.COORDINATOR: Access(WRITE), Seat.OPERATOR: Access(WRITE)},
    ),
    Table(
        "performance_figure",
        Holds.FIGURES,
        {**{seat: Access(READ) for seat in ROWS}, Seat.OPERATOR: Access(WRITE)},
    ),
    Table(
        "performance_shownfigure",
        Holds.FIGURES,
        {**{seat: Access(READ) for seat in READERS}, Seat.OPERATOR: Access(WRITE)},
    ),
    Table("performance_protectedfamily", Holds.FIGURES, {Seat.OPERATOR: Access(WRITE)}),
    Table("performance_countedotherwise", Holds.FIGURES, {Seat.OPERATOR: Access(WRITE)}),
    Table("performance_released", Holds.FIGURES, {Seat.OPERATOR: Access(ADD)}),
    Table(
        "performance_suppliedfigure",
        Holds.FIGURES,
        {
            **{seat: Access(ADD, WITHIN if seat in ROWS else MINE, f"{MINE} AND {SUPPLIES}") for seat in READERS},
            Seat.COORDINATOR: Access(ADD, MINE, MINE),
            Seat.OPERATOR: Access(ADD),
        },
    ),
    Table("performance_supplyreminder", Holds.FIGURES, {Seat.OPERATOR: Access(ADD)}),
    Table(
        "performance_limitreset",
        Holds.FIGURES,
        {
            **{seat: Access(READ) for seat in READERS},
            Seat.COORDINATOR: Access(WRITE),
            Seat.OPERATOR: Access(WRITE),
        },
    ),
    Table(
        "performance_report",
        Holds.FIGURES,
        {
            **{seat: Access(READ) for seat in READERS},
            Seat.COORDINATOR: Access(WRITE),
            Seat.GROUP: Access(CHANGE, WITHIN, f"{WITHIN} AND approver_id = meg.member()"),
            Seat.OPERATOR: Access(READ),
        },
    ),
    Table(
        "performance_commentary",
        Holds.FIGURES,
        {
            **{seat: Access(CHANGE, WITHIN, f"{WITHIN} AND owner_id = meg.member()") for seat in READERS},
            Seat.COORDINATOR: Access(WRITE),
            Seat.OPERATOR: Access(CHANGE),
        },
    ),
    Table(
        "performance_document",
        Holds.FIGURES,
        {
            **{seat: Access(READ) for seat in READERS},
            Seat.COORDINATOR: Access(ADD),
            Seat.OPERATOR: Access(READ),
        },
    ),
    Table(
        "performance_revision",
        Holds.FIGURES,
        {
            **{seat: Access(READ) for seat in ROWS},
            **{seat: Access(READ, f"{WITHIN} AND overtaken_at IS NULL") for seat in FIGURES},
            Seat.OPERATOR: Access(WRITE),
        },
    ),
]
