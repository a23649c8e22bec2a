"""Who sees which children, and who may record and change them.

The team and the analyst see every child of the partnership; a practitioner those their agency works with; an
interviewer those allocated; the governance officer those opened for a reason. Figures seats have no grant at all.
"""

from meg.partnership.seats import Seat, case_table

KEEPERS = frozenset({Seat.TEAM, Seat.OPERATOR})

WIDE = frozenset({Seat.TEAM, Seat.ANALYST})
FINDERS = WIDE | {Seat.PRACTITIONER, Seat.INTERVIEWER}

TABLES = [
    case_table("children_child", column="id"),
    case_table("children_name"),
    case_table("children_identifier"),
    case_table("children_careepisode"),
]
