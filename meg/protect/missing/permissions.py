"""Who sees and who records episodes: the team all of them; a practitioner those of the children they reach.

A correction is seen by whoever sees its episode, and nobody changes it. The database takes one only for an
episode of the very child it names, so that no correction is hung on an episode the writer cannot see.
"""

from meg.partnership.seats import WITHIN, WRITE, Access, Seat, Table, case_table, caseload

LOADERS = frozenset({Seat.TEAM, Seat.OPERATOR})
RECORDERS = frozenset({Seat.TEAM, Seat.PRACTITIONER, Seat.OPERATOR})

ADD = "SELECT, INSERT"
OF_ITS_CHILD = """EXISTS (SELECT FROM missing_episode e
  WHERE e.id = episode_id AND e.child_id = missing_correction.child_id)"""
CORRECTIONS = case_table("missing_correction")

TABLES = [
    case_table("missing_episode", practitioner=WRITE),
    Table(CORRECTIONS.name, CORRECTIONS.holds, {
        **CORRECTIONS.access,
        Seat.TEAM: Access(ADD, check=f"{WITHIN} AND {OF_ITS_CHILD}"),
        Seat.OPERATOR: Access(ADD, check=f"{WITHIN} AND {OF_ITS_CHILD}"),
        Seat.PRACTITIONER: Access(ADD, caseload(), f"{WITHIN} AND {caseload()} AND {OF_ITS_CHILD}"),
    }),
]  # fmt: skip
