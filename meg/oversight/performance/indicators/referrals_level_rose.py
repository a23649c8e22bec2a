"""Referrals whose level of risk rose. To be picked in the specification: it is no part of Appendix 1."""

from meg.oversight.performance.families import REFERRALS, ROSE
from meg.oversight.performance.measures import Measure
from meg.oversight.performance.referrals import NOTE, SOURCE, covered_referral_months
from meg.oversight.performance.referrals_later import LEFT_OUT_OF_CHANGE, Changed, change_part, changes_say
from meg.protect.plans.rules.outcome import CAUTION

_COUNTING = Changed(ROSE)

MEASURE = Measure(
    title="Referrals whose level rose",
    of="referrals judged again",
    happened="were at a higher level afterwards",
    why="Where risk rises while people work with a child, the plan must be looked at anew.",
    numerator="Referrals whose latest level, given at a review or at closure, is higher than the one given when they were "
    "made.",
    denominator="Referrals received in the period with a level when they were made and one at a review or at closure. Later "
    "reviews move the figure.",
    left_out=LEFT_OUT_OF_CHANGE,
    family=REFERRALS,
    part=change_part(ROSE),
    source=SOURCE,
    unit="per cent",
    things=("referral", "referrals"),
    rows_say=changes_say("rose"),
    note=f"{NOTE} {CAUTION}",
    covered=covered_referral_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
)
