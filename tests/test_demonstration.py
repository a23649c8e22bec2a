"""The demonstration county: its last full year is the published one, and something is always due today."""

from __future__ import annotations

import itertools
import random
import statistics
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from meg.config.demonstration.actions import AUTHORITY, furnish
from meg.config.demonstration.calibration import LONDON, PUBLISHED, financial_year, incidents, spread
from meg.config.demonstration.county import County
from meg.oversight.performance.actions import bring_up_to_date
from meg.oversight.performance.models import Figure
from meg.partnership.access.models import Member
from meg.partnership.agencies.actions import found_partnership
from meg.partnership.seats import By, Seat, seated
from meg.protect.missing.models import Episode

DAYS = [datetime(2026, 11, 24, 8, 40, tzinfo=LONDON), datetime(2027, 4, 3, 9, tzinfo=LONDON)]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("year", PUBLISHED)
def test_incidents_are_spread_to_the_published_totals(year: object, seed: int) -> None:
    assert isinstance(year, type(PUBLISHED[0]))
    counts = spread(year, random.Random(seed))
    assert (len(counts), sum(counts)) == (year.children, year.incidents)
    assert sum(count > 1 for count in counts) == year.more_than_once


def test_incidents_of_one_child_never_overlap() -> None:
    found = list(incidents(58, date(2025, 4, 1), date(2026, 3, 31), random.Random(1)))
    assert all(one.returned <= other.started for one, other in itertools.pairwise(found))


@pytest.mark.parametrize("now", DAYS)
def test_nothing_lies_in_the_future_and_three_are_missing(now: datetime) -> None:
    county = County(now)
    assert sum(person.still_missing for person in county.everyone()) == 3
    for person in county.everyone():
        for place, (incident, *_) in enumerate(person.missing):
            assert incident.started < now
            assert incident.returned <= now or (person.still_missing and place == len(person.missing) - 1)


def test_the_last_full_year_is_the_published_one(db: None) -> None:
    nobody = By(None, "Operator", Seat.OPERATOR, 0)
    with seated(nobody):
        partnership = found_partnership(by=nobody, name="Caldershire", authority=AUTHORITY, demonstration=True)
    by = By(None, "Operator", Seat.OPERATOR, partnership.pk)
    now = timezone.localtime()
    with seated(by):
        furnish(by=by, now=now, progress=lambda what, part: None)
        bring_up_to_date(by=by)
        first = financial_year(now.date()) - 1
        label = f"{first}-{(first + 1) % 100:02d}"
        figures = {figure.indicator: figure for figure in Figure.objects.filter(period=label)}
        assert (figures["3"].numerator, figures["3"].episodes, figures["4"].numerator) == (171, 1321, 119)
        start = datetime(first, 4, 1, tzinfo=LONDON)
        year = Episode.objects.started_between(start, start.replace(year=first + 1)).filter(
            missing_from="care", care_status="M"
        )
        hours = [(one.returned_at - one.started_at) / timedelta(hours=1) for one in year if one.returned_at]
        assert statistics.median(hours) == pytest.approx(24, rel=0.1)
        assert {seat for seats in Member.objects.values_list("seats", flat=True) for seat in seats} == {
            seat.value for seat in Seat if seat is not Seat.OPERATOR
        }
