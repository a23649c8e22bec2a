"""Who sees which child, asked of the database in raw SQL under each seat."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import DatabaseError, connection, transaction
from psycopg.types.range import DateRange

from conftest import Cast
from meg.partnership.access.models import Member
from meg.partnership.agencies.models import Agency
from meg.partnership.seats import Seat, seated
from meg.protect.assessments.models import Assessment, Framework, FrameworkFactor, Said
from meg.protect.children.models import CareEpisode, Child
from meg.protect.contexts.models import Answer, Context
from meg.protect.contexts.models import Level as Concern
from meg.protect.contexts.models import Link as ContextLink
from meg.protect.contexts.models import Said as SaidOfContext
from meg.protect.exploitation.models import Decision as ReferralDecision
from meg.protect.exploitation.models import Level, Referral
from meg.protect.exploitation.models import Link as ReferralLink
from meg.protect.missing.models import (
    Challenge,
    Correction,
    Decision,
    Discussion,
    Episode,
    Interview,
    Link,
    Prevention,
    Risk,
    Sheet,
    Status,
    Step,
)
from meg.protect.plans.models import Aim, Given, Plan, Review, Service
from meg.protect.plans.models import Decision as TransitionDecision
from meg.protect.tasks.models import Task
from meg.pursue.meetings.models import Action as MeetingAction
from meg.pursue.meetings.models import Decision as MeetingDecision
from meg.pursue.meetings.models import Item, Meeting, Minute, Note, Reason

CHILD_TABLES = {
    "children_child": "id",
    "children_name": "child_id",
    "children_identifier": "child_id",
    "children_careepisode": "child_id",
    "missing_episode": "child_id",
    "missing_correction": "child_id",
    "missing_risk": "child_id",
    "missing_status": "child_id",
    "missing_prevention": "child_id",
    "missing_decision": "child_id",
    "missing_challenge": "child_id",
    "missing_interview": "child_id",
    "missing_step": "child_id",
    "missing_link": "child_id",
    "missing_discussion": "child_id",
    "missing_sheet": "child_id",
    "exploitation_referral": "child_id",
    "exploitation_link": "child_id",
    "exploitation_level": "child_id",
    "exploitation_decision": "child_id",
    "assessments_assessment": "child_id",
    "assessments_said": "child_id",
    "tasks_task": "child_id",
    "meetings_item": "child_id",
    "meetings_reason": "child_id",
    "meetings_decision": "child_id",
    "meetings_action": "child_id",
    "meetings_minute": "child_id",
    "meetings_note": "child_id",
    "plans_plan": "child_id",
    "plans_aim": "child_id",
    "plans_given": "child_id",
    "plans_review": "child_id",
    "plans_decision": "child_id",
    "contexts_link": "child_id",
}
# Daniel's academy works with the first child and Nadia is allocated to her; Amina's health service has the second.
EXPECTED = {
    "helen": (True, True),
    "arthur": (True, True),
    "daniel": (True, False),
    "amina": (False, True),
    "nadia": (True, False),
    "fiona": (False, False),
    "ruth": (False, False),
    "colin": (False, False),
    "wendy": (False, False),
    "grace": (False, False),
    "adam": (False, False),
}


def two_children(cast: Cast) -> tuple[Child, Child]:
    """A child of Penfield Academy with Nadia allocated, and one of Caldershire Health; each with a row in every table."""
    ours = cast.child("Keira", "Dunstan", agency="Penfield Academy", worker="nadia", number="A1")
    theirs = cast.child("Kira", "Hale", date(2013, 6, 2), agency="Caldershire Health", number="B2")
    with seated(cast.operator):
        for child in (ours, theirs):
            CareEpisode.objects.create(child=child, started=date(2024, 1, 1))
            episode = Episode.objects.create(
                child=child,
                missing_from="care",
                care_status="M",
                setting="foster",
                started_at=datetime(2026, 1, 5, 20, tzinfo=UTC),
            )
            everything_said(episode)
            everything_referred(child)
    return ours, theirs


def everything_said(episode: Episode) -> None:
    """A row of everything that can be said of an episode, its child and its interview."""
    of = {"child_id": episode.child_id}
    Correction.objects.create(episode=episode, reason="The carer's log.", **of)
    Risk.objects.create(episode=episode, level="LOW", reason="Age", assessor="Control room", **of)
    Status.objects.create(episode=episode, care_status="A", reason="Found, not back", **of)
    Prevention.objects.create(episode=episode, held=True, by="PC Example", **of)
    Decision.objects.create(episode=episode, what="safety_plan", why="Agreed", **of)
    Challenge.objects.create(episode=episode, why="Nobody knew", **of)
    interview = Interview.objects.create(due_at=datetime(2026, 1, 9, tzinfo=UTC), **of)
    Step.objects.create(interview=interview, what="due", at=datetime(2026, 1, 6, tzinfo=UTC), **of)
    Link.objects.create(interview=interview, kind="place", name="A park", **of)
    Discussion.objects.create(why="Threshold reached", **of)
    Sheet.objects.create(places="A park", **of)


def everything_referred(child: Child) -> None:
    """A referral of a child, all that can be said of it, and a task."""
    when = datetime(2026, 1, 12, 9, tzinfo=UTC)
    referral = Referral.objects.create(
        child=child, referred_by="A teacher", received_at=when, concerns="Told in confidence", consent="given"
    )
    of = {"referral": referral, "child_id": child.pk}
    ReferralLink.objects.create(kind="place", name="A park", **of)
    Level.objects.create(level="medium", point="referral", by="Helen Example", rationale="As told", at=when, **of)
    ReferralDecision.objects.create(what="take_on", why="Agreed", at=when, **of)
    everything_assessed(referral)
    agency = Agency.objects.order_by("pk").filter(type="LA_SOCIAL_CARE").first() or Agency.objects.get()
    task = Task.objects.create(child=child, of="referral", of_number=referral.pk, what="See the child", agency=agency,
                               due_on=date(2026, 2, 1))  # fmt: skip
    everything_met(child, task)
    everything_planned(referral, agency)
    everything_around(child, referral)


def everything_around(child: Child, referral: Referral) -> None:
    """A context that a child is linked to, all that can be said of it, and a proposal that was answered."""
    made = Context.objects.create(kind="place", name="A park")
    of = {"context": made}
    SaidOfContext.objects.create(what="known", words="Busy after school", by="Helen Example", **of)
    Concern.objects.create(level="high", by="Helen Example", rationale="Named often", **of)
    ContextLink.objects.create(child=child, how="seen", since=date(2026, 1, 12), referral=referral, **of)
    Answer.objects.create(kind="place", words="a park", children=[child.pk], what="opened", **of)


def everything_met(child: Child, task: Task) -> None:
    """A meeting about a child, from its agenda to a correction of its minutes."""
    when = datetime(2026, 1, 20, 14, tzinfo=UTC)
    chair = Member.objects.filter(seats__contains=["team"])[0]
    meeting = Meeting.objects.create(starts_at=when, where="Hall", chair=chair, closes_on=date(2026, 1, 18))
    of = {"meeting": meeting, "child_id": child.pk}
    item = Item.objects.create(position=1, **of)
    Reason.objects.create(item=item, kind="asked", words="Asked for", **of)
    for state in ("closed", "room"):
        Meeting.objects.filter(pk=meeting.pk).update(state=state)
    MeetingDecision.objects.create(item=item, what="none", why="Nothing new", **of)
    MeetingAction.objects.create(item=item, task=task, **of)
    ended = {"state": "decided", "ended_at": when, "ended_by": "Helen Example", "ended_because": "Nothing new"}
    Item.objects.filter(pk=item.pk).update(**ended)
    Meeting.objects.filter(pk=meeting.pk).update(state="held")
    Minute.objects.create(item=item, content={}, **of)
    Meeting.objects.filter(pk=meeting.pk).update(state="agreed", agreed_at=when, agreed_by="Helen Example")
    Note.objects.create(item=item, words="Said by the aunt", **of)


def everything_assessed(referral: Referral) -> None:
    """An assessment of a referral's child, with an answer; by a framework of its partnership."""
    of = {"child_id": referral.child_id}
    factor = FrameworkFactor.objects.exclude(framework__state="draft").first() or a_factor()
    made = Assessment.objects.create(referral=referral, framework=factor.framework, kind="first", **of)
    Said.objects.create(assessment=made, factor=factor, answer="not_known", **of)


