"""What is told beside a figure of the episodes that it leaves out is known to whoever reads a longer period."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from conftest import Cast
from meg.oversight.performance.actions import bring_up_to_date
from meg.oversight.performance.models import Indicator, ShownFigure
from meg.partnership.seats import seated
from meg.protect.missing.models import Episode

YEAR, QUARTERS = "2025-26", ("2025-26Q1", "2025-26Q2", "2025-26Q3", "2025-26Q4")
BEGINS = (date(2025, 4, 1), date(2025, 7, 1), date(2025, 10, 1), date(2026, 1, 1))


def episodes(cast: Cast, month: date, missing: int, away: int, absent: int) -> None:
    """One of each child, who went missing, was away without authorisation or absent by the police's word, in that month."""
    at = datetime(month.year, month.month, 9, 12, tzinfo=UTC)
    for number in range(missing + away + absent):
        child = cast.child(given=f"Child{number}", number=f"{month:%y%m}-{number}")
        with seated(cast.operator):
            Episode.objects.create(
                child_id=child.pk, missing_from="care", setting="foster",
                care_status="M" if number < missing else "A" if number < missing + away else "",
                police_category="ABSENT" if number >= missing + away else "", started_at=at, returned_at=at.replace(hour=20), source="form",
            )  # fmt: skip


def brought(cast: Cast) -> dict[str, ShownFigure]:
    """The figures of children missing from care, by period."""
    with seated(cast.operator):
        bring_up_to_date(by=cast.operator)
        return {one.period: one for one in ShownFigure.objects.current().filter(indicator="3")}


@pytest.mark.parametrize(
    ("third", "told"), [((3, 0), {"away": "c"}), ((9, 1), {"away": 9, "absent": "c"}), ((9, 0), {"away": 9})]
)
def test_what_is_told_of_absent_episodes_gives_away_none_where_they_are_counted_later(
    cast: Cast, third: tuple[int, int], told: dict[str, int | str]
) -> None:
    """They are counted from the last quarter on, and so in the year. What the year has more than its quarters are the absent
    episodes of the first three; 10 and 8 of two are told, and so the rest would follow.
    """
    for month, away in zip(BEGINS, ((10, 0), (8, 0), third, (8, 0)), strict=True):
        episodes(cast, month, 8, *away)
    with seated(cast.operator):
        for present in Indicator.objects.filter(number__in=["3", "4"]):
            Indicator.objects.filter(pk=present.pk).update(valid=DateRange(present.valid.lower, BEGINS[3]))
            present.pk, present.valid, present.settings = None, DateRange(BEGINS[3], None), {"include_absent": True}
            present.save()
    found = brought(cast)
    quarters = [found[quarter] for quarter in QUARTERS]
    assert [one.numerator for one in quarters] == [8, 8, 8, 16]
    assert [one.beside["left_out"]["lines"] for one in quarters[:3]] == [{"away": 10}, {"away": 8}, told]
    assert found[YEAR].hidden == ("c" in told.values())
