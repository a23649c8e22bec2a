"""Lists of children who are or were missing are looks at each of them: one line in the trail for the whole
list.
"""

from __future__ import annotations

from collections.abc import Iterable

from meg.partnership.seats import By
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind


def record_list(*, by: By, sentence: str, references: Iterable[str], kind: Kind = Kind.LOOK) -> None:
    """Put in the trail that these children were shown in a list. No line where there was nobody."""
    shown = sorted(set(references))
    if shown:
        record(by=by, kind=kind, sentence=sentence, detail={"children": shown})


def record_taken_list(*, by: By, sentence: str, references: Iterable[str]) -> None:
    """Put in the trail that a list of these children was taken away, to print or to keep."""
    record_list(by=by, sentence=sentence, references=references, kind=Kind.TAKEN_AWAY)
