"""Steps of a return interview: allocated, offered, tried, answered, booked, declined, given up, handed over, held."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from meg.partnership.access.actions import involve
from meg.partnership.access.models import Involvement, Member
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.rules import Unfit
from meg.protect.missing.actions.falling_due import attach, let_go, set_due
from meg.protect.missing.actions.recording import hold, one_at_a_time
from meg.protect.missing.models import Episode, Interview, Link, Step
from meg.protect.missing.permissions import DECIDERS, INTERVIEWERS
from meg.protect.missing.rules import Held, first_minute, london_day, moment_wrong, why_not

ONLY = (
    "Only return-interview workers, for children allocated to them, and the exploitation team record return interviews."
)
ALLOCATES = "Only the exploitation team can allocate return interviews."
REQUIRES = "Only the exploitation team decides whether a return interview is required."
ROLE = "Return interviews"
UNKNOWN = "There is no such interview, or your seat does not reach it."


def hold_interview(interview: Interview, step: str) -> Interview:
    """The interview as it stands now, held for this transaction, if the step can be taken from where it is.

    Raises: Refused, where the seat does not reach it; Unfit, where the step cannot be taken.
    """
    one_at_a_time(interview.child_id)
    kept = Interview.objects.current().select_related("child").filter(pk=interview.pk).first()
    if kept is None:
        raise Refused(UNKNOWN)
    wrong = why_not(step, kept.state, kept.attempts)
    if wrong:
        raise Unfit(wrong)
    return kept


def answered_by(interview: Interview) -> list[Episode]:
    """The episodes that an interview answers, earliest return first."""
    return list(Episode.objects.current().filter(interview=interview).order_by("returned_at"))


def returns(episodes: Iterable[Episode]) -> list[datetime]:
    """When the children of episodes came back, by their first possible moment."""
    return [
        one.returned_at if one.returned_to_the_minute else first_minute(london_day(one.returned_at))
        for one in episodes
        if one.returned_at
    ]


def _hold_to(what: str, kept: Interview, at: datetime, now: datetime, field: str = "at") -> None:
    wrong = moment_wrong(what, at, returns(answered_by(kept)), now)
    if wrong:
        raise Unfit(wrong, field)


def _take(by: By, kept: Interview, what: str, at: datetime, *, said: dict[str, Any], words: str = "", way: str = "",
          doer: str = "") -> None:  # fmt: skip
    """Write a step: what it changes in the interview, its own line, and the trail's."""
    Interview.objects.filter(pk=kept.pk).update(**said, changed_at=Now(), changed_by_batch=None)
    Step.objects.create(
        interview=kept, child_id=kept.child_id, what=what, at=at, by=doer or by.name, way=way, words=words.strip()
    )
    record(by=by, kind=Kind.WRITE, sentence=f"{Step.What(what).label}.", reference=kept.child.reference,
           detail={"interview": kept.pk, "at": at.isoformat()})  # fmt: skip


@transaction.atomic
def allocate(*, by: By, interview: Interview, member: Member, now: datetime) -> None:
    """Give an interview to a worker, who reaches the child from then on.

    Raises: Refused, where the seat may not; Unfit, where the member has left or has not the seat for it.
    """
    permit(by, DECIDERS, ALLOCATES)
    kept = hold_interview(interview, "allocated")
    if member.left_on is not None or not {"interviewer", "team"} & set(member.seats):
        raise Unfit("Choose someone who holds return interviews.", "member")
    _take(by, kept, "allocated", now, said={"allocated_to": member}, words=member.name)
    reached = Involvement.objects.filter(child_id=kept.child_id, member=member, until__isnull=True).exists()
    if not reached:
        involve(by=by, child_id=kept.child_id, reference=str(kept.child.reference), agency=member.agency,
                member=member, role=ROLE)  # fmt: skip


@transaction.atomic
def offer(*, by: By, interview: Interview, at: datetime, way: str, words: str, now: datetime) -> None:
    """The interview was offered to the child. Raises: Refused, Unfit."""
    permit(by, INTERVIEWERS, ONLY)
    kept = hold_interview(interview, "offered")
    _hold_to("The offer", kept, at, now)
    said = {"state": Interview.State.OFFERED, "offered_at": kept.offered_at or at, "offered_by": by.name}
    _take(by, kept, "offered", at, said=said, words=words, way=way)


@transaction.atomic
def try_to_reach(*, by: By, interview: Interview, at: datetime, way: str, words: str, now: datetime) -> None:
    """The child was tried and not reached. Raises: Refused, Unfit."""
    permit(by, INTERVIEWERS, ONLY)
    kept = hold_interview(interview, "tried")
    _hold_to("The attempt", kept, at, now)
    _take(by, kept, "tried", at, said={"attempts": kept.attempts + 1, "last_attempt_at": at}, words=words, way=way)


