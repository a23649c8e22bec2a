"""Groups that the records show: two or more children whose referrals or return interviews name the same place, the same place
online or the same person. One question to the database; nothing is written, and nothing is opened by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from meg.protect.children.at_once import moment_of
from meg.protect.contexts.rules import AT_LEAST, WITHIN_DAYS, digest_of, kind_for

A_PAGE = 25
NAMED = {"place": "Place", "person": "Person", "online": "Place online"}

# Every name that someone recorded, by its words; the groups of children that have one in common, less those that the team has
# answered for all of their children, or that stand together in a context of that name; of one page, with their records.
FOUND = """
WITH named AS MATERIALIZED (
  SELECT r.child_id, l.kind, l.name, r.received_at AS at, r.id AS referral, NULL::bigint AS interview,
         r.reference AS record
  FROM exploitation_link l JOIN exploitation_referral r ON r.id = l.referral_id
  WHERE r.child_id IS NOT NULL AND r.withdrawn_at IS NULL AND r.received_at >= %(since)s
  UNION ALL
  SELECT r.child_id, 'place', r.place, r.received_at, r.id, NULL, r.reference FROM exploitation_referral r
  WHERE r.child_id IS NOT NULL AND r.withdrawn_at IS NULL AND r.place <> '' AND r.received_at >= %(since)s
  UNION ALL
  SELECT i.child_id, l.kind, l.name, COALESCE(i.held_at, l.recorded_at), NULL, i.id, NULL
  FROM missing_link l JOIN missing_interview i ON i.id = l.interview_id
  WHERE i.withdrawn_at IS NULL AND COALESCE(i.held_at, l.recorded_at) >= %(since)s
), keys AS MATERIALIZED (
  SELECT d.name, meg.same_words(d.name) AS words FROM (SELECT DISTINCT name FROM named) d
), alike AS MATERIALIZED (
  SELECT n.*, k.words FROM named n JOIN keys k USING (name)
  WHERE EXISTS (SELECT FROM children_child c WHERE c.id = n.child_id AND c.withdrawn_at IS NULL)
), groups AS (
  SELECT kind, words, array_agg(DISTINCT child_id) AS children, max(at) AS latest
  FROM alike WHERE words <> '' GROUP BY kind, words HAVING count(DISTINCT child_id) >= %(least)s
), answered AS (
  SELECT a.kind, a.words, array_agg(DISTINCT child) AS children
  FROM contexts_answer a, unnest(a.children) AS child GROUP BY a.kind, a.words
), together AS (
  SELECT CASE c.kind WHEN 'peer' THEN 'person' ELSE c.kind END AS kind, meg.same_words(c.name) AS words,
         array_agg(DISTINCT l.child_id) AS children
  FROM contexts_context c JOIN contexts_link l ON l.context_id = c.id GROUP BY 1, 2
), waiting AS (
  SELECT g.*, count(*) OVER () AS of FROM groups g
  LEFT JOIN answered a USING (kind, words) LEFT JOIN together t ON (t.kind, t.words) = (g.kind, g.words)
  WHERE NOT (g.children <@ COALESCE(a.children, '{}')) AND NOT (g.children <@ COALESCE(t.children, '{}'))
    AND (%(digest)s = '' OR %(digest)s = left(encode(sha256(convert_to(g.kind || ':' || g.words, 'UTF8')), 'hex'), 16))
), page AS (
  SELECT * FROM waiting ORDER BY cardinality(children) DESC, latest DESC, kind, words LIMIT %(many)s OFFSET %(after)s
)
SELECT p.kind, p.words, p.of, jsonb_agg(jsonb_build_object(
    'child', c.reference, 'child_id', c.id, 'called', COALESCE(btrim(n.given || ' ' || n.family), ''), 'name', a.name,
    'at', a.at, 'referral', a.referral, 'interview', a.interview, 'record', a.record) ORDER BY a.at DESC, a.child_id)
FROM page p JOIN alike a USING (kind, words) JOIN children_child c ON c.id = a.child_id
LEFT JOIN children_name n ON n.child_id = c.id AND n.kind = 'name' AND n.withdrawn_at IS NULL
GROUP BY p.kind, p.words, p.of, p.latest, p.children
ORDER BY cardinality(p.children) DESC, p.latest DESC, p.kind, p.words
"""


@dataclass(frozen=True)
class Naming:
    """One record that names it: whose, which, in which words, when."""

    child: str
    child_id: int
    called: str
    name: str
    at: datetime
    referral: int | None
    interview: int | None
    record: str

    @property
    def where(self) -> str:
        return self.record or "Return interview"


@dataclass(frozen=True)
class Proposal:
    """A group that is proposed, with its reason: what was named, and the records that name it."""

    kind: str
    words: str
    namings: list[Naming] = field(default_factory=list)

    @property
    def digest(self) -> str:
        return digest_of(self.kind, self.words)

    @property
    def named(self) -> str:
        """As it was last written."""
        return self.namings[0].name

    @property
    def what(self) -> str:
        return NAMED[self.kind]

    @property
    def would_be(self) -> str:
        """The kind of context that would be opened."""
        return kind_for(self.kind)

    @property
    def children(self) -> list[tuple[Naming, list[Naming]]]:
        """Each child with the records that name it, the latest first."""
        of: dict[str, list[Naming]] = {}
        for one in self.namings:
            of.setdefault(one.child, []).append(one)
        return [(records[0], records) for records in of.values()]

    @property
    def ids(self) -> list[int]:
        return sorted({one.child_id for one in self.namings})


def proposals(now: datetime, page: int = 1, digest: str = "") -> tuple[list[Proposal], int]:
    """The proposals of one page, the largest group first, and how many there are. Refused by the database to a seat that does
    not read answers.
    """
    asked: dict[str, Any] = {
        "since": now - timedelta(days=WITHIN_DAYS), "least": AT_LEAST, "digest": digest, "many": A_PAGE,
        "after": (max(page, 1) - 1) * A_PAGE,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(FOUND, asked)
        rows = cursor.fetchall()
    return [Proposal(kind, words, list(_namings(said))) for kind, words, _, said in rows], rows[0][2] if rows else 0


def _namings(said: Any) -> Iterator[Naming]:
    seen = set()
    for one in json.loads(said) if isinstance(said, str) else said:
        key = (one["child_id"], one["referral"], one["interview"])
        if key not in seen:  # a referral's place stands in its link too
            seen.add(key)
            yield Naming(
                one["child"], one["child_id"], one["called"] or one["child"], one["name"], moment_of(one["at"]), one["referral"],
                one["interview"], one["record"] or "",
            )  # fmt: skip


def proposed(now: datetime, digest: str) -> Proposal | None:
    """One proposal by its digest; None where it is proposed no longer."""
    found, _ = proposals(now, digest=digest)
    return found[0] if found else None
