"""What a report published stays known: figures computed later are protected beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from conftest import Cast
from meg.oversight.performance.actions import bring_up_to_date, change_indicator, showing
from meg.oversight.performance.actions.keeping import FigureLine, of_period
from meg.oversight.performance.actions.releasing import published_tables, releases_by_family
from meg.oversight.performance.actions.showing import Tables
from meg.oversight.performance.models import CountedOtherwise, Figure, Indicator, Released, Report, ShownFigure
from meg.oversight.performance.protection import Out
from meg.oversight.performance.reports import card_of, report_of
from meg.oversight.performance.rules import read_period
from meg.oversight.performance.tests.test_definitions import absent, split
from meg.oversight.performance.tests.test_publishing import (
    PERIOD,
    TODAY,
    SignIn,
    _episode,
    county,
    published,
    report,
)
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import Refused, seated

__all__ = ["county", "report"]
AS_PUBLISHED = "What stands beside the figures is as published on "


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


def test_what_other_words_count_is_kept_with_what_is_published(county: Cast, report: Report) -> None:
    """Since February absent episodes count: the quarter and the year have some of them, January has none."""
    with seated(county.operator):
        absent(county, "Earlier", 1)
        absent(county, "Later", 2)
        split("3", date(2026, 2, 1))
        bring_up_to_date(by=county.operator)
    published(county, report)
    with seated(county.operator):
        _episode(county.child(given="Another", number="N99").pk, 9)
        bring_up_to_date(by=county.operator)
        was = Figure.objects.get(indicator="3", period=PERIOD).numerator - 1
        for label, own, other in ((PERIOD, was, was - 2), ("2025-26", was, was - 2)):
            of = Released.objects.filter(period=label)
            assert of.get(name="children from care, with absent").value == own
            kept = of.get(name="children from care")
            assert (kept.value, kept.hidden, kept.unshown) == (other, False, True)
        january = Released.objects.filter(period="2026-01")
        assert not january.get(name="children from care").unshown
        assert january.get(name="children from care, with absent").unshown
        now = CountedOtherwise.objects.get(period=PERIOD, name="children from care")
        assert now.value == was - 1, "counted anew since"
        (release,) = releases_by_family()["missing"]
        assert release[read_period(PERIOD)]["children from care"] == Out(was - 2, False, unshown=True)


def test_what_is_counted_by_other_words_no_longer_is_left_without_a_number(county: Cast) -> None:
    with seated(county.operator):
        bring_up_to_date(by=county.operator)
        assert not CountedOtherwise.objects.exists()
        split("3", date(2026, 2, 1))
        bring_up_to_date(by=county.operator)
        count = CountedOtherwise.objects.filter(value__isnull=False).count()
        assert count > 0
        Indicator.objects.filter(number="3").update(settings={})
        bring_up_to_date(by=county.operator)
        assert not CountedOtherwise.objects.filter(value__isnull=False).exists()
        assert CountedOtherwise.objects.count() == count


def test_words_that_counted_what_is_published_are_not_replaced(county: Cast, report: Report) -> None:
    """They end, so that figures are still counted by them; a target may be replaced."""
    with seated(county.by("colin")) as colin:
        present = Indicator.objects.get(number="3")
        since = present.valid.lower
        change_indicator(by=colin, indicator=present, since=since, said={"settings": {"include_absent": True}})
        change_indicator(by=colin, indicator=present, since=since, said={"settings": {}})
    published(county, report)
    with seated(county.by("colin")) as colin:
        with pytest.raises(Refused, match=r"are published\. Choose a day after 1 April 2016"):
            change_indicator(by=colin, indicator=present, since=since, said={"settings": {"include_absent": True}})
        for said in ({"settings": {"include_absent": True}}, {"measure": "children_missing_from_home"}):
            with pytest.raises(DatabaseError, match="are published"), transaction.atomic():
                Indicator.objects.filter(pk=present.pk).update(**said)
        change_indicator(by=colin, indicator=present, since=since, said={"target": 5, "polarity": "less"})
        later = date(2026, 5, 1)
        change_indicator(by=colin, indicator=present, since=later, said={"settings": {"include_absent": True}})
        assert Indicator.objects.filter(number="3").count() == 2


@pytest.mark.parametrize("table", [Released, CountedOtherwise])
@pytest.mark.parametrize("name", ["ruth", "colin", "wendy", "helen", "arthur", "grace", "adam"])
def test_no_seat_reads_what_a_report_hid(county: Cast, name: str, table: type[Released | CountedOtherwise]) -> None:
    with seated(county.by(name)), pytest.raises(DatabaseError, match="permission denied"):
        with transaction.atomic():
            table._default_manager.count()


# ── what stands beside a figure ─────────────────────────────────────────────────────────────────────────────


def beside(number: str, label: str = PERIOD) -> dict[str, Any]:
    return dict(ShownFigure.objects.get(indicator=number, period=label).beside)


def settings_of(kept: dict[str, Any]) -> tuple[object, object]:
    return kept["setting"]["of"], kept["setting"]["lines"]["foster"]


def test_what_stands_beside_a_published_figure_stays_as_it_was_published(
    county: Cast, report: Report, as_member: SignIn
) -> None:
    with seated(county.operator):
        _episode(county.child(given="Other", number="N90").pk, 10, month=4)
        for number in range(8):
            child = county.child(given=f"Again{number}", number=f"A{number}")
            _episode(child.pk, 5)
            _episode(child.pk, 6)
        bring_up_to_date(by=county.operator)
        before, january = beside("3"), beside("3", "2026-01")
        assert settings_of(january) == (29, 29), "all of the quarter are of January"
    kept = published(county, report)
    assert kept.tables is not None
    assert kept.tables["3"]["measure"] == "children_missing_from_care"
    assert kept.tables["3"]["tables"] == before
    assert kept.tables["3"]["months"]["2026-01"] == january
    assert settings_of(before) == (29, 29)
    with seated(county.operator):
        for number in range(8):
            child = county.child(given=f"Late{number}", number=f"L{number}")
            _episode(child.pk, 9)
            _episode(child.pk, 10, month=4)
        bring_up_to_date(by=county.operator)
        assert settings_of(Figure.objects.get(indicator="3", period=PERIOD).beside) == (37, 37)
        assert ShownFigure.objects.get(indicator="3", period=PERIOD).numerator == 28
        assert beside("3") == before, "published: it stays"
        assert beside("3", "2026-01") == january, "and so do its months"
        assert settings_of(beside("3", "2026-04")) == (9, 9)
        assert settings_of(beside("3", "2026-27Q1")) == (9, 9), "not published: it follows the records"
        told = {gap.what: gap.effect for gap in report_of(card_of(read_period(PERIOD), TODAY), our()).gaps}
    sentence = "The figures themselves are as the records are now."
    (day,) = (what.removeprefix(AS_PUBLISHED) for what, effect in told.items() if effect == sentence)
    page = as_member("ruth").get(f"/scorecard/3/?period={PERIOD}").content.decode()
    assert f"These are as published on {day}, and stay so" in page
    other = as_member("ruth").get("/scorecard/3/?period=2026-27Q1").content.decode()
    assert "Beside the figure" in other
    assert "as published on" not in other
    helen = as_member("helen").get(f"/scorecard/3/?period={PERIOD}").content.decode()
    assert "as published on" not in helen, "whoever sees the records reads what is counted now"


def test_nothing_stands_beside_a_figure_whose_published_tables_are_not_known(county: Cast, report: Report) -> None:
    """A report of before tables were kept, and one of another measure."""
    published(county, report)
    with seated(county.operator):
        assert published_tables()["3", PERIOD] is not None
        unknown: Tables = {("3", PERIOD): None}
        told: Tables = {("3", PERIOD): ("children_missing_from_care", {"setting": {"of": 13, "lines": {"foster": 13}}})}
        line = FigureLine(
            **of_period("3", read_period(PERIOD)), numerator=20, measure="another", settings={}, unit="", left_out={}, batches=[],
            counted_by=Indicator(number="3"),
            beside={"setting": {"of": 20, "lines": {"foster": 20}}},
        )  # fmt: skip
        for tables in (unknown, told):
            hidden = showing._tables(line, tables, shown=True)
            assert settings_of(hidden) == ("c", "c")
        line.measure = "children_missing_from_care"
        assert settings_of(showing._tables(line, told, shown=True)) == (13, 13)


def our() -> Partnership:
    return Partnership.objects.get()
