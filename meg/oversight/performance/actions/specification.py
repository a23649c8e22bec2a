"""Keeping the data specification: Appendix 1 comes with MEG, and what people change in it stays."""

from __future__ import annotations

import csv
from datetime import date
from importlib.resources import files

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from meg.oversight.performance.models import Indicator
from meg.oversight.performance.permissions import COMPUTERS
from meg.partnership.seats import By, permit
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
