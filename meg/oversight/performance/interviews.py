"""Counting return interviews held within 72 hours: one pass over the episodes that ended, for all periods.

Episodes, not interviews: one interview may answer several episodes, and each has its own 72 hours. An episode counts
by the day of its return in Europe/London, once its 72 hours are over. Indicators say whose children.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from meg.oversight.performance.beside import MEDIAN, Beside, answers, table
from meg.oversight.performance.beside import PLACED as WAYS
from meg.oversight.performance.counting import AGE, LEFT_OUT_OF_ALL, SEX, absent_too, word_of
from meg.oversight.performance.measures import Counted, Row, RowWords, Settings
from meg.oversight.performance.passes import IN_MONTHS, MONTH, SPANS, Numbers, Passes, Values, within
from meg.oversight.performance.placed import BY_PERIOD as PLACED_BY_PERIOD
from meg.oversight.performance.placed import LINES, PLACED, placed_beside
from meg.oversight.performance.rules import Period
from meg.partnership.codes.models import Code
from meg.protect.missing.models import Episode, Interview
from meg.protect.missing.rules import took

OURS, OTHERS = "ours", "others"
NOT_REQUIRED = "not_required."
BANDS = ("age", "sex")
DIMENSIONS = (*BANDS, *WAYS)
TOLD = ("running", "away", "absent")  # what figures seats are told, beside why no interview was required
REASONS = "interview_not_required"  # a code list
ELSEWHERE = {OURS: "other_authority", OTHERS: "our_own"}
EITHER_WAY = ("withdrawn", "authority_unknown")  # left out of both indicators for the same reason

LEFT_OUT = {
    OURS: {
        **LEFT_OUT_OF_ALL,
        "not_required": "for which no interview was required; the reason is kept",
        "running": "whose 72 hours are not over yet",
    },
}
LEFT_OUT[OTHERS] = {
    "our_own": "of our own children: counted by indicator 5",
    **{why: words for why, words in LEFT_OUT[OURS].items() if why != "other_authority"},
}

ROWS_SAY = RowWords(
    caption="Episodes that ended in the period and whose 72 hours are over, oldest return first",
    what="Interview",
    met="In time",
    of_met="with an interview in time",
)

LEFT_OUT_OF_OVERDUE = {
    "in_time": "whose interview was held in time",
    **{why: words for why, words in LEFT_OUT[OURS].items() if why != "other_authority"},
}

# What became of each interview in the end; `due_at` as the rules of the 72-hour clock have it.
RETURNED = MONTH.format(moment="e.returned_at")
ENDED = f"""
SELECT e.id, e.child_id, e.missing_from, c.date_of_birth, c.sex,
  c.reference, e.started_at, e.started_to_the_minute, e.returned_at, e.returned_to_the_minute, e.setting,
  e.care_status, e.police_category, e.batch, e.changed_by_batch, i.batch AS interview_batch,
  i.changed_by_batch AS interview_changed_by_batch, coalesce(i.state, '') AS state, i.held_at, i.held_to_the_minute,
  {RETURNED} AS month,
  CASE WHEN i.state = 'held' AND e.returned_to_the_minute AND i.held_to_the_minute
    THEN date_part('epoch', i.held_at - e.returned_at) / 3600 END AS hours,
  CASE WHEN c.responsible_authority = p.authority THEN 'ours' ELSE 'others' END AS whose,
  CASE
    WHEN i.id IS NULL THEN 'nothing'
    WHEN i.state = 'held' THEN CASE WHEN (
      CASE WHEN e.returned_to_the_minute AND i.held_to_the_minute
        THEN i.held_at - e.returned_at <= interval '72 hours'
        ELSE (i.held_at AT TIME ZONE 'Europe/London')::date - (e.returned_at AT TIME ZONE 'Europe/London')::date <= 3
      END) THEN 'in_time' ELSE 'late' END
    WHEN i.state = 'declined' THEN 'declined'
    WHEN i.state = 'not_contactable' THEN
      CASE WHEN i.offered_at IS NULL THEN 'unreached' ELSE 'offered_unreached' END
    WHEN i.accepted_at IS NOT NULL OR i.state IN ('accepted', 'booked') THEN 'accepted'
    WHEN i.offered_at IS NOT NULL OR i.state = 'offered' THEN 'unanswered'
    WHEN i.state = 'due' AND i.attempts = 0 THEN 'nothing'
    ELSE 'no_offer' END AS answer,
  CASE
    WHEN e.withdrawn_at IS NOT NULL OR c.withdrawn_at IS NOT NULL THEN 'withdrawn'
    WHEN c.responsible_authority = '' THEN 'authority_unknown'
    WHEN e.care_status = 'A' AND NOT %(include_absent)s THEN 'away'
    WHEN e.care_status = '' AND e.police_category = 'ABSENT' AND NOT %(include_absent)s THEN 'absent'
    WHEN e.interview_needed = 'no' THEN 'not_required.' || e.not_needed_because
    WHEN %(now)s <= CASE WHEN e.returned_to_the_minute THEN e.returned_at + interval '72 hours'
      ELSE ((e.returned_at AT TIME ZONE 'Europe/London')::date + 4)::timestamp AT TIME ZONE 'Europe/London' END
      THEN 'running'
    ELSE '' END AS left_out
