"""Place last seen recorded. To be picked in the specification: it is no part of Appendix 1."""

from meg.oversight.performance.covered import covered_reported_months
from meg.oversight.performance.families import MISSING, Whole, share
from meg.oversight.performance.measures import Measure
from meg.oversight.performance.places import LAST_SEEN_LEFT_OUT, LAST_SEEN_ROWS, LastSeen

_COUNTING = LastSeen()
_EPISODES = "episodes reported"

MEASURE = Measure(
    title="Place last seen recorded",
    of="missing episodes of our children that started",
    happened="have a place where the child was last seen",
    why="Without a place nobody can see where children go missing from, or who else was there. The strategy’s own review found "
    "that four reports in five had none.",
    numerator="Episodes in which where the child was last seen is recorded.",
    denominator="Missing episodes from home and from care that started in the period: the episodes of indicators 1 and 3, of "
    "the months in which they are reported by forms or trackers.",
    left_out=LAST_SEEN_LEFT_OUT,
    family=MISSING,
    part=share(
        "with a place", _EPISODES, "without a place", Whole(_EPISODES, ("episodes from home", "episodes from care"))
    ),
    source="Episodes recorded here or loaded from the partnership’s tracker. The looked-after children return has no place.",
    unit="per cent",
    things=("episode", "episodes"),
    rows_say=LAST_SEEN_ROWS,
    note="An episode is counted once, in the period in which it started.",
    covered=covered_reported_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
)
