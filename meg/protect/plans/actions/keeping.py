"""Open a plan, say what it is to reach, give services, review it, close it. For a referral's child, or for a context."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.db import IntegrityError, transaction

from meg.partnership.access.models import Member
from meg.partnership.agencies.models import Agency
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.rules import Unfit, Unfits
from meg.protect.exploitation.actions import give_level
from meg.protect.exploitation.models import Level, Referral
from meg.protect.missing.rules import london_day
from meg.protect.plans.models import Aim, Given, Plan, Review, Service
from meg.protect.plans.permissions import ONLY_TEAM
from meg.protect.plans.rules import LONG, given_wrong, open_words, plan_wrong, review_wrong
from meg.protect.tasks.actions import ask_task, drop_task
from meg.protect.tasks.models import Task

ONLY = "Only the exploitation team changes a plan."
NOWHERE = "There is no such plan, or your seat does not reach it."
CLOSED = "This plan is closed."
TWO = "This referral has an open plan already. Change that one, or close it first."
TWO_OF_A_CONTEXT = "This context has an open plan already. Change that one, or close it first."
ONLY_A_CHILDS = "Only a child’s plan leads to adult services."
HELD = "plan_held_open"  # the constraint that the law of transition names


@transaction.atomic
def open_plan(
    *, by: By, words: str, review_on: date, now: datetime, referral: Referral | None = None, context: int | None = None
) -> Plan:
    """Open a plan for the child of a referral, or for a context of the room above, by its number.

    Raises: Refused; Unfit, where it says nothing, the review is not after today, the referral is not taken on, or there is
    an open plan already.
    """
    permit(by, ONLY_TEAM, ONLY)
    if wrong := plan_wrong(words, review_on, london_day(now)):
        raise Unfits(wrong)
    if (referral is None) == (context is None):
        raise ValueError("A plan is of a referral or of a context.")
    child = _child_of(referral) if referral else None
    try:
        with transaction.atomic():
            made = Plan.objects.create(
                child_id=child,
                referral=referral,
                context=context,
                words=words.strip(),
                review_on=review_on,
                opened_at=now,
            )
    except IntegrityError as error:
        raise Unfit(TWO if referral else TWO_OF_A_CONTEXT) from error
    _line(by, made, "Opened a plan.")
    return made


def _child_of(referral: Referral) -> int:
    kept = Referral.objects.current().filter(pk=referral.pk).first()
    if kept is None or kept.child_id is None or kept.state != Referral.State.OPEN:
        raise Unfit("Take the referral on first: a plan is made for a child with whom work has begun.", "referral")
    return kept.child_id


def _line(by: By, plan: Plan, sentence: str, **detail: object) -> None:
    reference = str(plan.child.reference) if plan.child else ""
    of = {"context": plan.context} if plan.context is not None else {}
    record(by=by, kind=Kind.WRITE, sentence=sentence, reference=reference, detail={"plan": plan.pk, **of, **detail})


def hold_plan(by: By, plan: Plan) -> Plan:
    """The plan as it stands now, held for this transaction. Raises: Refused, where it is not reached; Unfit, where closed."""
    permit(by, ONLY_TEAM, ONLY)
    kept = Plan.objects.select_for_update(of=("self",)).select_related("child", "referral").filter(pk=plan.pk).first()
    if kept is None:
        raise Refused(NOWHERE)
    if not kept.is_open:
        raise Unfit(CLOSED)
    return kept


@transaction.atomic
def add_aim(*, by: By, plan: Plan, words: str, known_by: str) -> Aim:
    """What is to be reached, and how it will be known. Raises: Refused; Unfit, where one of the two is not said."""
    kept = hold_plan(by, plan)
    wrong = [
        (name, sentence)
        for name, value, sentence in (
            ("words", words, "Say what is to be reached."),
            ("known_by", known_by, "Say how it will be known."),
        )
        if not value.strip()
    ]
    if wrong:
        raise Unfits(wrong)
    made = Aim.objects.create(plan=kept, child_id=kept.child_id, words=words.strip(), known_by=known_by.strip())
    _line(by, kept, "Added an aim to a plan.", aim=made.pk)
    return made


@transaction.atomic
def settle_aim(*, by: By, aim: Aim, reached: bool, words: str, now: datetime) -> None:
    """Whether an aim was reached. Raises: Refused; Unfit, where it is settled already or nothing is said."""
    kept = hold_plan(by, aim.plan)
    if not words.strip():
        raise Unfit("Say how it is known.", "words")
    changed = Aim.objects.filter(pk=aim.pk, plan=kept, settled_at__isnull=True).update(
        settled_at=now, settled_by=by.name, reached=reached, settled_words=words.strip()
    )
    if not changed:
        raise Unfit("This aim is settled already.")
    _line(by, kept, "Said whether an aim was reached.", aim=aim.pk, reached=reached)


@transaction.atomic
def add_action(
    *, by: By, plan: Plan, what: str, agency: Agency, due_on: date, today: date, member: Member | None = None,
    transition: bool = False,
) -> Task:  # fmt: skip
    """Ask an agency for something: a task of the plan or of its context, or a step towards adult services. A child's is asked
    of an agency that works with the child.

    Raises: Refused; Unfit, as `ask_task`.
    """
    kept = hold_plan(by, plan)
    if transition and kept.context is not None:
        raise Unfit(ONLY_A_CHILDS)
    of = Task.Of.TRANSITION if transition else Task.Of.PLAN if kept.context is None else Task.Of.CONTEXT
    return ask_task(
        by=by,
        child=kept.child,
        of=of,
        of_number=kept.pk if kept.context is None else kept.context,
        what=what,
        agency=agency,
        member=member,
        due_on=due_on,
        today=today,
    )


@transaction.atomic
def give_service(*, by: By, plan: Plan, service: Service, given_from: date, given_until: date | None = None,
                 outcome: str = "") -> Given:  # fmt: skip
    """A service of the partnership's list is given under a plan. Raises: Refused; Unfit, where it was not on offer, or
    ended before it began, or ended without an outcome.
    """
    kept = hold_plan(by, plan)
    if not Service.objects.on(given_from).filter(pk=service.pk).exists():
        raise Unfit("The service was not on offer on that day.", "given_from")
    _check_given(given_from, given_until, outcome)
    made = Given.objects.create(
        plan=kept, child_id=kept.child_id, service=service, agency_id=service.agency_id, given_from=given_from,
        given_until=given_until, outcome=outcome.strip() if given_until else "",
    )  # fmt: skip
    _line(by, kept, "Recorded a service that is given.", service=service.pk)
    return made


def _check_given(given_from: date, given_until: date | None, outcome: str) -> None:
    wrong = given_wrong(given_from, given_until, given_from)
    if given_until and not outcome.strip():
        wrong.append(("outcome", "Say what came of it."))
    if wrong:
        raise Unfits(wrong)


@transaction.atomic
def end_service(*, by: By, given: Given, given_until: date, outcome: str) -> None:
    """A service has ended, and what came of it. Raises: Refused; Unfit, where it ended before it began or has ended."""
    kept = hold_plan(by, given.plan)
    _check_given(given.given_from, given_until, outcome)
    changed = Given.objects.filter(pk=given.pk, plan=kept, given_until__isnull=True).update(
        given_until=given_until, outcome=outcome.strip()
    )
    if not changed:
        raise Unfit("This service has ended already.")
    _line(by, kept, "Recorded that a service ended.", given=given.pk)


@transaction.atomic
def review_plan(
    *, by: By, plan: Plan, who: str, words: str, next_on: date, now: datetime, level: str = "", rationale: str = ""
) -> Review:
    """What was said at a review, by whom, and when the next is; with the level of risk, where one was given there.

    Raises: Refused; Unfit, where nothing or nobody is said, the next review is not after today, or a level has no reason.
    """
    kept = hold_plan(by, plan)
    wrong = [] if who.strip() else [("who", "Enter who said it.")]
    wrong += [] if words.strip() else [("words", "Write down what was said.")]
    if wrong := [*wrong, *review_wrong(next_on, london_day(now))]:
        raise Unfits(wrong)
    made = Review.objects.create(
        plan=kept, child_id=kept.child_id, at=now, by=who.strip(), words=words.strip(), next_on=next_on
    )
    Plan.objects.filter(pk=kept.pk).update(review_on=next_on)
    _line(by, kept, "Reviewed a plan.", review=made.pk)
    _level(by, kept, level, who, rationale, now, Level.Point.REVIEW, made.pk)
    return made


def _level(
    by: By, plan: Plan, level: str, who: str, rationale: str, now: datetime, point: Level.Point, number: int
) -> None:
    if level and plan.referral:
        give_level(
            by=by,
            referral=plan.referral,
            level=level,
            who=who,
            rationale=rationale,
            now=now,
            point=point,
            number=number,
        )


@transaction.atomic
def plan_transition(*, by: By, plan: Plan, agency: Agency, contact: str, by_when: date, today: date) -> None:
    """Make a plan also the one towards adult services: which agency, whom there, and by when.

    Raises: Refused; Unfit, where nobody is named or the day is not after today, or the plan is of no child.
    """
    kept = hold_plan(by, plan)
    if kept.child_id is None:
        raise Unfit(ONLY_A_CHILDS)
    wrong = [] if contact.strip() else [("contact", "Enter whom the team works with in adult services.")]
    wrong += [("by_when", "The day must be after today.")] if by_when <= today else []
    if wrong:
        raise Unfits(wrong)
    Plan.objects.filter(pk=kept.pk).update(
        transition_since=kept.transition_since or today,
        adult_agency=agency,
        adult_contact=contact.strip(),
        adult_by=by_when,
    )
    _line(by, kept, "Planned the way to adult services.", agency=agency.pk, by_when=by_when.isoformat())


@transaction.atomic
def close_plan(
    *, by: By, plan: Plan, outcome: str, why: str, now: datetime, actions: str = "", level: str = "", who: str = "",
    rationale: str = "",
) -> None:  # fmt: skip
    """Close a plan with what came of it. `actions`: 'drop' or 'keep' what is still open of it. A level at closure may be given.

    Raises: Refused; Unfit, where no outcome or reason is given, actions are open and nothing is chosen, or the law of
    transition holds the plan open.
    """
    kept = hold_plan(by, plan)
    wrong = [] if outcome in Plan.Outcome.values else [("outcome", "Choose what came of the plan.")]
    wrong += [] if why.strip() else [("why", "Say why. The reason stays with the plan.")]
    left = list(kept.tasks.open())
    if left and actions not in ("drop", "keep"):
        wrong.append(("actions", open_words(len(left))))
    if wrong:
        raise Unfits(wrong)
    _level(by, kept, level, who, rationale, now, Level.Point.CLOSURE, kept.pk)
    with _the_law_lets_go():
        Plan.objects.filter(pk=kept.pk).update(
            closed_at=now, closed_by=by.name, outcome=outcome, closed_because=why.strip()[:LONG]
        )
    for task in left if actions == "drop" else []:
        drop_task(by=by, task=task, why=f"The plan was closed: {why.strip()}", now=now)
    _line(by, kept, "Closed a plan.", outcome=outcome, actions=actions if left else "", open=len(left))


@contextmanager
def _the_law_lets_go() -> Iterator[None]:
    """Raises: Unfit with the database's sentence, where the law of transition holds a plan open."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diag = getattr(error.__cause__, "diag", None)
        if diag is None or diag.constraint_name != HELD:
            raise
        raise Unfit(str(diag.message_primary)) from error