@transaction.atomic
def accept(*, by: By, interview: Interview, at: datetime, now: datetime) -> None:
    """The child would like the interview. Raises: Refused, Unfit."""
    permit(by, INTERVIEWERS, ONLY)
    kept = hold_interview(interview, "accepted")
    _hold_to("The answer", kept, at, now)
    said = {"state": Interview.State.ACCEPTED, "accepted_at": at, "offered_at": kept.offered_at or at,
            "offered_by": kept.offered_by or by.name}  # fmt: skip
    _take(by, kept, "accepted", at, said=said)


@transaction.atomic
def book(*, by: By, interview: Interview, booked_for: datetime, where: str, now: datetime) -> None:
    """A time and a place are set. It may be late: it is booked all the same. Raises: Refused, Unfit."""
    permit(by, INTERVIEWERS, ONLY)
    kept = hold_interview(interview, "booked")
    if booked_for <= now:
        raise Unfit("The time set must be in the future. Was the interview held? Write it up.", "booked_for")
    said = {"state": Interview.State.BOOKED, "booked_for": booked_for, "booked_where": where.strip(),
            "offered_at": kept.offered_at or now, "offered_by": kept.offered_by or by.name,
            "accepted_at": kept.accepted_at or now}  # fmt: skip
    _take(by, kept, "booked", now, said=said, words=where)


@transaction.atomic
def decline(
    *, by: By, interview: Interview, who: str, at: datetime, parent_view: str, parent_words: str, now: datetime
) -> None:
    """The child or a parent declined. `parent_view`: 'taken', 'offered' or empty. Raises: Refused, Unfit."""
    permit(by, INTERVIEWERS, ONLY)
    kept = hold_interview(interview, "declined")
    _hold_to("The answer", kept, at, now)
    if who not in Interview.Who.values:
        raise Unfit("Choose who declined.", "who")
    said = {"state": Interview.State.DECLINED, "declined_by": who, "parent_view": parent_view,
            "parent_view_words": parent_words.strip(), "offered_at": kept.offered_at or at,
            "offered_by": kept.offered_by or by.name, "settled_at": Now()}  # fmt: skip
    _take(by, kept, "declined", at, said=said, words=f"By {Interview.Who(who).label.lower()}")
    wake_scrutiny(kept)


@transaction.atomic
def give_up(*, by: By, interview: Interview, now: datetime) -> None:
    """The child cannot be reached after enough attempts. Raises: Refused, Unfit."""
    permit(by, INTERVIEWERS, ONLY)
    kept = hold_interview(interview, "not_contactable")
    said = {"state": Interview.State.NOT_CONTACTABLE, "settled_at": Now()}
    _take(by, kept, "not_contactable", now, said=said, words=f"After {kept.attempts} attempts")
    wake_scrutiny(kept)


@transaction.atomic
def hand_over(*, by: By, interview: Interview, authority: str, at: datetime, now: datetime) -> None:
    """Another authority holds it, for a child placed out of this area. It waits until that one has answered.

    Raises: Refused, Unfit.
    """
    permit(by, DECIDERS, "Only the exploitation team hands a return interview to another authority.")
    kept = hold_interview(interview, "handed_over")
    _hold_to("The handing over", kept, at, now)
    if not authority.strip():
        raise Unfit("Enter the authority that holds the interview.", "authority")
    said = {"state": Interview.State.HANDED_OVER, "handed_to": authority.strip()}
    _take(by, kept, "handed_over", at, said=said, words=authority)


@transaction.atomic
def take_over(*, by: By, interview: Interview, authority: str, at: datetime, now: datetime) -> None:
    """We hold it for the authority that placed the child here. Raises: Refused, Unfit."""
    permit(by, DECIDERS, "Only the exploitation team takes a return interview over for another authority.")
    kept = hold_interview(interview, "taken_over")
    _hold_to("The taking over", kept, at, now)
    if not authority.strip():
        raise Unfit("Enter the authority that placed the child here.", "authority")
    _take(by, kept, "taken_over", at, said={"taken_from": authority.strip()}, words=authority)


