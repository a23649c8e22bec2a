"""Papers and minutes show children: who saw them, and who took them away, is in the trail."""

from __future__ import annotations

from collections.abc import Iterable

from meg.partnership.seats import By
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.pursue.meetings.models import Meeting


def record_papers(*, by: By, meeting: Meeting, what: str, references: Iterable[str], taken: bool = False) -> None:
    """A line for whoever saw `what` of a meeting ('the papers'), or took it away, with the children it showed."""
    kind, verb = (Kind.TAKEN_AWAY, "Took away") if taken else (Kind.LOOK, "Looked at")
    shown = sorted(set(references))
    if shown or taken:
        record(by=by, kind=kind, sentence=f"{verb} {what} of the meeting of {meeting.day}.",
               detail={"meeting": meeting.pk, "children": shown})  # fmt: skip
