"""Referrals with a first service in time. To be picked in the specification: it is no part of Appendix 1."""

from meg.oversight.performance.families import REFERRALS, SERVED, in_time_part
from meg.oversight.performance.measures import Measure
from meg.oversight.performance.referrals import NOTE, SOURCE, covered_referral_months
from meg.oversight.performance.referrals_later import LEFT_OUT_OF, InTime, waits_say

_COUNTING = InTime(SERVED, 28)

MEASURE = Measure(
    title="Referrals with a first service in time",
    of="referrals whose time is over",
    happened="had a first service within {days} days",
    why="A plan helps from the day on which somebody begins to work with the child.",
    numerator="Referrals for which a first service under a plan began within {days} days, counted from the day of receipt. "
    "The days are the partnership’s own choice, and no authority asks for them.",
    denominator="Referrals received in the period whose {days} days are over, but those closed without being taken on. One "
    "without a service is in it.",
    left_out=LEFT_OUT_OF[SERVED],
    family=REFERRALS,
    part=in_time_part(SERVED),
    source=f"{SOURCE} Plans and services recorded here.",
    unit="per cent",
    things=("referral", "referrals"),
    rows_say=waits_say("with a service"),
    note=NOTE,
    covered=covered_referral_months,
    count=_COUNTING.count,
    rows=_COUNTING.rows,
    in_passes=True,
    days=_COUNTING.days,
    middle="from the referral to the first service, of those with a service by now",
)
