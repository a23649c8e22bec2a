"""What the team of the demonstration does with its referrals: what follows each, two meetings that were held and agreed,
and the next, whose agenda is open.

Helen Marsh acts in her own seat. Every sentence is about process and says nothing of any child.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from meg.config.demonstration.actions import say_when_planned
from meg.config.demonstration.protecting import HELEN, Work, bring_protection, workday
from meg.config.demonstration.staff import ACADEMY, BRIGHTWATER, HEALTH, POLICE, PROBATION, SCHOOL, SERVICES
from meg.partnership.access.models import Involvement
from meg.partnership.seats import By, seated
from meg.protect.tasks.actions import finish_task
from meg.pursue.meetings.actions import (
    add_theme,
    agree,
    attend,
    begin,
    close_agenda,
    decide,
    end_meeting,
    gather,
    give_action,
    plan_meeting,
    plan_next,
)
from meg.pursue.meetings.models import Decision, Item, Meeting, Reason

AT, WHERE = time(14, 0), "Room 2, and by video"
TO_THE_MEETING = timedelta(days=6)
WEEKS = 4
HELD = 2
AGREED = (3, 3, 5, 5, 3, 3, 3)  # days after a meeting on Monday, Tuesday, …
DUE = (10, 14, 26, 21)  # days after a meeting
THEMES = (
    ("Who rings whom at a weekend", "Asked for by two agencies"),
    ("Training dates of the quarter", "The coordinator asks who comes"),
)
THERE = (
    ((SERVICES, HELEN, "present"), (POLICE, "Fiona Lyle, intelligence sergeant", "present"),
     (HEALTH, "Amina Rowe, school nurse", "present"), (ACADEMY, "Daniel Okafor, safeguarding lead", "present"),
     (SCHOOL, "Designated lead", "apologies"), (BRIGHTWATER, "Nadia Frost", "report")),
    ((SERVICES, HELEN, "present"), (POLICE, "Fiona Lyle, intelligence sergeant", "present"),
     (HEALTH, "Amina Rowe, school nurse", "apologies"), (ACADEMY, "Daniel Okafor, safeguarding lead", "present"),
     (SCHOOL, "Designated lead", "present"), (PROBATION, "Duty manager", "report")),
)  # fmt: skip


@dataclass(frozen=True)
class Decides:
    """What a meeting decides: what was reported, and why. `act`: what somebody is asked to do."""

    what: str
    facts: str
    why: str
    act: str = ""
    to: str = ""


LEVEL, PLAN = "Look at the level with what was reported", "Change the plan and tell everyone"
DECIDES = {  # by the gravest reason, in turn
    "high": (
        Decides("plan", "Each agency said what it can do.", "One plan for all of them, from this week.", act=PLAN),
        Decides("referral", "The family would take up the offer.", "It can begin within a week.",
                to="Support to the family at home", act="Send the referral to the service"),
    ),
    "repeat": (
        Decides("plan", "The earlier plan was read out.", "What helped then is taken up again.", act=PLAN),
        Decides("none", "It is about what is known already.", "What is planned is enough, and goes on."),
    ),
    "missing": (
        Decides("none", "The pattern was looked at.", "The sheet is up to date, and the carer knows whom to call."),
        Decides("discussion", "Two agencies see it otherwise.", "They are to meet before the next meeting.",
                act="Hold the discussion and write down what came of it"),
    ),
    "level": (
        Decides("review", "Each agency reported what it knows.", "The level is to be looked at again.", act=LEVEL),
        Decides("none", "No agency had anything new.", "The level stays until its review."),
        Decides("plan", "Attendance is back to what it was.", "One part of the plan is no longer needed."),
    ),
}  # fmt: skip
OTHER = (Decides("none", "It was talked through.", "Everyone knows what is agreed."),)


def bring_work(*, by: By, now: datetime) -> None:
    """Do what was done until now, and plan the next operational meeting: its agenda is built from what is due. `by`: the
    operator.
    """
    bring_protection(by=by, now=now)
    with seated(by):
        work = Work(by, now)
    next_on = datetime.combine(workday((now + TO_THE_MEETING).date()), AT, tzinfo=now.tzinfo)
    meeting = _first(work, next_on - timedelta(weeks=WEEKS * HELD))
    for number in range(HELD):
        _meet(work, meeting, number)
        with seated(work.helen):
            after = _moment(meeting, 1)
            meeting = plan_next(by=work.helen, meeting=meeting, weeks=WEEKS, now=after)
            say_when_planned(meeting=meeting, at=after)
    with seated(work.helen):
        gather(by=work.helen, meeting=meeting, now=now)
    work.tasks_asked_then()


def _moment(meeting: Meeting, hours: float) -> datetime:
    return meeting.starts_at + timedelta(hours=hours)


def _first(work: Work, starts_at: datetime) -> Meeting:
    """The first meeting, planned three weeks before it. Where the clocks changed since, it is held at the same time of day."""
    planned = starts_at - timedelta(weeks=3)
    with seated(work.helen):
        made = plan_meeting(
            by=work.helen, starts_at=starts_at, where=WHERE, chair=work.members["Helen Marsh"],
            closes_on=(starts_at - timedelta(days=5)).date(), now=planned,
        )  # fmt: skip
        say_when_planned(meeting=made, at=planned)
    return made


def _meet(work: Work, meeting: Meeting, number: int) -> None:
    """A meeting from its closed agenda to its agreed minutes."""
    helen = work.helen
    with seated(helen):
        title, why = THEMES[number]
        add_theme(by=helen, meeting=meeting, title=title, why=why, shared=True)
        close_agenda(by=helen, meeting=meeting, now=_moment(meeting, -5 * 24))
        begin(by=helen, meeting=meeting, now=meeting.starts_at)
        for agency, name, how in THERE[number]:
            attend(by=helen, meeting=meeting, agency=work.agencies[agency], name=name, how=how)
        items = list(Item.objects.filter(meeting=meeting, state=Item.State.ON).select_related("child"))
        why_on = dict(Reason.objects.filter(meeting=meeting).order_by("-pk").values_list("item", "kind"))
    for place, item in enumerate(items[:-1]):
        ways = DECIDES.get(why_on[item.pk], OTHER)
        _decide(work, meeting, item, ways[(place + number) % len(ways)], place)
    with seated(helen):
        end_meeting(by=helen, meeting=meeting, put_off_rest=True, now=_moment(meeting, 1.75))
        agree(by=helen, meeting=meeting, now=_moment(meeting, AGREED[meeting.on.weekday()] * 24), demonstration=True)


def _decide(work: Work, meeting: Meeting, item: Item, decides: Decides, place: int) -> None:
    """One item, decided some minutes after the one before, and what somebody is asked to do; most of it is done in time."""
    helen, moment = work.helen, meeting.starts_at + timedelta(minutes=5 + 6 * place)
    review = decides.what == Decision.What.REVIEW
    due_on = meeting.on + timedelta(days=DUE[place % len(DUE)])
    with seated(helen):
        decide(
            by=helen, item=item, what=decides.what, why=decides.why, facts=decides.facts, to=decides.to, now=moment,
            review_on=(meeting.on + timedelta(weeks=WEEKS)) if review else None,
        )  # fmt: skip
        if not decides.act or item.child_id is None:
            return
        with_child = Involvement.objects.filter(child_id=item.child_id, until__isnull=True, member__isnull=True)
        agencies = list(with_child.order_by("pk").values_list("agency_id", flat=True))
        agency = next((one for one in work.agencies.values() if one.pk in agencies), work.agencies[SERVICES])
        member = work.members["Helen Marsh"] if agency == work.agencies[SERVICES] else None
        task = give_action(
            by=helen, item=item, what=decides.act, agency=agency, member=member,
            due_on=due_on, today=meeting.on,
        )  # fmt: skip
        work.asked[task.pk] = moment
        if due_on < work.now.date() and (place or meeting.follows_id is None):
            done = min(moment + timedelta(days=9), work.now)
            finish_task(by=helen, task=task, outcome="Done, and told to the meeting.", now=done)
