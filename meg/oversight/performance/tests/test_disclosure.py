"""No hidden figure can be worked out: tried by attackers who know every relation, each written another way.

Two of the attackers are told even what no reader is: which figures are hidden because they are 1 to 5.
Knowing that, they can work out a figure in some tiny counties though everything is hidden; there they must
fail without being told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meg.oversight.performance.disclosure import (
    Cell,
    Key,
    Relation,
    Shown,
    Symbol,
    protect,
    whole_of,
)
from meg.oversight.performance.rules import (
    Kind,
    Period,
    month_of,
    months_of,
    periods_between,
    quarter_of,
    quarters_of,
    read_period,
    year_of,
)
from meg.oversight.performance.tests.families import Counts, ShownCounts, protect_counts

MEASURES = ("children", "more_than_once", "episodes")


def one(value: int | None, threshold: int = 5) -> Shown:
    return protect([Cell(("a",), value)], [], threshold)[("a",)]


@pytest.mark.parametrize(
    ("value", "text", "number"),
    [(0, "0", 0), (1, "c", None), (5, "c", None), (6, "6", 6), (1321, "1321", 1321), (None, "–", None)],
)
def test_one_to_five_are_c_and_nought_is_nought(value: int | None, text: str, number: int | None) -> None:
    shown = one(value)
    assert (shown.text, shown.value) == (text, number)
    assert shown.hidden == (text == "c")
    assert shown.supplied == (text != "–")


def test_the_threshold_is_a_setting() -> None:
    assert one(3, threshold=2).text == "3"
    assert one(10, threshold=10).text == "c"
    with pytest.raises(ValueError, match="2 or more"):
        one(1, threshold=1)


def test_not_applicable_has_its_own_symbol_and_thousands_their_comma() -> None:
    assert protect([Cell(("a",), None, absent=Symbol.NOT_APPLICABLE)], [])[("a",)].text == "z"
    assert one(1321).grouped == "1,321"
    assert one(3).grouped == "c"


def test_the_sentence_does_not_tell_a_small_figure_from_its_cover() -> None:
    months = {"April": 3, "May": 9, "June": 20}
    shown = shown_sum(months)
    assert {k[0] for k, s in shown.items() if s.hidden} == {"April", "May"}
    assert (shown[("April",)].why, shown[("May",)].why) == ("primary", "secondary")
    assert shown[("April",)].sentence == shown[("May",)].sentence != ""


def shown_sum(parts: Mapping[str, int | None]) -> dict[Key, Shown]:
    known = sum(value or 0 for value in parts.values())
    cells = [Cell((name,), value) for name, value in parts.items()] + [Cell(("whole",), known, cost=9)]
    return protect(cells, [whole_of(("whole",), [(name,) for name in parts])])


def test_the_cheapest_other_figure_is_hidden_and_nothing_without_need() -> None:
    assert {k for k, s in shown_sum({"a": 3, "b": 2, "c": 40}).items() if s.hidden} == {("a",), ("b",)}
    assert not any(s.hidden for s in shown_sum({"a": 6, "b": 0, "c": 40}).values())


def test_nought_is_no_cover_for_a_small_figure() -> None:
    shown = shown_sum({"a": 3, "b": 0, "c": 0})
    assert shown[("whole",)].hidden
    assert (shown[("b",)].text, shown[("c",)].text) == ("0", "0")


def test_a_part_that_was_not_supplied_counts_nothing() -> None:
    shown = shown_sum({"a": 3, "b": 20, "c": None})
    assert shown[("c",)].text == "–"
    assert shown[("b",)].hidden or shown[("whole",)].hidden


def test_figures_that_contradict_each_other_do_not_leave() -> None:
    relation = Relation(((("a",), 1), (("b",), -1)), 0, 0)
    with pytest.raises(ValueError, match="contradict each other"):
        protect([Cell(("a",), 7), Cell(("b",), 8)], [relation])
    with pytest.raises(ValueError, match="contradict each other"):
        protect_counts({read_period("2018-02"): Counts(children=8, more_than_once=3, episodes=9)})


# ── sums alone: every world, counted out ────────────────────────────────


@settings(deadline=None, max_examples=150, derandomize=True)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_sums_of_sums_give_nothing_away(months: list[int]) -> None:
    """Two halves of two months each: every world is tried."""
    halves = [months[0] + months[1], months[2] + months[3]]
    truth = [*months, *halves, sum(months)]
    keys: list[Key] = [("m", str(n)) for n in range(4)] + [("h", "0"), ("h", "1"), ("whole",)]
    shown = protect(
        [Cell(key, value, cost) for key, value, cost in zip(keys, truth, [1] * 4 + [4, 4, 9], strict=True)],
        [whole_of(keys[4], keys[0:2]), whole_of(keys[5], keys[2:4]), whole_of(keys[6], keys[4:6])],
    )
    marks = [shown[key] for key in keys]
    seen: list[set[int]] = [set() for _ in keys]
    ranges = [allowed(mark, 20) for mark in marks[:4]]
    for a, b, c, d in product(*ranges):
        world = [a, b, c, d, a + b, c + d, a + b + c + d]
        if all(fits(mark, value, 5) for mark, value in zip(marks, world, strict=True)):
            for values, value in zip(seen, world, strict=True):
                values.add(value)
    for mark, values in zip(marks, seen, strict=True):
        assert not mark.hidden or len(values) > 1


def allowed(mark: Shown, most: int) -> list[int]:
    return [value for value in range(most + 1) if fits(mark, value, 5)]


def fits(mark: Shown, value: int, threshold: int, told: bool = True) -> bool:
    """Whether a value may stand behind what is shown."""
    if not mark.hidden:
        return mark.value == value
    return not told or (1 <= value <= threshold) == (mark.why == "primary")


def all_hidden(value: int, threshold: int) -> Shown:
    return Shown("c", why="primary" if 1 <= value <= threshold else "secondary")


# ── children, more than once, episodes: every county of a few children ──

World = tuple[int, ...]
"""Children, more than once, episodes in January, in February and in the quarter."""
FEW = 4
"""The threshold in these small counties."""


@cache
def every_world(children: int, most: int) -> frozenset[World]:
    """The figures of every county of at most so many children with at most so many episodes a month each."""
    kinds = [of_child(pair) for pair in product(range(most + 1), repeat=2) if any(pair)]
    newest: set[World] = {(0,) * 9}
    worlds = set(newest)
    for _ in range(children):
        newest = {tuple(map(sum, zip(world, kind, strict=True))) for world in newest for kind in kinds} - worlds
        worlds |= newest
    return frozenset(worlds)


def of_child(pair: tuple[int, ...]) -> World:
    return tuple(int(n) for times in (*pair, sum(pair)) for n in (times > 0, times > 1, times))


def as_counts(world: World) -> dict[Period, Counts]:
    january, february, march = months_of(read_period("2017-18Q4"))
    quarter = quarter_of(january.start)
    counts = {p: Counts(*world[at : at + 3]) for p, at in ((january, 0), (february, 3), (quarter, 6))}
    return {**counts, march: Counts(0, 0, 0)}


def marks_of(shown: dict[Period, ShownCounts]) -> list[Shown]:
    january, february, _ = months_of(read_period("2017-18Q4"))
    periods = (january, february, quarter_of(january.start))
    return [getattr(shown[period], measure) for period in periods for measure in MEASURES]


@settings(deadline=None, max_examples=80, derandomize=True)
@given(st.data())
def test_no_county_of_few_children_gives_a_child_away(data: st.DataObject) -> None:
    """The attacker counts out every county that shows these figures, child by child."""
    pairs = data.draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=5))
    truth: World = tuple(map(sum, zip(*(of_child(pair) for pair in pairs), strict=True)))
    marks = marks_of(protect_counts(as_counts(truth), FEW))
    told, not_told = possible(marks), possible(marks, told=False)
    beyond_help = possible([all_hidden(value, FEW) for value in truth])
    small_once = [place for place, at in ((9, 0), (10, 3), (11, 6)) if 1 <= truth[at] - truth[at + 1] <= FEW]
    for place in [place for place, mark in enumerate(marks) if mark.hidden] + small_once:
        assert len(not_told[place]) > 1, (truth, place)
        assert len(told[place]) > 1 or len(beyond_help[place]) == 1, (truth, place)


def possible(marks: list[Shown], told: bool = True) -> list[set[int]]:
    """The values that each figure can have, and then children missing once in each period."""
    worlds = list(every_world(7, 3))
    for place, mark in enumerate(marks):
        fitting = {value for value in range(50) if fits(mark, value, FEW, told)}
        worlds = [world for world in worlds if world[place] in fitting]
    once = [{world[at] - world[at + 1] for world in worlds} for at in (0, 3, 6)]
    return [set(values) for values in zip(*worlds, strict=True)] + once


# ── a whole year, by bounds ─────────────────────────────────────────────


def county(events: list[tuple[int, int]]) -> dict[Period, Counts]:
    """Counts of a year from pairs of month (0 to 11) and child."""
    year = read_period("2017-18")
    by_period: dict[Period, Counter[int]] = {p: Counter() for p in periods_between(year.start, year.end)}
    for number, child in events:
        month = months_of(year)[number]
        for period in (month, quarter_of(month.start), year):
            by_period[period][child] += 1
    return {
        period: Counts(len(times), sum(n > 1 for n in times.values()), sum(times.values()))
        for period, times in by_period.items()
    }


class Bounds:
    """What an attacker concludes by narrowing bounds until nothing moves."""

    def __init__(self, shown: dict[Period, ShownCounts]) -> None:
        self.low: dict[tuple[Period, str], int] = {}
        self.high: dict[tuple[Period, str], int] = {}
        for period, counts in shown.items():
            for measure in MEASURES:
                mark: Shown = getattr(counts, measure)
                self.low[period, measure] = 0 if mark.value is None else int(mark.value)
                self.high[period, measure] = 10**4 if mark.value is None else int(mark.value)
            self.low[period, "once"], self.high[period, "once"] = 0, 10**4
        before: dict[tuple[Period, str], int] = {}
        while before != {**self.low, **self.high}:
            before = {**self.low, **self.high}
            for period in shown:
                self.narrow(period)

    def under(self, period: Period, measure: str, most: int) -> None:
        self.high[period, measure] = min(self.high[period, measure], most)

    def over(self, period: Period, measure: str, least: int) -> None:
        self.low[period, measure] = max(self.low[period, measure], least)

    def adds_up(self, whole: tuple[Period, str], parts: list[tuple[Period, str]]) -> None:
        self.over(*whole, sum(self.low[p] for p in parts))
        self.under(*whole, sum(self.high[p] for p in parts))
        for part in parts:
            others = [p for p in parts if p != part]
            self.over(*part, self.low[whole] - sum(self.high[p] for p in others))
            self.under(*part, self.high[whole] - sum(self.low[p] for p in others))

    def narrow(self, period: Period) -> None:
        children, again, episodes = ((period, measure) for measure in MEASURES)
        self.adds_up(children, [again, (period, "once")])
        self.over(*episodes, self.low[children] + self.low[again])
        self.under(*children, self.high[episodes] - self.low[again])
        self.under(*again, self.high[episodes] - self.low[children])
        if self.low[episodes] > self.high[children]:
            self.over(*again, 1)
        if self.high[again] == 0:
            self.adds_up(children, [episodes])
        parts = {Kind.YEAR: quarters_of, Kind.QUARTER: months_of}.get(period.kind, lambda _: [])(period)
        if parts:
            self.adds_up(episodes, [(part, "episodes") for part in parts])
            self.under(*children, sum(self.high[part, "children"] for part in parts))
        for part in parts:
            for measure in ("children", "more_than_once"):
                self.over(period, measure, self.low[part, measure])
                self.under(part, measure, self.high[period, measure])


@settings(deadline=None, max_examples=80, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 11), st.integers(0, 25)), max_size=90))
def test_a_years_bounds_never_close_on_a_hidden_figure(events: list[tuple[int, int]]) -> None:
    counts = county(events)
    shown = protect_counts(counts)
    bounds = Bounds(shown)
    for period, measure in [(period, measure) for period in shown for measure in MEASURES]:
        truth, mark = getattr(counts[period], measure), getattr(shown[period], measure)
        low, high = bounds.low[period, measure], bounds.high[period, measure]
        if mark.hidden:
            assert low <= truth <= high, "the attacker is sound"
            assert low < high, (period.label, measure)
        else:
            assert mark.value == truth
            assert not 1 <= truth <= 5


def test_a_large_county_hides_nothing() -> None:
    events = [(month, child) for month in range(12) for child in range(month % 3 * 40, month % 3 * 40 + 60)]
    shown = protect_counts(county(events))
    assert not any(getattr(s, measure).hidden for s in shown.values() for measure in MEASURES)


def test_children_missing_once_are_protected_though_never_shown() -> None:
    """8 children, 6 of them more than once: 2 children went missing once."""
    month = month_of(date(2018, 2, 1))
    shown = protect_counts({month: Counts(8, 6, 20)})[month]
    assert shown.children.hidden or shown.more_than_once.hidden


def test_one_child_more_than_once_is_not_told_by_the_episodes() -> None:
    """8 children and 9 episodes can only be one child with two."""
    month = month_of(date(2018, 2, 1))
    shown = protect_counts({month: Counts(8, 1, 9)})[month]
    assert shown.more_than_once.hidden
    assert shown.children.hidden or shown.episodes.hidden


def test_a_year_not_supplied_is_not_nought() -> None:
    year = year_of(date(2018, 2, 1))
    shown = protect_counts({year: Counts(None, None, None)})[year]
    assert {getattr(shown, measure).text for measure in MEASURES} == {"–"}


def test_the_same_figures_are_hidden_every_time() -> None:
    counts = county([(n % 12, n % 17) for n in range(70)])
    assert protect_counts(counts) == protect_counts(counts)
