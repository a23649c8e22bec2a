"""What the demonstration's people do after a referral: assess, plan, review, and lead to adult services.

Helen Marsh and the agencies act in their own seats, by the rooms' own verbs, at the moments at which they would have. The
plans of referrals that were closed long ago are written as rows, since there are many.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models

from meg.config.demonstration.actions import keep_plans, say_when_asked
from meg.config.demonstration.concerns import LIVE
from meg.config.demonstration.courses import COURSES, ENDED, SERVICES_OFFERED, Act, Assessed, Course, Reviewed
from meg.config.demonstration.reporting import in_seat
from meg.config.demonstration.staff import ACADEMY, BRIGHTWATER, HEALTH, POLICE, SERVICES
from meg.partnership.access.models import Member
from meg.partnership.agencies.models import Agency, AgencyName
from meg.partnership.seats import By, Seat, seated
from meg.protect.assessments.actions import begin, finish
from meg.protect.assessments.models import Assessment, Framework
from meg.protect.assessments.rules import Given as Answered
from meg.protect.assessments.rules import Tool
from meg.protect.exploitation.actions import close
from meg.protect.exploitation.models import Level, Referral
from meg.protect.plans.actions import (
    add_action,
    add_aim,
    add_service,
    close_plan,
    decide,
    end_service,
    give_service,
    open_plan,
    review_plan,
    settle_aim,
    take_service_off,
)
from meg.protect.plans.models import Aim, Given, Plan, Review, Service
from meg.protect.tasks.actions import finish_task
from meg.protect.tasks.models import Task

SEED = 21
WHO = {
    POLICE: "Fiona Lyle",
    HEALTH: "Amina Rowe",
    ACADEMY: "Daniel Okafor",
    SERVICES: "Helen Marsh",
    BRIGHTWATER: "Nadia Frost",
}
SEATS = {SERVICES: Seat.TEAM, BRIGHTWATER: Seat.INTERVIEWER}
HELEN = "Helen Marsh, team manager"
FOR = "Agreed with the child, the family and the network."
VOICE = "Was asked, and told what was written down."
STRENGTHS = "The network meets; the family answers calls."
LOWER = "The network agrees that the risk is lower."
SAME = "Nothing has changed enough to judge otherwise."
CAME = "Ended as agreed."
DECIDED, GONE = 12, 610  # days ago: when it was decided that adult services take over, and that referral
THERE = "June Ashby, adult safeguarding"
ENDS = {"low": ("met", "met", "partly", "ended"), "medium": ("partly", "partly", "ended", "moved")}
REACHED = {"met": True, "partly": True, "ended": False, "moved": False}


@dataclass
class Work:
    """The people, agencies and days of the demonstration."""

    by: By
    now: datetime
    helen: By = field(init=False)
    agencies: dict[str, Agency] = field(init=False)
    services: dict[str, Service] = field(default_factory=dict)
    asked: dict[int, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.helen = in_seat("Helen Marsh", Seat.TEAM, self.by.partnership_id)
        found = AgencyName.objects.filter(valid__upper_inf=True).select_related("agency")
        self.agencies = {one.name: one.agency for one in found}
        self.members = {member.name: member for member in Member.objects.all()}

    def at(self, ago: int, hour: int = 11) -> datetime:
        """So many days ago, or the Friday before, at an hour of the day; never after now."""
        day = workday((self.now - timedelta(days=ago)).date())
        return min(datetime.combine(day, time(hour), tzinfo=self.now.tzinfo), self.now)

    def day(self, ahead: int) -> date:
        return self.now.date() + timedelta(days=ahead)

    def doer(self, agency: str) -> By:
        """Who does what an agency was asked for: one of its own people, or the team for agencies without a sign-in."""
        if agency not in WHO:
            return self.helen
        return in_seat(WHO[agency], SEATS.get(agency, Seat.PRACTITIONER), self.by.partnership_id)

    def tasks_asked_then(self) -> None:
        """Say of each task when it was asked for: the verb takes the moment of the database."""
        with seated(self.by):
            say_when_asked(asked=self.asked)


def workday(day: date) -> date:
    """The day, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def bring_protection(*, by: By, now: datetime) -> None:
    """Everything that was done after referrals until now. `by`: the operator."""
    with seated(by):
        work = Work(by, now)
        referrals = list(Referral.objects.open().select_related("child").order_by("received_at"))
        frameworks = {one.key: (one, one.tool()) for one in Framework.objects.in_use()}
    open_ = sorted((live for live in LIVE if live.state == "open"), key=lambda live: -live.ago)
    of = {int(live.ago // 24): one for live, one in zip(open_, referrals, strict=True)}
    _offer(work)
    with seated(by):
        past_plans(work)
    for days, course in COURSES.items():
        with seated(work.helen):
            for one in course.assessed:
                _assess(work, of[days], *frameworks[one.tool], one)
        plan = _plan(work, of[days], course)
        if plan:
            _carry_out(work, plan, course)
    _hand_to_adults(work, of[GONE])
    work.tasks_asked_then()


def _offer(work: Work) -> None:
    """The partnership's list of services, and one that is on it no more."""
    with seated(work.helen):
        for agency, name, about, years in SERVICES_OFFERED:
            work.services[name] = add_service(
                by=work.helen, agency=work.agencies[agency], name=name, about=about, since=work.day(-365 * years)
            )
        years, name, agency = ENDED
        gone = add_service(
            by=work.helen, agency=work.agencies[agency], name=name, about="", since=work.day(-365 * years)
        )
        take_service_off(by=work.helen, service=gone, on=work.day(-365))


# ── assessments ─────────────────────────────────────────────────────────────────────────────────────────────


def _assess(work: Work, referral: Referral, framework: Framework, tool: Tool, one: Assessed) -> None:
    first = not Assessment.objects.finished().filter(referral=referral).exists()
    kind = Assessment.Kind.FIRST if first else Assessment.Kind.REVIEW
    made = begin(by=work.helen, referral=referral, framework=framework, kind=kind, now=work.at(one.ago, 10))
    if one.level:
        given = Answered(
            answers(tool, one), one.level, HELEN, one.why, voice=VOICE, strengths=STRENGTHS,
            review_on=None if one.review is None else work.day(one.review),
        )  # fmt: skip
        finish(by=work.helen, assessment=made, given=given, now=work.at(one.ago))


def answers(tool: Tool, one: Assessed) -> dict[str, str]:
    """An answer to every factor: strong and some concern where it is named, not known where that is, else no."""
    strong, some, unknown = (set(words.split()) for words in (one.strong, one.some, one.unknown))
    assert strong | some | unknown <= {factor.code for factor in tool.factors}, "every name is a factor's"
    found = {}
    for factor in tool.factors:
        weighed = sorted((a for a in factor.answers if a.weight), key=lambda a: a.weight or 0)
        which = weighed[-1] if factor.code in strong else weighed[0]
        found[factor.code] = (
            which.code if factor.code in strong | some else "not_known" if factor.code in unknown else "no"
        )
    return found


# ── plans ───────────────────────────────────────────────────────────────────────────────────────────────────


def _plan(work: Work, referral: Referral, course: Course) -> Plan | None:
    with seated(work.helen):
        if course.plan:
            ago, review = course.plan
            first = course.reviews[0].ago - 1 if course.reviews else -review
            return open_plan(
                by=work.helen, referral=referral, words=FOR, review_on=work.day(-first), now=work.at(ago, 14)
            )
        return Plan.objects.open().filter(referral=referral).first() if course.aims else None


def _carry_out(work: Work, plan: Plan, course: Course) -> None:
    """What is said and done under a plan."""
    helen = work.helen
    with seated(helen):
        for words, known_by, came in course.aims:
            aim = add_aim(by=helen, plan=plan, words=words, known_by=known_by)
            if came:
                settle_aim(by=helen, aim=aim, reached=True, words=came, now=work.at(8))
        for name, since, until in course.services:
            given = give_service(by=helen, plan=plan, service=work.services[name], given_from=work.day(-since))
            if until is not None:
                end_service(by=helen, given=given, given_until=work.day(-until), outcome=CAME)
    for act in course.acts:
        _ask(work, plan, act)
    with seated(helen):
        for one in course.reviews:
            _review(work, plan, one)


def _ask(work: Work, plan: Plan, act: Act) -> None:
    moment = work.at(act.asked, 15)
    with seated(work.helen):
        task = add_action(
            by=work.helen, plan=plan, what=act.what, agency=work.agencies[act.agency], due_on=work.day(act.due),
            today=moment.date(), member=work.members.get(WHO.get(act.agency, "")), transition=act.step,
        )  # fmt: skip
    work.asked[task.pk] = moment
    if act.came:
        doer = work.doer(act.agency)
        with seated(doer):
            finish_task(by=doer, task=task, outcome=act.came, now=work.at(1 - act.due, 12))


def _review(work: Work, plan: Plan, one: Reviewed) -> None:
    moment = work.at(one.ago, 15)
    before = Level.objects.filter(referral=plan.referral).as_of(moment).order_by("-at", "-pk").first()
    why = SAME if before and before.level == one.level else LOWER
    review_plan(
        by=work.helen, plan=plan, who=HELEN, words=one.words, next_on=work.day(one.next), now=moment, level=one.level,
        rationale=why,
    )  # fmt: skip


def _hand_to_adults(work: Work, referral: Referral) -> None:
    """One young adult is handed over: accepted by name, the plan and the referral closed."""
    helen, child = work.helen, referral.child
    assert child is not None, "it was matched"
    with seated(helen):
        decide(by=helen, child=child, what="handed_over", decided_by=HELEN, accepted_by=THERE,
               why="Adult services have met the young person twice, and take over.", now=work.at(DECIDED))  # fmt: skip
        plan = Plan.objects.open().get(referral=referral)
        close_plan(by=helen, plan=plan, outcome="adults", why="It goes on there.", now=work.at(DECIDED - 1))
        close(by=helen, referral=referral, outcome="adult_services", why="Taken over.", now=work.at(DECIDED - 1, 12))


# ── long ago ────────────────────────────────────────────────────────────────────────────────────────────────


def past_plans(work: Work) -> None:
    """A closed plan for each closed referral whose level was given again: aims, services, a review and what was done."""
    draw = random.Random(SEED)
    levels = Level.objects.filter(referral__state=Referral.State.CLOSED).order_by("at", "pk")
    given: dict[int, list[Level]] = {}
    for level in levels.select_related("referral"):
        given.setdefault(level.referral_id, []).append(level)
    every = [_past(work, draw, some) for some in given.values() if len(some) > 1]
    keep_plans(by=work.by, plans=every)


def _past(work: Work, draw: random.Random, levels: list[Level]) -> tuple[Plan, list[models.Model]]:
    referral, last = levels[0].referral, levels[-1]
    assert referral.decided_at
    assert referral.closed_at
    outcome = draw.choice(ENDS.get(last.level, ENDS["medium"]))
    opened = referral.decided_at + timedelta(hours=6)
    plan = Plan(
        child_id=referral.child_id, referral=referral, words=FOR, opened_at=opened, opened_by="Helen Marsh",
        review_on=referral.closed_at.date(), closed_at=referral.closed_at, closed_by="Helen Marsh", outcome=outcome,
        closed_because="Agreed at the last review.",
    )  # fmt: skip
    return plan, list(_of_past(work, draw, plan, levels[1], REACHED[outcome]))


def _of_past(work: Work, draw: random.Random, plan: Plan, level: Level, reached: bool) -> Iterator[models.Model]:
    of: dict[str, Any] = {"plan": plan, "child_id": plan.child_id}
    by: dict[str, Any] = {"recorded_by": "Helen Marsh"}
    opened, closed = plan.opened_at, plan.closed_at
    assert closed is not None
    aims = draw.sample([one for course in COURSES.values() for one in course.aims], 1)
    for words, known_by, _ in aims:
        yield Aim(words=words, known_by=known_by, settled_at=closed, settled_by="Helen Marsh", reached=reached,
                  settled_words="Said at the last review.", recorded_at=opened, **of, **by)  # fmt: skip
    for service in draw.sample(list(work.services.values())[:5], draw.choice((0, 1, 1, 2))):
        yield Given(service=service, agency_id=service.agency_id, given_from=(opened + timedelta(days=6)).date(),
                    given_until=max((opened + timedelta(days=6)).date(), closed.date()), outcome=CAME,
                    recorded_at=opened, **of, **by)  # fmt: skip
    yield Review(at=level.at, by=HELEN, words="Reviewed with the network.", next_on=plan.review_on,
                 recorded_at=level.at, **of, **by)  # fmt: skip
    yield Task(
        child_id=plan.child_id, of=Task.Of.PLAN, of_number=0, what="Draw up the safety plan with the family",
        agency=work.agencies[SERVICES], member=work.members["Helen Marsh"], due_on=(opened + timedelta(days=10)).date(),
        asked_at=opened, asked_by="Helen Marsh", done_at=opened + timedelta(days=8), done_by="Helen Marsh",
        outcome="Done; everyone has a copy.",
    )  # fmt: skip
