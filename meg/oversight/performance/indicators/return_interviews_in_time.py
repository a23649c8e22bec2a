"""Return interviews in time: our children (Appendix 1, number 5)."""

from meg.oversight.performance.covered import covered_interview_months
from meg.oversight.performance.families import INTERVIEWS, interviews_part
from meg.oversight.performance.interviews import DIMENSIONS, LEFT_OUT, OURS, ROWS_SAY, ReturnInterviews
from meg.oversight.performance.measures import Measure

_COUNTING = ReturnInterviews(OURS)

MEASURE = Measure(
    title="Return interviews in time: our children",
    of="missing episodes of our children that ended",
    happened="had a return interview within 72 hours",
    why="What a child tells in the first days after coming back can prevent the next time, and keep others safe.",
    numerator="Episodes whose return interview was held within 72 clock hours of that episode’s return. "
    "One interview may answer several episodes; each has its own 72 hours.",
    denominator="Missing episodes of children for whom this authority is responsible that ended in the period, by the "
    "day of the return, and whose 72 hours are over; less those for which no interview was required. Declined, not "
    "contactable and nothing recorded stay in.",
    left_out=LEFT_OUT[OURS],
    family=INTERVIEWS,
    part=interviews_part("our children"),
    source="Return interviews and episodes recorded here or loaded from the partnership’s tracker.",
    unit="per cent",
    things=("episode", "episodes"),
    rows_say=ROWS_SAY,
    note="An episode is counted once, in the period in which the child came back.",
    covered=covered_interview_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
    dimensions=DIMENSIONS,
)
