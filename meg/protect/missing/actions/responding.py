"""What is done about an episode while it lasts and when it ends: grading, status, who holds it, the prevention interview,
and an end at 18. Earlier words stay readable.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction
from django.db.models.functions import Now

from meg.partnership.codes.models import Code
from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.rules import Unfit
from meg.protect.missing.actions.falling_due import let_go
from meg.protect.missing.actions.recording import ONLY, change, check, hold
from meg.protect.missing.models import Episode, Prevention, Risk, Status
from meg.protect.missing.permissions import RECORDERS
from meg.protect.missing.rules import Told, first_minute, london_day, moment_wrong

ABSENT = "ABSENT"
ABSENT_LATER = "The police graded episodes as absent from April 2013 to the end of 2017. Choose another level."
WORD_LATER = "The police used ‘absent’ from April 2013 to the end of 2017. Choose another word."
CARE_ONLY = "The carer’s word is for a child who is looked after. Choose the police’s word."


@transaction.atomic
def grade_risk(
    *, by: By, episode: Episode, level: str, reason: str, assessor: str, at: datetime, review_at: datetime | None,
    held_by: str, now: datetime,
) -> None:  # fmt: skip
    """Record the police's level of risk, with its reason, assessor and next review, and who holds the episode now.
    Earlier levels stay.

    Raises: Refused, where the seat may not; Unfit, where the time cannot be or the level was not one of that day.
    """
    permit(by, RECORDERS, ONLY)
    kept = hold(episode)
    wrong = moment_wrong("The grading", at, [], now)
    if wrong or at < kept.started_at:
        raise Unfit(wrong or "The grading cannot be before the child was last seen. Check both times.", "at")
    if review_at and review_at <= at:
        raise Unfit("The review must be later than the grading. Check both times.", "review_at")
    if level == ABSENT and not _was_a_word(ABSENT, at):
        raise Unfit(ABSENT_LATER, "level")
    Risk.objects.create(
        episode=kept, child_id=kept.child_id, level=level, reason=reason.strip(), assessor=assessor.strip(), at=at,
        review_at=review_at,
    )  # fmt: skip
    if held_by.strip() != kept.held_by:
        Episode.objects.filter(pk=kept.pk).update(held_by=held_by.strip())
    record(by=by, kind=Kind.WRITE, sentence="Recorded the police’s level of risk.", reference=kept.child.reference,
           detail={"episode": kept.pk, "level": level, "at": at.isoformat(), "held_by": held_by.strip()})  # fmt: skip


@transaction.atomic
def change_status(
    *, by: By, episode: Episode, care_status: str, police_category: str, reason: str, at: datetime, now: datetime
) -> None:
    """From a moment within the episode the child is missing, or away or absent. The episode keeps the graver word.

    Raises: Refused, where the seat may not; Unfit, where the moment is outside the episode or the words do not fit.
    """
    permit(by, RECORDERS, ONLY)
    kept = hold(episode)
    if at > now:
        raise Unfit("The change cannot be in the future. Check the date and the time.", "at")
    if at < kept.started_at or (kept.returned_at is not None and at > kept.returned_at):
        raise Unfit("The change must be within the episode. Check the date and the time.", "at")
    if care_status and kept.missing_from == Episode.From.HOME:
        raise Unfit(CARE_ONLY, "care_status")
    if police_category and not _was_a_word(police_category, at):
        raise Unfit(WORD_LATER, "police_category")
    graver = Episode.CareStatus.MISSING if care_status == "M" else kept.care_status or care_status
    police = Episode.PoliceCategory.MISSING if police_category == "MISSING" else kept.police_category or police_category
    told = replace(kept.told, care_status=graver, police_category=police)
    check(kept.child, told, now, kept.told)
    Status.objects.create(
        episode=kept, child_id=kept.child_id, care_status=care_status, police_category=police_category,
        reason=reason.strip(), at=at,
    )  # fmt: skip
    if told != kept.told:
        change(by, kept, told, reason=reason.strip(), sentence="Changed the status of a missing episode.",
               is_correction=False)  # fmt: skip
    else:
        record(by=by, kind=Kind.WRITE, sentence="Changed the status of a missing episode.",
               reference=kept.child.reference, detail={"episode": kept.pk, "at": at.isoformat()})  # fmt: skip


@transaction.atomic
def record_prevention(
    *, by: By, episode: Episode, held: bool, who: str, at: datetime, not_held_because: str, harm: bool | None,
    passed_on: bool, now: datetime,
) -> None:  # fmt: skip
    """Record the prevention interview that the police held at the return, or why there was none.

    Raises: Refused, where the seat may not; Unfit, where the child is not back, or the moment cannot be.
    """
    permit(by, RECORDERS, ONLY)
    kept = hold(episode)
    if kept.returned_at is None:
        raise Unfit("The child is not back yet. Record the return first.")
    returns = [kept.returned_at] if kept.returned_to_the_minute else [first_minute(london_day(kept.returned_at))]
    wrong = moment_wrong("The prevention interview", at, [kept.located_at or returns[0]], now)
    if wrong:
        raise Unfit(wrong, "at")
    if not held and not not_held_because.strip():
        raise Unfit("Say why the prevention interview was not held.", "not_held_because")
    Prevention.objects.create(
        episode=kept, child_id=kept.child_id, held=held, by=who.strip(), at=at,
        not_held_because="" if held else not_held_because.strip(), harm=harm, passed_on=passed_on,
    )  # fmt: skip
    sentence = (
        "Recorded the police’s prevention interview." if held else "Recorded that no prevention interview was held."
    )
    record(by=by, kind=Kind.WRITE, sentence=sentence, reference=kept.child.reference, detail={"episode": kept.pk})


@transaction.atomic
def close_at_eighteen(*, by: By, episode: Episode, reason: str, now: datetime) -> None:
    """Close an episode that was open on the child's 18th birthday: it ends with the first minute of that day.

    Source: SSDA903, which leaves an unresolved episode open until that day and not longer. Raises: Refused, where the
    seat may not; Unfit, where the child is not 18 or the episode is closed.
    """
    permit(by, RECORDERS, ONLY)
    kept = hold(episode)
    birthday = eighteenth(kept.child.date_of_birth)
    if kept.returned_at is not None:
        raise Unfit("This episode has ended already.")
    if birthday is None:
        raise Unfit("The date of birth is not known, so it is not known when the child turned 18. Record it first.")
    if first_minute(birthday) > now:
        raise Unfit("The child is under 18: the episode stays open until the child returns.")
    if first_minute(birthday) < kept.started_at:
        raise Unfit("The child was 18 before this episode began. Correct or withdraw it.")
    told: Told = replace(kept.told, returned_at=first_minute(birthday), returned_to_the_minute=False)
    change(by, kept, told, reason=reason.strip() or "Turned 18", sentence="Closed a missing episode at 18.",
           is_correction=False)  # fmt: skip
    Episode.objects.filter(pk=kept.pk).update(
        ended_as=Episode.Ended.EIGHTEEN, interview_needed=Episode.Needed.NO, not_needed_because="eighteen",
        changed_at=Now(),
    )  # fmt: skip
    let_go(by=by, episode=kept)


def _was_a_word(word: str, at: datetime) -> bool:
    """Whether the police used a word on the day of a moment."""
    return Code.objects.of("police_category", london_day(at)).filter(code=word).exists()


def eighteenth(born: date | None) -> date | None:
    """The day someone turns 18; 1 March for who was born on 29 February. None where the birth is not known."""
    if born is None:
        return None
    try:
        return born.replace(year=born.year + 18)
    except ValueError:
        return date(born.year + 18, 3, 1)
