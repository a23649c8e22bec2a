"""How the referrals of a period divide: by source, by model of exploitation and by vulnerability, by age and by sex.

A code counts where its list had it on the day of receipt, with the label of that day: one that was given another meaning
within a period has a line for each. What the list did not have on the day is in the last line, with what is not recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from meg.oversight.performance.beside import OTHER, Beside, table
from meg.oversight.performance.counting import SEX
from meg.oversight.performance.passes import Numbers, Passes
from meg.oversight.performance.rules import Period
from meg.partnership.codes.models import Code

CODED = {"source": "referral_source", "model": "exploitation_model", "vulnerability": "vulnerability"}
"""Ways to divide by a code, and the list that has it."""
BANDS = ("referral_age", "referral_sex")
DIMENSIONS = (*CODED, *BANDS)
NOT_IN_LIST = "Another, or not recorded"

# Which codes held on which days: each until the day before the same code began anew.
CODES = f"""
  said (way, list) AS (VALUES {", ".join(f"('{way}', '{name}')" for way, name in CODED.items())}),
  codes AS MATERIALIZED (
    SELECT way, code, code || coalesce(' ' || valid_from, '') AS key, coalesce(valid_from, '-infinity') AS since,
      coalesce(least(valid_to, lead(valid_from) OVER (PARTITION BY way, code ORDER BY valid_from NULLS FIRST) - 1), 'infinity')
        AS until
    FROM codes_code JOIN said USING (list)),
  given AS (
    SELECT id, month, day, 'source' AS way, source AS code FROM dated
    UNION ALL SELECT id, month, day, 'model', unnest(kinds) FROM dated
    UNION ALL SELECT id, month, day, 'vulnerability', unnest(vulnerabilities) FROM dated),
  coded AS MATERIALIZED (
    SELECT DISTINCT id, month, way, key FROM given JOIN codes USING (way, code) WHERE day BETWEEN since AND until)"""
LINES = f"""
SELECT way, '', month, key, count(*) FROM coded GROUP BY way, month, key
UNION ALL
SELECT said.way, '', dated.month, '{OTHER}', count(*) FROM dated CROSS JOIN said
WHERE NOT EXISTS (SELECT FROM coded WHERE coded.id = dated.id AND coded.way = said.way) GROUP BY said.way, dated.month
UNION ALL
SELECT CASE WHEN grouping(age) = 0 THEN 'referral_age' ELSE 'referral_sex' END, '', month, coalesce(age, sex), count(*)
FROM (SELECT month, {SEX} AS sex, CASE WHEN years BETWEEN 10 AND 12 THEN '10_12' WHEN years BETWEEN 13 AND 15 THEN '13_15'
    WHEN years BETWEEN 16 AND 17 THEN '16_17' ELSE '{OTHER}' END AS age
  FROM (SELECT month, coalesce(sex, '') AS sex, date_part('year', age(day, born)) AS years FROM dated) AS each) AS banded
GROUP BY month, GROUPING SETS ((age), (sex))"""


@dataclass(frozen=True)
class Meaning:
    """A code of a list, with its label, from a day to a day; None: no such end."""

    list: str
    code: str
    label: str
    since: date | None
    until: date | None

    @property
    def key(self) -> str:
        """As the query has it."""
        return f"{self.code} {self.since}" if self.since else self.code

    def within(self, first: date, last: date) -> bool:
        """It held on one of these days."""
        return (self.since is None or self.since <= last) and (self.until is None or self.until >= first)


def meanings(passes: Passes) -> Sequence[Meaning]:
    """The codes of all three lists, in the lists' own order. Read once in a computation."""
    return passes.once(meanings, _read)


def _read() -> Sequence[Meaning]:
    found = Code.objects.filter(list__in=CODED.values()).order_by("list", "position")
    return [Meaning(one.list, one.code, one.label, one.valid_from, one.valid_to) for one in found]


def divided(period: Period, of: int, numbers: Numbers, known: Sequence[Meaning]) -> Beside:
    """The tables of one period. Every code that held in it has a line, also at nought: else a line would say by being
    there that it is not nought.
    """
    tables: Beside = {}
    first, last = period.start, period.end
    for way, name in CODED.items():
        words = {each.key: each.label for each in known if each.list == name and each.within(first, last)}
        tables[way] = _coded(of, words, numbers.get(way, {}))
    return {**tables, **{name: table(name, of, {OTHER: 0, **numbers.get(name, {})}) for name in BANDS}}


def _coded(of: int, words: Mapping[str, str], found: Mapping[str, int]) -> dict[str, Any]:
    lines = {**dict.fromkeys([*words, OTHER], 0), **found}
    return {"of": of, "lines": lines, "words": {**words, OTHER: NOT_IN_LIST}, "order": [*words, OTHER]}
