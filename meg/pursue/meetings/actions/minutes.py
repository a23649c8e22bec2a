"""Minutes are agreed by the chair, and stay as they are. A correction stands beside them."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from meg.partnership.seats import By, Refused
from meg.protect.children.rules import Unfit
from meg.pursue.meetings.actions.planning import hold, write
from meg.pursue.meetings.minutes import minutes_of
from meg.pursue.meetings.models import Document, Item, Meeting, Minute, Note
from meg.pursue.meetings.paper import minutes_paper
from meg.pursue.meetings.rules import LONG

ONLY_CHAIR = "Only the chair of the meeting, {name}, agrees its minutes."


@transaction.atomic
def agree(*, by: By, meeting: Meeting, now: datetime, demonstration: bool) -> None:
    """The chair agrees the minutes. From then on what they say, and the document for the team, never changes.

    Raises: Refused, for anyone but the chair; Unfit, where the meeting was not held yet or they are agreed already.
    """
    kept = hold(by, meeting)
    if kept.state == Meeting.State.AGREED:
        raise Unfit("The minutes are agreed already.")
    if kept.state != Meeting.State.HELD:
        raise Unfit("End the meeting first.")
    if kept.chair_id != by.member_id:
        raise Refused(ONLY_CHAIR.format(name=kept.chair.name))
    kept.agreed_at, kept.agreed_by = now, by.name
    told = minutes_of(kept)
    Minute.objects.bulk_create(
        Minute(meeting=kept, item_id=one.item, child_id=one.child, content=one.content) for one in told.items
    )
    content = minutes_paper(told, demonstration=demonstration)
    Document.objects.create(meeting=kept, content=content, sha256=sha256(content).hexdigest())
    kept.state, kept.frozen = Meeting.State.AGREED, told.whole
    kept.save(update_fields=["state", "agreed_at", "agreed_by", "frozen"])
    write(by, kept, f"Agreed the minutes of the meeting of {kept.day}.", sha256=sha256(content).hexdigest())


@transaction.atomic
def correct(*, by: By, item: Item, words: str) -> None:
    """Write a correction beside what agreed minutes say of an item. Raises: Refused; Unfit, where they are not agreed."""
    kept = hold(by, item.meeting)
    if kept.state != Meeting.State.AGREED:
        raise Unfit("The minutes are not agreed yet. Change them instead.")
    if not words.strip():
        raise Unfit("Say what is to be corrected.", "words")
    if len(words) > LONG:
        raise Unfit(f"Use {LONG:,} characters or fewer.", "words")
    Note.objects.create(meeting=kept, item=item, child_id=item.child_id, words=words.strip())
    reference = str(item.child.reference) if item.child else ""
    write(by, kept, "Wrote a correction beside agreed minutes.", reference, item=item.pk)
