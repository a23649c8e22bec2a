"""When a return interview falls due, and when it does no longer: what a return, a correction or a withdrawal means for
the 72-hour clock. These are steps within other actions: each writes its own line only where something changed.
"""

from __future__ import annotations

from django.db.models.functions import Now
from django.utils import timezone

from meg.partnership.seats import By
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.missing.models import Episode, Interview, Step
from meg.protect.missing.rules import due_at, needed


def fall_due(*, by: By, episode: Episode) -> None:
    """A child is back: the interview of their last episodes that waits still answers this one too; else one is due.

    Nothing happens for an episode that requires none, and that it does not is kept with its reason.
    """
    want, because = needed(episode.counts_as_missing)
    Episode.objects.filter(pk=episode.pk).update(interview_needed=want, not_needed_because=because)
    if want == Episode.Needed.YES:
        attach(by=by, episode=episode)


def attach(*, by: By, episode: Episode) -> None:
    """Put an episode to the child's interview that waits, or to a new one."""
    assert episode.returned_at is not None
    due = due_at(episode.returned_at, episode.returned_to_the_minute)
    waiting = Interview.objects.waiting().filter(child=episode.child_id).first()
    if waiting is None:
        waiting = Interview.objects.create(child_id=episode.child_id, due_at=due, source=episode.source)
        Step.objects.create(interview=waiting, child_id=episode.child_id, what=Step.What.DUE, at=episode.returned_at)
        record(by=by, kind=Kind.WRITE, sentence="A return interview fell due.", reference=episode.child.reference,
               detail={"interview": waiting.pk, "due": str(due)})  # fmt: skip
    Episode.objects.filter(pk=episode.pk).update(interview=waiting)
    set_due(waiting)


def set_due(interview: Interview) -> None:
    """Let an interview be due by the earliest return that it answers."""
    answered = Episode.objects.current().filter(interview=interview, returned_at__isnull=False)
    found = [due_at(one.returned_at, one.returned_to_the_minute) for one in answered if one.returned_at]
    if found and min(found) != interview.due_at:
        Interview.objects.filter(pk=interview.pk).update(due_at=min(found), warned_at=None, over_told_at=None)


def again(*, by: By, episode: Episode) -> None:
    """An episode was corrected: what is due follows from what is recorded now."""
    if episode.scrutiny == Episode.Scrutiny.HISTORY and episode.interview_id is None:
        return
    if episode.returned_at is None:
        let_go(by=by, episode=episode)
        Episode.objects.filter(pk=episode.pk).update(
            interview_needed="", not_needed_because="", ended_as="", scrutiny=Episode.Scrutiny.DUE
        )
    elif episode.interview is not None:
        set_due(episode.interview)
    elif episode.interview_needed != Episode.Needed.NO or (
        episode.not_needed_because == "away" and episode.counts_as_missing
    ):
        fall_due(by=by, episode=episode)


def let_go(*, by: By, episode: Episode) -> None:
    """An episode is withdrawn, open again or requires no interview: its interview is left to the other episodes it
    answers. Where there is none and it waits still, it is settled as not required.
    """
    interview = episode.interview
    if interview is None or interview.state == Interview.State.HELD:
        return
    Episode.objects.filter(pk=episode.pk).update(interview=None)
    if Episode.objects.current().filter(interview=interview).exclude(pk=episode.pk).exists():
        set_due(interview)
    elif interview.settled_at is None:
        settle_as_not_required(by=by, interview=interview)


def settle_as_not_required(*, by: By, interview: Interview) -> None:
    """Nothing is left that an interview would answer."""
    Interview.objects.filter(pk=interview.pk).update(
        state=Interview.State.NOT_REQUIRED, settled_at=Now(), changed_at=Now()
    )
    Step.objects.create(
        interview=interview, child_id=interview.child_id, what=Step.What.NOT_REQUIRED, at=timezone.now(), by=by.name
    )
