"""Referrals whose level of risk fell. To be picked in the specification: it is no part of Appendix 1."""

from meg.oversight.performance.families import FELL, REFERRALS
from meg.oversight.performance.measures import Measure
from meg.oversight.performance.referrals import NOTE, SOURCE, covered_referral_months
from meg.oversight.performance.referrals_later import LEFT_OUT_OF_CHANGE, Changed, change_part, changes_say
from meg.protect.plans.rules.outcome import CAUTION

_COUNTING = Changed(FELL)

MEASURE = Measure(
    title="Referrals whose level fell",
    of="referrals judged again",
    happened="were at a lower level afterwards",
    why="Work with a child is to make them safer. Whether it did cannot be read from levels alone; that they rose "
    "must be asked about.",
    numerator="Referrals whose latest level, given at a review or at closure, is lower than the one given when they were "
    "made.",
    denominator="Referrals received in the period with a level when they were made and one at a review or at closure. Later "
    "reviews move the figure.",
    left_out=LEFT_OUT_OF_CHANGE,
    family=REFERRALS,
    part=change_part(FELL),
    source=SOURCE,
    unit="per cent",
    things=("referral", "referrals"),
    rows_say=changes_say("fell"),
    note=f"{NOTE} {CAUTION}",
    covered=covered_referral_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
)
