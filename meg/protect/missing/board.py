"""The open matters of missing children: who is missing, which interviews wait, what waits for the team, who repeats.

Each section asks for what the reader's seat may see; the database holds it to that. Past episodes are never read: every
section has an index of its own open matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.urls import reverse

from meg.partnership.agencies.models import AgencyName
from meg.partnership.seats import By
from meg.protect.children.models import Child
from meg.protect.children.rules import age
from meg.protect.missing.life import interview_in_words
from meg.protect.missing.models import Challenge, Discussion, Episode, Interview, Risk, Threshold
from meg.protect.missing.models.episode import EpisodeQuerySet
from meg.protect.missing.permissions import DECIDERS, INTERVIEWERS, RECORDERS
from meg.protect.missing.rules import FIRST_GRADING, REPEAT, Clock, Repeat, duration, elapsed, london_day, repeat, when

MOST = 1000  # rows read of one section; a county has some hundred open matters
DECIDED = 10  # rows of Repeat with a decision that are shown before all are asked for
GRAVITY = {"HIGH": 0, "MEDIUM": 1, "": 2, "LOW": 3, "VERY_LOW": 4, "ABSENT": 5}


@dataclass(frozen=True)
class Who:
    """The child of a matter."""

    name: str
    reference: str
    age: int | None

    @classmethod
    def of(cls, child: Child, called: str, now: datetime) -> Who:
        return cls(called or str(child.reference), str(child.reference), age(child.date_of_birth, london_day(now)))


@dataclass(frozen=True)
class Matter:
    """One open matter: its child, what a filter looks at, the next verb and where it leads."""

    who: Who
    urgency: tuple[float, ...]
    risk: str
    setting: str
    held_by: str
    mine: bool
    do: str
    address: str

    @property
    def can_be_held(self) -> bool:
        """Whether somebody holds such a matter, so that 'nobody yet' says something of it."""
        return isinstance(self, NowMissing | Waiting)

    @property
    def agency(self) -> str:
        """The agency of whoever holds it, as it stands behind the name."""
        return self.held_by.rpartition(", ")[2] if ", " in self.held_by else ""

    @property
    def findable(self) -> str:
        """The words that the board's own search looks through."""
        return f"{self.who.name} {self.who.reference} {self.held_by}".casefold()


@dataclass(frozen=True)
class NowMissing(Matter):
    lasted: str
    since: str
    review: str
    review_over: bool
    review_of: str
    place: str
    where: str
    recorded_as: str
    grown_up: bool
    closable: bool
    episode: int

    @property
    def findable(self) -> str:
        return f"{super().findable} {self.place} {self.where}".casefold()


@dataclass(frozen=True)
class Waiting(Matter):
    """A return interview that waits."""

    clock: Clock
    returned: str
    state: str
    detail: str


@dataclass(frozen=True)
class ForTeam(Matter):
    """An episode that waits for the team's decision."""

    waited: str
    recorded_as: str
    lasted: str
    ended: str
    interview: str
    challenged: bool
    episode: int


@dataclass(frozen=True)
class Repeated(Matter):
    """A child whose episodes have reached the threshold."""

    episodes: int
    days: int
    latest: str
    said: str
    detail: str
    decided: bool
    asked_at: datetime | None = None


@dataclass(frozen=True)
class Board:
    """Every section, the most urgent first."""

    missing: list[NowMissing]
    interviews: list[Waiting]
    scrutiny: list[ForTeam]
    repeats: list[Repeated]

    def matters(self) -> list[Matter]:
        return [*self.missing, *self.interviews, *self.scrutiny, *self.repeats]

    @property
    def is_cut(self) -> bool:
        """Whether a section holds as many matters as are read, so that there may be more."""
        return any(len(rows) >= MOST for rows in (self.missing, self.interviews, self.scrutiny, self.repeats))

    def only(self, keep: Callable[[Matter], bool]) -> Board:
        """The same board with the matters that a filter keeps."""
        return Board(
            [one for one in self.missing if keep(one)],
            [one for one in self.interviews if keep(one)],
            [one for one in self.scrutiny if keep(one)],
            [one for one in self.repeats if keep(one)],
        )

    @property
    def repeats_first(self) -> int:
        """How many rows of Repeat are shown first: those without a decision, and ten that have one."""
        return sum(not one.decided for one in self.repeats) + DECIDED

    def by_name(self) -> Board:
        """The same board in the order of names; what waits for a decision stays first."""
        return Board(
            sorted(self.missing, key=_name), sorted(self.interviews, key=_name), sorted(self.scrutiny, key=_name),
            sorted(self.repeats, key=lambda row: (row.decided, _name(row))),
        )  # fmt: skip


