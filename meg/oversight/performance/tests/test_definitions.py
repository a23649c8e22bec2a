"""Each period is counted by the words of its last day: a change leaves what came before as it was, and is marked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.oversight.performance.actions import bring_up_to_date, change_indicator, compute_figures
from meg.oversight.performance.definitions import Definitions, definitions
from meg.oversight.performance.disclosure import Shown
from meg.oversight.performance.families import AddsUp, Part, with_absent
from meg.oversight.performance.families import Number as Numbered
from meg.oversight.performance.models import Document, Figure, Indicator, Report, ShownFigure
from meg.oversight.performance.protection import Family, Out, Release, family_of, protect_family
from meg.oversight.performance.reports import card_of, report_of
from meg.oversight.performance.rules import Kind, Period, month_of, months_of, quarters_of, read_period
from meg.oversight.performance.tests.lives import NOW, Life, children_again, lives, write
from meg.oversight.performance.tests.test_families import MONTHS, YEAR, complete, not_given_away
from meg.oversight.performance.tests.test_publishing import PERIOD, TODAY, _episode, county, published, report
from meg.oversight.performance.views_specification import _effects
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import seated

__all__ = ["county", "report"]
SignIn = Callable[[str], Client]
ANY = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
ABSENT = {"include_absent": True}


def line(since: str, until: str | None = None, **said: Any) -> Indicator:
    valid = DateRange(date.fromisoformat(since), date.fromisoformat(until) if until else None)
    return Indicator(number="3", measure=said.pop("measure", "children_missing_from_care"), valid=valid, **said)


def of(*lines: Indicator, today: date = date(2018, 5, 1)) -> Definitions:
    return definitions(lines, today)["3"]


# ── which words a period has ────────────────────────────────────────────────────────────────────────────────


def test_a_period_has_the_words_of_its_last_day() -> None:
    first, second = line("2016-04-01", "2017-11-15"), line("2017-11-15", settings=ABSENT)
    defined = of(first, second)
    for label, counted_by in {
        "2017-10": first, "2017-11": second, "2017-18Q2": first, "2017-18Q3": second, "2016-17": first, "2017-18": second,
        "to2017-09": first, "to2017-12": second, "2015-16": first,
    }.items():  # fmt: skip
        assert defined.of(read_period(label)) is counted_by, label
    marked = [
        label for label in ("2017-10", "2017-11", "2017-12", "2017-18Q3", "2017-18Q4", "2017-18", "2018-19", "to2018-09")
        if defined.within(read_period(label))
    ]  # fmt: skip
    assert marked == ["2017-11", "2017-18Q3", "2017-18", "to2018-09"]


def test_a_period_that_is_not_over_has_the_words_of_today() -> None:
    first, second = line("2016-04-01", "2018-06-01"), line("2018-06-01", settings=ABSENT)
    quarter = read_period("2018-19Q1")
    assert of(first, second, today=date(2018, 5, 31)).of(quarter) is first
    assert of(first, second, today=date(2018, 6, 1)).of(quarter) is second
    assert not of(first, second, today=date(2018, 5, 31)).within(quarter)


def test_only_what_is_counted_defines_anew() -> None:
    """A target, and a setting that is off, change nothing; nor do words from before it was measured."""
    lines = [
        line("2016-04-01", "2017-01-01", measure=""),
        line("2017-01-01", "2017-06-01"),
        line("2017-06-01", "2017-07-01", target=3, settings={"include_absent": False}),
        line("2017-07-01", settings=ABSENT),
    ]
    defined = of(*lines)
    assert [one.since for one in defined.each] == [date(2017, 1, 1), date(2017, 7, 1)]
    assert defined.of(read_period("2016-05")) is lines[2], "measured later: counted by the first words that measure"
    (told,) = defined.told
    assert told.startswith("From 1 July 2017: ")
    assert "absent episodes are counted too. Before: " in told


# ── what is counted ─────────────────────────────────────────────────────────────────────────────────────────

COUNTS = {"1": ("home", 1), "2": ("home", 2), "3": ("care", 1), "4": ("care", 2)}


@ANY
@given(drawn=lives, since=st.sampled_from([date(2017, 12, 1), date(2018, 1, 1), date(2018, 2, 14), date(2018, 4, 1)]))
def test_every_figure_is_counted_by_hand_by_the_words_of_its_last_day(
    cast: Cast, drawn: list[Life], since: date
) -> None:
    with time_machine.travel(NOW, tick=False), seated(cast.operator), transaction.atomic():
        kept = write(drawn)
        for number in COUNTS:
            split(number, since)
        compute_figures(by=cast.operator)
        for figure in Figure.objects.current().filter(indicator__in=COUNTS):
            period = read_period(figure.period)
            absent_too = min(period.end, NOW.date()) >= since
            counted = children_again(kept, period, *COUNTS[figure.indicator], absent_too)
            assert (figure.numerator, figure.episodes) == (
                counted[0],
                counted[1] if COUNTS[figure.indicator][1] == 1 else None,
            ), (figure.indicator, figure.period)
        shown = set(ShownFigure.objects.current().values_list("indicator", "period"))
        assert shown == set(Figure.objects.current().values_list("indicator", "period"))
        transaction.set_rollback(True)


def split(number: str, since: date, **said: Any) -> None:
    """From a day on absent episodes are counted too."""
    present = Indicator.objects.get(number=number)
    Indicator.objects.filter(pk=present.pk).update(valid=DateRange(present.valid.lower, since))
    present.pk, present.valid = None, DateRange(since, None)
    for name, value in (said or {"settings": ABSENT}).items():
        setattr(present, name, value)
    present.save()


def test_other_words_that_count_the_same_cost_no_question_more(county: Cast) -> None:
    with seated(county.operator):
        bring_up_to_date(by=county.operator)
        with CaptureQueriesContext(
            connection,
        ) as before:
            bring_up_to_date(by=county.operator)
        split("3", date(2026, 2, 1), target=10, polarity="less")
        with CaptureQueriesContext(connection) as after:
            bring_up_to_date(by=county.operator)
    assert len(after) == len(before)


# ── a change leaves what came before as it was ──────────────────────────────────────────────────────────────


def rows(until: date) -> list[tuple[Any, ...]]:
    """Everything that is kept of figures of periods that end before a day."""
    return [
        line
        for table in (Figure, ShownFigure)
        for line in table.objects.filter(last_day__lt=until).order_by("indicator", "period").values_list()
    ]


def absent(cast: Cast, child: str, month: int) -> None:
    made = _episode(cast.child(given=child, number=child).pk, 9, month=month)
    made.care_status = "A"
    made.save()


@pytest.fixture
def changed(county: Cast, report: Report) -> Cast:
    """A published quarter and one after it, with 8 absent episodes in each; from the latter on they count."""
    with seated(county.operator):
        for number in range(8):
            absent(county, f"Winter{number}", 1)
            absent(county, f"Spring{number}", 4)
            _episode(county.child(given=f"Missing{number}", number=f"M{number}").pk, 5, month=5)
        bring_up_to_date(by=county.operator)
    published(county, report)
    with seated(county.operator):
        bring_up_to_date(by=county.operator)
    with seated(county.by("colin")) as colin:
        present = Indicator.objects.get(number="3")
        change_indicator(by=colin, indicator=present, since=date(2026, 4, 1), said={"settings": ABSENT})
    return county


def test_old_quarters_stay_exactly_as_they_were(changed: Cast, tmp_path: Path) -> None:
    change, quarter = date(2026, 4, 1), "2026-27Q1"
    with seated(changed.operator):
        before = rows(change)
        documents = {one.form: bytes(one.content) for one in Document.objects.all()}
        assert ShownFigure.objects.get(indicator="3", period=quarter).numerator == 8
        assert bring_up_to_date(by=changed.operator)
        assert before
        assert rows(change) == before
        assert ShownFigure.objects.get(indicator="3", period=quarter).numerator == 16
        assert ShownFigure.objects.get(indicator="3", period="2026-27").numerator == 16
        assert not bring_up_to_date(by=changed.operator)
    call_command("report", period=PERIOD, out=tmp_path, as_published=True, stdout=StringIO())
    assert {form: (tmp_path / f"meg-{PERIOD}.{form}").read_bytes() for form in documents} == documents


def test_the_coordinator_is_told_which_figures_a_change_leaves_as_they_are(county: Cast) -> None:
    with seated(county.by("colin")):
        present = Indicator.objects.get(number="3")
        becomes = Indicator(number="3", measure=present.measure, settings=ABSENT, polarity=present.polarity)
        kept = ShownFigure.objects.current().filter(indicator="3")
        since = date(2026, 4, 1)
        first, second, _ = _effects(present, becomes, since)
        assert (
            first
            == f"{kept.filter(last_day__gte=since).count()} kept figures of this indicator are computed anew, {NEXT}."
        )
        assert second.startswith("Figures of periods that end before 1 April 2026 stay as they are.")
        first, *_ = _effects(present, becomes, present.valid.lower)
        assert first == f"{kept.count()} kept figures of this indicator are computed anew, {NEXT}."


NEXT = "the next time they are computed"


def test_the_rows_behind_an_old_figure_are_those_that_it_counts(changed: Cast, as_member: SignIn) -> None:
    helen = as_member("helen")
    for label, episodes in ((PERIOD, 13), ("2026-27Q1", 16)):
        page = helen.get(f"/scorecard/3/children/?period={label}").content.decode()
        assert f"{episodes} episodes" in page, label


def test_a_figure_of_two_definitions_is_marked_and_no_limit_crosses_the_day(changed: Cast, as_member: SignIn) -> None:
    """The change is in the middle of the twelve months to June 2026: told on the page, the card and in the report."""
    with seated(changed.operator):
        first, second = Indicator.objects.filter(number="3").order_by("valid")
        for one, valid in ((second, (date(2026, 5, 1), None)), (first, (date(2016, 4, 1), date(2026, 5, 1)))):
            Indicator.objects.filter(pk=one.pk).update(valid=DateRange(*valid))
        bring_up_to_date(by=changed.operator)
        quarter = read_period("2026-27Q1")
        told = {gap.what: gap.effect for gap in report_of(card_of(quarter, TODAY), Partnership.objects.get()).gaps}
        line = card_of(quarter, TODAY).line("3")
        assert line is not None
        before, after = line.control(quarter, TODAY)
    (effect,) = (effect for what, effect in told.items() if what.endswith("(3)"))
    assert effect.startswith("Counted by two definitions: what is counted changed on 1 May 2026, within it.")
    assert before.reset is None
    assert after.reset is not None
    assert after.reset.defined
    assert [point.period.label for point in after.points] == ["2026-27Q1"]
    ruth = as_member("ruth")
    page = ruth.get("/scorecard/3/?period=2026-27Q1").content.decode()
    assert "Counted by two definitions: what is counted changed on 1 May 2026, within it." in page
    assert "two definitions</span>" in page
    assert "(by another definition) last quarter" in page
    assert "absent episodes are counted too. Before: " in page
    assert "counted by two definitions" in ruth.get("/scorecard/?period=2026-27Q1").content.decode()
    left_out = "Episodes absent, by the police’s word: counted apart"
    assert left_out not in page
    assert left_out in ruth.get("/scorecard/3/?period=2025-26Q4").content.decode()
    for address in ("/scorecard/3/?period=2025-26Q4", "/scorecard/4/?period=2026-27Q1"):
        assert "Counted by two definitions" not in ruth.get(address).content.decode()


# ── nothing is given away where two definitions meet ────────────────────────────────────────────────────────

PLAIN, BOTH, ALONE = "referrals", "referrals, with absent", "referrals, absent alone"
REFERRED = Part((Numbered(PLAIN),), (AddsUp((PLAIN,)),))
FAMILY: Family = family_of([REFERRED, with_absent(REFERRED)])
few = st.sampled_from([0, 0, 0, 1, 2, 3, 6, 9])
Truth = Mapping[Period, Mapping[str, int]]
Marks = Mapping[Period, Mapping[str, Shown]]


def tables(months: Sequence[tuple[int, int]]) -> dict[Period, dict[str, int]]:
    return complete([{PLAIN: missing, ALONE: alone, BOTH: missing + alone} for missing, alone in months])


def in_words(truth: Truth, since: date, before: str = PLAIN, after: str = BOTH) -> dict[Period, dict[str, int]]:
    """Each period by its own words."""
    return {
        period: {name: of[name] for name in [after if period.end >= since else before]} for period, of in truth.items()
    }


def through(truth: Truth, since: date, releases: Sequence[Release] = (), *, known: bool = True) -> Any:
    """What is shown where absent episodes are counted from a day on."""
    own, other = in_words(truth, since), in_words(truth, since, BOTH, PLAIN)
    mixed = {period for period in truth for month in months_of(period) if own[month].keys() != own[period].keys()}
    if not known:
        return protect_family(FAMILY, own, releases)
    return protect_family(FAMILY, own, releases, otherwise=other, mixed=mixed)


def as_released(truth: Truth, since: date, marks: Marks, *, known: bool = True) -> Release:
    """What a report of all periods keeps."""
    other = in_words(truth, since, BOTH, PLAIN) if known else {}
    return {
        period: {
            **{name: Out(truth[period][name], mark.hidden) for name, mark in of.items()},
            **{name: Out(value, False, unshown=True) for name, value in other.get(period, {}).items()},
        }
        for period, of in marks.items()
    }


LAWS = {BOTH: (PLAIN, ALONE)}
counts = st.lists(st.tuples(st.sampled_from([0, 2, 7, 20, 40]), few), min_size=12, max_size=12)
days = st.sampled_from([date(2017, 7, 1), date(2017, 8, 14), date(2017, 10, 1), date(2018, 3, 1)])


@settings(deadline=None, max_examples=60, derandomize=True)
@given(counts, days)
def test_where_definitions_meet_no_absent_episodes_are_worked_out(months: list[tuple[int, int]], since: date) -> None:
    truth = tables(months)
    marks = through(truth, since)
    not_given_away([(truth, marks)], LAWS)
    for period, of in marks.items():
        assert all(mark.hidden for name, mark in of.items() if 1 <= truth[period][name] <= 5)


def test_the_attack_finds_them_where_the_other_definition_is_not_known() -> None:
    """3 absent episodes in the first quarter: the year, less its quarters, gives them away."""
    truth, since = tables([(20, 3 if month == MONTHS[0] else 0) for month in MONTHS]), date(2017, 7, 1)
    with pytest.raises(AssertionError):
        not_given_away([(truth, through(truth, since, known=False))], LAWS)
    marks = through(truth, since)
    assert marks[YEAR][BOTH].hidden
    assert not any(marks[quarter][name].hidden for quarter in quarters_of(YEAR) for name in marks[quarter])


changes = st.lists(
    st.tuples(st.integers(0, 11), st.booleans(), st.sampled_from([-1, 1, 1, 2, 4])), min_size=1, max_size=4
)


def recorded_late(months: Sequence[tuple[int, int]], changes: Sequence[tuple[int, bool, int]]) -> list[tuple[int, int]]:
    found = [list(month) for month in months]
    for at, alone, by in changes:
        found[at][alone] = max(0, found[at][alone] + by)
    return [(missing, alone) for missing, alone in found]


@settings(deadline=None, max_examples=60, derandomize=True)
@given(counts, days, changes)
def test_two_releases_in_which_definitions_meet_give_nothing_away(
    months: list[tuple[int, int]], since: date, late: list[tuple[int, bool, int]]
) -> None:
    first, second = tables(months), tables(recorded_late(months, late))
    published = through(first, since)
    later = through(second, since, [as_released(first, since, published)])
    not_given_away([(first, published), (second, later)], LAWS, by_month=True)
    for period, of in later.items():
        for name, mark in of.items():
            value = second[period][name]
            assert mark.hidden or (mark.value == value and not 1 <= value <= 5), "hidden, or the figure as it is now"


def test_the_attack_finds_them_where_a_report_keeps_its_own_words_alone() -> None:
    """6 absent episodes in May are all of the published year. One in January is recorded late: the year then, less 6."""
    months, since = [(0, 6 if month == MONTHS[1] else 0) for month in MONTHS], date(2017, 8, 14)
    first, second = tables(months), tables(recorded_late(months, [(9, False, 1)]))
    published = through(first, since)
    alone = through(second, since, [as_released(first, since, published, known=False)])
    with pytest.raises(AssertionError):
        not_given_away([(first, published), (second, alone)], LAWS, by_month=True)
    both = through(second, since, [as_released(first, since, published)])
    not_given_away([(first, published), (second, both)], LAWS, by_month=True)
    assert both[YEAR][BOTH].hidden


def test_words_that_change_after_a_report_give_nothing_away_beside_it() -> None:
    """A year is published by the older words alone. From October on absent episodes count, 3 of them in April."""
    months = [(20, 3 if month == MONTHS[0] else 0) for month in MONTHS]
    truth, since = tables(months), date(2017, 10, 1)
    published = through(truth, date(2019, 4, 1))
    later = through(truth, since, [as_released(truth, date(2019, 4, 1), published)])
    not_given_away([(truth, published), (truth, later)], LAWS)
    assert later[YEAR][BOTH].hidden


def test_periods_that_are_counted_by_one_definition_are_as_they_were() -> None:
    truth, since = tables([(20, 3) for _ in MONTHS]), date(2018, 1, 1)
    marks = through(truth, since)
    alone = protect_family(FAMILY, {period: {PLAIN: of[PLAIN]} for period, of in truth.items() if period.end < since})
    for period, of in alone.items():
        assert marks[period][PLAIN] == of[PLAIN]
    assert month_of(since) in marks
    assert {period.kind for period in marks} == {Kind.MONTH, Kind.QUARTER, Kind.YEAR}
