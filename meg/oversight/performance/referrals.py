"""Counting referrals, and the level of risk given at the point of referral: one pass over the records for all periods.

Referrals, not children: each counts in the period in which it was received, by the day in Europe/London. The level is the
one a named person gave at the point of referral, which never changes; a later level moves no figure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Min
from django.utils import timezone

from meg.oversight.performance.measures import Counted, Row, RowWords, Settings
from meg.oversight.performance.passes import IN_MONTHS, MONTH, Numbers, Passes, within
from meg.oversight.performance.referrals_beside import CODES, LINES, Meaning, divided, meanings
from meg.oversight.performance.rules import FIRST_DAY, Kind, Period, month_of, periods_between
from meg.partnership.codes.models import Code
from meg.protect.exploitation.models import Referral

FORM = "form"
LEFT_OUT = {
    "withdrawn": "taken back",
    "mistaken": "made about the wrong child, or by mistake",
}
REPEATS = "repeats"
SOURCE = (
    "Children’s Services: referrals recorded here or loaded from a sheet, and the level given at the point of referral."
)
NOTE = "A referral is counted once, in the period in which it was received."


def rows_say(of_met: str = "") -> RowWords:
    """What the page of the rows says of referrals. `of_met`: what the numerator of a share is."""
    return RowWords(
        heads=("Received", "Closed", "Source", "Kinds"),
        ended_not="Open",
        things=("referral", "referrals"),
        none="No referral is counted in this period.",
        caption="Referrals received in the period, oldest first",
        what="Level when made",
        met="Counted" if of_met else "",
        of_met=of_met,
    )


RECEIVED = MONTH.format(moment="r.received_at")
COURSE = f"""
SELECT r.id, r.state, r.decided_at, r.vulnerabilities, coalesce(c.date_of_birth, r.born) AS born, c.sex,
  r.reference, coalesce(c.reference, '') AS child, r.received_at, r.received_to_the_minute, r.closed_at, r.source,
  r.kinds, r.repeat_of_id, r.batch, r.changed_by_batch, {RECEIVED} AS month, coalesce(l.level, '') AS level,
  CASE WHEN r.withdrawn_at IS NOT NULL OR c.withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN r.outcome = 'mistaken' THEN 'mistaken' ELSE '' END AS left_out
FROM exploitation_referral r
LEFT JOIN children_child c ON c.id = r.child_id
LEFT JOIN exploitation_level l ON l.referral_id = r.id AND l.point = 'referral'
WHERE r.partnership_id = meg.partnership() AND {IN_MONTHS.format(moment="r.received_at")}"""
PASS = f"""
WITH course AS MATERIALIZED ({COURSE}),
  dated AS MATERIALIZED (
    SELECT *, (received_at AT TIME ZONE 'Europe/London')::date AS day FROM course WHERE left_out = ''),
  {CODES}
SELECT CASE WHEN repeat_of_id IS NULL THEN 'first' ELSE 'again' END, '', month, level, count(*)
FROM course WHERE left_out = '' GROUP BY repeat_of_id IS NULL, month, level
UNION ALL
SELECT 'left_out', '', month, left_out, count(*) FROM course WHERE left_out <> '' GROUP BY month, left_out
UNION ALL
SELECT 'batch', '', month, behind::text, count(*)
FROM course CROSS JOIN LATERAL unnest(ARRAY[batch, changed_by_batch]) AS behind
WHERE left_out = '' AND behind IS NOT NULL GROUP BY month, behind
UNION ALL
{LINES}"""
BEHIND = f"""
SELECT reference, child, received_at, received_to_the_minute, closed_at, source, kinds, level, repeat_of_id IS NOT NULL
FROM ({COURSE}) AS course WHERE left_out = '' ORDER BY received_at, reference"""


def covered_referral_months(passes: Passes | None = None) -> list[Period]:
    """The months for which referrals are reported: by forms, since they are used, and whenever one was written down later;
    by files, from the first referral to the last.
    """
    found: set[Period] = set()
    typed = Referral.objects.current().filter(file_source=FORM).aggregate(first=Min("received_at"))["first"]
    if typed is not None:
        found.update(_between(typed, timezone.now()))
    sent = Referral.objects.current().exclude(file_source=FORM).order_by().values("file_source")
    for one in sent.annotate(first=Min("received_at"), last=Max("received_at")):
        found.update(_between(one["first"], one["last"]))
    this = month_of(timezone.localdate())
    return sorted(month for month in found if month.start >= FIRST_DAY and month <= this)


def _between(first: datetime, last: datetime) -> list[Period]:
    return periods_between(timezone.localdate(first), timezone.localdate(last), Kind.MONTH)


@dataclass(frozen=True)
class Referrals:
    """Referrals received in a period: all of them, or the share of them at one level, or of children referred before."""

    share: str = ""

    def count(self, periods: list[Period], settings: Settings, passes: Passes | None = None) -> list[Counted]:
        """One figure for each of these periods; nought where none was received. Only the months among them count. All
        indicators of referrals share one pass.
        """
        nothing: Sequence[Numbers] = [{}] * len(periods)
        passes = passes or Passes()
        found = passes.found(PASS, periods, frozenset()).get("", nothing)
        known = () if self.share else meanings(passes)
        return [self._counted(period, numbers, known) for period, numbers in zip(periods, found, strict=True)]

    def _counted(self, period: Period, numbers: Numbers, known: Sequence[Meaning]) -> Counted:
        counted = [(level, again, n) for again in ("first", "again") for level, n in numbers.get(again, {}).items()]
        total = sum(n for _, _, n in counted)
        met = sum(n for level, again, n in counted if self.meets(level, again == "again"))
        number, of = (met, total) if self.share else (total, None)
        batches = tuple(sorted(int(batch) for batch in numbers.get("batch", {})))
        left_out = dict(sorted(numbers.get("left_out", {}).items()))
        beside = {} if self.share else divided(period, total, numbers, known)
        return Counted(period, number, of, None, left_out, batches, beside)

    def meets(self, level: str, again: bool) -> bool:
        """Whether a referral is in the numerator of the share."""
        return again if self.share == REPEATS else level == self.share

    def rows(self, periods: Collection[Period], settings: Settings) -> list[Row]:
        """The referrals behind the figure of these months: those of the denominator, where it is a share."""
        with connection.cursor() as cursor:
            cursor.execute(BEHIND, within(periods))
            found = cursor.fetchall()
        return referral_rows(
            [*one, level.capitalize() or "Not given yet", self.meets(level, again) if self.share else None]
            for *one, level, again in found
        )


def referral_rows(found: Iterable[Sequence[Any]]) -> list[Row]:
    """Referrals as the page of the rows has them, each by its child where one is matched; then what is said of it, and
    whether it is in the numerator.
    """
    sources, kinds = Code.objects.labels("referral_source"), Code.objects.labels("exploitation_model")
    return [
        Row(
            reference=child or reference, started_at=received, started_to_the_minute=exact, returned_at=closed,
            setting=sources.get(source, "Not recorded"),
            recorded_as=", ".join(kinds.get(kind, kind) for kind in models) or "Not recorded",
            returned_to_the_minute=True, interview=said, met=met, is_child=bool(child),
        )
        for reference, child, received, exact, closed, source, models, said, met in found
    ]  # fmt: skip