def _name(matter: Matter) -> tuple[str, str]:
    return matter.who.name.casefold(), matter.who.reference


def board(by: By, now: datetime) -> Board:
    """The board as it stands, for one seat. Four queries, however long the past is."""
    found = list(_still_missing().union(_for_scrutiny(), all=True))
    return Board(
        _missing_rows([one for one in found if one.is_open], by, now), interviews(by, now),
        _scrutiny_rows([one for one in found if not one.is_open], by, now), repeats(by, now),
    )  # fmt: skip


def _episodes() -> EpisodeQuerySet:
    """Episodes with all that a row says of them."""
    challenged = Challenge.objects.filter(episode=models.OuterRef("pk"), answer="")
    told = Episode.objects.current().with_child().with_risk().select_related("interview")
    return told.annotate(challenged=models.Exists(challenged))


def _still_missing() -> EpisodeQuerySet:
    return _episodes().open().order_by("started_at")[:MOST]


def _for_scrutiny() -> EpisodeQuerySet:
    due = _episodes().filter(scrutiny=Episode.Scrutiny.DUE, returned_at__isnull=False)
    return due.order_by("returned_at")[:MOST]


Row = TypeVar("Row", bound=Matter)


def _most_urgent_first(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.urgency, _name(row)))


# ── now missing ─────────────────────────────────────────────────────────────────────────────────────────────


def now_missing(by: By, now: datetime) -> list[NowMissing]:
    """Children who are missing or away now, the highest risk first, then the longest."""
    return _missing_rows(_still_missing(), by, now)


def _missing_rows(found: Iterable[Episode], by: By, now: datetime) -> list[NowMissing]:
    return _most_urgent_first(_missing_row(one, by, now) for one in found)


def _missing_row(episode: Episode, by: By, now: datetime) -> NowMissing:
    risk, review_at = str(episode.risk), episode.review_at  # type: ignore[attr-defined]
    due = review_at if risk else (episode.reported_at or episode.started_at) + FIRST_GRADING
    gone = elapsed(episode.started_at, now)
    who = Who.of(episode.child, episode.called, now)  # type: ignore[attr-defined]
    return NowMissing(
        who=who, urgency=(GRAVITY.get(risk, 5), -gone.total_seconds()), risk=risk, setting=episode.setting,
        held_by=episode.held_by, mine=episode.held_by.split(", ")[0] == by.name,
        do="Record return" if by.seat in RECORDERS else "Open",
        address=reverse(f"missing:{'returned' if by.seat in RECORDERS else 'episode'}",
                        args=[who.reference, episode.pk]),
        lasted=episode.lasted(now), since=episode.since(now), review=_review(due, now),
        review_over=due is not None and due < now, review_of="police review" if risk else "first grading",
        place=episode.last_seen_place, where=episode.where, recorded_as=episode.recorded_as.split(" without")[0],
        grown_up=(who.age or 0) >= 18, closable=by.seat in RECORDERS, episode=episode.pk,
    )  # fmt: skip


def _review(due: datetime | None, now: datetime) -> str:
    """'by 10:00', 'by Thu 26 Nov 10:00', '40 min over'; empty where no review is set."""
    if due is None:
        return ""
    if due < now:
        return f"{duration(elapsed(due, now))} over"
    said = when(due, True, now)
    return f"by {said.rsplit(' ', 1)[1]}" if london_day(due) == london_day(now) else f"by {said}"


# ── return interviews ───────────────────────────────────────────────────────────────────────────────────────


def interviews(by: By, now: datetime) -> list[Waiting]:
    """Return interviews that wait, the least time left first."""
    episode = Episode.objects.current().filter(interview=models.OuterRef("pk")).order_by("returned_at")
    risk = Risk.objects.filter(episode__interview=models.OuterRef("pk")).order_by("-at", "-pk")
    works_for = AgencyName.objects.filter(
        agency=models.OuterRef("allocated_to__agency"), valid__contains=london_day(now)
    )
    found = Interview.objects.waiting().with_child().order_by("due_at").annotate(
        risk=models.Subquery(risk.values("level")[:1]),
        works_for=models.Subquery(works_for.values("name")[:1]),
        returned_at=models.Subquery(episode.values("returned_at")[:1]),
        to_the_minute=models.Subquery(episode.values("returned_to_the_minute")[:1]),
        setting=models.Subquery(episode.values("setting")[:1]),
        ours=models.F("partnership__authority"),
    )  # fmt: skip
    return _most_urgent_first(_interview_row(one, by, now) for one in found[:MOST])


