"""Children missing from care more than once (Appendix 1, number 4)."""

from meg.oversight.performance.counting import LEFT_OUT, ChildrenByEpisodes
from meg.oversight.performance.covered import covered_months
from meg.oversight.performance.families import MISSING, again_part
from meg.oversight.performance.measures import Measure
from meg.protect.missing.models import Episode

_COUNTING = ChildrenByEpisodes(Episode.From.CARE, at_least=2)

MEASURE = Measure(
    title="Children missing from care more than once",
    happened="went missing from care more than once",
    why="When a child goes missing again, what was offered after the first time has not yet met the need.",
    numerator="Different children with two or more missing episodes from care that started within the "
    "period. In care means looked after when the episode started.",
    denominator="None: this indicator is a count.",
    left_out=LEFT_OUT[Episode.From.CARE],
    family=MISSING,
    part=again_part("from care"),
    source="Children’s Services: the looked-after children return (SSDA903, Missing), and episodes recorded here.",
    unit="children",
    covered=covered_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
)
