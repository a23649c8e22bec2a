"""A child's missing history for a page: its rows, its picture, and what its episodes have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from meg.protect.missing.models import Episode, Interview
from meg.protect.missing.rules import in_time, took, when
from meg.protect.missing.rules.patterns import Events, patterns
from meg.protect.missing.rules.strip import Asked, Mark, Seen, Strip, strip, year_before

VIEWS = {"taken": "; parent’s view taken", "offered": "; parent’s view asked for"}
FOR_A_PICTURE = 2  # one episode is no picture: the table says it


@dataclass(frozen=True)
class Outcome:
    """How the return interview of an episode stands: words, then the clock's words where it runs or ran over."""

    words: str
    clock: str = ""
    state: str = ""


@dataclass(frozen=True)
class Row:
    """One episode in the table, with the outcome of its interview."""

    episode: Episode
    outcome: Outcome


@dataclass(frozen=True)
class Past:
    """The last twelve months: rows newest first, the picture where there is one, patterns in words, counts."""

    rows: tuple[Row, ...]
    picture: Strip | None
    pattern: str
    count: int
    note: str
    ever: int


def outcome(episode: Episode, now: datetime, reasons: dict[str, str] | None = None) -> Outcome:
    """How the return interview of an episode stands, in words. `reasons`: the labels of why none is required."""
    if episode.is_open:
        return Outcome("Not back yet", state="over")
    interview = episode.interview
    if interview is None:
        if episode.interview_needed == Episode.Needed.NO:
            because = (reasons or {}).get(episode.not_needed_because, "")
            return Outcome(f"Not required: {because[0].lower()}{because[1:]}" if because else "Not required")
        return Outcome("None recorded")
    if interview.settled_at is None and interview.state != Interview.State.HELD:
        return _running(interview, now)
    return _settled(episode, interview)


def _running(interview: Interview, now: datetime) -> Outcome:
    clock = interview.clock(now)
    due = "Was due" if clock.state == "over" else "Due"
    handed = f"Handed to {interview.handed_to}. " if interview.state == Interview.State.HANDED_OVER else ""
    return Outcome(f"{handed}{due} {when(clock.due_at, True, now)},", clock.words, clock.state)


def _settled(episode: Episode, interview: Interview) -> Outcome:
    if interview.state == Interview.State.HELD and interview.held_at and episode.returned_at:
        told = (episode.returned_at, episode.returned_to_the_minute, interview.held_at, interview.held_to_the_minute)
        words, _, over = took(*told).partition(", ")
        if over:
            return Outcome(f"{words},", over, "over")
        return Outcome(f"{words}, {'in time' if in_time(*told) else 'late'}")
    if interview.state == Interview.State.DECLINED:
        who = Interview.Who(interview.declined_by).label.lower() if interview.declined_by else "the child or a parent"
        return Outcome(f"Declined by {who}{VIEWS.get(interview.parent_view, '')}")
    if interview.state == Interview.State.NOT_CONTACTABLE:
        return Outcome(f"Not contactable after {interview.attempts} attempts")
    return Outcome(Interview.State(interview.state).label)


# ── the picture ─────────────────────────────────────────────────────────────────────────────────────────────


def seen(episode: Episode) -> Seen:
    """An episode as the picture takes it."""
    exact = episode.started_to_the_minute and (episode.is_open or episode.returned_to_the_minute)
    return Seen(
        started_at=episode.started_at, ended_at=episode.returned_at, missing=episode.counts_as_missing, exact=exact,
        setting=episode.where, place=episode.last_seen_place,
    )  # fmt: skip


def asked(episode: Episode, interview: Interview, now: datetime) -> Asked | None:
    """An interview as the picture takes it, by the earliest return that it answers; None where none was required."""
    if interview.state == Interview.State.HELD and interview.held_at and episode.returned_at:
        told = (episode.returned_at, episode.returned_to_the_minute, interview.held_at, interview.held_to_the_minute)
        return Asked(Mark.HELD if in_time(*told) else Mark.LATE, interview.held_at)
    if interview.settled_at is None:
        return Asked(Mark.DUE, interview.due_at)
    if interview.state == Interview.State.DECLINED:
        return Asked(Mark.DECLINED, interview.settled_at)
    if interview.state == Interview.State.NOT_CONTACTABLE:
        return Asked(Mark.UNREACHED, interview.settled_at)
    return None


def interviews_of(episodes: Iterable[Episode], now: datetime) -> list[Asked]:
    """The interviews that episodes have, each once, however many episodes it answers."""
    earliest: dict[int, Episode] = {}
    for episode in sorted(episodes, key=lambda one: one.started_at):
        if episode.interview_id is not None:
            earliest.setdefault(episode.interview_id, episode)
    found = [asked(one, one.interview, now) for one in earliest.values() if one.interview]
    return [one for one in found if one is not None]


def past_of(episodes: Sequence[Episode], moves: Sequence[date], now: datetime) -> Past:
    """The last twelve months of a child. `episodes`: all of them, newest first; `moves`: the days of moves."""
    since = year_before(now)
    recent = [one for one in episodes if one.started_at >= since or one.is_open]
    told = [seen(one) for one in recent]
    interviews = interviews_of(recent, now)
    events = [Events("a move", tuple(moves))]
    return Past(
        rows=tuple(Row(one, outcome(one, now)) for one in recent),
        picture=strip(told, interviews, now) if len(recent) >= FOR_A_PICTURE else None,
        pattern=patterns(told, events),
        count=len(recent),
        note=_note(recent, interviews, now),
        ever=len(episodes),
    )


def _note(episodes: Sequence[Episode], interviews: Sequence[Asked], now: datetime) -> str:
    """'7 episodes, 4 of 6 interviews due were held in 72 hours'. One that still has time is not due yet."""
    if not episodes:
        return ""
    said = f"{len(episodes)} episode{'' if len(episodes) == 1 else 's'}"
    due = [one for one in interviews if one.mark is not Mark.DUE or one.at <= now]
    held = sum(one.mark is Mark.HELD for one in due)
    if not due:
        return said
    interviews_due = "interview due was" if len(due) == 1 else "interviews due were"
    return f"{said}, {held} of {len(due)} {interviews_due} held in 72 hours"