def _interview_row(interview: Interview, by: By, now: datetime) -> Waiting:
    clock, worker = interview.clock(now), interview.allocated_to
    who = Who.of(interview.child, interview.called, now)  # type: ignore[attr-defined]
    do, step = next_verb(interview, by)
    one = [who.reference, interview.pk]
    address = {
        "": reverse("missing:interview", args=one),
        "write-up": reverse("missing:write_up", args=[*one, 1]),
    }.get(step) or reverse("missing:step", args=[*one, step])
    returned_at = interview.returned_at  # type: ignore[attr-defined]
    return Waiting(
        who=who, urgency=(clock.left.total_seconds(),), risk=interview.risk or "", setting=interview.setting or "",  # type: ignore[attr-defined]
        held_by=", ".join(filter(None, (worker.name, interview.works_for))) if worker else "",  # type: ignore[attr-defined]
        mine=worker is not None and worker.pk == by.member_id, do=do,
        address=address, clock=clock,
        returned=when(returned_at, bool(interview.to_the_minute), now) if returned_at else "",  # type: ignore[attr-defined]
        state=_state(interview), detail=_detail(interview, now),
    )  # fmt: skip


def next_verb(interview: Interview, by: By) -> tuple[str, str]:
    """What to do next about an interview, and by which step; the step is empty for its own page."""
    if by.seat not in INTERVIEWERS:
        return "Open", ""
    if interview.allocated_to_id is None and by.seat in DECIDERS:
        return "Allocate", "allocate"
    if interview.state == "due":
        return ("Try again or close", "") if interview.attempts else ("Offer", "offer")
    return {
        "offered": ("Record answer", ""),
        "accepted": ("Set a time", "book"),
        "booked": ("Hold interview", "write-up"),
        "handed_over": ("Record answer", ""),
    }.get(interview.state, ("Open", ""))


def _state(interview: Interview) -> str:
    late = interview.state == "booked" and interview.booked_for and interview.booked_for > interview.due_at
    if interview.state == "due" and interview.attempts:
        return "Not reached yet"
    return "Booked, late" if late else Interview.State(interview.state).label


def _detail(interview: Interview, now: datetime) -> str:
    """The second line: when it is booked for, when it was offered, how often the child was tried."""
    if interview.state == "booked" and interview.booked_for:
        said = when(interview.booked_for, True, now)
        day = "Today " + said.rsplit(" ", 1)[1] if london_day(interview.booked_for) == london_day(now) else said
        return f"{day}, {interview.booked_where.lower()}"
    if interview.state == "handed_over":
        return f"To {interview.handed_to}"
    if interview.attempts:
        times = "1 attempt" if interview.attempts == 1 else f"{interview.attempts} attempts"
        return times + (f", last {when(interview.last_attempt_at, True, now)}" if interview.last_attempt_at else "")
    if interview.offered_at:
        return f"Offered {when(interview.offered_at, True, now)}"
    if interview.taken_from:
        return f"Taken over from {interview.taken_from}"
    authority = interview.child.responsible_authority
    return f"Placed here by authority {authority}" if authority not in ("", interview.ours) else ""  # type: ignore[attr-defined]


# ── the team ────────────────────────────────────────────────────────────────────────────────────────────────


def for_scrutiny(by: By, now: datetime) -> list[ForTeam]:
    """Episodes that have ended and wait for the team's decision, missing and away, the longest wait first."""
    return _scrutiny_rows(_for_scrutiny(), by, now)


def _scrutiny_rows(found: Iterable[Episode], by: By, now: datetime) -> list[ForTeam]:
    return _most_urgent_first(_scrutiny_row(one, by, now) for one in found)


def _scrutiny_row(episode: Episode, by: By, now: datetime) -> ForTeam:
    assert episode.returned_at is not None
    who = Who.of(episode.child, episode.called, now)  # type: ignore[attr-defined]
    waited = elapsed(episode.returned_at, now)
    may = by.seat in DECIDERS
    return ForTeam(
        who=who, urgency=(-waited.total_seconds(),), risk=str(episode.risk), setting=episode.setting, held_by="",  # type: ignore[attr-defined]
        mine=False, do="Decide" if may else "Open",
        address=reverse(f"missing:{'decide' if may else 'episode'}", args=[who.reference, episode.pk]),
        waited=duration(waited, timedelta(hours=24)), recorded_as=episode.recorded_as.split(" without")[0], lasted=episode.lasted(now),
        ended=when(episode.returned_at, False, now), interview=interview_in_words(episode, episode.interview),
        challenged=bool(episode.challenged), episode=episode.pk,  # type: ignore[attr-defined]
    )  # fmt: skip


