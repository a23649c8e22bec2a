"""Children missing from home (Appendix 1, number 1)."""

from meg.oversight.performance.counting import DIMENSIONS, LEFT_OUT, ChildrenByEpisodes
from meg.oversight.performance.covered import covered_home_months
from meg.oversight.performance.families import MISSING, children_part
from meg.oversight.performance.measures import Measure
from meg.protect.missing.models import Episode

_COUNTING = ChildrenByEpisodes(Episode.From.HOME, at_least=1)

MEASURE = Measure(
    title="Children missing from home",
    happened="went missing from home",
    why="A child who goes missing from home may be at risk from others, or be telling us that something is wrong.",
    numerator="Different children with at least one missing episode from home that started in the period. "
    "From home means not looked after when the episode started.",
    denominator="None: this indicator is a count.",
    left_out=LEFT_OUT[Episode.From.HOME],
    family=MISSING,
    part=children_part("from home"),
    source="Episodes recorded here or loaded from the partnership’s tracker. The looked-after children return has no episodes from home.",
    unit="children",
    covered=covered_home_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
    dimensions=DIMENSIONS,
)
