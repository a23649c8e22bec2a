"""Open a context, say what is known of it, give its level of concern, review it, plan for it, close it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.rules import Unfit, Unfits
from meg.protect.contexts.models import Context, Level, Said
from meg.protect.contexts.permissions import WRITERS
from meg.protect.contexts.rules import context_wrong, level_wrong, name_wrong, review_wrong, same_words, why_wrong
from meg.protect.missing.rules import london_day
from meg.protect.plans.actions import open_plan
from meg.protect.plans.models import Plan

ONLY = "Only the exploitation team changes a context."
NOWHERE = "There is no such context, or your seat does not reach it."
CLOSED = "This context is closed."
TWIN = "{} has this name and is open. Add to that one, or say how this one differs."
HELD = "An open plan holds this context open. Close the plan first."


def write(by: By, context: Context, sentence: str, **detail: object) -> None:
    """One line in the trail about a context."""
    record(by=by, kind=Kind.WRITE, sentence=sentence, reference=str(context.reference), detail=detail)


def hold(by: By, context: Context) -> Context:
    """The context as it stands now, held for this transaction. Raises: Refused, where it is not reached; Unfit, where closed."""
    permit(by, WRITERS, ONLY)
    kept = Context.objects.select_for_update().filter(pk=context.pk).first()
    if kept is None:
        raise Refused(NOWHERE)
    if not kept.is_open:
        raise Unfit(CLOSED)
    return kept


@transaction.atomic
def open_context(
    *, by: By, kind: str, name: str, known: str, why: str, review_on: date, now: datetime, level: str = "", who: str = "",
    rationale: str = "",
) -> Context:  # fmt: skip
    """Open a context, with what is known of it and, where one is given, its first level of concern.

    Raises: Refused; Unfit, where something is missing, a level has no reason, the review is not after today, or a context of
    this kind and name is open.
    """
    permit(by, WRITERS, ONLY)
    wrong = context_wrong(kind, name, known, why, review_on, london_day(now))
    wrong += level_wrong(level, who, rationale) if level or rationale.strip() else []
    if twin := _open_as(kind, name):
        wrong.append(("name", TWIN.format(twin)))
    if wrong:
        raise Unfits(wrong)
    made = Context.objects.create(kind=kind, name=name.strip(), opened_at=now)
    made.refresh_from_db()
    Said.objects.create(context=made, what=Said.What.OPENED, words=why.strip(), by=by.name, next_on=review_on, at=now)
    Said.objects.create(context=made, what=Said.What.KNOWN, words=known.strip(), by=by.name, at=now)
    write(by, made, f"Opened a context: {made.get_kind_display().lower()}.")
    if level:
        _give(by, made, level, who, rationale, now)
    return made


def _open_as(kind: str, name: str) -> Context | None:
    """The open context of the same kind and name."""
    asked = same_words(name)
    found = Context.objects.open().filter(kind=kind).order_by("pk")
    return next((one for one in found if same_words(one.name) == asked), None) if asked else None


@transaction.atomic
def rename(*, by: By, context: Context, name: str, now: datetime) -> None:
    """Call a context otherwise: linked agencies read its name, so one that says too much is put right. What it was called is
    kept with what the team knows. Raises: Refused; Unfit, where it is empty or too long, or another open one has the name.
    """
    kept = hold(by, context)
    if wrong := name_wrong(name):
        raise Unfits(wrong)
    twin = _open_as(kept.kind, name)
    if twin and twin.pk != kept.pk:
        raise Unfit(TWIN.format(twin), "name")
    if name.strip() == kept.name:
        return
    Said.objects.create(context=kept, what=Said.What.KNOWN, words=f"Was called ‘{kept.name}’.", by=by.name, at=now)
    Context.objects.filter(pk=kept.pk).update(name=name.strip())
    write(by, kept, "Changed what a context is called.")


@transaction.atomic
def add_known(*, by: By, context: Context, words: str, now: datetime) -> Said:
    """Something more is known of the context: it is added beside what was known. Raises: Refused; Unfit, where nothing is said."""
    kept = hold(by, context)
    if not words.strip():
        raise Unfit("Write down what is known of the context.", "words")
    made = Said.objects.create(context=kept, what=Said.What.KNOWN, words=words.strip(), by=by.name, at=now)
    write(by, kept, "Added what is known of a context.", said=made.pk)
    return made


@transaction.atomic
def give_level(*, by: By, context: Context, level: str, who: str, rationale: str, now: datetime) -> Level:
    """A named person's level of concern, with the reason. Raises: Refused; Unfit, where it has no person or no reason."""
    kept = hold(by, context)
    if wrong := level_wrong(level, who, rationale):
        raise Unfits(wrong)
    return _give(by, kept, level, who, rationale, now)


def _give(by: By, context: Context, level: str, who: str, rationale: str, now: datetime) -> Level:
    made = Level.objects.create(context=context, level=level, by=who.strip(), rationale=rationale.strip(), at=now)
    write(by, context, f"Gave a context the level {level}.", level=level, number=made.pk)
    return made


@transaction.atomic
def review_context(
    *, by: By, context: Context, held_on: date, who: str, words: str, level: str, rationale: str, next_on: date,
    now: datetime,
) -> Said:  # fmt: skip
    """A review: the level of concern, what was said, and when the next one is.

    Raises: Refused; Unfit, where it was held before the context was opened, or is still to come, the level has no person or
    reason, nothing was said, or the next one is not after today.
    """
    kept = hold(by, context)
    today = london_day(now)
    wrong = review_wrong(london_day(kept.opened_at), held_on, words, next_on, today)
    if wrong := [*wrong, *level_wrong(level, who, rationale)]:
        raise Unfits(wrong)
    made = Said.objects.create(
        context=kept,
        what=Said.What.REVIEW,
        words=words.strip(),
        by=who.strip(),
        held_on=held_on,
        next_on=next_on,
        at=now,
    )
    write(by, kept, "Reviewed a context.", said=made.pk)
    _give(by, kept, level, who, rationale, now)
    return made


@transaction.atomic
def plan_for(*, by: By, context: Context, words: str, review_on: date, now: datetime) -> Plan:
    """Open a plan for the context. Raises: Refused; Unfit, where one is open, it says nothing, or its review is not after
    today.
    """
    kept = hold(by, context)
    made = open_plan(by=by, context=kept.pk, words=words, review_on=review_on, now=now)
    write(by, kept, "Opened a plan for a context.", plan=made.pk)
    return made


@transaction.atomic
def close_context(*, by: By, context: Context, why: str, now: datetime) -> None:
    """Close a context, with the reason. Its links stay as they are. Raises: Refused; Unfit, where a plan is open or no reason
    is given.
    """
    kept = hold(by, context)
    if wrong := why_wrong(why, "Say why it is closed. The reason stays with the context."):
        raise Unfits(wrong)
    if Plan.objects.open().filter(context=kept.pk).exists():
        raise Unfit(HELD)
    Said.objects.create(context=kept, what=Said.What.CLOSED, words=why.strip(), by=by.name, at=now)
    Context.objects.filter(pk=kept.pk).update(closed_at=now)
    write(by, kept, "Closed a context.")
