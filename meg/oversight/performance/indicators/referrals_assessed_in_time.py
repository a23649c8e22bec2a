"""Referrals assessed in time. To be picked in the specification: it is no part of Appendix 1."""

from meg.oversight.performance.families import ASSESSED, REFERRALS, in_time_part
from meg.oversight.performance.measures import Measure
from meg.oversight.performance.referrals import NOTE, SOURCE, covered_referral_months
from meg.oversight.performance.referrals_later import LEFT_OUT_OF, InTime, waits_say

_COUNTING = InTime(ASSESSED, 14)

MEASURE = Measure(
    title="Referrals assessed in time",
    of="referrals whose time is over",
    happened="were assessed within {days} days",
    why="An assessment is where a child is asked and heard. Until it is finished, what is done rests on what others "
    "saw.",
    numerator="Referrals whose first assessment was finished within {days} days, counted from the day of receipt. The days "
    "are the partnership’s own choice, and no authority asks for them.",
    denominator="Referrals received in the period whose {days} days are over, whatever became of them. One that was never "
    "assessed is in it.",
    left_out=LEFT_OUT_OF[ASSESSED],
    family=REFERRALS,
    part=in_time_part(ASSESSED),
    source=f"{SOURCE} Assessments recorded here.",
    unit="per cent",
    things=("referral", "referrals"),
    rows_say=waits_say("assessed"),
    note=NOTE,
    covered=covered_referral_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
    days=_COUNTING.days,
    middle="from the referral to the first assessment that was finished, of those assessed by now",
)
