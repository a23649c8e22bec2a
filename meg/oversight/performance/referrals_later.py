"""What followed a referral: an assessment and a first service, each within so many days, and whether the level changed.

A referral counts in the period in which it was received, by the day in Europe/London. Days are counted from that day: a
referral of the first of the month with 14 days is in time until the end of the fifteenth, and is left out until then. The
first assessment is the first that was finished; the first service is the one that began first under a plan of the
referral. The level afterwards is the latest given at a review or at closure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from meg.oversight.performance.beside import MEDIAN
from meg.oversight.performance.families import ASSESSED, LATER_LAWS, SERVED, Part, later_share
from meg.oversight.performance.measures import Counted, Row, RowWords, Settings
from meg.oversight.performance.passes import SPANS, Numbers, Passes, Values, within
from meg.oversight.performance.referrals import COURSE, LEFT_OUT, referral_rows
from meg.oversight.performance.rules import Period
from meg.protect.plans.rules.outcome import change

DAYS = "days"  # a setting
RUNNING = {"running": "whose {days} days are not over yet"}
NOT_TAKEN_ON = {"not_taken_on": "closed without being taken on: no service is due"}
LEFT_OUT_OF = {ASSESSED: {**LEFT_OUT, **RUNNING}, SERVED: {**LEFT_OUT, **RUNNING, **NOT_TAKEN_ON}}
LEFT_OUT_OF_CHANGE = {
    **LEFT_OUT,
    "no_level": "whose level was not given when they were made",
    "not_judged": "to which no level was given at a review or at closure",
}

# The day of each; and whether the referral was closed on the moment it was decided, without being taken on.
LATER = f"""
SELECT course.*, (course.received_at AT TIME ZONE 'Europe/London')::date AS day,
  (SELECT (min(a.finished_at) AT TIME ZONE 'Europe/London')::date FROM assessments_assessment a
    WHERE a.referral_id = course.id AND a.state = 'finished') AS assessed,
  (SELECT min(g.given_from) FROM plans_given g JOIN plans_plan p ON p.id = g.plan_id
    WHERE p.referral_id = course.id) AS served,
  coalesce((SELECT l.level FROM exploitation_level l WHERE l.referral_id = course.id AND l.point IN ('review', 'closure')
    ORDER BY l.at DESC, l.id DESC LIMIT 1), '') AS later
FROM ({COURSE}) AS course"""
WAITED = {
    what: f"""
SELECT *, CASE WHEN {what} IS NOT NULL THEN greatest({what} - day, 0) END AS waited,
  CASE WHEN left_out <> '' THEN left_out WHEN %(today)s::date <= day + %(days)s THEN 'running'
    {closed} WHEN {what} IS NULL THEN 'never' WHEN {what} - day <= %(days)s THEN 'in_time' ELSE 'late' END AS became
FROM ({LATER}) AS followed"""
    for what, closed in {
        ASSESSED: "",
        SERVED: "WHEN state = 'closed' AND (decided_at IS NULL OR decided_at >= closed_at) THEN 'not_taken_on'",
    }.items()
}
BATCHES = """
SELECT 'batch', '', month, behind::text, count(*)
FROM counted CROSS JOIN LATERAL unnest(ARRAY[batch, changed_by_batch]) AS behind WHERE behind IS NOT NULL
GROUP BY month, behind"""
PASSES = {
    what: f"""
WITH each AS MATERIALIZED ({waited}), spans AS ({SPANS}),
  counted AS MATERIALIZED (SELECT * FROM each WHERE became IN ('in_time', 'late', 'never'))
SELECT 'became', '', month, became, count(*) FROM each GROUP BY month, became
UNION ALL
SELECT 'middle', '', period, (percentile_cont(0.5) WITHIN GROUP (ORDER BY waited))::text, count(*)
FROM counted JOIN spans USING (month) WHERE waited IS NOT NULL GROUP BY period
UNION ALL {BATCHES}"""
    for what, waited in WAITED.items()
}
CHANGES = f"""
WITH counted AS MATERIALIZED ({LATER})
SELECT CASE left_out WHEN '' THEN 'levels' ELSE 'left_out' END, '', month,
  CASE left_out WHEN '' THEN level || ' ' || later ELSE left_out END, count(*)
FROM counted GROUP BY 1, 3, 4
UNION ALL
SELECT * FROM ({BATCHES}) AS batches"""
ROW = "reference, child, received_at, received_to_the_minute, closed_at, source, kinds"
BEHIND = {
    what: f"""SELECT {ROW}, became, waited FROM ({waited}) AS each WHERE became IN ('in_time', 'late', 'never')
