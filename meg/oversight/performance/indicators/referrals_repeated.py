"""Referrals of children referred before. To be picked in the specification: it is no part of Appendix 1."""

from meg.oversight.performance.families import REFERRALS, share
from meg.oversight.performance.measures import Measure
from meg.oversight.performance.referrals import (
    LEFT_OUT,
    NOTE,
    REPEATS,
    SOURCE,
    Referrals,
    covered_referral_months,
    rows_say,
)

_COUNTING = Referrals(REPEATS)

MEASURE = Measure(
    title="Referrals of children referred before",
    of="referrals that were received",
    happened="were of a child referred before",
    why="When a child is referred again, what was done after the first time has not yet met the need.",
    numerator="Referrals of a child of whom an earlier referral is recorded.",
    denominator="All referrals received in the period. One whose level is not given yet is in it.",
    left_out=LEFT_OUT,
    family=REFERRALS,
    part=share("of a child referred before", "referrals", "of a child not referred before"),
    source=SOURCE,
    unit="per cent",
    things=("referral", "referrals"),
    rows_say=rows_say("of a child referred before"),
    note=NOTE,
    covered=covered_referral_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
)
