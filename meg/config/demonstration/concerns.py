"""Invented referrals: two years of them, and those that wait today. Levels are in the proportion that County Durham
published for April 2017 to March 2018 (135 completed matrices: 16 high, 10 medium, 109 low; Sunderland Echo, 25 July 2018).
Sources, kinds and places are the demonstration's own. Every sentence is about process and says nothing of any child.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from meg.config.demonstration.calibration import LONDON
from meg.config.demonstration.county import Person
from meg.config.demonstration.staff import ACADEMY, BRIGHTWATER, HEALTH, POLICE, PROBATION, SCHOOL, SERVICES
from meg.partnership.access.models import Involvement, Member
from meg.partnership.agencies.models import Agency
from meg.protect.exploitation.models import Decision, Level, Link, Referral
from meg.protect.exploitation.rules import review_by
from meg.protect.plans.models import Plan
from meg.protect.tasks.models import Task

SEED = 135
A_QUARTER, QUARTER = 34, 91
AGAIN = 0.19  # the strategy: 19% of young people had more than one referral
LEVELS, OF_135 = ("low", "medium", "high"), (109, 10, 16)
FROM = (  # agency, source code, who, job; how often
    (ACADEMY, "2A", "Daniel Okafor", "Safeguarding lead", 22),
    (SCHOOL, "2A", "Stanbeck School", "Designated lead", 18),
    (POLICE, "6", "Fiona Lyle", "Intelligence sergeant", 27),
    (HEALTH, "3C", "Amina Rowe", "School nurse", 12),
    (SERVICES, "5A", "Helen Marsh", "Team manager", 15),
    (SERVICES, "1A", "A parent, by telephone", "", 6),
)
KINDS = (
    "online",
    "contact",
    "inappropriate_relationship",
    "peer",
    "criminal",
    "online contact",
    "group_network",
    "unknown",
)
OF_100 = (46, 14, 16, 4, 9, 6, 2, 3)
PLATFORMS = ("social_media", "social_media", "messaging", "gaming", "video_chat", "unknown")
PLACES = ("Penfield bus station", "The leisure centre car park", "Stanbeck retail park", "Mill Street arcade")
PEOPLE = ("A driver known as ‘J’", "An older friend known as ‘Dex’")
VULNERABILITIES = ("missing", "abuse_neglect", "self_esteem", "domestic_abuse", "parental_substances", "family_breakdown",
                   "school_absence", "bereavement", "looked_after")  # fmt: skip
HOW = ("child_told", "professional_told", "parent_told", "saw", "record")
CONCERN = "Recorded by the referring agency. Details are held by its safeguarding lead, who can be asked."
VOICE = "Has been told about this referral, and asked to be kept informed."
NOT_SEEN = "Not asked yet: it will be at the first visit."
TAKEN_ON = "Agreed in the weekly team meeting."
TO_ADULTS = "The way to adult services: one plan until they have taken over."
ADULT_CONTACT = "June Ashby, adult safeguarding"
WHY_HERE = "Adult services and the team agreed that the team goes on with the work until they take over."
BY = "Helen Marsh, team manager"
WHY = {
    "low": "No more than one factor, and protective adults around.",
    "medium": "Several factors together; protective adults known.",
    "high": "Several factors together and a person of concern named.",
}
OUTCOMES = {
    "low": ("advice", "other_service", "safer"),
    "medium": ("safer", "other_service"),
    "high": ("safer", "safer", "moved"),
}


@dataclass(frozen=True)
class Live:
    """A referral that waits today: hours ago, which agency by place in FROM, the level or none, and how far it has come."""

    ago: float
    place: int
    level: str = ""
    state: str = "received"
    matched: bool = True
    again: bool = False
    review: int | None = None  # days from today
    age: int | None = None  # of a young person who is not among those missing lately
    beside: tuple[str, ...] = ()  # agencies that work with the child, beside the team’s and the referrer’s
    plan: int | None = None  # days ago on which a plan was opened, where that was at once with the level
    until: int | None = None  # days from today by when adult services take over, where the plan leads there


LIVE = (
    Live(2.2, 0, matched=False),
    Live(16.5, 2),
    Live(27, 4, again=True),
    Live(50, 3, level="medium"),
    Live(6 * 24 + 4, 2, level="high", state="open", review=1),
    Live(19 * 24, 0, level="high", state="open", review=9),
    Live(88 * 24, 1, level="medium", state="open", review=-3),
    Live(60 * 24, 4, level="low", state="open", review=40),
    Live(33 * 24, 3, level="medium", state="open", age=12, beside=(SCHOOL,)),
    Live(45 * 24 + 3, 3, level="high", state="open", age=15, beside=(ACADEMY, POLICE)),
    Live(75 * 24, 2, level="high", state="open", age=14, beside=(ACADEMY, HEALTH)),
    Live(110 * 24 + 5, 0, level="medium", state="open", age=16, beside=(HEALTH, BRIGHTWATER)),
    Live(140 * 24, 4, level="high", state="open", age=13, beside=(SCHOOL, HEALTH, POLICE)),
    Live(26 * 24 + 6, 1, level="medium", state="open", age=15, beside=(POLICE,)),
    Live(9 * 24 + 2, 0, level="medium", state="open", age=17),
    Live(95 * 24, 0, level="medium", state="open", age=17, beside=(HEALTH, PROBATION), plan=88, until=150),
    Live(400 * 24, 2, level="high", state="open", age=18, beside=(HEALTH, BRIGHTWATER), plan=380, until=45),
    Live(520 * 24, 4, level="medium", state="open", age=19, beside=(PROBATION,), plan=500),
    Live(300 * 24, 2, level="high", state="open", age=20, beside=(HEALTH, PROBATION), plan=290, until=20),
    Live(610 * 24, 3, level="medium", state="open", age=21, beside=(PROBATION,), plan=600, until=-12),
)


@dataclass
class Concerns:
    """Referrals as rows, each with what was said of it, ready to be written."""

    now: datetime
    since: date
    agencies: dict[str, Agency]
    members: dict[str, Member]

    def __post_init__(self) -> None:
        self.draw = random.Random(SEED)
        self.grown: set[int] = set()
        self.said: list[tuple[Referral, str, list[tuple[str, str, datetime]]]] = []

    def make(self, people: list[tuple[Person, int]]) -> list[Referral]:
        """Every referral, oldest first: two years of them, then those of today."""
        self.grown = {key for person, key in people if (self.now.date() - person.born).days >= 17 * 365}
        found = [*self._past(people), *self._live(people)]
        return sorted(found, key=lambda one: one.received_at)

    def _past(self, people: list[tuple[Person, int]]) -> Iterator[Referral]:
        moment = self.since
        before: list[int] = []
        until = (self.now - timedelta(days=100)).date()
        while moment < until:
            days = min(QUARTER, (until - moment).days)
            for day in sorted(self.draw.randrange(days) for _ in range(round(A_QUARTER * days / QUARTER))):
                on = moment + timedelta(days=day)
                child = self._child(people, before, on)
                before.append(child)
                at = datetime(
                    on.year, on.month, on.day, self.draw.randrange(8, 18), self.draw.randrange(60), tzinfo=LONDON
                )
                yield self._closed(child, at)
            moment += timedelta(days=QUARTER)

    def _child(self, people: list[tuple[Person, int]], before: list[int], on: date) -> int:
        """Someone of 10 to 17 on a day: now and then a child referred before, and rather one who goes missing."""
        some = {key: person for person, key in people if 10 <= (on - person.born).days // 365 <= 16}
        again = [key for key in before if key in some]
        if again and self.draw.random() < AGAIN:
            return self.draw.choice(again)
        weights = [1 + 2 * min(len(person.missing), 5) for person in some.values()]
        return self.draw.choices(list(some), weights=weights)[0]

    def _closed(self, child: int, at: datetime) -> Referral:
        level = self.draw.choices(LEVELS, OF_135)[0]
        weeks = {"low": (2, 8), "medium": (9, 20), "high": (12, 30)}[level]
        ended = min(at + timedelta(weeks=self.draw.randrange(*weeks)), self.now - timedelta(days=2))
        made = self._one(child, at, self.draw.choices(FROM, weights=[one[-1] for one in FROM])[0])
        made.state, made.closed_at, made.decided_at = Referral.State.CLOSED, ended, at + timedelta(days=1)
        made.outcome = self.draw.choice(OUTCOMES[level])
        made.told_words, made.told_at = "We have met, and you were told what was agreed.", at + timedelta(days=6)
        given = [("referral", level, at + timedelta(hours=20))]
        if level != "low":
            lower, drawn = {"high": "medium", "medium": "low"}[level], self.draw.random()
            given.append(("review", lower if drawn < 0.4 else level, at + (ended - at) / 2))
            last = "high" if drawn > 0.94 else level if drawn > 0.7 else lower
            if child in self.grown and self.draw.random() < 0.8:
                last = "low"  # of 17 and older few are closed above low: without a plan they wait for a decision
            given.append(("closure", last, ended))
        self.said.append((made, "close", given))
        return made

    def _live(self, people: list[tuple[Person, int]]) -> Iterator[Referral]:
        lately = [
            key for person, key in people if person.live and 11 <= (self.now.date() - person.born).days // 365 <= 16
        ]
        others = iter(self.draw.sample(lately, len(lately)))
        others_of = {live: key for live, key in zip(LIVE, self.young(people), strict=True) if live.age}
        for live in LIVE:
            at = self.now - timedelta(hours=live.ago)
            child = others_of[live] if live.age else next(others) if live.matched else None
            made = self._one(child, at, FROM[live.place])
            if live.age and live.age >= 18 + live.ago / 24 / 365:
                made.transition_reason = WHY_HERE
            if not live.matched:
                made.given, made.family, made.born = "Elsie", "Harrow", date(self.now.year - 13, 5, 2)
                made.known_where = "Year 8, Penfield Academy"
            if live.state == "open":
                made.state, made.decided_at, made.allocated_to = (
                    Referral.State.OPEN,
                    at + timedelta(days=1),
                    self.members["Helen Marsh"],
                )
            levels = [("referral", live.level, at + timedelta(hours=min(20, live.ago / 2)))] if live.level else []
            self.said.append((made, "take_on" if live.state == "open" else "", levels))
            yield made

    def young(self, people: list[tuple[Person, int]]) -> Iterator[int | None]:
        """For each that waits today someone of its age, if it has one: whoever has been missing least long ago first."""
        free = [one for one in people if one[0].live is None]
        free.sort(key=lambda one: one[0].missing[-1][0].started.timestamp() if one[0].missing else 0, reverse=True)
        for live in LIVE:
            if not live.age:
                yield None
                continue
            middle = self.now.date() - timedelta(days=live.age * 365 + 180)
            found = min(free, key=lambda one: max(60, abs((one[0].born - middle).days)))
            free.remove(found)
            yield found[1]

    def _one(self, child: int | None, at: datetime, source: tuple[str, str, str, str, int]) -> Referral:
        agency, code, who, job, _ = source
        draw = self.draw
        kinds = draw.choices(KINDS, OF_100)[0].split()
        began = "online" if kinds[0] == "online" else draw.choices(("place", "not_known"), (30, 70))[0]
        return Referral(
            child_id=child, received_at=at, agency=self.agencies[agency], referred_by=who, role=job, source=code,
            how_known=draw.choice(HOW), concerns=CONCERN, kinds=kinds, began=began,
            platform=draw.choice(PLATFORMS) if began == "online" else "",
            place=draw.choice(PLACES) if began == "place" else "",
            place_not_known=draw.choice(("not_told", "not_asked")) if began == "not_known" else "",
            vulnerabilities=draw.sample(VULNERABILITIES, draw.choice((0, 1, 1, 2, 3))), linked_missing=draw.choice(("yes", "no")),
            cross_border="yes" if (abroad := draw.random() < 0.1) else "no", cross_border_where="Northshire" if abroad else "",
            voice=VOICE if (seen := draw.random() < 0.7) else "", voice_because="" if seen else NOT_SEEN,
            consent="given" if (agreed := draw.random() < 0.8) else "not_asked",
            consent_because="" if agreed else "Asking first could have put the child in danger.",
            recorded_at=at, recorded_by=who, recorded_member=None,
        )  # fmt: skip

    @property
    def waits(self) -> dict[int, Live]:
        """What waits today, by the identity of its referral."""
        return {id(one[0]): live for one, live in zip(self.said[-len(LIVE) :], LIVE, strict=True)}

    def join_repeats(self, written: list[Referral]) -> list[Referral]:
        """Name the earlier referral of the same child. Returns those that are repeats."""
        again = []
        latest: dict[int, Referral] = {}
        for one in written:
            if one.child_id in latest:
                one.repeat_of = latest[one.child_id]
                again.append(one)
            if one.child_id:
                latest[one.child_id] = one
        return again

    def rows(self) -> Iterator[Any]:
        """What was said of each referral, once it is written: levels, decisions, links."""
        for made, what, levels in self.said:
            if made.place:
                yield Link(referral=made, child_id=made.child_id, kind="place", name=made.place, about="Where it began")
            if made.place and self.draw.random() < 0.3:
                yield Link(referral=made, child_id=made.child_id, kind="person", name=self.draw.choice(PEOPLE))
            if made.child_id is None:
                continue
            of: dict[str, Any] = {"referral": made, "child_id": made.child_id, "recorded_by": "Helen Marsh"}
            live = self.waits.get(id(made))
            for point, level, at in levels:
                review = review_by(level, at.date())
                if live and live.review is not None:
                    review = self.now.date() + timedelta(days=live.review)
                yield Level(
                    point=point, level=level, at=at, by=BY, rationale=WHY[level], review_on=review, recorded_at=at, **of
                )
            if what and made.decided_at:
                yield Decision(what="take_on", why=TAKEN_ON, at=made.decided_at, recorded_at=made.decided_at, **of)
            if what == "close" and made.closed_at:
                yield Decision(what="close", outcome=made.outcome, why="Agreed at the review.", at=made.closed_at,
                               recorded_at=made.closed_at, **of)  # fmt: skip

    def involvements(self) -> Iterator[Involvement]:
        """The team's service and the referring agency work with children whose referral was taken on."""
        for made, what, _ in self.said:
            if what != "take_on" or not made.child_id:
                continue
            live = self.waits[id(made)]
            with_child = [self.agencies[SERVICES], made.agency, *(self.agencies[name] for name in live.beside)]
            for agency in dict.fromkeys(filter(None, with_child)):
                yield Involvement(child_id=made.child_id, agency=agency, since=made.received_at, role="Referral")

    def plans(self) -> Iterator[Plan]:
        """Plans of those who were 17 or older when their level was given: the law of transition asks for one at once."""
        for made, *_ in self.said:
            live = self.waits.get(id(made))
            if live is None or live.plan is None:
                continue
            opened = self.now - timedelta(days=live.plan)
            yield Plan(
                child_id=made.child_id, referral=made, words=TO_ADULTS, opened_at=opened, opened_by="Helen Marsh",
                review_on=self.now.date() + timedelta(days=abs(live.until or 30) % 50 + 5), transition_since=opened.date(),
                adult_agency=self.agencies[HEALTH] if live.until else None,
                adult_contact=ADULT_CONTACT if live.until else "",
                adult_by=self.now.date() + timedelta(days=live.until) if live.until else None,
            )  # fmt: skip

    def tasks(self) -> Iterator[Task]:
        """What was asked for after the referrals of today: one over, one due today, some later, one done."""
        taken = [made for made, what, _ in self.said if what == "take_on"]
        today = self.now.date()
        asked = (
            (0, SERVICES, "Helen Marsh", "Visit the child at school and agree who is told what", 0, False),
            (0, POLICE, "Fiona Lyle", "Check what is known of the vehicle that was named", 3, False),
            (1, HEALTH, "Amina Rowe", "Offer an appointment with the school nurse", -2, False),
            (1, SERVICES, "Helen Marsh", "Meet the parents about the safety plan", -6, True),
            (2, SCHOOL, None, "Agree a timetable for the return to school", 6, False),
        )
        for place, agency, who, what, days, done in asked:
            made, due = taken[place], today + timedelta(days=days)
            ended = self.now - timedelta(days=7) if done else None
            yield Task(
                child_id=made.child_id, of=Task.Of.REFERRAL, of_number=made.pk, what=what, agency=self.agencies[agency],
                member=self.members[who] if who else None, due_on=due, asked_at=self.now - timedelta(days=9),
                asked_by="Helen Marsh", done_at=ended, done_by=who or "" if done else "",
                outcome="Met; the plan is agreed." if done else "",
            )  # fmt: skip
