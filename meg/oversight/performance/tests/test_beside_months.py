"""What stands beside the figures of months gives nothing away, beside the tables of their quarter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import product

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.oversight.performance.actions import bring_up_to_date, publish_report
from meg.oversight.performance.actions.releasing import published_tables
from meg.oversight.performance.beside import Beside, divisions
from meg.oversight.performance.beside_months import months_beside
from meg.oversight.performance.beside_shown import protect_beside
from meg.oversight.performance.models import Figure, Report, ShownFigure
from meg.oversight.performance.rules import months_of as months_in
from meg.oversight.performance.rules import read_period
from meg.oversight.performance.tests.lives import NOW, Life, write
from meg.oversight.performance.tests.lives import lives as lives_of_children
from meg.oversight.performance.tests.test_released_tables import crowd, shown_of
from meg.oversight.performance.tests.test_shares import parts
from meg.partnership.seats import seated

FEW = 2
CODES = ("10_12", "13_15", "16_17")
World = tuple[tuple[int, ...], ...]
"""The lines of each month."""
Told = tuple[tuple[int | str, ...], ...]
"""The lines of the quarter and of each month as they may leave; a month without a table has none."""


def beside(lines: Sequence[int]) -> Beside:
    return {"age": {"of": sum(lines), "lines": dict(zip(CODES, lines, strict=True))}}


@cache
def quarter_of(lines: tuple[int, ...]) -> Beside:
    return protect_beside(beside(lines), shown=True, threshold=FEW)


def told(world: World, quarter: Beside | None = None) -> Told:
    """The tables of the quarter and its months; with `quarter`, those that the rule gives beside this one."""
    lines = tuple(map(sum, zip(*world, strict=True)))
    shown = quarter_of(lines) if quarter is None else quarter
    months = months_beside(beside(lines), shown, [beside(month) for month in world], FEW)
    return tuple(tuple(one["age"]["lines"].values()) if one else () for one in (shown, *months))


def worlds(totals: Sequence[int]) -> Iterator[World]:
    yield from product(*(tuple(parts(total, len(CODES))) for total in totals))


def numbers(world: World) -> Mapping[str, int]:
    """All that must not be worked out where it is few: each line of a month and of the quarter, of two months, and the rest."""
    found: dict[str, int] = {}
    for at, code in enumerate(CODES):
        line = [month[at] for month in world]
        totals = [sum(month) for month in world]
        for month, (n, of) in enumerate(zip(line, totals, strict=True)):
            found |= {f"{code} {month}": n, f"not {code} {month}": of - n}
            found |= {f"{code} but {month}": sum(line) - n, f"not {code} but {month}": sum(totals) - of - sum(line) + n}
        found |= {code: sum(line), f"not {code}": sum(totals) - sum(line)}
    return found


lines = st.tuples(*[st.sampled_from([0, 0, 1, 2, 3, 4])] * 3)


def agrees(reads: Told, world: World) -> bool:
    """Whether a world has all the numbers that are shown."""
    tables = (tuple(map(sum, zip(*world, strict=True))), *world)
    return all(
        "c" in (one, n) or one == n
        for read, of in zip(reads, tables, strict=True)
        for one, n in zip(read, of, strict=False)
    )


def given_away(truth: World) -> set[str]:
    """What is few, and the same in every quarter that shows the same numbers, and the same lines of months by the rule."""
    reads, found = told(truth), dict[str, set[int]]()
    shown = quarter_of(tuple(map(sum, zip(*truth, strict=True))))
    for world in worlds([sum(month) for month in truth]):
        if agrees(reads, world) and told(world, shown) == reads:
            for name, number in numbers(world).items():
                found.setdefault(name, set()).add(number)
    assert all(number in found[name] for name, number in numbers(truth).items()), "the attacker is sound"
    return {name for name, number in numbers(truth).items() if 1 <= number <= FEW and len(found[name]) == 1}


some = st.sampled_from([0, 0, 1, 2, 3, 4, 6])


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.lists(st.lists(some, min_size=3, max_size=3).map(tuple), min_size=3, max_size=3).map(tuple))
def test_no_line_of_a_month_is_the_same_in_every_quarter_that_reads_alike(truth: World) -> None:
    """The attacker knows the rule, all totals and the tables of the quarter, and counts out every quarter that reads so."""
    totals = [sum(month) for month in truth]
    if any(1 <= total <= FEW for total in totals) or sum(totals) > 18:
        return  # the total of a month is hidden, and no month has a table; more are too many to count out
    assert not given_away(truth)


def test_the_attack_finds_a_line_where_months_are_hidden_by_size_alone() -> None:
    truth: World = ((2, 5, 5), (4, 3, 3), (4, 4, 3))
    quarter = (10, 12, 11)
    naive: Told = (quarter, *(tuple("c" if 1 <= n <= FEW else n for n in month) for month in truth))
    found = {world[0][0] for world in worlds([sum(month) for month in truth]) if agrees(naive, world)}
    assert found == {2}


# ── what is shown, by example ───────────────────────────────────────────────────────────────────────────────


def months_of(*numbers: tuple[int, ...], quarter: Mapping[str, int | str] | None = None) -> list[dict[str, int | str]]:
    """The lines of each month, by the usual threshold; nothing, where a month has no table."""
    codes = ("10_12", "13_15", "16_17", "other")[: len(numbers[0])]
    each = [dict(zip(codes, month, strict=True)) for month in numbers]
    counted: list[Beside] = [{"age": {"of": sum(lines.values()), "lines": lines}} for lines in each]
    sums = {code: sum(lines[code] for lines in each) for code in codes}
    shown: Beside = {"age": {"of": sum(sums.values()), "lines": {**sums, **(quarter or {})}}}
    found = months_beside({"age": {"of": sum(sums.values()), "lines": sums}}, shown, counted)
    return [one["age"]["lines"] if one else {} for one in found]


def test_large_lines_are_shown_in_every_month() -> None:
    assert months_of((20, 30), (25, 40), (9, 12)) == [
        {"10_12": 20, "13_15": 30},
        {"10_12": 25, "13_15": 40},
        {"10_12": 9, "13_15": 12},
    ]


def test_a_line_that_is_few_in_one_month_is_hidden_in_all_and_another_with_it() -> None:
    """4 of 10 to 12 in May: the smallest of the others is hidden with it, and a line at nought stands."""
    found = months_of((7, 60, 30, 0), (4, 55, 20, 0), (9, 50, 25, 0))
    assert found == [{"10_12": "c", "13_15": n, "16_17": "c", "other": 0} for n in (60, 55, 50)]


def test_lines_that_the_quarter_hides_are_hidden_in_its_months() -> None:
    """3 and 8 in the quarter; in two months both together are few, so that a third line joins them."""
    found = months_of((1, 60, 30, 5), (1, 55, 20, 2), (1, 50, 25, 1), quarter={"10_12": "c", "other": "c"})
    assert found == [{"10_12": "c", "13_15": n, "16_17": "c", "other": "c"} for n in (60, 55, 50)]


def test_two_lines_of_which_one_is_few_are_not_shown_by_month() -> None:
    assert months_of((40, 3), (50, 9), (30, 9)) == [{}, {}, {}]


def test_the_only_month_of_a_quarter_shows_what_the_quarter_shows() -> None:
    found = months_of((7, 60, 3), (0, 0, 0), quarter={"10_12": "c", "16_17": "c"})
    assert found == [{"10_12": "c", "13_15": 60, "16_17": "c"}, {"10_12": "c", "13_15": 0, "16_17": "c"}]


def test_months_that_do_not_add_up_to_their_quarter_have_no_tables() -> None:
    """A month is counted by other words, or not at all."""
    counted = [beside((20, 30, 40)), beside((20, 30, 40))]
    whole = beside((60, 90, 120))
    assert months_beside(whole, whole, counted) == [{}, {}]
    assert months_beside(whole, {"age": {"of": "c", "lines": {}}}, [*counted, counted[0]]) == [{}, {}, {}]


def test_placements_are_shown_by_month_with_their_total() -> None:
    """Episodes of looked-after children are part of those of the interviews; where they are few, nothing is shown."""

    def month(inside: int, outside: int, of: int) -> Beside:
        return {
            "answers": {"of": of, "lines": {}},
            "area": {"of": inside + outside, "lines": {"inside": inside, "outside": outside}},
            "area_children": {"of": inside, "lines": {"inside": inside, "outside": 0}},
        }

    whole = month(60, 30, 130)
    found = months_beside(whole, whole, [month(20, 10, 50), month(20, 10, 40), month(20, 10, 40)])
    assert found == [{"area": {"of": 30, "lines": {"inside": 20, "outside": 10}}}] * 3
    assert months_beside(whole, whole, [month(20, 10, 55), month(20, 10, 42), month(20, 10, 33)]) == [{}, {}, {}]


def test_hours_are_shown_by_three_and_what_is_not_known_with_them() -> None:
    def of(night: int, unknown: int) -> Beside:
        hours = {str(hour): night if hour < 3 else 0 for hour in range(24)}
        return {"hour": {"of": 3 * night + unknown, "lines": {**hours, **({"unknown": unknown} if unknown else {})}}}

    whole = of(30, 20)
    shown = protect_beside(whole, shown=True)
    found = months_beside(whole, shown, [of(10, 6), of(8, 14), of(12, 0)])
    assert [one["hour"]["lines"]["0"] for one in found] == [30, 24, 36]
    assert [one["hour"]["lines"]["unknown"] for one in found] == [6, 14, 0]
    assert [division.of.text for one in found for division in divisions(one) if division.of] == ["36", "38", "36"]


# ── through the whole computation ───────────────────────────────────────────────────────────────────────────

QUARTER = read_period("2017-18Q4")


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=lives_of_children)
def test_whatever_was_recorded_a_month_shows_what_was_counted_and_nothing_that_is_few(
    cast: Cast, drawn: list[Life]
) -> None:
    with time_machine.travel(NOW, tick=False), seated(cast.operator) as by, transaction.atomic():
        write([*drawn, *crowd(1), *crowd(2), *crowd(3)])
        bring_up_to_date(by=by)
        counted = {one.indicator: one.beside for one in Figure.objects.filter(period="2018-02")}
        found = 0
        for figure in ShownFigure.objects.current().filter(period="2018-02"):
            for name, kept in figure.beside.items():
                whole = counted[figure.indicator][name]
                assert kept["of"] == whole["of"], (figure.indicator, name)
                if name != "hour":  # by three, where they are shown so
                    assert all(number in ("c", whole["lines"].get(code, 0)) for code, number in kept["lines"].items())
                assert not any(1 <= number <= 5 for number in shown_of(kept) if isinstance(number, int))
                found += 1
        assert found, "some are shown"
        transaction.set_rollback(True)


def test_a_report_of_a_month_publishes_no_tables_and_its_page_goes_on_with_the_records(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        with seated(cast.operator) as by:
            write(crowd())
            bring_up_to_date(by=by)
        colin = cast.by("colin")
        with seated(colin):
            for label in ("2018-02", QUARTER.label):
                report = Report.objects.create(
                    period=label, state=Report.State.APPROVED, approved_by="Ruth", approved_at=NOW
                )
                publish_report(by=colin, report=report, today=NOW.date())
                known = published_tables()
                if label == "2018-02":
                    assert known == {}
        assert {period for _, period in known} == {QUARTER.label, *(month.label for month in months_in(QUARTER))}
        told = known["3", "2018-02"]
        with seated(cast.operator) as by:
            before = ShownFigure.objects.get(indicator="3", period="2018-02").beside
            assert before
            assert told == ("children_missing_from_care", before)
            write(crowd())
            bring_up_to_date(by=by)
            assert ShownFigure.objects.get(indicator="3", period="2018-02").beside == before
            assert Figure.objects.get(indicator="3", period="2018-02").beside["sex"]["of"] == 2 * before["sex"]["of"]
