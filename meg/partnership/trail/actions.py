"""Verbs of the trail: add a line, seal what has been added, prove that nothing was changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from meg.partnership.seats import By
from meg.partnership.trail.models import Kind

ADD = """INSERT INTO trail_entry (kind, sentence, reference, reason, detail)
VALUES (%s, %s, %s, %s, %s)"""


def record(*, by: By, kind: Kind, sentence: str, reference: str = "", detail: dict[str, Any] | None = None) -> None:
    """Add one line, in the transaction of what it tells of: both stand, or neither.

    Who acts, in which seat and for which partnership is filled in by the database from the transaction itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(ADD, [kind.value, sentence, reference, by.reason, json.dumps(detail or {})])


def record_sign_in(*, name: str, sentence: str) -> None:
    """Add a line about someone who has no seat yet: signed in, signed out, was turned away."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('meg.name', %s, true)", [name])
        cursor.execute(ADD, [Kind.SIGN_IN.value, sentence, "", "", "{}"])


def seal() -> int:
    """Seal every line that is in no seal yet, without waiting for writers. Returns how many lines it took."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT meg.seal_trail()")
        return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class Wrong:
    """A line that is not as it was written. `seal` is None where the line had not been sealed."""

    seal: int | None
    line: int
    what: str

    def __str__(self) -> str:
        where = f" (seal {self.seal})" if self.seal else ""
        return f"Line {self.line}{where} {self.what}."


@dataclass(frozen=True)
class Proof:
    """What `verify` found: how much it read, the last hash of the chain, and what is wrong, first line first.

    `head_found` is False where a hash that was kept elsewhere is no longer in the chain.
    """

    lines: int
    seals: int
    unsealed: int
    head: str
    wrong: list[Wrong]
    head_found: bool = True


def verify(*, by: By, head: str | None = None) -> Proof:
    """Prove the trail from end to end: every digest computed again, every seal chained to the one before.

    `head` is a last hash that was kept outside the database: whoever could rewrite all of it could not rewrite that.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT seal, line, wrong FROM meg.verify_trail() ORDER BY line, seal")
        wrong = [Wrong(*row) for row in cursor.fetchall()]
        cursor.execute("SELECT count(*) FROM trail_entry")
        lines = cursor.fetchone()[0]
        cursor.execute("SELECT count(*), COALESCE(sum(cardinality(lines)), 0) FROM trail_seal")
        seals, sealed = cursor.fetchone()
        cursor.execute("SELECT encode(hash, 'hex') FROM trail_seal ORDER BY id DESC LIMIT 1")
        last = cursor.fetchone()
        found = True
        if head:
            cursor.execute("SELECT EXISTS (SELECT FROM trail_seal WHERE encode(hash, 'hex') = %s)", [head.lower()])
            found = bool(cursor.fetchone()[0])
    record(by=by, kind=Kind.ACCESS, sentence="Verified the trail.", detail={"wrong": len(wrong)})
    return Proof(lines, seals, max(lines - int(sealed), 0), last[0] if last else "", wrong, found)


def record_reading(*, by: By, what: str, taken: int | None = None) -> None:
    """Reading the trail is itself in the trail: which lines were asked for, and how many were taken away."""
    if taken is None:
        record(by=by, kind=Kind.LOOK, sentence="Read the trail.", detail={"asked": what})
    else:
        sentence = f"Took {taken:,} line{'' if taken == 1 else 's'} of the trail away."
        record(by=by, kind=Kind.TAKEN_AWAY, sentence=sentence, detail={"asked": what})
