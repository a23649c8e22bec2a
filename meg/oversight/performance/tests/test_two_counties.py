"""Two counties of which the same figures are shown, and others hidden, read the same: on every page, in every document and in
every table that a seat of figures reaches. So no limit, mean, sentence or picture says anything of a hidden number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client

from conftest import Cast
from meg.oversight.performance.actions import bring_up_to_date
from meg.oversight.performance.models import Figure, ShownFigure
from meg.oversight.performance.permissions import FIGURES, TABLES
from meg.oversight.performance.rules import Kind, periods_between
from meg.partnership.seats import seated
from meg.protect.missing.models import Episode

NOW = datetime(2026, 7, 20, 9, 30, tzinfo=UTC)
QUARTERS = periods_between(date(2023, 4, 1), date(2026, 6, 30), Kind.QUARTER)
FEW = "2025-26Q3"
PAGES = [
    "/", "/scorecard/", "/specification/", "/specification/3/", "/reports/", "/supply/", "/scorecard/3/limits/", "/scorecard/3/",
    *(f"/scorecard/?period={period}" for period in (FEW, "2025-26", "2025-10", "to2026-06")),
    *(f"/scorecard/3/?period={period}" for period in (FEW, "2025-26Q1", "2025-26", "2025-10", "to2026-06")),
    f"/scorecard/4/?period={FEW}",
    *(f"/scorecard/{period}/report.{form}" for period in (FEW, "2025-26", "2026-27Q1") for form in ("json", "csv", "xlsx")),
]  # fmt: skip


def write(cast: Cast, few: int, first: int) -> None:
    """Children missing once from care, 11 and more in a quarter: but so few in one, and so many in the first of its year."""
    with seated(cast.operator):
        for number, quarter in enumerate(QUARTERS):
            many = {FEW: few, "2025-26Q1": first}.get(quarter.label, 11 + number % 4)
            at = datetime(quarter.start.year, quarter.start.month, 9, 12, tzinfo=UTC)
            for child in range(many):
                made = cast.child(given=f"Child{child}", number=f"{number}-{child}")
                Episode.objects.create(
                    child_id=made.pk, missing_from="care", care_status="M", setting="foster", started_at=at,
                    returned_at=at.replace(hour=20), source="form",
                )  # fmt: skip
        bring_up_to_date(by=cast.operator)


def read(cast: Cast, client: Client, name: str) -> dict[str, str]:
    """Everything that somebody reads, without what is new in every answer."""
    found = {}
    for address in PAGES:
        page = client.get(address)
        assert page.status_code == 200, address
        found[address] = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode("latin-1"))
    by = cast.by(name)
    for table in [table.name for table in TABLES if by.seat in table.access]:
        with seated(by), connection.cursor() as cursor:
            cursor.execute(f"SELECT to_jsonb(t) - 'id' FROM {table} t ORDER BY 1")
            found[table] = str(cursor.fetchall())
    return found


@pytest.mark.parametrize("name", ["ruth", "wendy", "colin"])
def test_no_seat_of_figures_tells_them_apart(cast: Cast, as_member: Callable[[str], Client], name: str) -> None:
    assert cast.by(name).seat in FIGURES
    told = []
    with time_machine.travel(NOW, tick=False):
        client = as_member(name)
        for few, first in ((3, 9), (4, 8)):
            with transaction.atomic():
                write(cast, few, first)
                with seated(cast.operator):
                    counted = {one.period: one.numerator for one in Figure.objects.current().filter(indicator="3")}
                    shown = {one.period: one.shown for one in ShownFigure.objects.current().filter(indicator="3")}
                assert (counted[FEW], counted["2025-26Q1"]) == (few, first)
                assert shown[FEW] == shown["2025-26Q1"] == "c" != shown["2025-26"]
                told.append(read(cast, client, name))
                transaction.set_rollback(True)
    one, other = told
    for where, was in one.items():
        assert was == other[where], where
    assert "usual range" in one["/scorecard/3/"], "there are limits to tell them apart by"
