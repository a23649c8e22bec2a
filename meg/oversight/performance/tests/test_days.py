"""Shares within days of the partnership's choice: what two choices say of the same referrals is protected together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from conftest import Cast
from meg.oversight.performance.actions import bring_up_to_date
from meg.oversight.performance.actions.showing import part_of
from meg.oversight.performance.beside import Beside, median_words
from meg.oversight.performance.beside_shown import as_published, protect_beside
from meg.oversight.performance.families import nested
from meg.oversight.performance.models import Figure, Indicator, ShownFigure
from meg.oversight.performance.protection import family_of, protect_family
from meg.oversight.performance.rules import read_period
from meg.partnership.seats import seated
from meg.protect.assessments.models import Assessment, Framework
from meg.protect.exploitation.models import Referral

MAY = read_period("2018-05")


def picked(number: str, days: int | None, since: date, until: date | None = None, what: str = "assessed") -> Indicator:
    return Indicator(
        number=number, name=what, title=what, strand="protect", measure=f"referrals_{what}_in_time", position=90,
        settings={"days": days} if days else {}, valid=DateRange(since, until),
    )  # fmt: skip


def test_a_change_of_days_counts_each_period_by_those_of_its_last_day(cast: Cast) -> None:
    """Assessed 12 days after receipt: in time within 14 days, and not within 10, which hold from July 2018."""
    with seated(cast.operator):
        Indicator.objects.bulk_create(
            [picked("21", None, date(2016, 4, 1), date(2018, 7, 1)), picked("21", 10, date(2018, 7, 1))]
        )
        framework = Framework.objects.create(
            key="short",
            version=1,
            title="Short",
            state="published",
            valid_from=date(2017, 1, 1),
            published_by="Ruth Example",
        )
        for month in (5, 8):
            for day in range(1, 13):
                received = datetime(2018, month, day, 12, tzinfo=UTC)
                child = cast.child()
                made = Referral.objects.create(
                    child=child, referred_by="A teacher", consent="given", received_at=received, file_source="referrals"
                )
                Assessment.objects.create(
                    referral=made, child=child, framework=framework, kind="first", state="finished", level="low", points=0,
                    unanswered=0, by="Helen Example", rationale="As told", finished_at=received + timedelta(days=12),
                )  # fmt: skip
        bring_up_to_date(by=cast.operator)
        counted = {one.period: one for one in Figure.objects.current().filter(indicator="21")}
        shown = {one.period: one for one in ShownFigure.objects.current().filter(indicator="21")}
    met = {
        period: (counted[period].numerator, counted[period].denominator)
        for period in ("2018-19Q1", "2018-19Q2", "2018-19")
    }
    assert met == {"2018-19Q1": (12, 12), "2018-19Q2": (0, 12), "2018-19": (0, 24)}
    assert counted["2018-19Q1"].beside["median"] == {"of": 12, "days": 12.0}
    assert median_words(shown["2018-19Q1"].beside) == "12 days"
    assert not shown["2018-19"].hidden


@pytest.mark.parametrize(("more", "hides"), [(3, True), (30, False)])
def test_what_two_numbers_of_days_differ_by_is_protected(more: int, hides: bool) -> None:
    """Within 14 days 40 of 60 were assessed; within 10 days some fewer: a reader of both subtracts."""
    parts = [part_of(picked("21", days, date(2016, 4, 1))) for days in (None, 10)]
    table = {
        "due, assessed in 14 days": 90, "in time, assessed in 14 days": 40,
        "due, assessed in 10 days": 90, "in time, assessed in 10 days": 40 - more,
    }  # fmt: skip
    marks = protect_family(family_of([*parts, nested(parts)]), {MAY: table})[MAY]
    assert set(marks) == set(table)
    assert any(mark.hidden for mark in marks.values()) == hides


@pytest.mark.parametrize(("apart", "hides"), [(3, True), (30, False)])
def test_due_for_one_and_not_for_the_other_is_protected(apart: int, hides: bool) -> None:
    parts = [part_of(picked("21", 20, date(2016, 4, 1))), part_of(picked("22", 40, date(2016, 4, 1), what="served"))]
    table = {
        "due, assessed in 20 days": 90, "in time, assessed in 20 days": 40,
        "due, served in 40 days": 90 - apart, "in time, served in 40 days": 30,
    }  # fmt: skip
    marks = protect_family(family_of([*parts, nested(parts)]), {MAY: table})[MAY]
    assert any(mark.hidden for mark in marks.values()) == hides


def test_the_middle_of_few_days_is_hidden_and_stays_as_published() -> None:
    assert protect_beside({"median": {"of": 5, "days": 9.0}}, shown=True)["median"] == {"of": None, "days": "c"}
    shown = protect_beside({"median": {"of": 6, "days": 9.4}}, shown=True)
    assert median_words(shown) == "9 days"
    assert median_words({"median": {"of": 6, "days": 1.0}}) == "1 day"
    assert as_published(shown, None, shown=True)["median"] == {"of": None, "days": "c"}
    kept: Beside = {"model": {"of": 9, "lines": {"online": 9}, "words": {"online": "Online"}, "order": ["online"]}}
    hidden = as_published(kept, kept, shown=False)["model"]
    assert (hidden["of"], hidden["lines"], hidden["order"]) == ("c", {"online": "c"}, ["online"])
