"""What stands open for a child, in order: missing now, an interview that is due, repeat episodes without a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from meg.front.chronology import History
from meg.partnership.access.models import Involvement
from meg.partnership.seats import Seat
from meg.protect.children.models import Child
from meg.protect.missing.chronology import Done
from meg.protect.missing.models import Episode, Interview
from meg.protect.missing.permissions import DECIDERS, INTERVIEWERS, RECORDERS
from meg.protect.missing.rules import LONDON, Clock, Repeat, london_day, repeat
from meg.protect.missing.rules.strip import number

STATES = Interview.State
NEXT = {STATES.DUE: ("offer", "Record the offer"), STATES.ACCEPTED: ("book", "Set a time")}
SAID = {
    STATES.DUE: "Not offered yet.", STATES.OFFERED: "Offered; no answer yet.", STATES.ACCEPTED: "Accepted; no time set.",
}  # fmt: skip


@dataclass(frozen=True)
class Alert:
    """One line of the list: a bold sentence, the rest, one verb; `state` colours its edge. The clock where one runs."""

    strong: str
    words: str
    href: str = ""
    verb: str = ""
    about: str = ""
    state: str = ""
    clock: Clock | None = None
    filled: bool = False


def alerts_of(child: Child, history: History, seat: Seat, now: datetime) -> list[Alert]:
    """Every alert. The first that has a verb has the page's one button."""
    found = [
        *_missing_now(child, history.episodes, seat, now),
        *_interviews(child, history, seat, now),
        *_repeats(child, history, seat, now),
    ]
    first = next((place for place, one in enumerate(found) if one.href), None)
    return [replace(one, filled=place == first) for place, one in enumerate(found)]


def _missing_now(child: Child, episodes: Iterable[Episode], seat: Seat, now: datetime) -> list[Alert]:
    return [
        Alert(
            strong=f"{'Missing' if one.counts_as_missing else 'Away'} now, for {one.lasted(now)}.",
            words=f"Since {one.since(now)}, from {one.where.lower()}.",
            href=reverse("missing:returned", args=[child.reference, one.pk]) if seat in RECORDERS else "",
            verb="Record the return",
            state="over",
        )
        for one in episodes
        if one.is_open
    ]


# ── interviews ──────────────────────────────────────────────────────────────────────────────────────────────


def _interviews(child: Child, history: History, seat: Seat, now: datetime) -> list[Alert]:
    waiting = {
        one.interview.pk: one.interview for one in history.episodes if one.interview and not one.interview.settled_at
    }
    return [
        _interview(child, one, history.works, seat, now) for one in sorted(waiting.values(), key=lambda one: one.due_at)
    ]


def _interview(child: Child, one: Interview, works: Sequence[Involvement], seat: Seat, now: datetime) -> Alert:
    clock = one.clock(now)
    over = clock.state == "over"
    href, verb = _next(child, one, seat)
    return Alert(
        strong=f"Return interview {'was due' if over else 'due'} {_in_full(one.due_at)}.",
        words=f"{_state(one)} {_whose(one, works)}",
        href=href,
        verb=verb,
        about="of the return interview",
        state="" if clock.state == "ok" else str(clock.state),
        clock=clock,
    )


def _in_full(moment: datetime) -> str:
    """'Wednesday 25 November at 05:55'."""
    local = moment.astimezone(LONDON)
    return f"{local:%A} {local.day} {local:%B} at {local:%H:%M}"


def _state(one: Interview) -> str:
    if one.state == STATES.BOOKED and one.booked_for:
        place = f", {one.booked_where.rstrip('.')}" if one.booked_where else ""
        return f"Booked for {_in_full(one.booked_for)}{place}."
    if one.state == STATES.HANDED_OVER:
        return f"Handed to {one.handed_to.rstrip('.')}."
    tried = f" Tried {one.attempts} time{'' if one.attempts == 1 else 's'}." if one.attempts else ""
    return f"{SAID[STATES(one.state)]}{tried}"


def _whose(one: Interview, works: Sequence[Involvement]) -> str:
    """Who holds it, with the agency they work with the child for."""
    member = one.allocated_to
    if member is None:
        return "Allocated to nobody yet."
    agency = next((work.agency_name for work in works if work.member_id == member.pk), "")  # type: ignore[attr-defined]
    return f"{member.name}, {agency}." if agency else f"{member.name}."


def _next(child: Child, one: Interview, seat: Seat) -> tuple[str, str]:
    """The next step of an interview: its address and its verb. Who records none opens it."""
    at = [child.reference, one.pk]
    if seat in DECIDERS and one.allocated_to is None and one.state == STATES.DUE:
        return reverse("missing:step", args=[*at, "allocate"]), "Allocate"
    if seat in INTERVIEWERS and one.state in NEXT:
        step, verb = NEXT[STATES(one.state)]
        return reverse("missing:step", args=[*at, step]), verb
    if seat in INTERVIEWERS and one.state == STATES.BOOKED:
        return reverse("missing:write_up", args=[*at, 1]), "Write it up"
    verb = "Record the answer" if seat in INTERVIEWERS and one.state == STATES.OFFERED else "Open the interview"
    return reverse("missing:interview", args=at), verb


# ── repeat episodes ─────────────────────────────────────────────────────────────────────────────────────────


def _repeats(child: Child, history: History, seat: Seat, now: datetime) -> list[Alert]:
    """Repeat episodes about which nothing is decided since the threshold was reached. Governance reads no thresholds."""
    reached = None if seat is Seat.GOVERNANCE else _reached(history, now)
    if reached is None or any(one.kind == "decided" and one.at >= reached.reached_at for one in history.done):
        return []
    asked = next((one for one in history.done if one.kind == "asked" and not one.code), None)
    may = seat in DECIDERS
    count = number(reached.episodes)
    return [
        Alert(
            strong=f"{count[0].upper()}{count[1:]} episodes in {reached.days} days.",
            words=_asked(asked),
            href=reverse("missing:discussion", args=[child.reference]) if may else "",
            verb="Record the decision" if asked else "Ask for a discussion",
            about="on the repeat episodes",
        )
    ]


def _reached(history: History, now: datetime) -> Repeat | None:
    return repeat([(one.started_at, one.setting) for one in history.episodes], history.thresholds, now)


def _asked(asked: Done | None) -> str:
    if asked is None:
        return "No strategy discussion is asked for."
    day = london_day(asked.at)
    return f"A strategy discussion was asked for on {day.day} {day:%B}; no decision is recorded."
