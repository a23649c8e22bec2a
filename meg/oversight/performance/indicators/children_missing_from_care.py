"""Children missing from care (Appendix 1, number 3)."""

from meg.oversight.performance.counting import DIMENSIONS, LEFT_OUT, ChildrenByEpisodes
from meg.oversight.performance.covered import covered_months
from meg.oversight.performance.families import MISSING, children_part
from meg.oversight.performance.measures import Measure
from meg.protect.missing.models import Episode

_COUNTING = ChildrenByEpisodes(Episode.From.CARE, at_least=1)

MEASURE = Measure(
    title="Children missing from care",
    happened="went missing from care",
    why="A child in our care who goes missing may be at risk from others, or be telling us that something is wrong.",
    numerator="Different children with at least one missing episode from care that started in the period. "
    "In care means looked after when the episode started.",
    denominator="None: this indicator is a count.",
    left_out=LEFT_OUT[Episode.From.CARE],
    family=MISSING,
    part=children_part("from care"),
    source="Children’s Services: the looked-after children return (SSDA903, Missing), and episodes recorded here.",
    unit="children",
    covered=covered_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
    dimensions=DIMENSIONS,
)