ORDER BY received_at, reference"""
    for what, waited in WAITED.items()
}
CHANGES_BEHIND = f"""
SELECT {ROW}, level, later FROM ({LATER}) AS each WHERE left_out = '' AND level <> '' AND later <> ''
ORDER BY received_at, reference"""
COUNTED = ("in_time", "late", "never")


def waits_say(what: str) -> RowWords:
    """What the page of the rows says of them. `what` completes ‘9 …’."""
    return _rows_say("Days", f"{what} in time")


def changes_say(what: str) -> RowWords:
    """The same, of referrals whose level was given again."""
    return _rows_say("Level, from and to", f"whose level {what}")


def _rows_say(what: str, of_met: str) -> RowWords:
    return RowWords(
        heads=("Received", "Closed", "Source", "Kinds"),
        ended_not="Open",
        things=("referral", "referrals"),
        none="No referral is counted in this period.",
        caption="Referrals received in the period, oldest first",
        what=what,
        met="Counted",
        of_met=of_met,
    )


@dataclass(frozen=True)
class InTime:
    """Referrals whose days are over, and those among them to which something was done in so many days. `days`: those of the
    measure, where the specification gives no others.
    """

    what: str
    days: int

    def count(self, periods: list[Period], settings: Settings, passes: Passes | None = None) -> list[Counted]:
        """One figure for each of these periods; nought of nought where no referral's days are over."""
        passes = passes or Passes()
        nothing: Sequence[Numbers] = [{}] * len(periods)
        asked = self._asked(settings, timezone.localdate(passes.now).isoformat())
        found = passes.found(PASSES[self.what], periods, frozenset({"middle"}), **asked).get("", nothing)
        return [self._counted(period, numbers) for period, numbers in zip(periods, found, strict=True)]

    def _counted(self, period: Period, numbers: Numbers) -> Counted:
        became = dict(numbers.get("became", {}))
        of = sum(became.pop(what, 0) for what in COUNTED)
        met = numbers.get("became", {}).get("in_time", 0)
        middle, happened = next(iter(numbers.get("middle", {"0": 0}).items()))
        beside = {MEDIAN: {"of": happened, DAYS: round(float(middle), 1)}}
        return Counted(period, met, of, None, dict(sorted(became.items())), _batches(numbers), beside)

    def _asked(self, settings: Settings, today: str) -> dict[str, str | int]:
        return {DAYS: days_of(settings, self.days), "today": today}

    def rows(self, periods: Collection[Period], settings: Settings) -> list[Row]:
        """The referrals behind the figure of these months: those of the denominator."""
        found = _read(BEHIND[self.what], periods, self._asked(settings, timezone.localdate().isoformat()))
        return referral_rows(
            [*one, "Not yet" if days is None else f"{days}", became == "in_time"] for *one, became, days in found
        )


@dataclass(frozen=True)
class Changed:
    """Referrals with a level when they were made and one at a review or closure, and those among them that fell, or rose."""

    what: str

    def count(self, periods: list[Period], settings: Settings, passes: Passes | None = None) -> list[Counted]:
        """One figure for each of these periods; nought of nought where no level was given again."""
        nothing: Sequence[Numbers] = [{}] * len(periods)
        found = (passes or Passes()).found(CHANGES, periods, frozenset()).get("", nothing)
        return [self._counted(period, numbers) for period, numbers in zip(periods, found, strict=True)]

    def _counted(self, period: Period, numbers: Numbers) -> Counted:
        became: Counter[str] = Counter()
        left_out = Counter(numbers.get("left_out", {}))
        for levels, n in numbers.get("levels", {}).items():
            first, last = levels.split(" ")
            became[change(first, last)] += n
            left_out["no_level" if not first else "not_judged"] += 0 if change(first, last) else n
        judged = sum(n for what, n in became.items() if what)
        return Counted(period, became[self.what], judged, None, dict(sorted((+left_out).items())), _batches(numbers))

    def rows(self, periods: Collection[Period], settings: Settings) -> list[Row]:
        """The referrals behind the figure of these months: those of the denominator."""
        return referral_rows(
            [*one, f"{first.capitalize()} to {last}", change(first, last) == self.what]
            for *one, first, last in _read(CHANGES_BEHIND, periods, {})
        )


def days_of(settings: Settings, usual: int) -> int:
    """The days that the specification gives; else the measure's own."""
    return int(settings.get(DAYS) or usual)


def _batches(numbers: Numbers) -> tuple[int, ...]:
    return tuple(sorted(int(batch) for batch in numbers.get("batch", {})))


def _read(sql: str, periods: Collection[Period], asked: Mapping[str, str | int]) -> list[Any]:
    given: Values = {**asked, **within(periods)}
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return list(cursor.fetchall())


def change_part(what: str) -> Part:
    """What a measure of changes is of the family of referrals."""
    return later_share(what, "judged", f"judged, not {what}", *LATER_LAWS)
