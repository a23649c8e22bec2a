"""Children missing from home more than once (Appendix 1, number 2)."""

from meg.oversight.performance.counting import LEFT_OUT, ChildrenByEpisodes
from meg.oversight.performance.covered import covered_home_months
from meg.oversight.performance.families import MISSING, again_part
from meg.oversight.performance.measures import Measure
from meg.protect.missing.models import Episode

_COUNTING = ChildrenByEpisodes(Episode.From.HOME, at_least=2)

MEASURE = Measure(
    title="Children missing from home more than once",
    happened="went missing from home more than once",
    why="When a child goes missing again, what was offered after the first time has not yet met the need.",
    numerator="Different children with two or more missing episodes from home that started within the "
    "period. From home means not looked after when the episode started.",
    denominator="None: this indicator is a count.",
    left_out=LEFT_OUT[Episode.From.HOME],
    family=MISSING,
    part=again_part("from home"),
    source="Episodes recorded here or loaded from the partnership’s tracker. The looked-after children return has no episodes from home.",
    unit="children",
    covered=covered_home_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
)
