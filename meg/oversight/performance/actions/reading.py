"""Reading what lies behind figures, and taking documents away: each is a line in the trail."""

from __future__ import annotations

from django.db import transaction

from meg.oversight.performance.measures import Measure, Row, Settings
from meg.oversight.performance.models import Figure, Indicator
from meg.oversight.performance.permissions import COMPUTERS, NO_FIGURES, NO_ROWS, READERS, ROWS
from meg.oversight.performance.rules import Period, months_of
from meg.oversight.performance.supplied import measure_of
from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind


@transaction.atomic
def rows_behind(*, by: By, indicator: Indicator, period: Period) -> list[Row]:
    """The records that a figure counts. One line in the trail names the children, by reference.

    Raises: Refused, where the seat works with figures alone.
    """
    permit(by, ROWS, NO_ROWS)
    rows = _rows(measure_of(indicator), period, indicator.settings) if indicator.measure else []
    references = sorted({row.reference for row in rows})
    many = "1 child" if len(references) == 1 else f"{len(references)} children"
    record(
        by=by,
        kind=Kind.LOOK,
        sentence=f"Looked at the {many} behind indicator {indicator.number}, {period.words}.",
        detail={"indicator": indicator.number, "period": period.label, "children": references},
    )
    return rows


def _rows(measure: Measure, period: Period, settings: Settings) -> list[Row]:
    """Those of the months that the figure counts: the months of the period that are covered."""
    covered = set(measure.covered())
    months = [month for month in months_of(period) if month in covered]
    return measure.rows(months, settings) if months else []


@transaction.atomic
def before_disclosure_control(*, by: By, period: Period) -> list[Figure]:
    """The figures of a period as they were counted. For the operator alone, and kept in the trail.

    Raises: Refused, where the seat may not.
    """
    permit(by, COMPUTERS, "Only the operator reads figures before disclosure control.")
    sentence = f"Read figures before disclosure control, {period.words}."
    record(by=by, kind=Kind.FIGURES, sentence=sentence, detail={"period": period.label})
    return list(Figure.objects.current().filter(period=period.label))


@transaction.atomic
def took_away(*, by: By, period: Period, forms: list[str]) -> None:
    """Keep in the trail that someone took a report away, in which forms.

    Raises: Refused, where the seat works without figures.
    """
    permit(by, READERS | COMPUTERS, NO_FIGURES)
    named = ", ".join(form.upper() for form in forms)
    record(
        by=by,
        kind=Kind.TAKEN_AWAY,
        sentence=f"Took the report for {period.words} away ({named}).",
        detail={"period": period.label, "forms": forms},
    )
