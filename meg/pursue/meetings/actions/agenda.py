"""The agenda: gathered from what is due, asked for, added to, put in order, taken off with a reason, closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, transaction

from meg.partnership.seats import By, permit
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.missing.rules import london_day
from meg.pursue.meetings.actions.planning import hold, write
from meg.pursue.meetings.agenda import Asked as _Asked
from meg.pursue.meetings.agenda import Due, everything_due, put_off
from meg.pursue.meetings.models import Item, Meeting, Reason
from meg.pursue.meetings.permissions import ASKERS
from meg.pursue.meetings.rules import LONG, SHORT, moved, rank

ASK = "Only those who work with a child ask for it to be talked about."
CLOSED = "The agenda is closed. Ask the exploitation team: it can add an item as late."
OVER = "This meeting is over. Ask for the next one."
WHY = "Say why. The reason stays with the item."
NO_LONGER = "No longer due when the agenda was looked through again."
THERE = "This child was put on the agenda at this moment. Send your reason again."
LAST = 1_000_000  # where a late item stands
STEP = 1000
LASTING = {Reason.Kind.PUT_OFF, Reason.Kind.ASKED, Reason.Kind.THEME}


@transaction.atomic
def gather(*, by: By, meeting: Meeting, now: datetime) -> int:
    """Bring the agenda up to date: what is due is added with its reason, what is due no longer is taken off with that
    reason. What people asked for, and what was put off, stays. Returns how many items were added.

    Raises: Refused, where the seat may not; Unfit, where the agenda is closed.
    """
    kept = hold(by, meeting)
    if kept.state != Meeting.State.OPEN:
        raise Unfit("The agenda is closed, and its order stays.")
    due = everything_due(by, kept, now)
    _take_off_what_is_due_no_longer(by, kept, due, now)
    return _add(by, kept, due)


def carry(by: By, meeting: Meeting, now: datetime) -> int:
    """Bring onto an agenda what was put off before it, closed or not. Returns how many items were added."""
    return _add(by, meeting, list(put_off(_Asked(by, now, meeting.on, now))))


def _take_off_what_is_due_no_longer(by: By, meeting: Meeting, due: Iterable[Due], now: datetime) -> None:
    still = {(one.child_id, one.kind, one.number) for one in due}
    reasons = defaultdict(list)
    for reason in Reason.objects.filter(meeting=meeting, item__state=Item.State.ON):
        reasons[reason.item_id].append(reason)
    gone = [
        pk for pk, all_of in reasons.items()
        if not any(one.kind in LASTING or (one.child_id, one.kind, one.number) in still for one in all_of)
    ]  # fmt: skip
    if gone:
        Item.objects.filter(pk__in=gone).update(
            state=Item.State.TAKEN_OFF, ended_at=now, ended_by=by.name, ended_because=NO_LONGER
        )
        write(by, meeting, "Took off the agenda what is due no longer.", items=gone)


def _add(by: By, meeting: Meeting, due: list[Due]) -> int:
    """Each reason that is not on the agenda yet, with an item of its own where its child has none."""
    there, said = _standing(meeting)
    new: dict[int | str, dict[tuple[int | None, str, int | None], Due]] = defaultdict(dict)
    for one in due:
        key = (one.child_id, one.kind, one.number)
        if key not in said:
            new[one.about][key] = one
    grouped = [(about, list(reasons.values())) for about, reasons in new.items()]
    ordered = sorted(grouped, key=lambda pair: rank(one.kind for one in pair[1]))
    added = 0
    for about, reasons in ordered:
        item = there.get(about)
        if item is None:
            item = _item(meeting, reasons)
            added += 1
        Reason.objects.bulk_create(
            Reason(
                meeting=meeting, item=item, child_id=item.child_id, kind=one.kind, words=one.words, number=one.number
            )
            for one in reasons
        )
    if new:
        write(by, meeting, f"Gathered the agenda of the meeting of {meeting.day}.", added=added)
    return added


def _standing(meeting: Meeting) -> tuple[dict[int | str, Item], set[tuple[int | None, str, int | None]]]:
    """The items of children and of contexts that are there, and the reasons that stand, or that the team took off with a
    reason.
    """
    items = Item.objects.filter(meeting=meeting)
    there: dict[int | str, Item] = {one.child_id: one for one in items.there() if one.child_id is not None}
    said = Reason.objects.filter(meeting=meeting).exclude(item__ended_because=NO_LONGER)
    of_contexts = said.filter(kind=Reason.Kind.CONTEXT).exclude(item__state=Item.State.TAKEN_OFF).select_related("item")
    there |= {f"context {one.number}": one.item for one in of_contexts}
    return there, set(said.values_list("child_id", "kind", "number"))


def _item(meeting: Meeting, reasons: list[Due]) -> Item:
    first = reasons[0]
    late = meeting.state != Meeting.State.OPEN
    return Item.objects.create(
        meeting=meeting, child_id=first.child_id, title=first.title, shared=first.shared, late=late,
        position=LAST if late else STEP * (1 + rank(one.kind for one in reasons)),
    )  # fmt: skip


# ── asked for ───────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def ask_for(*, by: By, meeting: Meeting, child: Child, why: str, now: datetime) -> Item:
    """An agency that reaches a child asks for it to be talked about. The team may take it off, with a reason.

    Raises: Refused, where the seat may not; Unfit, where no reason is given or the agenda is closed.
    """
    permit(by, ASKERS, ASK)
    _check_why(why)
    if not meeting.is_coming:
        raise Unfit(OVER)
    if meeting.state != Meeting.State.OPEN or london_day(now) > meeting.closes_on:
        raise Unfit(CLOSED)
    with _as_the_agenda_stands():
        return _asked(by, meeting, child, why)


@contextmanager
def _as_the_agenda_stands() -> Iterator[None]:
    """Someone else may close the agenda, or add the child, at the same time: the database refuses, and it is told.

    Raises: Unfit.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diag = getattr(error.__cause__, "diag", None)
        told = {"item_comes_in_time": CLOSED, "item_one_of_a_child": THERE}
        if diag is None or diag.constraint_name not in told:
            raise
        raise Unfit(told[diag.constraint_name]) from error