FROM missing_episode e
JOIN children_child c ON c.id = e.child_id
JOIN agencies_partnership p ON p.id = e.partnership_id
LEFT JOIN missing_interview i ON i.id = e.interview_id AND i.withdrawn_at IS NULL
WHERE e.partnership_id = meg.partnership() AND {IN_MONTHS.format(moment="e.returned_at")}"""

# Everything that both indicators count, at once.
PASS = f"""
WITH ended AS MATERIALIZED (
    SELECT whose, month, left_out, answer, hours, child_id, missing_from, started_at, batch, changed_by_batch,
      interview_batch, interview_changed_by_batch, {AGE} AS age, {SEX} AS sex
    FROM ({ENDED}) AS each),
  counted AS MATERIALIZED (SELECT * FROM ended WHERE left_out = ''),
  spans AS ({SPANS}),
  {PLACED}
SELECT 'left_out', whose, month, left_out, count(*) FROM ended WHERE left_out <> '' GROUP BY whose, month, left_out
UNION ALL
SELECT 'answer', whose, month, answer, count(*) FROM counted GROUP BY whose, month, answer
UNION ALL
SELECT CASE WHEN grouping(age) = 0 THEN 'age' ELSE 'sex' END, whose, month, coalesce(age, sex), count(*)
FROM counted GROUP BY whose, month, GROUPING SETS ((age), (sex))
UNION ALL
SELECT 'middle', whose, period, (percentile_cont(0.5) WITHIN GROUP (ORDER BY hours))::text, count(*)
FROM counted JOIN spans USING (month) WHERE hours IS NOT NULL GROUP BY period, whose
UNION ALL
SELECT 'batch', whose, month, behind::text, count(*)
FROM counted CROSS JOIN LATERAL unnest(ARRAY[batch, changed_by_batch, interview_batch, interview_changed_by_batch]) AS behind
WHERE coalesce(batch, changed_by_batch, interview_batch, interview_changed_by_batch) IS NOT NULL AND behind IS NOT NULL
GROUP BY whose, month, behind
UNION ALL
{LINES}"""
BY_PERIOD = frozenset({"middle"}) | PLACED_BY_PERIOD

BEHIND = f"""
SELECT reference, started_at, started_to_the_minute, returned_at, returned_to_the_minute, setting, care_status,
  police_category, state, answer, held_at, held_to_the_minute
