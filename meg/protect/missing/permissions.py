"""Who sees and who records episodes: the team all of them; a practitioner those of the children they reach."""

from meg.partnership.seats import WRITE, Seat, case_table

RECORDERS = frozenset({Seat.TEAM, Seat.PRACTITIONER, Seat.OPERATOR})

TABLES = [case_table("missing_episode", practitioner=WRITE)]