@transaction.atomic
def add_child(*, by: By, meeting: Meeting, child: Child, why: str) -> Item:
    """The team adds a child, as late where the agenda is closed. Raises: Refused; Unfit, where the meeting is over."""
    kept = hold(by, meeting)
    _check_why(why)
    if not kept.is_coming:
        raise Unfit(OVER)
    with _as_the_agenda_stands():
        return _asked(by, kept, child, why)


def _check_why(why: str) -> None:
    if not why.strip():
        raise Unfit(WHY, "why")
    if len(why) > SHORT:
        raise Unfit(f"Use {SHORT} characters or fewer to say why.", "why")


def _asked(by: By, meeting: Meeting, child: Child, why: str) -> Item:
    item = Item.objects.filter(meeting=meeting, child=child).there().first()
    if item is None:
        late = meeting.state != Meeting.State.OPEN
        position = LAST if late else STEP * (1 + rank(["asked"]))
        item = Item.objects.create(meeting=meeting, child=child, position=position, late=late)
    elif not item.is_on:
        raise Unfit("This child was talked about at this meeting already.")
    Reason.objects.create(meeting=meeting, item=item, child=child, kind=Reason.Kind.ASKED,
                          words=f"{by.name}: {why.strip()}", agency_id=by.agency_id)  # fmt: skip
    write(by, meeting, f"Asked for a child at the meeting of {meeting.day}.", child.reference, item=item.pk)
    return item


@transaction.atomic
def add_theme(*, by: By, meeting: Meeting, title: str, why: str, shared: bool) -> Item:
    """The team adds something that is about no one child. `shared`: every agency may read it, so it names no child.

    Raises: Refused; Unfit, where it says nothing or the meeting is over.
    """
    kept = hold(by, meeting)
    if not title.strip():
        raise Unfit("Say what is to be talked about.", "title")
    if len(title) > SHORT:
        raise Unfit(f"Use {SHORT} characters or fewer.", "title")
    _check_why(why)
    if not kept.is_coming:
        raise Unfit(OVER)
    late = kept.state != Meeting.State.OPEN
    item = Item.objects.create(
        meeting=kept, title=title.strip(), shared=shared, late=late,
        position=LAST if late else STEP * (1 + rank(["theme"])),
    )  # fmt: skip
    Reason.objects.create(meeting=kept, item=item, kind=Reason.Kind.THEME, words=why.strip())
    write(by, kept, "Added a theme to the agenda.", item=item.pk)
    return item


# ── in order ────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def move_item(*, by: By, item: Item, up: bool) -> None:
    """Move an item a place up or down, while the agenda is open. Raises: Refused; Unfit, where it is closed."""
    kept = hold(by, item.meeting)
    if kept.state != Meeting.State.OPEN:
        raise Unfit("The agenda is closed, and its order stays.")
    order = list(Item.objects.filter(meeting=kept).there().values_list("pk", flat=True))
    if item.pk not in order:
        raise Unfit("This item is not on the agenda any more.")
    after = moved(order, item.pk, up)
    if after == order:
        return
    found = {one.pk: one for one in Item.objects.filter(pk__in=order)}
    for place, pk in enumerate(after, start=1):
        found[pk].position = place
    Item.objects.bulk_update(found.values(), ["position"])
    write(by, kept, f"Moved an item {'up' if up else 'down'} the agenda.", item=item.pk)


@transaction.atomic
def take_off(*, by: By, item: Item, why: str, now: datetime) -> None:
    """Take an item off the agenda, with a reason that whoever asked for it reads. Raises: Refused, Unfit."""
    kept = hold(by, item.meeting)
    _check_why(why)
    if not kept.is_coming:
        raise Unfit(OVER)
    ended = Item.objects.filter(pk=item.pk, state=Item.State.ON).update(
        state=Item.State.TAKEN_OFF, ended_at=now, ended_by=by.name, ended_because=why.strip()
    )
    if not ended:
        raise Unfit("This item is dealt with already.")
    reference = str(item.child.reference) if item.child else ""
    write(by, kept, "Took an item off the agenda.", reference, item=item.pk, why=why.strip()[:LONG])


@transaction.atomic
def close_agenda(*, by: By, meeting: Meeting, now: datetime) -> None:
    """Close the agenda: what is due is gathered once more, and the order stays. Raises: Refused, Unfit."""
    kept = hold(by, meeting)
    if kept.state != Meeting.State.OPEN:
        raise Unfit("This agenda is closed already.")
    gather(by=by, meeting=kept, now=now)
    Meeting.objects.filter(pk=kept.pk).update(state=Meeting.State.CLOSED, closed_at=now)
    write(by, kept, f"Closed the agenda of the meeting of {kept.day}.")
