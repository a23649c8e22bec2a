"""Return interviews overdue. To be picked in the specification: it is no part of Appendix 1."""

from meg.oversight.performance.covered import covered_interview_months
from meg.oversight.performance.families import INTERVIEWS, AddsUp, Number, Part, Whole
from meg.oversight.performance.interviews import LEFT_OUT_OF_OVERDUE, ROWS_SAY, OverdueInterviews
from meg.oversight.performance.measures import Measure

_COUNTING = OverdueInterviews()
_EACH = ("not in time, our children", "not in time, placed here")

MEASURE = Measure(
    title="Return interviews overdue",
    happened="had no return interview within 72 hours of the return",
    why="Each of them is a child whom nobody independent asked, while it could still help, what happened and what would help.",
    numerator="Missing episodes of all children here that ended in the period, by the day of the return, whose 72 hours ran "
    "out with no interview held by then. Held later, declined and not contactable are overdue too.",
    denominator="None: this indicator is a count.",
    left_out=LEFT_OUT_OF_OVERDUE,
    family=INTERVIEWS,
    part=Part((Number("overdue"),), (Whole("overdue", _EACH), AddsUp(("overdue",)))),
    source="Return interviews and episodes recorded here or loaded from the partnership’s tracker.",
    unit="episodes",
    things=("episode", "episodes"),
    rows_say=ROWS_SAY,
    note="An episode is counted once, in the period in which the child came back, as indicators 5 and 6 count it.",
    covered=covered_interview_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
)
