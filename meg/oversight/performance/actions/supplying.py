"""Figures whose records live elsewhere: supplied by hand or by file, taken back, and reminded of when they are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from meg.oversight.performance.definitions import Definitions, definitions
from meg.oversight.performance.models import Indicator, ShownFigure, SuppliedFigure, SupplyReminder
from meg.oversight.performance.permissions import COMPUTERS, PUBLISHERS, READERS
from meg.oversight.performance.rules import Period, read_period
from meg.oversight.performance.supplied import standing
from meg.oversight.performance.supply import Asked, State, amiss, asked_for, kind_of, wrong_period
from meg.partnership.access.models import Member
from meg.partnership.seats import By, Refused, Seat, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind

SUPPLIERS = READERS | COMPUTERS
ONLY = "Figures are supplied by the one who is named in the specification, or by the coordinator."
SUBJECT = {State.SOON: "Figure due {due}: {name}", State.OVER: "Figure overdue: {name}"}
TEXT = """{name} (indicator {number}) for {period} {tense} due on {due}.

Supply it here (you need to sign in):
{link}

Do not answer this message.
"""


@dataclass(frozen=True)
class Given:
    """One figure as it was given."""

    indicator: Indicator
    period: Period
    numerator: int | None
    denominator: int | None = None
    note: str = ""


def to_supply(by: By, today: date) -> list[Indicator]:
    """The indicators that this seat supplies: all of them for the coordinator and the operator."""
    found = Indicator.objects.on(today).supplied()
    return list(found if by.seat in PUBLISHERS | COMPUTERS else found.filter(supplier_id=by.member_id or 0))


def asked_of(indicator: Indicator, supplied: set[Period], today: date) -> list[Asked]:
    """The figures of one indicator that are asked for, newest first."""
    return asked_for(indicator.supplied, indicator.valid.lower, supplied, today)


def periods_supplied() -> dict[str, set[Period]]:
    """The periods that have a supplied figure, by indicator: those that may be shown, and those this seat has just given.

    A year that was added up from its quarters was not supplied.
    """
    found = {number: set(of) for number, of in standing().items()}
    kinds = {one.number: kind_of(one.supplied) for one in Indicator.objects.supplied()}
    kept = ShownFigure.objects.current().filter(indicator__in=kinds)
    for number, label in kept.values_list("indicator", "period"):
        if (period := read_period(label)).kind is kinds[number]:
            found.setdefault(number, set()).add(period)
    return found


@dataclass(frozen=True)
class Waiting:
    """A figure that is asked for, with its indicator."""

    indicator: Indicator
    asked: Asked


def waiting_supplies(by: By, today: date) -> list[Waiting]:
    """What this seat is to supply and has not, the longest overdue first."""
    supplied = periods_supplied()
    found = [
        Waiting(indicator, asked)
        for indicator in to_supply(by, today)
        for asked in asked_of(indicator, supplied.get(indicator.number, set()), today)
        if asked.state is not State.SUPPLIED
    ]
    return sorted(found, key=lambda one: (one.asked.due, one.indicator.position))


def what_is_wrong(given: Given, today: date) -> str:
    """Why a figure cannot be kept, as one sentence; nothing where it can."""
    share = bool(given.indicator.settings.get("share"))
    return wrong_period(given.period, given.indicator.supplied, today) or amiss(
        given.numerator, given.denominator, share=share
    )


@transaction.atomic
def supply_figures(*, by: By, given: Sequence[Given], today: date, file: str = "") -> int:
    """Keep figures as they were supplied, all of them or none. What stands already is not kept twice.

    Returns how many are new. Raises: Refused, with the first thing that is wrong.
    """
    permit(by, SUPPLIERS, ONLY)
    allowed, kept = {one.number for one in to_supply(by, today)}, standing()
    made = []
    defined = definitions(Indicator.objects.filter(number__in={one.indicator.number for one in given}), today)
    for one in given:
        if one.indicator.number not in allowed:
            raise Refused(f"Indicator {one.indicator.number} is not yours to supply. {ONLY}")
        if wrong := what_is_wrong(one, today) or _counted_here(one, defined[one.indicator.number]):
            raise Refused(wrong)
        stands = kept.get(one.indicator.number, {}).get(one.period)
        if stands and _says(stands) == (one.numerator, one.denominator, one.note, bool(one.note)):
            continue
        made.append(_row(one, file))
    SuppliedFigure.objects.bulk_create(made)
    if made:
        many = "a figure" if len(made) == 1 else f"{len(made)} figures"
        told = [f"{one.indicator} {one.period}" for one in made]
        record(
            by=by,
            kind=Kind.WRITE,
            sentence=f"Supplied {many}{f' from {file}' if file else ''}.",
            detail={"figures": told},
        )
    return len(made)


def _says(stands: SuppliedFigure) -> tuple[int | None, int | None, str, bool]:
    return stands.numerator, stands.denominator, stands.note, stands.note_shown


def _counted_here(given: Given, defined: Definitions) -> str:
    """That a figure of this period is counted from the records, by the words of its day; nothing where it is supplied."""
    if defined.of(given.period).is_supplied:
        return ""
    since = next(one.since for one in defined.each if one.since > given.period.end)
    counted = f"Indicator {given.indicator.number} was counted from the records here before {since:%-d %B %Y}."
    return f"{counted} Nothing is supplied of {given.period.words}."


def _row(one: Given, file: str) -> SuppliedFigure:
    return SuppliedFigure(
        indicator=one.indicator.number, period=one.period.label, numerator=one.numerator, denominator=one.denominator,
        note=one.note, note_shown=bool(one.note), file=file,
    )  # fmt: skip


@transaction.atomic
def take_figure_back(*, by: By, indicator: Indicator, period: Period, today: date) -> None:
    """Take back what was supplied of a period: it counts as not supplied. What was said stays readable. Raises: Refused."""
    permit(by, SUPPLIERS, ONLY)
    if indicator.number not in {one.number for one in to_supply(by, today)}:
        raise Refused(f"Indicator {indicator.number} is not yours to supply. {ONLY}")
    SuppliedFigure.objects.create(indicator=indicator.number, period=period.label)
    sentence = f"Took back the supplied figure of indicator {indicator.number}, {period.words}."
    record(by=by, kind=Kind.WRITE, sentence=sentence, detail={"figures": [f"{indicator.number} {period.label}"]})


# ── reminders ───────────────────────────────────────────────────────────────────────────────────────────────


def reminders(today: date) -> list[tuple[Indicator, Asked]]:
    """Figures whose supplier is to be reminded now: the newest that is wanted of each, and that was not told yet."""
    supplied = periods_supplied()
    told = set(SupplyReminder.objects.values_list("indicator", "period", "state"))
    found = []
    for indicator in Indicator.objects.on(today).supplied().select_related("supplier__account"):
        near = [one for one in asked_of(indicator, supplied.get(indicator.number, set()), today) if one.near(today)]
        if near and (indicator.number, near[0].period.label, near[0].state.value) not in told:
            found.append((indicator, near[0]))
    return found


def send_reminders(*, by: By, today: date) -> int:
    """Remind everyone of the figures they have to supply: once before the day, once after it. Returns how many.

    Raises: Refused, where the seat may not.
    """
    permit(by, COMPUTERS, "Reminders are sent by the installation itself.")
    found = reminders(today)
    for indicator, asked in found:
        _remind(by, indicator, asked)
    return len(found)


@transaction.atomic
def _remind(by: By, indicator: Indicator, asked: Asked) -> None:
    """Send one reminder and keep that it was sent: both or neither."""
    SupplyReminder.objects.create(indicator=indicator.number, period=asked.period.label, state=asked.state.value)
    sentence = f"Reminded of the figure of indicator {indicator.number}, {asked.period.words}."
    record(by=by, kind=Kind.WRITE, sentence=sentence, detail={"indicator": indicator.number})
    values = {
        "name": indicator.name, "number": indicator.number, "period": asked.period.words, "due": f"{asked.due:%-d %B %Y}",
        "tense": "was" if asked.state is State.OVER else "is",
        "link": settings.SITE + reverse("performance:supply", args=[indicator.number, asked.period.label]),
    }  # fmt: skip
    for address in _written_to(indicator):
        send_mail(SUBJECT[asked.state].format(**values), TEXT.format(**values), settings.DEFAULT_FROM_EMAIL, [address])


def _written_to(indicator: Indicator) -> list[str]:
    """The supplier, while they work here; else the coordinators."""
    if indicator.supplier and indicator.supplier.left_on is None:
        return [indicator.supplier.account.email]
    found = Member.objects.filter(seats__contains=[Seat.COORDINATOR.value], left_on__isnull=True).select_related(
        "account"
    )
    return sorted(member.account.email for member in found)
