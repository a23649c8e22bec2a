"""Referrals at high risk when made (Appendix 1, number 9)."""

from meg.oversight.performance.families import REFERRALS, referrals_part
from meg.oversight.performance.measures import Measure
from meg.oversight.performance.referrals import LEFT_OUT, NOTE, SOURCE, Referrals, covered_referral_months, rows_say

_COUNTING = Referrals("high")

MEASURE = Measure(
    title="Referrals at high risk when made",
    of="referrals that were received",
    happened="were at high risk when made",
    why="The level at the point of referral tells how early a child is seen: at high risk much has happened already.",
    numerator="Referrals to which a named person gave the level high at the point of referral. A later level moves no figure.",
    denominator="All referrals received in the period. One whose level is not given yet is in it.",
    left_out=LEFT_OUT,
    family=REFERRALS,
    part=referrals_part("high"),
    source=SOURCE,
    unit="per cent",
    things=("referral", "referrals"),
    rows_say=rows_say("at high risk when made"),
    note=NOTE,
    covered=covered_referral_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
)
