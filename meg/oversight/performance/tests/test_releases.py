"""What a report published stays known: figures computed later are protected beside it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from conftest import Cast
from meg.oversight.performance.actions import bring_up_to_date
from meg.oversight.performance.models import Figure, Released, Report, ShownFigure
from meg.oversight.performance.tests.test_publishing import _episode, county, published, report
from meg.partnership.seats import seated

__all__ = ["county", "report"]


def lines() -> dict[tuple[str, str], tuple[int, bool]]:
    found = Released.objects.filter(period="2025-26Q4").values_list("period", "name", "value", "hidden")
    return {(period, name): (value, hidden) for period, name, value, hidden in found}


def test_what_is_published_is_kept_with_its_numbers_before_any_is_computed_anew(county: Cast, report: Report) -> None:
    published(county, report)
    with seated(county.operator):
        before = {one.indicator: one for one in Figure.objects.filter(period="2025-26Q4")}
        _episode(county.child(given="Another", number="N99").pk, 9)
        assert Released.objects.count() == 0
        bring_up_to_date(by=county.operator)
        kept = lines()
        assert kept["2025-26Q4", "children from care"] == (before["3"].numerator, False)
        assert kept["2025-26Q4", "again from care"] == (before["4"].numerator, True)
        assert Figure.objects.get(indicator="3", period="2025-26Q4").numerator == before["3"].numerator + 1
        count = Released.objects.count()
        bring_up_to_date(by=county.operator)
        assert Released.objects.count() == count
        shown = ShownFigure.objects.get(indicator="4", period="2025-26Q4")
        assert shown.hidden


@pytest.mark.parametrize("name", ["ruth", "colin", "wendy", "helen", "arthur", "grace", "adam"])
def test_no_seat_reads_what_a_report_hid(county: Cast, name: str) -> None:
    with seated(county.by(name)), pytest.raises(DatabaseError, match="permission denied"):
        with transaction.atomic():
            Released.objects.count()