FROM ({ENDED}) AS ended WHERE left_out = '' AND whose = %(whose)s ORDER BY returned_at, reference"""


@dataclass(frozen=True)
class ReturnInterviews:
    """Episodes of some children that ended in a period, and those among them whose interview was held in time."""

    whose: str

    def count(self, periods: list[Period], settings: Settings, passes: Passes | None = None) -> list[Counted]:
        """One figure for each of these periods; nought of nought where no episode ended. Only the months among them
        count. Indicators of the same periods and settings share one pass.
        """
        passes = passes or Passes()
        found = passes.found(PASS, periods, BY_PERIOD, now=passes.now, include_absent=absent_too(settings))
        labels = passes.once(REASONS, lambda: Code.objects.labels(REASONS))
        reasons = defaultdict(
            lambda: "another reason", {code: label[:1].lower() + label[1:] for code, label in labels.items()}
        )
        nothing: Sequence[Numbers] = [{}] * len(periods)
        own, other = (found.get(of, nothing) for of in (self.whose, OURS if self.whose == OTHERS else OTHERS))
        return [
            _counted(period, of, _left_out(of, not_of, ELSEWHERE[self.whose]), reasons)
            for period, of, not_of in zip(periods, own, other, strict=True)
        ]

    def rows(self, periods: Collection[Period], settings: Settings) -> list[Row]:
        """The episodes behind the figure of these months: those of the denominator."""
        asked: Values = {"whose": self.whose, "now": timezone.now(), "include_absent": absent_too(settings)}
        with connection.cursor() as cursor:
            cursor.execute(BEHIND, {**asked, **within(periods)})
            return [_row(*found) for found in cursor.fetchall()]


@dataclass(frozen=True)
class OverdueInterviews:
    """Episodes of all children that ended in a period and whose 72 hours ran out without an interview: what indicators 5
    and 6 count as not in time.
    """

    def count(self, periods: list[Period], settings: Settings, passes: Passes | None = None) -> list[Counted]:
        """One figure for each of these periods, from the same pass as the shares."""
        passes = passes or Passes()
        sides = [ReturnInterviews(whose).count(periods, settings, passes) for whose in (OURS, OTHERS)]
        return [_overdue(period, *both) for period, *both in zip(periods, *sides, strict=True)]

    def rows(self, periods: Collection[Period], settings: Settings) -> list[Row]:
        """The episodes behind the figure of these months."""
        found = [row for whose in (OURS, OTHERS) for row in ReturnInterviews(whose).rows(periods, settings)]
        late = [row for row in found if not row.met]
        return sorted(late, key=lambda row: (row.returned_at or row.started_at, row.reference))


def _overdue(period: Period, ours: Counted, others: Counted) -> Counted:
    overdue = sum((one.denominator or 0) - one.numerator for one in (ours, others))
    elsewhere = set(ELSEWHERE.values())
    left_out = Counter({why: n for why, n in ours.left_out.items() if why not in elsewhere})
    left_out.update({why: n for why, n in others.left_out.items() if why not in {*elsewhere, *EITHER_WAY}})
    left_out["in_time"] = ours.numerator + others.numerator
    batches = tuple(sorted({*ours.batches, *others.batches}))
    return Counted(period, overdue, None, None, dict(sorted((+left_out).items())), batches)


def _left_out(numbers: Numbers, other: Numbers, elsewhere: str) -> Counter[str]:
    """Episodes not counted, by reason. Those of the other children, whatever became of them, are counted elsewhere."""
    left_out = Counter(numbers.get("left_out", {}))
    for why, n in other.get("left_out", {}).items():
        left_out[why if why in EITHER_WAY else elsewhere] += n
    left_out[elsewhere] += sum(other.get("answer", {}).values())
    return +left_out


def _counted(period: Period, numbers: Numbers, left_out: Counter[str], reasons: Mapping[str, str]) -> Counted:
    parts = numbers.get("answer", {})
    middle, held = next(iter(numbers.get("middle", {"0": 0}).items()))
    beside: Beside = {
        "answers": answers(parts),
        **{name: table(name, sum(parts.values()), numbers.get(name, {})) for name in BANDS},
        MEDIAN: {"of": held, "hours": round(float(middle), 1)},
        **placed_beside(numbers),
    }
    told = {why: n for why, n in sorted(left_out.items()) if why in TOLD or why.startswith(NOT_REQUIRED)}
    words = {
        why: f"No interview required: {reasons[why.removeprefix(NOT_REQUIRED)]}" for why in told if why not in TOLD
    }
    beside["left_out"] = {"of": None, "lines": told, "words": words}
    return Counted(
        period, parts.get("in_time", 0), sum(parts.values()), None, dict(sorted(left_out.items())),
        tuple(sorted(int(batch) for batch in numbers.get("batch", {}))), beside,
    )  # fmt: skip


def _row(
    reference: str, started: datetime, to_the_minute: bool, returned: datetime, returned_exactly: bool, setting: str,
    care: str, police: str, *interview: Any,
) -> Row:  # fmt: skip
    state, answer, held_at, held_exactly = interview
    words = "Nothing recorded" if answer == "nothing" else str(Interview.State(state).label)
    if state == Interview.State.HELD:
        words = took(returned, returned_exactly, held_at, held_exactly)
    label = str(Episode.Setting(setting).label)
    word = word_of(care, police)
    return Row(reference, started, to_the_minute, returned, label, word, returned_exactly, words, answer == "in_time")
