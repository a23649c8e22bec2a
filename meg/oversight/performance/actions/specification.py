"""Keeping the data specification: Appendix 1 comes with MEG, and what people change in it stays."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from meg.oversight.performance.measures import measures
from meg.oversight.performance.models import Indicator, Report
from meg.oversight.performance.permissions import COMPUTERS, PUBLISHERS
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind

STRATEGY = date(2016, 4, 1)  # Appendix 1 is of the 2016/17 strategy


def shipped() -> list[Indicator]:
    """Appendix 1, as it comes with MEG."""
    text = files("meg.oversight.performance").joinpath("data", "appendix_1.csv").read_text(encoding="utf-8")
    return [
        Indicator(**row, position=position, valid=DateRange(STRATEGY, None))
        for position, row in enumerate(csv.DictReader(text.splitlines()))
    ]


@transaction.atomic
def bring_specification_up_to_date(*, by: By) -> int:
    """Add indicators of Appendix 1 that are missing, and measures that are new. What a person changed stays.

    Returns how many indicators the specification has.
    Raises: Refused, where the seat may not.
    """
    permit(by, COMPUTERS, "The specification that comes with MEG is kept by the installation.")
    kept = {indicator.number: indicator for indicator in Indicator.objects.filter(valid__contains=STRATEGY)}
    new = [indicator for indicator in shipped() if indicator.number not in kept]
    Indicator.objects.bulk_create(new)
    measured = 0
    for indicator in shipped():
        unmeasured = Indicator.objects.filter(number=indicator.number, measure="", valid__upper_inf=True)
        measured += unmeasured.update(measure=indicator.measure) if indicator.measure else 0
    if new or measured:
        sentence = f"Brought the data specification up to date: {len(new)} indicators added."
        record(by=by, kind=Kind.WRITE, sentence=sentence)
    return Indicator.objects.on(timezone.localdate()).count()


KEEPS = "The coordinator keeps the specification."
EDITED = (
    "strand", "name", "title", "type", "polarity", "source", "reported", "supplied", "scorecard", "target", "tolerance", "owner",
    "measure", "settings", "disclosure", "supplier",
)  # fmt: skip


@transaction.atomic
def change_indicator(*, by: By, indicator: Indicator, since: date, said: dict[str, Any]) -> Indicator:
    """What the specification says of an indicator from a day on. What it said before is kept, to the day before.

    A change from the very day on which the present words began replaces them; the trail keeps what they were.
    Raises: Refused, also where the day is before the present words began, and where figures that the words it would replace
    have counted are published: they are to be counted by them for as long as later figures stand beside these.
    """
    permit(by, PUBLISHERS, KEEPS)
    now = Indicator.objects.select_for_update().get(pk=indicator.pk)
    changed = {name: said[name] for name in EDITED if name in said and said[name] != getattr(now, name)}
    if not changed:
        raise Refused("Nothing is different from what the specification says now.")
    if now.valid.upper is not None or since < now.valid.lower:
        raise Refused(f"The present words began on {now.valid.lower:%-d %B %Y}. Choose that day or a later one.")
    if since == now.valid.lower and now.measure and changed.keys() & {"measure", "settings"} and _published(now):
        raise Refused(f"Figures that the present words count are published. Choose a day after {since:%-d %B %Y}.")
    was = {name: str(getattr(now, name) if getattr(now, name) is not None else "") for name in changed}
    if since > now.valid.lower:
        Indicator.objects.filter(pk=now.pk).update(valid=DateRange(now.valid.lower, since))
        now.pk = None
        now.valid = DateRange(since, None)
    for name, value in changed.items():
        setattr(now, name, value)
    now.save()
    _tell(by, f"Changed indicator {now.number} of the data specification from {since:%-d %B %Y}.", now, was)
    return now


def _published(indicator: Indicator) -> bool:
    """Whether a report was published with an indicator since its words began."""
    reports = Report.objects.filter(state=Report.State.PUBLISHED, frozen__has_key=indicator.number)
    return reports.filter(published_at__date__gte=indicator.valid.lower).exists()


@transaction.atomic
def add_indicator(*, by: By, number: str, since: date, said: dict[str, Any]) -> Indicator:
    """Bring an indicator into the specification from a day on. Raises: Refused, where the number is taken or left free."""
    permit(by, PUBLISHERS, KEEPS)
    if number == "7":
        raise Refused("Number 7 does not exist in the strategy and is left free.")
    if Indicator.objects.filter(number=number, valid__overlap=DateRange(since, None)).exists():
        raise Refused(f"Number {number} is taken. Choose another one.")
    last = Indicator.objects.order_by("-position").values_list("position", flat=True).first()
    made = Indicator.objects.create(number=number, position=(last or 0) + 1, valid=DateRange(since, None), **said)
    _tell(by, f"Added indicator {number} to the data specification from {since:%-d %B %Y}.", made, {})
    return made


@transaction.atomic
def end_indicator(*, by: By, indicator: Indicator, until: date) -> None:
    """Take an indicator out of the specification after a day. What was published of it stays. Raises: Refused."""
    permit(by, PUBLISHERS, KEEPS)
    if until < indicator.valid.lower:
        raise Refused(f"The present words began on {indicator.valid.lower:%-d %B %Y}. Choose that day or a later one.")
    Indicator.objects.filter(pk=indicator.pk).update(valid=DateRange(indicator.valid.lower, until + timedelta(days=1)))
    _tell(by, f"Ended indicator {indicator.number} of the data specification on {until:%-d %B %Y}.", indicator, {})


def unpicked(day: date) -> dict[str, str]:
    """Measures that no indicator uses, by the name of their file: what they count."""
    used = set(Indicator.objects.on(day).values_list("measure", flat=True))
    return {name: measure.title for name, measure in measures().items() if name not in used}


def _tell(by: By, sentence: str, indicator: Indicator, was: dict[str, str]) -> None:
    record(by=by, kind=Kind.WRITE, sentence=sentence, detail={"indicator": indicator.number, "was": was})
