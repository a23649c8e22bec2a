"""Return interviews in time: children placed here by others (Appendix 1, number 6)."""

from meg.oversight.performance.covered import covered_interview_months
from meg.oversight.performance.families import INTERVIEWS, interviews_part
from meg.oversight.performance.interviews import DIMENSIONS, LEFT_OUT, OTHERS, ROWS_SAY, ReturnInterviews
from meg.oversight.performance.measures import Measure

_COUNTING = ReturnInterviews(OTHERS)

MEASURE = Measure(
    title="Return interviews in time: children placed here by others",
    of="missing episodes of children placed here by other authorities that ended",
    happened="had a return interview within 72 hours",
    why="A child far from home has fewer people to tell. Who holds the interview must be settled between authorities.",
    numerator="Episodes whose return interview was held within 72 clock hours of that episode’s return, by whichever "
    "authority. One interview may answer several episodes; each has its own 72 hours.",
    denominator="Missing episodes of children for whom another authority is responsible that ended in the period, by "
    "the day of the return, and whose 72 hours are over; less those for which no interview was required. Declined, "
    "not contactable and nothing recorded stay in.",
    left_out=LEFT_OUT[OTHERS],
    family=INTERVIEWS,
    part=interviews_part("placed here"),
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