# ── repeat ──────────────────────────────────────────────────────────────────────────────────────────────────


def thresholds(now: datetime) -> dict[str, tuple[int, int]]:
    """Episodes and days by setting, as they hold today."""
    return {one.setting: (one.episodes, one.days) for one in Threshold.objects.on(london_day(now))}


@dataclass(frozen=True)
class Asked:
    """The last strategy discussion about a child's episodes."""

    at: datetime
    outcome: str
    decided_at: datetime | None


def repeats(by: By, now: datetime) -> list[Repeated]:
    """Children whose episodes have reached the threshold of the latest one's setting; those undecided first."""
    held = thresholds(now)
    days = max([REPEAT[1], *(days for _, days in held.values())])
    least = min([REPEAT[0], *(episodes for episodes, _ in held.values())])
    rows = []
    for child in _with_episodes(now - timedelta(days=days), now, least)[:MOST]:
        found = repeat(zip(child.starts, child.settings, strict=True), held, now)
        if found:
            stands = _stands(child, held.get(child.settings[-1], REPEAT)[0])
            rows.append(_repeat_row(child, stands, found, by, now))
    return _most_urgent_first(rows)


def _with_episodes(since: datetime, now: datetime, least: int) -> models.QuerySet[Any]:
    """Children with so many episodes from a moment until now: their episodes, and the last discussion about them."""
    near = Episode.objects.current().filter(started_at__gt=since, started_at__lte=now)
    often = near.values("child").annotate(n=models.Count("pk")).filter(n__gte=least).values("child")
    theirs = near.filter(child=models.OuterRef("pk")).order_by("started_at")
    asked = Discussion.objects.filter(child=models.OuterRef("pk")).order_by("-asked_at")
    latest = Episode.objects.current().filter(child=models.OuterRef(models.OuterRef("pk"))).order_by("-started_at")
    risk = Risk.objects.filter(episode=models.Subquery(latest.values("pk")[:1])).order_by("-at", "-pk")
    return Child.objects.current().with_names().filter(pk__in=often).annotate(
        starts=ArraySubquery(theirs.values("started_at")), settings=ArraySubquery(theirs.values("setting")),
        returns=ArraySubquery(theirs.values("returned_at")), risk=models.Subquery(risk.values("level")[:1]),
        asked_at=models.Subquery(asked.values("asked_at")[:1]), outcome=models.Subquery(asked.values("outcome")[:1]),
        decided_at=models.Subquery(asked.values("decided_at")[:1]),
    ).order_by("pk")  # fmt: skip


def _stands(child: Any, least: int) -> Asked | None:
    """The last discussion, where it answers these episodes still: it waits for its decision, or fewer than the threshold
    began since it was decided.
    """
    if child.asked_at is None:
        return None
    asked = Asked(child.asked_at, child.outcome, child.decided_at)
    if not asked.outcome or asked.decided_at is None:
        return asked
    return asked if sum(start > asked.decided_at for start in child.starts) < least else None


def _asked_in_words(asked: Asked | None, found: Repeat, now: datetime) -> tuple[str, str, str, int]:
    """How the strategy discussion stands: two lines, the next verb, and how far it is."""
    if asked is None:
        return "Not asked yet", f"Threshold reached {when(found.reached_at, False, now)}", "Ask for discussion", 0
    if not asked.outcome or asked.decided_at is None:
        waited = duration(elapsed(asked.at, now), timedelta(hours=24))
        said = f"Asked {when(asked.at, False, now)}, not recorded"
        return said, f"Waiting {waited}", "Record decision", 1
    said = f"Recorded {when(asked.decided_at, False, now)}"
    return said, Discussion.Outcome(asked.outcome).label, "Read decision", 2


def _repeat_row(child: Any, asked: Asked | None, found: Repeat, by: By, now: datetime) -> Repeated:
    back, setting = child.returns[-1], child.settings[-1]
    who = Who.of(child, child.called, now)
    said, detail, do, rank = _asked_in_words(asked, found, now)
    may = by.seat in DECIDERS
    return Repeated(
        who=who, urgency=(rank, -found.episodes), risk=str(child.risk or ""), setting=setting, held_by="", mine=False,
        do=do if may else "Open",
        address=reverse("missing:discussion", args=[who.reference]) if may else reverse("children:child", args=[who.reference]),
        episodes=found.episodes, days=found.days,
        latest=f"Ended {when(back, False, now)}" if back else "Now missing",
        said=said, detail=detail, decided=rank == 2, asked_at=asked.at if asked else None,
    )  # fmt: skip
