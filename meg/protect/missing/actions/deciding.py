"""The team's scrutiny: decisions, challenges, repeat episodes and their thresholds."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.models import Child
from meg.protect.children.rules import Unfit
from meg.protect.missing.actions.falling_due import again
from meg.protect.missing.actions.recording import change, hold, one_at_a_time
from meg.protect.missing.models import Challenge, Decision, Discussion, Episode, Threshold
from meg.protect.missing.permissions import DECIDERS
from meg.protect.missing.rules import next_scrutiny

ONLY = "Only the exploitation team decides on missing and away episodes."
WHY = "Say why. The reason stays with the decision."


@transaction.atomic
def decide(*, by: By, episode: Episode, what: str, why: str) -> None:
    """What the team decided on an episode. It leaves the queue, unless the interview comes first; while the child is not
    back it does not, so that the team sees the episode again when its end is known.

    Raises: Refused; Unfit, where no reason is given, or no interview waits.
    """
    permit(by, DECIDERS, ONLY)
    kept = hold(episode)
    if not why.strip():
        raise Unfit(WHY, "why")
    waits = kept.interview is not None and kept.interview.settled_at is None
    if what == Decision.What.INTERVIEW and not waits and kept.returned_at is not None:
        raise Unfit("No return interview waits for this episode. Decide now, or say that one is required.", "what")
    Decision.objects.create(episode=kept, child_id=kept.child_id, what=what, why=why.strip())
    after = Episode.Scrutiny.DUE if kept.returned_at is None else next_scrutiny(what, waits)
    Episode.objects.filter(pk=kept.pk).update(scrutiny=after)
    record(by=by, kind=Kind.WRITE, sentence="Decided on a missing or away episode.", reference=kept.child.reference,
           detail={"episode": kept.pk, "what": what})  # fmt: skip


@transaction.atomic
def challenge(*, by: By, episode: Episode, why: str) -> None:
    """The team's view that an absent or away episode should have been missing. Raises: Refused, Unfit."""
    permit(by, DECIDERS, ONLY)
    kept = hold(episode)
    if not why.strip():
        raise Unfit("Say why it should have been missing. Both views are kept.", "why")
    if kept.counts_as_missing:
        raise Unfit("This episode is recorded as missing. There is nothing to challenge.")
    if Challenge.objects.filter(episode=kept, answer="").exists():
        raise Unfit("This episode is challenged already, and waits for an answer.")
    Challenge.objects.create(episode=kept, child_id=kept.child_id, why=why.strip())
    record(by=by, kind=Kind.WRITE, sentence="Challenged how an episode was recorded.",
           reference=kept.child.reference, detail={"episode": kept.pk})  # fmt: skip


@transaction.atomic
def answer_challenge(*, by: By, made: Challenge, answer: str, who: str, why: str, now: datetime) -> None:
    """The answer of whoever recorded the episode. Where they agree it is recorded as missing from then on, the earlier
    word kept; an interview falls due where the child is back. Raises: Refused, Unfit.
    """
    permit(by, DECIDERS, ONLY)
    kept = hold(made.episode)
    if answer not in Challenge.Answer.values:
        raise Unfit("Choose whether they agreed.", "answer")
    if not who.strip():
        raise Unfit("Enter who answered.", "who")
    if not why.strip():
        raise Unfit(WHY, "why")
    answered = Challenge.objects.filter(pk=made.pk, answer="").update(
        answer=answer, answered_at=now, answered_by=who.strip(), answer_why=why.strip()
    )
    if not answered:
        raise Unfit("This challenge is answered already.")
    if answer == Challenge.Answer.AGREED:
        told = kept.told.as_missing()
        change(by, kept, told, reason=f"Challenged and agreed: {why.strip()}",
               sentence="Recorded an episode as missing after a challenge.", is_correction=True)  # fmt: skip
        again(by=by, episode=Episode.objects.select_related("child", "interview").get(pk=kept.pk))
    record(by=by, kind=Kind.WRITE, sentence="Recorded the answer to a challenge.", reference=kept.child.reference,
           detail={"episode": kept.pk, "answer": answer})  # fmt: skip


@transaction.atomic
def ask_discussion(*, by: By, child: Child, why: str) -> None:
    """Ask for a strategy discussion about a child's repeat episodes. Raises: Refused, Unfit."""
    permit(by, DECIDERS, ONLY)
    one_at_a_time(child.pk)
    if not why.strip():
        raise Unfit("Say why a strategy discussion is asked for.", "why")
    if Discussion.objects.filter(child=child, outcome="").exists():
        raise Unfit("A strategy discussion is asked for already. Record what was decided.")
    Discussion.objects.create(child=child, why=why.strip())
    record(by=by, kind=Kind.WRITE, sentence="Asked for a strategy discussion.", reference=child.reference)


@transaction.atomic
def decide_discussion(
    *, by: By, asked: Discussion, outcome: str, who: str, why: str, review_on: date | None, now: datetime
) -> None:
    """What the strategy discussion decided, or why there is none. Raises: Refused, Unfit."""
    permit(by, DECIDERS, ONLY)
    if outcome not in Discussion.Outcome.values:
        raise Unfit("Choose what was decided.", "outcome")
    if not who.strip():
        raise Unfit("Enter who decided.", "who")
    if not why.strip():
        raise Unfit(WHY, "why")
    done = Discussion.objects.filter(pk=asked.pk, outcome="").update(
        outcome=outcome, decided_at=now, decided_by=who.strip(), decision_why=why.strip(), review_on=review_on
    )
    if not done:
        raise Refused("This decision is recorded already.")
    record(by=by, kind=Kind.WRITE, sentence="Recorded the decision of a strategy discussion.",
           reference=asked.child.reference, detail={"outcome": outcome})  # fmt: skip


@transaction.atomic
def set_threshold(*, by: By, setting: str, episodes: int, days: int, on: date) -> None:
    """From a day on, so many episodes in so many days are asked about together. The earlier threshold stays for its
    days. Raises: Refused, Unfit.
    """
    permit(by, DECIDERS, ONLY)
    if not 2 <= episodes <= 50:
        raise Unfit("Enter a number of episodes from 2 to 50.", "episodes")
    if not 1 <= days <= 366:
        raise Unfit("Enter a number of days from 1 to 366.", "days")
    held = Threshold.objects.on(on).filter(setting=setting).first()
    if held is not None and held.valid.lower == on:
        Threshold.objects.filter(pk=held.pk).update(episodes=episodes, days=days)
    else:
        if held is not None:
            Threshold.objects.filter(pk=held.pk).update(valid=DateRange(held.valid.lower, on, "[)"))
        Threshold.objects.create(setting=setting, episodes=episodes, days=days, valid=DateRange(on, None, "[)"))
    record(by=by, kind=Kind.WRITE, sentence=f"Set the threshold of repeat episodes: {episodes} in {days} days.",
           detail={"setting": setting})  # fmt: skip