@transaction.atomic
def write_up(*, by: By, interview: Interview, told: Held, episodes: Iterable[int], now: datetime) -> None:
    """The interview was held. `episodes` are those it answers, by number; the others get an interview of their own.

    Late or not, it counts as held. Raises: Refused; Unfit, where it cannot have been then or answers no episode.
    """
    permit(by, INTERVIEWERS, ONLY)
    kept = hold_interview(interview, "held")
    waiting, chosen = answered_by(kept), set(episodes)
    answers = [one for one in waiting if one.pk in chosen]
    if not answers:
        raise Unfit("Choose at least one episode that the interview answers.", "episodes")
    wrong = moment_wrong("The interview", told.held_at, [max(returns(answers))], now)
    if wrong:
        raise Unfit(wrong, "held_at")
    values = {name: getattr(told, name) for name in WRITTEN}
    said = {**values, "state": Interview.State.HELD, "settled_at": Now(), "written_up_at": Now(),
            "written_up_by": by.name, "offered_at": kept.offered_at or told.held_at,
            "offered_by": kept.offered_by or told.held_by, "accepted_at": kept.accepted_at or told.held_at}  # fmt: skip
    _take(by, kept, "held", told.held_at, said=said, doer=told.held_by)
    for kind, named in ((Link.Kind.PLACE, told.places), (Link.Kind.PERSON, told.people)):
        for name, about in named:
            Link.objects.create(interview=kept, child_id=kept.child_id, kind=kind, name=name, about=about)
    left = [one for one in waiting if one.pk not in chosen]
    Episode.objects.filter(pk__in=[one.pk for one in left]).update(interview=None)
    for one in left:
        attach(by=by, episode=Episode.objects.select_related("child").get(pk=one.pk))
    set_due(kept)
    wake_scrutiny(kept)


WRITTEN = (
    "held_at", "held_to_the_minute", "held_by", "held_by_agency", "independent", "place", "present", "harm",
    "harm_dealt_with", "reasons", "reasons_words", "would_help", "information",
)  # fmt: skip


@transaction.atomic
def not_required(*, by: By, episode: Episode, because: str) -> None:
    """No interview is required for an episode; the reason is a code of the list `interview_not_required`.

    Raises: Refused, Unfit.
    """
    permit(by, DECIDERS, REQUIRES)
    kept = hold(episode)
    if kept.interview is not None and kept.interview.state == Interview.State.HELD:
        raise Unfit("The interview for this episode was held.")
    if not because:
        raise Unfit("Choose why no interview is required.", "because")
    Episode.objects.filter(pk=kept.pk).update(interview_needed=Episode.Needed.NO, not_needed_because=because)
    record(by=by, kind=Kind.WRITE, sentence="Decided that no return interview is required.",
           reference=kept.child.reference, detail={"episode": kept.pk, "because": because})  # fmt: skip
    waits = kept.interview
    let_go(by=by, episode=kept)
    if waits is not None:
        wake_scrutiny(waits)
    Episode.objects.filter(pk=kept.pk, scrutiny=Episode.Scrutiny.AFTER_INTERVIEW).update(scrutiny=Episode.Scrutiny.DUE)


@transaction.atomic
def required(*, by: By, episode: Episode) -> None:
    """An interview is required after all, or for an absent or away episode. Raises: Refused, Unfit."""
    permit(by, DECIDERS, REQUIRES)
    kept = hold(episode)
    if kept.returned_at is None:
        raise Unfit("The child is not back yet: an interview falls due with the return.")
    if kept.interview_id is not None:
        raise Unfit("This episode has an interview already.")
    Episode.objects.filter(pk=kept.pk).update(interview_needed=Episode.Needed.YES, not_needed_because="")
    attach(by=by, episode=kept)
    record(by=by, kind=Kind.WRITE, sentence="Decided that a return interview is required.",
           reference=kept.child.reference, detail={"episode": kept.pk})  # fmt: skip


@transaction.atomic
def reopen(*, by: By, interview: Interview, why: str, now: datetime) -> None:
    """An interview that was declined, given up or not required waits again. The steps before stay.

    Raises: Refused; Unfit, where there is another one waiting, or no reason.
    """
    permit(by, INTERVIEWERS, ONLY)
    kept = hold_interview(interview, "reopened")
    if not why.strip():
        raise Unfit("Say why it is opened again.", "why")
    other = Interview.objects.waiting().filter(child=kept.child_id).exclude(pk=kept.pk).first()
    if other is not None:
        raise Unfit("Another interview of this child waits. Hold that one: it can answer both episodes.")
    _take(by, kept, "reopened", now, said={"state": Interview.State.DUE, "settled_at": None}, words=why)


def wake_scrutiny(interview: Interview) -> None:
    """Episodes whose decision waited for this interview wait for the team again."""
    waiting = Episode.objects.filter(interview=interview, scrutiny=Episode.Scrutiny.AFTER_INTERVIEW)
    waiting.update(scrutiny=Episode.Scrutiny.DUE)
