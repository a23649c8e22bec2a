"""What the minutes of a meeting say: attendance, and each item's decision and actions. As they stand until they are agreed,
then as they were agreed. Rows come through the reader's own policies: a reader has their own items, and no count of others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from meg.partnership.agencies.models import Agency
from meg.pursue.meetings.models import Action, Attendance, Decision, Item, Meeting, Minute, Note, Reason, moment


@dataclass(frozen=True)
class Minuted:
    """One item as the minutes have it. `content` holds words alone, so that it can be kept as it is."""

    item: int
    child: int | None
    content: dict[str, Any]
    notes: list[Note] = field(default_factory=list)

    @property
    def reference(self) -> str:
        return str(self.content["reference"])


@dataclass(frozen=True)
class Minutes:
    """The minutes for one reader. `attendance`: agency, then names with how they took part."""

    meeting: Meeting
    whole: dict[str, Any]
    items: list[Minuted]

    @property
    def agreed(self) -> bool:
        return self.meeting.agreed_at is not None

    @property
    def corrected(self) -> bool:
        return any(one.notes for one in self.items)

    @property
    def talked_about(self) -> list[Minuted]:
        return [one for one in self.items if one.content["state"] != Item.State.TAKEN_OFF]

    @property
    def taken_off(self) -> list[Minuted]:
        return [one for one in self.items if one.content["state"] == Item.State.TAKEN_OFF]


def names_of(on: date) -> dict[int, str]:
    """What each agency is called on a day."""
    return {one.pk: str(getattr(one, "name", "") or "An agency") for one in Agency.objects.with_names(on)}


def long_day(value: date) -> str:
    """'3 November 2026'."""
    return f"{value.day} {value:%B %Y}"


def minutes_of(meeting: Meeting) -> Minutes:
    """The minutes as they are agreed, or as they stand."""
    if meeting.state != Meeting.State.AGREED:
        return _as_they_stand(meeting)
    notes = defaultdict(list)
    for note in Note.objects.filter(meeting=meeting).order_by("recorded_at", "pk"):
        notes[note.item_id].append(note)
    rows = Minute.objects.filter(meeting=meeting).order_by("item__position", "item_id")
    return Minutes(
        meeting, meeting.frozen, [Minuted(row.item_id, row.child_id, row.content, notes[row.item_id]) for row in rows]
    )


def _as_they_stand(meeting: Meeting) -> Minutes:
    names = names_of(meeting.on)
    decisions = {
        one.item_id: one
        for one in Decision.objects.filter(meeting=meeting).order_by("item", "-at", "-pk").distinct("item")
    }
    reasons, actions = defaultdict(list), defaultdict(list)
    for reason in Reason.objects.filter(meeting=meeting).standing():
        reasons[reason.item_id].append(f"{reason.get_kind_display()}. {reason.words}")
    for action in actions_of(meeting):
        actions[action.item_id].append(told_action(action, names))
    items = Item.objects.filter(meeting=meeting).with_child().order_by("position", "pk")
    told = [
        Minuted(one.pk, one.child_id, _content(one, decisions.get(one.pk), reasons[one.pk], actions[one.pk]))
        for one in items
    ]
    return Minutes(meeting, _whole(meeting, names), told)


def actions_of(meeting: Meeting) -> Iterable[Action]:
    """The tasks that were given at a meeting, as they were given."""
    return Action.objects.filter(meeting=meeting).select_related("task__member").order_by("pk")


def told_action(action: Action, names: dict[int, str]) -> dict[str, str]:
    task = action.task
    owner = names.get(task.agency_id, "An agency")
    return {
        "what": task.what,
        "owner": f"{task.member.name}, {owner}" if task.member else owner,
        "due": long_day(task.due_on),
    }


def _content(item: Item, decision: Decision | None, why: list[str], actions: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "name": item.name,
        "reference": str(item.child.reference) if item.child else "",
        "late": item.late,
        "why_here": why,
        "state": item.state,
        "facts": decision.facts if decision else "",
        "decision": decision.in_words if decision else "",
        "why": decision.why if decision else item.ended_because,
        "by": decision.recorded_by if decision else item.ended_by,
        "actions": actions,
    }


def _whole(meeting: Meeting, names: dict[int, str]) -> dict[str, Any]:
    there: dict[str, list[list[str]]] = defaultdict(list)
    for one in Attendance.objects.current().filter(meeting=meeting):
        there[names.get(one.agency_id, "An agency")].append([one.name, one.get_how_display()])
    return {
        "when": moment(meeting.starts_at),
        "where": meeting.where,
        "chair": meeting.chair.name,
        "attendance": [[agency, people] for agency, people in sorted(there.items())],
    }
