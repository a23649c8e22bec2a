"""No hidden number of a family can be worked out, from one table or from several published one after the other.

The attacker here writes down every sum that a reader knows, by hand, and solves them exactly: what comes out as one value
is given away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meg.oversight.performance.disclosure import Shown
from meg.oversight.performance.families import Part, nested, with_absent
from meg.oversight.performance.measures import measures
from meg.oversight.performance.protection import Family, Out, Release, family_of, protect_family, whole_years
from meg.oversight.performance.rules import Period, months_of, parts_of, quarters_of, read_period

ANY = settings(deadline=None, max_examples=60, derandomize=True)
YEAR = read_period("2017-18")
MONTHS = months_of(YEAR)
Unknown = tuple[str, ...]
Equation = tuple[Mapping[Unknown, int], int]
"""Coefficients of what is not shown, and what they add up to."""


def part(name: str) -> Part:
    return measures()[name].part


MISSING = family_of(
    part(name)
    for name in (
        "children_missing_from_home", "children_missing_from_home_more_than_once", "children_missing_from_care",
        "children_missing_from_care_more_than_once", "place_last_seen_recorded", "missing_from_placements_outside",
    )
)  # fmt: skip
INTERVIEWS = family_of(
    part(name)
    for name in ("return_interviews_in_time", "return_interviews_in_time_placed_here", "return_interviews_overdue")
)
REFERRALS = family_of(
    part(name)
    for name in ("exploitation_referrals", "referrals_at_high_risk", "referrals_at_medium_risk", "referrals_repeated")
)
PICKED = [one.as_set({}).part for one in measures().values() if one.family == "referrals"]
FOLLOWED = family_of([*PICKED, nested(PICKED)])
ADDING: dict[str, tuple[Family, dict[str, tuple[str, ...]]]] = {
    "interviews": (
        INTERVIEWS,
        {
            "due, our children": ("in time, our children", "late, ours"),
            "due, placed here": ("in time, placed here", "late, theirs"),
            "overdue": ("late, ours", "late, theirs"),
        },
    ),
    "referrals": (
        REFERRALS,
        {
            "referrals": ("high", "medium", "rest"),
            "referrals ": ("of a child referred before", "first"),
        },
    ),
    "followed": (
        FOLLOWED,
        {
            "referrals": ("high", "medium", "rest"),
            "referrals ": ("judged", "not judged"),
            "referrals  ": ("due, assessed in 14 days", "not due, assessed in 14 days"),
            "referrals   ": ("due, served in 28 days", "not due, served in 28 days"),
            "judged": ("fell", "stayed", "rose"),
            "high or medium": ("high", "medium"),
            "high or medium ": ("fell", "high or medium, not fell"),
            "not high": ("medium", "rest"),
            "not high ": ("rose", "not high, not rose"),
            "due, assessed in 14 days": ("in time, assessed in 14 days", "not in time, assessed in 14 days"),
            "due, served in 28 days": ("in time, served in 28 days", "not in time, served in 28 days"),
        },
    ),
    "places": (
        MISSING,
        {
            "episodes reported": ("with a place", "without"),
            "episodes reported ": ("episodes from home", "episodes from care"),
            "episodes from care": ("from outside", "from inside", "from nowhere known"),
            "episodes from a known area": ("from outside", "from inside"),
        },
    ),
}
"""Of each family what adds up, written again: a whole and its parts. A blank at the end tells two laws of a whole apart."""


def determined(equations: Iterable[Equation]) -> set[Unknown]:
    """What has one value in every solution, by elimination in fractions."""
    rows: list[dict[Unknown, Fraction]] = []
    for coefficients, _ in equations:
        row = {name: Fraction(by) for name, by in coefficients.items() if by}
        for pivot in rows:
            row = _less(row, pivot)
        if row:
            rows = [_less(other, row, next(iter(row))) for other in rows]
            rows.append(row)
    return {next(iter(row)) for row in rows if len(row) == 1}


def _less(row: dict[Unknown, Fraction], pivot: Mapping[Unknown, Fraction], at: Unknown = ()) -> dict[Unknown, Fraction]:
    """A row without the first unknown of another one. The first unknown of a row stays first."""
    first = at or next(iter(pivot))
    if first not in row:
        return row
    by = row[first] / pivot[first]
    left = {name: row.get(name, Fraction(0)) - by * pivot.get(name, Fraction(0)) for name in [*row, *pivot]}
    return {name: value for name, value in left.items() if value}


def sums(
    truth: Mapping[Period, Mapping[str, int]], laws: Mapping[str, tuple[str, ...]]
) -> list[list[tuple[Period, str]]]:
    """Every sum that a reader knows: a whole first, then its parts."""
    found: list[list[tuple[Period, str]]] = []
    names = {name.strip() for whole, parts in laws.items() for name in (whole, *parts)}
    for period in truth:
        found += [[(period, whole.strip()), *((period, each) for each in parts)] for whole, parts in laws.items()]
        if parts_of(period):
            found += [[(period, name), *((each, name) for each in parts_of(period))] for name in sorted(names)]
    return found


def complete(months: Sequence[Mapping[str, int]]) -> dict[Period, dict[str, int]]:
    """The months of a year, its quarters and itself."""
    table = {month: dict(numbers) for month, numbers in zip(MONTHS, months, strict=True)}
    for whole in (*quarters_of(YEAR), YEAR):
        names = table[parts_of(whole)[0]]
        table[whole] = {name: sum(table[each][name] for each in parts_of(whole)) for name in names}
    return table


def given_in(family: Family, table: Mapping[Period, Mapping[str, int]]) -> dict[Period, dict[str, int]]:
    """What the measures give of it."""
    return {period: {name: n for name, n in of.items() if name in family.costs} for period, of in table.items()}


small = st.sampled_from([0, 0, 1, 2, 4, 6, 8, 20, 40])


months = st.lists(st.lists(small, min_size=4, max_size=4), min_size=12, max_size=12)


def as_numbers(which: str, values: Sequence[int]) -> dict[str, int]:
    """One month of a family, from what was drawn."""
    a, b, c, d = values
    if which == "interviews":
        return {
            "in time, our children": a, "late, ours": b, "due, our children": a + b, "in time, placed here": c,
            "late, theirs": d, "due, placed here": c + d, "overdue": b + d,
        }  # fmt: skip
    if which == "referrals":
        again = min(d, a + b + c)
        return {
            "high": a, "medium": b, "rest": c, "referrals": a + b + c, "of a child referred before": again,
            "first": a + b + c - again,
        }  # fmt: skip
    if which == "followed":
        return followed(a, b, c, d)
    care = a + b + c
    place = min(2 * d, care + d)
    return {
        "from outside": a, "from inside": b, "from nowhere known": c, "episodes from care": care,
        "episodes from a known area": a + b, "episodes from home": d, "episodes reported": care + d, "with a place": place,
        "without": care + d - place,
    }  # fmt: skip


def followed(high: int, medium: int, rest: int, d: int) -> dict[str, int]:
    """Referrals by their level, what became of the levels, and what was done in time."""
    of = high + medium + rest
    fell = min(d, high + medium)
    rose = min(d // 2, medium + rest, of - fell)
    stayed = min(of - fell - rose, rest)
    judged, due = fell + rose + stayed, max(of - d, 0)
    numbers = {
        "referrals": of, "high": high, "medium": medium, "rest": rest, "high or medium": high + medium,
        "not high": medium + rest, "fell": fell, "rose": rose, "stayed": stayed, "judged": judged, "not judged": of - judged,
        "high or medium, not fell": high + medium - fell, "not high, not rose": medium + rest - rose,
    }  # fmt: skip
    for what, n, met in (("assessed in 14 days", due, due // 2), ("served in 28 days", max(due - 2, 0), d // 3)):
        in_time = min(met, n)
        numbers |= {
            f"due, {what}": n,
            f"not due, {what}": of - n,
            f"in time, {what}": in_time,
            f"not in time, {what}": n - in_time,
        }
    return numbers


def not_given_away(
    tables: Sequence[tuple[Mapping[Period, Mapping[str, int]], Mapping[Period, Mapping[str, Shown]]]],
    laws: Mapping[str, tuple[str, ...]],
    *,
    by_month: bool = False,
) -> None:
    """Whoever reads these tables, and takes what has not changed between them for the same, works out no small number.
    `by_month`: a number is taken for the same only where all that the tables have of its months is the same too.
    """
    shown = {
        (period, name, truth[period][name])
        for truth, marks in tables
        for period, of in marks.items()
        for name, mark in of.items()
        if not mark.hidden
    }
    equations: list[Equation] = []
    secret: set[Unknown] = set()
    for truth, marks in tables:
        for whole, *parts in sums(truth, laws):
            terms = [(whole, -1), *((each, 1) for each in parts)]
            row: dict[Unknown, int] = {}
            for (period, name), by in terms:
                value = truth[period][name]
                if (period, name, value) not in shown:
                    of_months = [truth[month][each] for month in months_of(period) for each in marks[month] if by_month]
                    unknown = (period.label, name, str(value), str(of_months))
                    row[unknown] = row.get(unknown, 0) + by
                    if 1 <= value <= 5:
                        secret.add(unknown)
            equations.append((row, 0))
    assert not secret & determined(equations)


@ANY
@given(which=st.sampled_from(sorted(ADDING)), values=months)
def test_no_number_of_a_family_is_the_only_solution(which: str, values: list[list[int]]) -> None:
    family, laws = ADDING[which]
    truth = complete([as_numbers(which, month) for month in values])
    marks = protect_family(family, given_in(family, truth))
    for period, of in marks.items():
        assert all(mark.hidden for name, mark in of.items() if 1 <= truth[period][name] <= 5)
    not_given_away([(truth, marks)], laws)


@ANY
@given(
    which=st.sampled_from(sorted(ADDING)), values=months,
    changes=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 3), small), min_size=1, max_size=4),
)  # fmt: skip
def test_two_releases_together_give_nothing_away(
    which: str, values: list[list[int]], changes: list[tuple[int, int, int]]
) -> None:
    """A table is published, some months are counted anew, and the later table is read beside the published one."""
    family, laws = ADDING[which]
    first = complete([as_numbers(which, month) for month in values])
    published = protect_family(family, given_in(family, first))
    release: Release = {
        period: {name: Out(first[period][name], mark.hidden) for name, mark in of.items()}
        for period, of in published.items()
    }
    for month, place, value in changes:
        values[month][place] = value
    second = complete([as_numbers(which, month) for month in values])
    later = protect_family(family, given_in(family, second), [release])
    not_given_away([(first, published), (second, later)], laws)
    for period, of in later.items():
        for name, mark in of.items():
            if second[period][name] == first[period][name]:
                assert mark.hidden or not published[period][name].hidden or not 1 <= second[period][name] <= 5


def test_the_complement_is_protected_where_nobody_shows_it() -> None:
    """40 referrals, 20 at high and 17 at medium risk: three are low or not given, and follow."""
    month = {"referrals": 40, "high": 20, "medium": 17}
    marks = protect_family(REFERRALS, {MONTHS[0]: month})[MONTHS[0]]
    assert any(mark.hidden for mark in marks.values())
    month = {"referrals": 60, "high": 20, "medium": 17}
    assert not any(mark.hidden for mark in protect_family(REFERRALS, {MONTHS[0]: month})[MONTHS[0]].values())


@pytest.mark.parametrize(
    ("numbers", "hides"),
    [
        ({"high": 10, "medium": 10, "fell": 17, "judged": 30}, True),  # three at high or medium did not fall
        ({"high": 10, "medium": 10, "fell": 9, "judged": 30}, False),
        ({"high": 40, "medium": 10, "rose": 17, "judged": 30}, True),  # three of those that could rise did not
        ({"due, assessed in 14 days": 57, "in time, assessed in 14 days": 30}, True),  # the days of three are not over
        ({"due, assessed in 14 days": 50, "in time, assessed in 14 days": 30}, False),
        (
            {
                "due, assessed in 14 days": 50,
                "due, served in 28 days": 47,
                "in time, assessed in 14 days": 30,
                "in time, served in 28 days": 20,
            },
            True,
        ),
    ],
)
def test_what_followed_is_protected_beside_the_levels(numbers: dict[str, int], hides: bool) -> None:
    """Of 60 referrals."""
    marks = protect_family(FOLLOWED, {MONTHS[0]: {"referrals": 60, **numbers}})[MONTHS[0]]
    assert any(mark.hidden for mark in marks.values()) == hides
    assert not marks["referrals"].hidden


def test_episodes_from_home_are_protected_though_the_specification_does_not_have_them() -> None:
    """The share of places is out of 43 episodes, and 40 of them are from care: 3 are from home."""
    numbers = {"children from care": 20, "episodes from care": 40, "with a place": 20, "episodes reported": 43}
    marks = protect_family(MISSING, {MONTHS[0]: numbers})[MONTHS[0]]
    assert marks["episodes from care"].hidden or marks["episodes reported"].hidden


def test_a_law_holds_by_month_where_one_number_is_reported_for_fewer() -> None:
    """Places are reported since June, episodes from care since April: the quarter's numbers are of other months."""
    table: dict[Period, dict[str, int]] = {period: {} for period in whole_years([YEAR])}
    for month in MONTHS[:3]:
        table[month] = {"children from care": 20, "episodes from care": 30, "episodes from home": 9}
    table[MONTHS[2]] |= {"with a place": 20, "episodes reported": 39}
    quarter = quarters_of(YEAR)[0]
    table[quarter] = {
        "children from care": 50, "episodes from care": 90, "episodes from home": 27, "with a place": 20,
        "episodes reported": 39,
    }  # fmt: skip
    marks = protect_family(MISSING, table)
    assert not any(mark.hidden for of in marks.values() for mark in of.values())
    table[MONTHS[2]] |= {"episodes from home": 3, "episodes reported": 33}
    table[quarter] |= {"episodes from home": 21, "episodes reported": 33}
    marks = protect_family(MISSING, table)
    assert marks[MONTHS[2]]["episodes from home"].hidden


@pytest.mark.parametrize(("absent", "hides"), [(3, True), (30, False)])
def test_absent_episodes_are_what_two_settings_differ_by(absent: int, hides: bool) -> None:
    both = family_of([part("exploitation_referrals"), with_absent(part("exploitation_referrals"))])
    marks = protect_family(both, {MONTHS[0]: {"referrals": 40, "referrals, with absent": 40 + absent}})[MONTHS[0]]
    assert any(mark.hidden for mark in marks.values()) == hides


def test_figures_that_break_a_law_do_not_leave() -> None:
    month = {
        "overdue": 40, "in time, our children": 5, "due, our children": 9, "in time, placed here": 5, "due, placed here": 9,
    }  # fmt: skip
    with pytest.raises(ValueError, match="contradict each other"):
        protect_family(INTERVIEWS, {MONTHS[0]: month})
