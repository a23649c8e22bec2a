"""Twelve months that end with any quarter: they are shown only where no hidden figure is given away by them."""

from __future__ import annotations

import time
from collections import Counter
from datetime import date
from functools import cache
from itertools import pairwise, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meg.oversight.performance.disclosure import Shown
from meg.oversight.performance.protection import Out, protect_family
from meg.oversight.performance.rules import (
    Kind,
    Period,
    PeriodTrouble,
    months_of,
    parts_of,
    periods_between,
    previous,
    quarters_of,
    read_period,
    rolling_to,
)
from meg.oversight.performance.tests.families import CHILDREN, NAMES, SHARE
from meg.oversight.performance.tests.test_families import not_given_away

YEAR, LATER = read_period("2017-18"), read_period("to2018-06")
QUARTERS = [*quarters_of(YEAR), quarters_of(LATER)[-1]]
FEW = 3
World = tuple[int, ...]
"""Children, more than once and episodes in the first quarter, the fourth and the fifth, in the year and in the later span."""


@cache
def every_world(children: int) -> frozenset[World]:
    """The figures of every county of at most so many children with at most two episodes in each of the three quarters."""
    kinds = {of_child(times) for times in product(range(3), repeat=3) if any(times)}
    newest: set[World] = {(0,) * 15}
    worlds = set(newest)
    for _ in range(children):
        newest = {tuple(map(sum, zip(world, kind, strict=True))) for world in newest for kind in kinds} - worlds
        worlds |= newest
    return frozenset(worlds)


def of_child(times: tuple[int, ...]) -> World:
    first, fourth, fifth = times
    return tuple(int(n) for each in (*times, first + fourth, fourth + fifth) for n in (each > 0, each > 1, each))


PLACES = (QUARTERS[0], QUARTERS[3], QUARTERS[4], YEAR, LATER)


def as_table(world: World) -> dict[Period, dict[str, int]]:
    table = {
        period: dict(zip(NAMES.values(), world[3 * at : 3 * at + 3], strict=True)) for at, period in enumerate(PLACES)
    }
    return {**dict.fromkeys(QUARTERS[1:3], dict.fromkeys(NAMES.values(), 0)), **table}


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.lists(st.tuples(*[st.integers(0, 2)] * 3), min_size=1, max_size=3))
def test_overlapping_years_of_few_children_give_no_child_away(children: list[tuple[int, ...]]) -> None:
    """The attacker counts out every county that shows these figures, child by child."""
    truth: World = tuple(map(sum, zip(*(of_child(times) for times in children), strict=True)))
    shown = protect_family(CHILDREN, as_table(truth), (), FEW)
    marks: list[Shown] = [shown[period][name] for period in PLACES for name in NAMES.values()]
    fitting = [
        world
        for world in every_world(4)
        if all(mark.hidden or mark.value == n for mark, n in zip(marks, world, strict=True))
    ]
    assert truth in fitting
    for at, mark in enumerate(marks):
        assert mark.hidden or not 1 <= truth[at] <= FEW
        if 1 <= truth[at] <= FEW:
            assert len({world[at] for world in fitting}) > 1, (truth, at)


def shares(values: list[tuple[int, int]]) -> dict[Period, dict[str, int]]:
    """Two years of shares by month, with their quarters, years and every twelve months."""
    months = [*months_of(YEAR), *months_of(read_period("2018-19"))]
    table = {
        month: {"numerator": min(pair), "denominator": max(pair)} for month, pair in zip(months, values, strict=True)
    }
    for kind in (Kind.QUARTER, Kind.YEAR, Kind.ROLLING):
        for whole in periods_between(months[0].start, months[-1].end, kind):
            table[whole] = {
                name: sum(table[part][name] for part in parts_of(whole)) for name in ("numerator", "denominator")
            }
    return table


