"""Episodes recorded by hand. Every earlier value is kept, and two people at once cannot contradict each
other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from meg.partnership.codes.models import Code
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.models import CareEpisode, Child
from meg.protect.children.rules import Unfit, Unfits
from meg.protect.missing.actions.falling_due import again, fall_due, let_go
from meg.protect.missing.models import PRECISION, Correction, Episode
from meg.protect.missing.permissions import RECORDERS
from meg.protect.missing.rules import Known, Told, broken, day_and_clock, london_day, over_another, setting_of

ONLY = "Only the exploitation team, and practitioners for the children they work with, record missing episodes."
OVER = "episode_not_over_another"
CHANGED_MEANWHILE = "Someone changed this episode while you were typing. Look at it again, then make your change."
RETURNED_ALREADY = "The return is recorded already: {when}. If it is wrong, correct the episode."
WITHDRAWN = "This episode was withdrawn. It can be read, and no longer changed."
NOTHING_CHANGED = "Nothing is different from what is recorded. Change a value, or go back."


@dataclass(frozen=True)
class Default:
    """What the care record says of a day: whether the child was looked after, and in which setting."""

    missing_from: str
    setting: str
    placement_type: str = ""
    since: date | None = None


def default_for(child: Child, day: date) -> Default:
    """Whether the child was looked after on a day, by the episodes of care. Where two hold it, the later one
    counts.
    """
    care = CareEpisode.objects.on(day).filter(child=child).order_by("-started").first()
    if care is None:
        return Default("home", setting_of(None))
    return Default("care", setting_of(care.placement_type), care.placement_type, care.started)


@transaction.atomic
def record_episode(*, by: By, child: Child, told: Told, now: datetime) -> Episode:
    """Record that a child is or was missing or away.

    Raises: Refused, where the seat may not; Unfit with the field and its sentence, where what is told cannot
    be.
    """
    permit(by, RECORDERS, ONLY)
    one_at_a_time(child.pk)
    check(child, told, now)
    with _not_over_another(child.pk, told):
        made = Episode.objects.create(
            child=child, recorded_by=by.name, scrutiny=Episode.Scrutiny.DUE,
            ended_as=Episode.Ended.RETURNED if told.returned_at else "", **_values(told),
        )  # fmt: skip
    tell_police(made)
    if made.returned_at is not None:
        fall_due(by=by, episode=made)
    what = "is missing" if made.counts_as_missing else "is away"
    sentence = f"Recorded that a child {what if told.returned_at is None else what.replace('is', 'was')}."
    record(by=by, kind=Kind.WRITE, sentence=sentence, reference=child.reference,
           detail={"episode": made.pk, **_plain(_values(told))})  # fmt: skip
    return made


@transaction.atomic
def record_return(
    *, by: By, episode: Episode, returned_at: datetime, now: datetime, located_at: datetime | None = None
) -> None:
    """Record when a child came back, and when they were found where that was earlier. A return interview falls due.

    Raises: Refused, where the seat may not; Unfit, where the return is recorded already or cannot be then.
    """
    permit(by, RECORDERS, ONLY)
    kept = hold(episode)
    if kept.returned_at is not None:
        when = day_and_clock(kept.returned_at, kept.returned_to_the_minute)
        raise Unfit(RETURNED_ALREADY.format(when=when), "returned_at")
    found = located_at or kept.located_at
    told = replace(kept.told, returned_at=returned_at, returned_to_the_minute=True, located_at=found)
    check(kept.child, told, now, kept.told)
    change(by, kept, told, reason="", sentence="Recorded that a child returned.", is_correction=False)
    Episode.objects.filter(pk=kept.pk).update(ended_as=Episode.Ended.RETURNED)
    fall_due(by=by, episode=Episode.objects.get(pk=kept.pk))


@transaction.atomic
def correct_episode(
    *, by: By, episode: Episode, told: Told, reason: str, now: datetime, as_of: datetime | None
) -> None:
    """Correct times, setting or words. The earlier values are kept. `as_of`: the change last seen by the
    writer.

    Raises: Refused, where the seat may not; Unfit, where what is told cannot be, no reason is given, or
    someone else changed the episode meanwhile.
    """
    permit(by, RECORDERS, ONLY)
    kept = hold(episode)
    if kept.changed_at != as_of:
        raise Unfit(CHANGED_MEANWHILE)
    if not reason.strip():
        raise Unfit("Say why it is corrected: the reason stays with the earlier values.", "reason")
    check(kept.child, told, now, kept.told)
    if told == kept.told:
        raise Unfit(NOTHING_CHANGED)
    change(by, kept, told, reason=reason.strip(), sentence="Corrected a missing episode.", is_correction=True)
    again(by=by, episode=Episode.objects.get(pk=kept.pk))


@transaction.atomic
def withdraw_episode(*, by: By, episode: Episode, reason: str) -> None:
    """The child was never missing after all: the episode leaves every count and stays readable.

    Raises: Refused, where the seat may not; Unfit, where no reason is given or it was withdrawn already.
    """
    permit(by, RECORDERS, ONLY)
    if not reason.strip():
        raise Unfit("Say why the child was never missing: the reason stays with the episode.", "reason")
    kept = hold(episode)
    Episode.objects.filter(pk=kept.pk).update(withdrawn_at=Now(), changed_at=Now(), changed_by_batch=None)
    Correction.objects.create(
        episode=kept,
        child_id=kept.child_id,
        before={"withdrawn": ""},
        after={"withdrawn": "yes"},
        reason=reason.strip(),
    )
    let_go(by=by, episode=kept)
    record(by=by, kind=Kind.WRITE, sentence="Withdrew a missing episode: the child was never missing.",
           reference=kept.child.reference, detail={"episode": kept.pk, "reason": reason.strip()})  # fmt: skip


def _values(told: Told) -> dict[str, Any]:
    return {name: getattr(told, name) for name in Told.names()}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON keeps them: moments as ISO 8601."""
    return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in values.items()}