def a_factor() -> FrameworkFactor:
    """The one factor of a framework that is in use."""
    kept = Framework.objects.create(key="short", version=1, title="Short")
    factor = FrameworkFactor.objects.create(
        framework=kept, section="Home", position=1, code="f", label="A factor",
        answers=[{"code": "not_known", "label": "Not known", "weight": None}],
    )  # fmt: skip
    Framework.objects.filter(pk=kept.pk).update(state="published", valid_from=date(2020, 1, 1), published_by="Operator")
    return factor


def everything_planned(referral: Referral, agency: Agency) -> None:
    """A plan after a referral, all that can be in it, and a decision on transition."""
    of = {"child_id": referral.child_id}
    plan = Plan.objects.create(referral=referral, words="Safer", review_on=date(2026, 3, 1), **of)
    Aim.objects.create(plan=plan, words="At school", known_by="The register", **of)
    TransitionDecision.objects.create(what="moved", decided_by="Helen Example", why="Moved", **of)
    Review.objects.create(plan=plan, by="Helen Example", words="Said", **of)
    service, _ = Service.objects.get_or_create(
        agency=agency, name="Mentoring", defaults={"valid": DateRange(date(2020, 1, 1))}
    )
    Given.objects.create(plan=plan, service=service, agency=agency, given_from=date(2026, 1, 20), **of)


def seen(cast: Cast, person: str, table: str) -> set[int] | None:
    """The children whose rows a person's seat shows in a table; None where the table refuses."""
    try:
        with transaction.atomic(), seated(cast.by(person, Seat(cast.members[person].seats[0]))):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {CHILD_TABLES[table]} FROM {table}")
                return {row[0] for row in cursor.fetchall()}
    except DatabaseError as refused:
        assert "permission denied" in str(refused)
        return None