few = st.sampled_from([0, 0, 1, 3, 6, 9, 30])


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.lists(st.tuples(few, few), min_size=24, max_size=24))
def test_twelve_months_never_tell_a_hidden_quarter(values: list[tuple[int, int]]) -> None:
    """Each span and the one a quarter before differ by two quarters: of four such figures never one alone is hidden."""
    table = shares(values)
    shown = protect_family(SHARE, table)
    without = protect_family(SHARE, {period: of for period, of in table.items() if period.kind is not Kind.ROLLING})
    assert {period: of for period, of in shown.items() if period.kind is not Kind.ROLLING} == without
    spans = periods_between(YEAR.start, read_period("2018-19").end, Kind.ROLLING)
    for name in ("numerator", "denominator"):
        for earlier, later in pairwise(spans):
            four = [earlier, later, quarters_of(earlier)[0], quarters_of(later)[-1]]
            hidden = [period for period in four if shown[period][name].hidden]
            assert len(hidden) != 1 or not 1 <= table[hidden[0]][name] <= 5
        for span in spans:
            hidden = [period for period in (span, *quarters_of(span)) if shown[period][name].hidden]
            assert len(hidden) != 1 or not 1 <= table[hidden[0]][name] <= 5
    assert shown[spans[0]] == shown[YEAR], "twelve months that end in March are the year"


late = st.lists(st.tuples(st.integers(0, 23), st.booleans(), st.sampled_from([-1, 1, 3])), min_size=1, max_size=3)
LAWS = {"denominator": ("numerator", "rest")}


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.lists(st.tuples(few, few), min_size=24, max_size=24), late)
def test_spans_that_were_published_give_nothing_away_later(
    values: list[tuple[int, int]], recorded: list[tuple[int, bool, int]]
) -> None:
    """A report of twelve months is published, with all spans before it. Then some months are counted anew."""
    first, pairs = shares(values), [[min(pair), max(pair) - min(pair)] for pair in values]
    published = protect_family(SHARE, first)
    release = {
        period: {name: Out(first[period][name], mark.hidden) for name, mark in of.items()}
        for period, of in published.items()
    }
    for at, met, by in recorded:
        pairs[at][not met] = max(0, pairs[at][not met] + by)
    second = shares([(met, met + rest) for met, rest in pairs])
    later = protect_family(SHARE, second, [release])
    not_given_away([(with_rest(first), published), (with_rest(second), later)], LAWS, by_month=True)
    for period, of in later.items():
        for name, mark in of.items():
            value = second[period][name]
            assert mark.hidden or (mark.value == value and not 1 <= value <= 5), "hidden, or the figure as it is now"


def with_rest(table: dict[Period, dict[str, int]]) -> dict[Period, dict[str, int]]:
    return {period: {**of, "rest": of["denominator"] - of["numerator"]} for period, of in table.items()}


def test_large_numbers_show_every_span() -> None:
    shown = protect_family(SHARE, shares([(40, 70)] * 24))
    assert not any(mark.hidden for of in shown.values() for mark in of.values())


def test_a_chain_of_ten_years_is_decided(capsys: pytest.CaptureFixture[str]) -> None:
    """Ten years of few children: every span is decided, and what is decided of the other figures stands."""
    first, last = date(2012, 4, 1), date(2022, 3, 31)
    times: dict[Period, Counter[int]] = {
        period: Counter() for kind in Kind for period in periods_between(first, last, kind)
    }
    for number in range(700):
        month = periods_between(first, last, Kind.MONTH)[number * 37 % 120]
        for period, of in times.items():
            if period.start <= month.start <= period.end:
                of[number * number % 83] += 1
    table = {
        period: dict(zip(NAMES.values(), (len(of), sum(n > 1 for n in of.values()), of.total()), strict=True))
        for period, of in times.items()
    }
    began = time.perf_counter()
    shown = protect_family(CHILDREN, table)
    with capsys.disabled():
        print(f"\nten years with twelve months: {time.perf_counter() - began:.1f} s")
    spans = [period for period in table if period.kind is Kind.ROLLING]
    assert len(spans) == 37
    assert any(not shown[span][name].hidden for span in spans for name in NAMES.values())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("to2018-05", "they end with a quarter"),
        ("to2012-12", "March 2013"),
        ("to2018-13", "quarter"),
        ("to2200-03", "2099"),
    ],
)
def test_what_is_no_span_is_refused_in_a_sentence(text: str, says: str) -> None:
    with pytest.raises(PeriodTrouble, match=says):
        read_period(text)


def test_a_span_is_written_by_the_month_it_ends_with() -> None:
    span = read_period("To 2018-06")
    assert (span.label, span.words, span.start, span.end) == (
        "to2018-06", "12 months to 30 June 2018", date(2017, 7, 1), date(2018, 6, 30),
    )  # fmt: skip
    assert rolling_to(date(2018, 5, 9)) == span
    assert previous(span).label == "to2017-06"
    assert [quarter.label for quarter in parts_of(span)] == ["2017-18Q2", "2017-18Q3", "2017-18Q4", "2018-19Q1"]
