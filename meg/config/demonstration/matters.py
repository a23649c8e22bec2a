"""What was done about each invented episode: levels of risk, interviews and decisions; and what is due today.

Shares of interviews held, declined and not reached are the demonstration's own: near what authorities report, and no
authority's figures.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from meg.config.demonstration.calibration import LONDON, Incident
from meg.partnership.access.models import Member
from meg.protect.missing.models import Decision, Episode, Interview, Prevention, Risk, Step
from meg.protect.missing.rules import due_at

SEED = 72
STEPS_FOR = timedelta(days=370)
OUTCOMES = ("held", "held_late", "declined", "not_contactable")
SHARES = (63, 14, 16, 7)
LEVELS = (("LOW", 34), ("MEDIUM", 46), ("HIGH", 12), ("VERY_LOW", 8))
WHYS = ("Age and hour of day", "Earlier episodes", "Age; earlier episodes", "Weather and hour of day", "Known plans")
ASSESSORS = (
    "Sgt Fiona Lyle, Caldershire Police",
    "PC Ian Holt, Caldershire Police",
    "Control room, Caldershire Police",
)
PLACES = ("school", "placement", "home", "youth_centre", "out")
REASONS = (
    "push_family", "push_placement", "push_rules", "push_school", "push_feelings", "pull_friends", "pull_family",
    "pull_relationship", "pull_parties", "other_late", "not_told",
)  # fmt: skip
HELPS = ("A key worker to talk to", "A lift home when it is late", "More time with family", "A club on Fridays")
WHATS = (("no_further_action", 58), ("safety_plan", 24), ("information_to_police", 8), ("referral", 6),
         ("strategy_discussion", 4))  # fmt: skip
DECIDED = "Decided on the records named in the chronology."


@dataclass(frozen=True)
class Live:
    """A matter of today: hours ago the child left and came back, and how far it has come."""

    left: float
    back: float | None
    risk: str
    review: float = 0.0  # hours from now, of a child who is missing
    state: str = ""
    held_after: float = 0.0
    attempts: int = 0
    away: bool = False
    nobody: bool = False
    placed_here: bool = False

    def incident(self, now: datetime) -> Incident:
        started = now - timedelta(hours=self.left)
        ended = now - timedelta(hours=self.back) if self.back is not None else started + timedelta(days=1)
        return Incident(started, ended)


MISSING_NOW = (Live(13.4, None, "HIGH", review=1.3), Live(9.8, None, "MEDIUM", review=-0.7), Live(2.1, None, ""))
INTERVIEW_DUE = (
    Live(90.3, 81, "MEDIUM", state="due", attempts=2),
    Live(78.6, 73.5, "LOW", state="booked"),
    Live(75.2, 67.3, "MEDIUM", state="booked"),
    Live(60.5, 50.75, "MEDIUM", state="accepted"),
    Live(44.1, 38.2, "LOW", state="offered"),
    Live(19.0, 12.6, "LOW", state="due", nobody=True, placed_here=True),
)
FOR_SCRUTINY = (
    Live(136.4, 129, "HIGH", state="held", held_after=46),
    Live(126.1, 95, "MEDIUM", state="held", held_after=58),
    Live(61.2, 58, "LOW", away=True),
    Live(59.8, 54, "LOW", state="declined"),
    Live(34.7, 32, "VERY_LOW", away=True),
)
LIVE = (*MISSING_NOW, *INTERVIEW_DUE, *FOR_SCRUTINY)
NOT_ASKED = (INTERVIEW_DUE[1], FOR_SCRUTINY[3])  # repeats for which no strategy discussion has been asked yet
ASKED = INTERVIEW_DUE[3]  # one that has been asked for and waits for its decision
UNDECIDED = (*NOT_ASKED, ASKED)
DAY = range(9, 18)  # hours in which people are visited and telephoned


def by_day(moment: datetime, least: datetime, most: datetime) -> datetime:
    """The nearest time by day, within these two; the moment itself where there is none."""
    local = moment.astimezone(LONDON)
    if local.hour in DAY:
        return moment
    near = [local.replace(hour=hour) + timedelta(days=days) for hour in (10, 16) for days in (-1, 0, 1)]
    return min((one for one in near if least <= one <= most), key=lambda one: abs(one - moment), default=moment)


class Matters:
    """What belongs to each episode, made beside it; written in the order that keys need."""

    def __init__(self, now: datetime, workers: list[Member], since: date) -> None:
        self.now, self.workers, self.since = now, workers, since
        self.draw = random.Random(SEED)
        self.interviews: list[tuple[Interview, Episode]] = []
        self.of_episode: list[tuple[Any, Episode]] = []
        self.of_interview: list[tuple[Step, Interview]] = []

    def add(self, episode: Episode, live: Live | None) -> None:
        """Make what belongs to one episode.

        Before `since` Caldershire had the looked-after children return alone, which reports no interview and no decision,
        so what ended earlier has none.
        """
        if live is None and (episode.returned_at or self.now).astimezone(LONDON).date() < self.since:
            return
        self._grade(episode, live)
        if episode.returned_at is None:
            episode.scrutiny = Episode.Scrutiny.DUE
            return
        if live is not None:
            self._prevention(episode)
        if episode.care_status == "A":
            episode.interview_needed, episode.not_needed_because = Episode.Needed.NO, "away"
        else:
            episode.interview_needed = Episode.Needed.YES
            self._interview(episode, live)
        self._decide(episode, live)

    def _grade(self, episode: Episode, live: Live | None) -> None:
        level = live.risk if live else self.draw.choices([one for one, _ in LEVELS], [n for _, n in LEVELS])[0]
        if not level:
            episode.held_by = ASSESSORS[-1]
            return
        assessor = self.draw.choice(ASSESSORS[:2])
        at = episode.started_at + timedelta(minutes=self.draw.randrange(20, 90, 5))
        review = None
        if live and live.back is None:
            review = max(self.now + timedelta(hours=live.review), at + timedelta(minutes=30))
            episode.held_by = assessor
        self.of_episode.append(
            (Risk(level=level, reason=self.draw.choice(WHYS), assessor=assessor, at=at, review_at=review), episode)
        )

    def _prevention(self, episode: Episode) -> None:
        assert episode.returned_at is not None
        at = min(episode.returned_at + timedelta(minutes=45), self.now)
        self.of_episode.append((Prevention(held=True, by=ASSESSORS[1], at=at, harm=False), episode))

    def _interview(self, episode: Episode, live: Live | None) -> None:
        assert episode.returned_at is not None
        back, due = episode.returned_at, due_at(episode.returned_at, True)
        made = Interview(child_id=episode.child_id, due_at=due)
        state = live.state if live else self._outcome(back)
        if not (live and live.nobody):
            made.allocated_to = self.draw.choice(self.workers)
            self._step(made, "allocated", back + timedelta(hours=2))
        self._reach(made, state, back, live)
        if live is None and made.settled_at is None:
            return
        self.interviews.append((made, episode))

    def _outcome(self, back: datetime) -> str:
        return self.draw.choices(OUTCOMES, SHARES)[0]

    def _reach(self, made: Interview, state: str, back: datetime, live: Live | None) -> None:
        """Take an interview to a state, with its steps."""
        offered = back + timedelta(hours=self.draw.choice((3, 7, 15, 20)))
        if offered > self.now or state in ("due",):
            offered = back
        offered = by_day(offered, back, self.now)
        if state != "due":
            made.offered_at, made.offered_by = offered, "Nadia Frost"
            self._step(made, "offered", offered)
        if state in ("held", "held_late"):
            hours = live.held_after if live else self._hours(late=state == "held_late")
            held = back + timedelta(hours=hours)
            last = back + timedelta(hours=72) if hours <= 72 else self.now
            self._hold(
                made,
                by_day(held, max(offered, back + timedelta(hours=72) if hours > 72 else back), min(last, self.now)),
            )
        elif state == "declined":
            made.state, made.declined_by = Interview.State.DECLINED, self.draw.choice(("child", "child", "parent"))
            made.parent_view, made.settled_at = "taken", min(offered + timedelta(hours=5), self.now)
            self._step(made, "declined", made.settled_at)
        elif state == "not_contactable":
            made.state, made.attempts = Interview.State.NOT_CONTACTABLE, 3
            made.settled_at = min(back + timedelta(hours=70), self.now)
            for hours in (20, 44, 68):
                at = min(back + timedelta(hours=hours), self.now)
                self._step(made, "tried", by_day(at, back, made.settled_at), way="phone")
            self._step(made, "not_contactable", made.settled_at)
        else:
            self._wait(made, state, back, live)

    def _wait(self, made: Interview, state: str, back: datetime, live: Live | None) -> None:
        made.state = Interview.State(state)
        if live and live.attempts:
            tried = [by_day(self.now - timedelta(hours=17 + 24 * n), back, self.now) for n in range(live.attempts)]
            made.attempts, made.last_attempt_at = live.attempts, max(tried)
            for at in tried:
                self._step(made, "tried", at, way="phone")
        if state in ("accepted", "booked"):
            made.accepted_at = min(back + timedelta(hours=30), self.now - timedelta(minutes=20))
            self._step(made, "accepted", made.accepted_at)
        if state == "booked":
            soon = (self.now + timedelta(hours=self.draw.choice((2, 6)))).replace(minute=0, second=0, microsecond=0)
            made.booked_for = by_day(soon, self.now, self.now + timedelta(days=2)).astimezone(LONDON)
            made.booked_where = "School" if made.booked_for.weekday() < 5 else "Youth centre"
            self._step(made, "booked", self.now - timedelta(minutes=15))

    def _hours(self, late: bool) -> float:
        return self.draw.uniform(74, 190) if late else self.draw.uniform(9, 71.5)

    def _hold(self, made: Interview, at: datetime) -> None:
        if at > self.now:
            at = self.now - timedelta(minutes=30)
        worker = made.allocated_to or self.workers[0]
        made.state, made.held_at, made.settled_at = Interview.State.HELD, at, at + timedelta(hours=1)
        made.held_by, made.held_by_agency, made.independent = worker.name, "Brightwater", True
        made.accepted_at, made.written_up_at, made.written_up_by = made.offered_at, made.settled_at, worker.name
        made.place, made.present = self.draw.choice(PLACES), ["alone"]
        made.harm = ["none"] if self.draw.random() < 0.8 else ["not_told"]
        made.reasons = sorted(set(self.draw.choices(REASONS, k=2)))
        made.would_help = self.draw.choice(HELPS)
        made.information = ["helplines", "safe_people"]
        self._step(made, "held", at)

    def _step(self, made: Interview, what: str, at: datetime, way: str = "") -> None:
        if at >= self.now - STEPS_FOR:
            by = made.allocated_to.name if made.allocated_to and what != "allocated" else "Helen Marsh"
            self.of_interview.append((Step(what=what, at=at, by=by, way=way), made))

    def _decide(self, episode: Episode, live: Live | None) -> None:
        if live in FOR_SCRUTINY:
            episode.scrutiny = Episode.Scrutiny.DUE
            return
        assert episode.returned_at is not None
        what = self.draw.choices([one for one, _ in WHATS], [n for _, n in WHATS])[0]
        if live is not None:
            what, episode.scrutiny = "interview_first", Episode.Scrutiny.AFTER_INTERVIEW
        else:
            episode.scrutiny = Episode.Scrutiny.DONE
        at = min(episode.returned_at + timedelta(hours=self.draw.randrange(4, 60)), self.now)
        at = by_day(at, episode.returned_at, self.now)
        self.of_episode.append((Decision(what=what, why=DECIDED, at=at, recorded_by="Helen Marsh"), episode))

    def rows(self) -> Iterator[Any]:
        """What hangs on episodes and interviews, once these have their keys."""
        for row, episode in self.of_episode:
            row.episode, row.child_id, row.recorded_at = episode, episode.child_id, row.at
            row.recorded_by = row.recorded_by if isinstance(row, Decision) else "Demonstration"
            yield row
        for step, interview in self.of_interview:
            if interview.pk:
                step.interview, step.child_id, step.recorded_at = interview, interview.child_id, step.at
                step.recorded_by = step.by
                yield step