def one_at_a_time(child_id: int) -> None:
    """Wait for whoever writes an episode of this child: two who insert at once would else wait for each
    other.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('missing_episode', %s))", [child_id])


def hold(episode: Episode) -> Episode:
    """The episode as it stands now, held for this transaction.

    Raises: Refused, where the seat does not reach it; Unfit, where it was withdrawn.
    """
    one_at_a_time(episode.child_id)
    kept = Episode.objects.select_related("child").filter(pk=episode.pk).first()
    if kept is None:
        raise Refused("There is no such episode, or your seat does not reach it.")
    if kept.withdrawn_at is not None:
        raise Unfit(WITHDRAWN)
    return kept


def check(child: Child, told: Told, now: datetime, was: Told | None = None) -> None:
    """Hold what is told against the rules. What a file sent may break one: where it stays as it was, it may
    stay so.

    Raises: Unfits.
    """
    found = broken(told, _known(child, told, now))
    let_be = broken(was, _known(child, was, now)) if was else []
    wrong = [one for one in found if one not in let_be]
    if wrong:
        raise Unfits(wrong)


def _known(child: Child, told: Told, now: datetime) -> Known:
    words = Code.objects.of("police_category", london_day(told.started_at)).values_list("code", flat=True)
    return Known(now, child.date_of_birth, frozenset(words))


def change(by: By, kept: Episode, told: Told, *, reason: str, sentence: str, is_correction: bool) -> None:
    """Write the new values, and keep what differs."""
    was, will = _values(kept.told), _values(told)
    differs = [name for name in was if was[name] != will[name]]
    differs += [name for moment, name in PRECISION.items() if moment in differs and name not in differs]
    with _not_over_another(kept.child_id, told, kept.pk):
        Episode.objects.filter(pk=kept.pk).update(**will, changed_at=Now(), changed_by_batch=None)
    before, after = (_plain({name: some[name] for name in differs}) for some in (was, will))
    Correction.objects.create(
        episode=kept,
        child_id=kept.child_id,
        before=before,
        after=after,
        reason=reason,
        is_correction=is_correction,
    )
    record(by=by, kind=Kind.WRITE, sentence=sentence, reference=kept.child.reference,
           detail={"episode": kept.pk, "before": before, "after": after, "reason": reason})  # fmt: skip


def tell_police(episode: Episode) -> None:
    """The partnership's police agencies reach the record of a child reported missing, while the child is away or where
    they came back within a week.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT meg.tell_police(%s)", [episode.child_id])


@contextmanager
def _not_over_another(child_id: int, told: Told, itself: int = 0) -> Iterator[None]:
    """Tell the database's refusal of two episodes at one time as a sentence that names the other one."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        diag = getattr(error.__cause__, "diag", None)
        if diag is None or diag.constraint_name != OVER:
            raise
        others = Episode.objects.current().filter(child_id=child_id).exclude(pk=itself).order_by("started_at")
        over = [one.told for one in others if _meet(one.told, told)]
        raise Unfit(over_another(over[0]), "started_at") from error


def _meet(one: Told, other: Told) -> bool:
    """True where two episodes hold a moment in common, the moment of return left out."""
    starts_first = one.returned_at is None or other.started_at < one.returned_at
    ends_after = other.returned_at is None or one.started_at < other.returned_at
    return starts_first and ends_after and one.started_at != one.returned_at and other.started_at != other.returned_at
