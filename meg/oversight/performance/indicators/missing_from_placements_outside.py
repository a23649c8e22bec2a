"""Missing from placements in other areas. To be picked in the specification: it is no part of Appendix 1."""

from meg.oversight.performance.covered import covered_months
from meg.oversight.performance.families import MISSING, AddsUp, Whole, share
from meg.oversight.performance.measures import Measure
from meg.oversight.performance.places import OUTSIDE_LEFT_OUT, OUTSIDE_ROWS, PlacedOutside

_COUNTING = PlacedOutside()
_KNOWN, _UNKNOWN = "episodes from a known area", "episodes from an unknown area"

MEASURE = Measure(
    title="Missing from placements in other areas",
    of="missing episodes of our children from care that started",
    happened="were from a placement in another authority’s area",
    why="A child placed elsewhere is looked for by another police force, and known to fewer people who could notice.",
    numerator="Episodes that started while the child was placed outside the area of this authority, which is responsible for "
    "them: by the placement of the day on which the episode started.",
    denominator="Missing episodes from care that started in the period: the episodes of indicator 3, less those of which it is "
    "not recorded whose area the placement lies in.",
    left_out=OUTSIDE_LEFT_OUT,
    family=MISSING,
    part=share(
        "from outside",
        _KNOWN,
        "from inside",
        Whole("episodes from care", (_KNOWN, _UNKNOWN)),
        AddsUp((_UNKNOWN,)),
    ),
    source="Children’s Services: the looked-after children return (SSDA903, Missing and Episodes), and records kept here.",
    unit="per cent",
    things=("episode", "episodes"),
    rows_say=OUTSIDE_ROWS,
    note="An episode is counted once, in the period in which it started.",
    covered=covered_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
)
