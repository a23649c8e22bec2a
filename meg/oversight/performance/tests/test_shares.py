"""No share, and nothing that stands beside a figure, gives away 1 to 5: every world that shows the same is tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meg.oversight.performance.beside import AREAS, Beside, added_up, answers, divisions, in_bands, table
from meg.oversight.performance.beside_shown import protect_beside
from meg.oversight.performance.disclosure import Shown, share_of
from meg.oversight.performance.rules import Period, months_of, parts_of, periods_between, quarter_of, read_period
from meg.oversight.performance.tests.families import Share, protect_shares

MOST = 16
FEW = 3
"""The threshold in these small counties."""
JANUARY, FEBRUARY, MARCH = months_of(read_period("2017-18Q4"))
QUARTER = quarter_of(JANUARY.start)
ANY = settings(deadline=None, max_examples=60, derandomize=True)


def one(numerator: int, denominator: int) -> Shown:
    return protect_shares({JANUARY: Share(numerator, denominator)})[JANUARY]


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [(131, 168, "78.0%"), (0, 20, "0.0%"), (20, 20, "100.0%"), (6, 12, "50.0%"), (1, 16, "c"), (5, 20, "c"),
     (15, 20, "c"), (0, 5, "c"), (5, 5, "c"), (0, 0, "z"), (2, 3, "c"), (61, 97, "62.9%")],
)  # fmt: skip
def test_a_share_is_hidden_for_its_numerator_its_denominator_and_the_rest(
    numerator: int, denominator: int, text: str
) -> None:
    shown = one(numerator, denominator)
    assert shown.text == text
    assert shown.hidden == (text == "c")
    if shown.value is None:
        assert (shown.of, shown.fraction) == (None, "")
    else:
        assert shown.of == (numerator, denominator)
        assert shown.value == round(100 * numerator / denominator, 1)


def test_a_share_that_was_not_supplied_is_a_dash() -> None:
    assert protect_shares({JANUARY: Share(None, None)})[JANUARY].text == "–"


def test_half_a_tenth_is_rounded_up() -> None:
    assert share_of(1, 16).text == "6.3%"
    assert share_of(1, 3).text == "33.3%"


def test_a_month_cannot_be_worked_out_from_the_quarter() -> None:
    shown = protect_shares(
        {JANUARY: Share(20, 30), FEBRUARY: Share(2, 30), MARCH: Share(20, 40), QUARTER: Share(42, 100)}
    )
    assert shown[FEBRUARY].hidden
    assert sum(mark.hidden for mark in shown.values()) == 2


def test_shares_that_contradict_each_other_do_not_leave() -> None:
    with pytest.raises(ValueError, match="contradict each other"):
        protect_shares({JANUARY: Share(9, 8), FEBRUARY: Share(0, 0), MARCH: Share(0, 0), QUARTER: Share(9, 9)})


pairs = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(lambda pair: Share(pair[0], sum(pair)))


@ANY
@given(january=pairs, february=pairs)
def test_two_months_and_their_quarter_give_nothing_away(january: Share, february: Share) -> None:
    """Every pair of months is tried; March had no episode."""
    truth = [january, february, Share(_sum(january, february, 0), _sum(january, february, 1))]
    periods = [JANUARY, FEBRUARY, QUARTER]
    shown = protect_shares({**dict(zip(periods, truth, strict=True)), MARCH: Share(0, 0)}, FEW)
    marks = [shown[period] for period in periods]
    seen: list[list[set[int]]] = [[set(), set(), set()] for _ in periods]
    months = [list(possible(mark)) for mark in marks[:2]]
    for first, second in product(*months):
        world = [first, second, (first[0] + second[0], first[1] + second[1])]
        if all(
            mark.hidden or mark.of == pair or (mark.text == "z" and pair[1] == 0)
            for mark, pair in zip(marks, world, strict=True)
        ):
            for numbers, (numerator, denominator) in zip(seen, world, strict=True):
                for values, value in zip(numbers, (numerator, denominator, denominator - numerator), strict=True):
                    values.add(value)
    for mark, share, numbers in zip(marks, truth, seen, strict=True):
        numerator, denominator = share.numerator or 0, share.denominator or 0
        for value, values in zip((numerator, denominator, denominator - numerator), numbers, strict=True):
            assert value in values, "the attacker is sound"
            if 1 <= value <= FEW:
                assert mark.hidden
                assert len(values) > 1, (mark, value)


def _sum(one: Share, other: Share, which: int) -> int:
    numbers = [(share.numerator or 0, share.denominator or 0)[which] for share in (one, other)]
    return sum(numbers)


def possible(mark: Shown) -> Iterator[tuple[int, int]]:
    """The pairs that may stand behind a mark."""
    if mark.hidden:
        yield from ((n, d) for d in range(MOST + 1) for n in range(d + 1))
    else:
        yield mark.of or (0, 0)


def test_a_year_of_large_months_hides_nothing() -> None:
    year = read_period("2017-18")
    shares: dict[Period, Share] = {}
    for period in periods_between(year.start, year.end):
        parts = [shares[part] for part in parts_of(period)] or [Share(40, 70)]
        shares[period] = Share(sum(part.numerator or 0 for part in parts), sum(part.denominator or 0 for part in parts))
    assert not any(shown.hidden for shown in protect_shares(shares).values())


# ── what stands beside a figure ─────────────────────────────────────────────────────────────────────────────


def lines_of(beside: Beside, name: str) -> dict[str, int | str]:
    return dict(beside[name]["lines"])


def agrees(marks: Mapping[str, int | str], world: Mapping[str, int]) -> bool:
    return all(mark == "c" or mark == world[code] for code, mark in marks.items())


def parts(total: int, count: int) -> Iterator[tuple[int, ...]]:
    """Every way to divide a total into so many parts."""
    if count == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in parts(total - first, count - 1):
            yield (first, *rest)


@ANY
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_how_episodes_divide_gives_no_part_away(numbers: list[int]) -> None:
    codes = ["own_home", "foster", "childrens_home", "supported"]
    truth, total = dict(zip(codes, numbers, strict=True)), sum(numbers)
    if 1 <= total <= FEW:
        total_is_hidden = protect_beside({"setting": table("setting", total, truth)}, shown=False, threshold=FEW)
        assert set(lines_of(total_is_hidden, "setting").values()) == {"c"}
        return
    marks = lines_of(protect_beside({"setting": table("setting", total, truth)}, shown=True, threshold=FEW), "setting")
    worlds = [dict(zip(codes, world, strict=True)) for world in parts(total, 4)]
    gives_nothing_away(truth, total, marks, [world for world in worlds if agrees(marks, world)])


def gives_nothing_away(
    truth: Mapping[str, int], total: int, marks: Mapping[str, int | str], worlds: list[dict[str, int]]
) -> None:
    """A part of 1 to 3, or all but 1 to 3 of the total, is hidden and has another world."""
    for code, number in truth.items():
        values = {world[code] for world in worlds}
        assert number in values, "the attacker is sound"
        assert marks[code] in ("c", number)
        if 1 <= number <= FEW or 1 <= total - number <= FEW:
            assert marks[code] == "c", code
            assert len(values) > 1, code


CODES = ("online", "criminal", "other")


@ANY
@given(st.sampled_from(["source", "referral_age", "referral_sex"]), st.lists(st.integers(0, 9), min_size=3, max_size=3))
def test_how_referrals_divide_gives_no_part_away(name: str, numbers: list[int]) -> None:
    truth, total = dict(zip(CODES, numbers, strict=True)), sum(numbers)
    kept: Beside = {name: {"of": total, "lines": truth, "words": {code: code for code in CODES}, "order": list(CODES)}}
    if 1 <= total <= FEW:
        assert set(lines_of(protect_beside(kept, shown=False, threshold=FEW), name).values()) == {"c"}
        return
    shown = protect_beside(kept, shown=True, threshold=FEW)
    assert shown[name]["words"] == kept[name]["words"]
    worlds = [dict(zip(CODES, world, strict=True)) for world in parts(total, 3)]
    marks = lines_of(shown, name)
    gives_nothing_away(truth, total, marks, [world for world in worlds if agrees(marks, world)])


@ANY
@given(
    st.sampled_from(["model", "vulnerability"]),
    st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 6]), min_size=8, max_size=8),
)
def test_what_may_apply_together_gives_no_part_away(name: str, atoms: list[int]) -> None:
    """Each referral has some of three codes, or none. Every way in which referrals can have them is tried: a set of numbers
    can be when each code has no more referrals than have any, and they have no more than all codes together.
    """
    codes = ("online", "criminal", "peer")
    of = sum(atoms)
    lines = {code: sum(n for at, n in enumerate(atoms) if at >> bit & 1) for bit, code in enumerate(codes)}
    truth = {**lines, "other": atoms[0]}
    if 1 <= of <= FEW:
        return  # the figure is hidden, and nothing stands beside it
    marks = lines_of(protect_beside({name: {"of": of, "lines": truth}}, shown=True, threshold=FEW), name)
    worlds = []
    for other in range(of + 1) if marks["other"] == "c" else [truth["other"]]:
        each = [range(of - other + 1) if marks[code] == "c" else [truth[code]] for code in codes]
        for world in product(*each):
            if max(world) <= of - other <= sum(world):
                worlds.append({**dict(zip(codes, world, strict=True)), "other": other})
    gives_nothing_away(truth, of, marks, worlds)


def test_a_hidden_code_keeps_its_words_and_one_at_nought_is_not_listed() -> None:
    lines = {"online": 2, "criminal": 9, "peer": 0, "other": 11}
    words = {"online": "Online", "criminal": "Criminal exploitation", "peer": "Peers", "other": "Another"}
    kept = {"of": 20, "lines": lines, "words": words, "order": ["peer", "online", "criminal", "other"]}
    (read,) = divisions(protect_beside({"model": kept}, shown=True))
    assert [line.label for line in read.lines] == ["Online", "Criminal exploitation", "Another"]
    assert read.lines[0].number.hidden
    assert not read.lines[0].share or read.lines[0].share.hidden


def test_codes_of_several_quarters_are_added_up_in_their_order() -> None:
    """One began to hold in the second quarter, and one is hidden there."""
    first: dict[str, Any] = {
        "of": 20,
        "lines": {"online": 9, "peer": 11, "other": 0},
        "order": ["online", "peer", "other"],
    }
    second: dict[str, Any] = {
        "of": 30,
        "lines": {"online": "c", "new": 7, "peer": 12, "other": 0},
        "order": ["online", "new", "peer", "other"],
    }
    words = {"online": "Online", "peer": "Peers", "new": "New", "other": "Another"}
    quarters = [{"model": {**one, "words": {code: words[code] for code in one["order"]}}} for one in (first, second)]
    (read,) = divisions(added_up(quarters))
    assert [(line.label, line.number.text) for line in read.lines] == [("Online", "c"), ("Peers", "23"), ("New", "7")]
    assert added_up(quarters)["model"]["order"][-1] == "other"


ATOMS = ("late", "accepted", "declined", "unanswered", "offered_unreached", "unreached", "nothing")


@ANY
@given(
    in_time=st.sampled_from([0, 4, 9]),
    numbers=st.lists(st.integers(0, 2), min_size=7, max_size=7).filter(lambda drawn: sum(drawn) < 9),
)
def test_what_became_of_interviews_gives_no_child_away(in_time: int, numbers: list[int]) -> None:
    """What a reader could subtract, as accepted less held, is tried too."""
    atoms = {"in_time": in_time, **dict(zip(ATOMS, numbers, strict=True))}
    kept = answers(atoms)
    total, rest = kept["of"], kept["of"] - in_time
    if total and (1 <= total <= FEW or 1 <= rest <= FEW):
        return  # the share itself is hidden, and then nothing stands beside it: tried below
    marks = lines_of(protect_beside({"answers": kept}, shown=True, met=in_time, threshold=FEW), "answers")
    worlds = []
    for drawn in parts(rest, 7):
        world = answers({"in_time": in_time, **dict(zip(ATOMS, drawn, strict=True))})["lines"]
        if agrees(marks, world):
            worlds.append({**world, **between(world, in_time)})
    gives_nothing_away(kept["lines"], total, marks, worlds)
    for name, number in between(kept["lines"], in_time).items():
        if 1 <= number <= FEW:
            assert len({world[name] for world in worlds}) > 1, name


def between(lines: Mapping[str, int], in_time: int) -> dict[str, int]:
    """Differences that a reader can form."""
    return {
        "late": lines["held"] - in_time,
        "waiting": lines["accepted"] - lines["held"],
        "unanswered": lines["offered"] - lines["accepted"] - lines["declined"],
    }


@ANY
@given(
    numbers=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=3, max_size=3),
    more=st.integers(0, 8),
    home=st.sampled_from([0, 2, 7]),
)
def test_where_children_were_placed_gives_no_child_away(numbers: list[tuple[int, int]], more: int, home: int) -> None:
    """Episodes and children of the same lines are tried together."""
    truth = {code: max(pair) for code, pair in zip(AREAS, numbers, strict=True)}
    children = {code: max(min(pair), min(1, max(pair))) for code, pair in zip(AREAS, numbers, strict=True)}
    of, least = sum(truth.values()), max(children.values())
    everyone = min(least + more, sum(children.values()))
    beside = placed_beside(truth, children, everyone, of + home)
    marks = protect_beside(beside, shown=True, threshold=FEW)
    if 1 <= of <= FEW or 1 <= home <= FEW:
        assert {mark for name in PAIR for mark in (marks[name]["of"], *lines_of(marks, name).values())} == {"c"}
        return
    worlds = [world for world in placings(of, everyone) if agrees(lines_of(marks, "area"), world[0])]
    if 1 <= everyone <= FEW:
        assert marks["area_children"]["of"] == "c"
        assert set(lines_of(marks, "area_children").values()) == {"c"}
    else:
        worlds = [world for world in worlds if agrees(lines_of(marks, "area_children"), world[1])]
        gives_nothing_away(children, everyone, lines_of(marks, "area_children"), [world[1] for world in worlds])
    gives_nothing_away(truth, of, lines_of(marks, "area"), [world[0] for world in worlds])


PAIR = ("area", "area_children")


def placed_beside(truth: Mapping[str, int], children: Mapping[str, int], everyone: int, denominator: int) -> Beside:
    tables = {"area": (sum(truth.values()), truth), "area_children": (everyone, children)}
    return {"answers": answers({"late": denominator}), **{name: table(name, *of) for name, of in tables.items()}}


def placings(of: int, everyone: int) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """Every way in which so many children can have so many episodes in three lines."""
    for drawn in parts(of, 3):
        for some in product(*(range(min(1, number), min(number, everyone) + 1) for number in drawn)):
            if sum(some) >= everyone:
                yield dict(zip(AREAS, drawn, strict=True)), dict(zip(AREAS, some, strict=True))


def test_nothing_stands_beside_a_figure_that_is_hidden() -> None:
    beside: Beside = {"answers": answers({"in_time": 40, "late": 20}), "median": {"of": 60, "hours": 41.5}}
    hidden = protect_beside(beside, shown=False, met=40)
    assert set(lines_of(hidden, "answers").values()) == {"c"}
    assert (hidden["answers"]["of"], hidden["median"]) == ("c", {"of": None, "hours": "c"})
    shown = protect_beside(beside, shown=True, met=40)
    assert lines_of(shown, "answers") == {**beside["answers"]["lines"]}
    assert shown["median"] == {"of": None, "hours": 42}


def test_the_middle_of_few_is_hidden_and_of_none_is_not_there() -> None:
    assert protect_beside({"median": {"of": 5, "hours": 3.2}}, shown=True)["median"]["hours"] == "c"
    nothing: Beside = {"median": {"of": 0, "hours": 0.0}}
    assert protect_beside(nothing, shown=True)["median"]["of"] == 0
    assert protect_beside(nothing, shown=False)["median"] == {"of": None, "hours": "c"}, "nor that nothing happened"


def test_reasons_why_episodes_are_left_out_are_hidden_when_few() -> None:
    beside: Beside = {"left_out": {"of": None, "lines": {"away": 12, "running": 4}, "words": {}}}
    assert lines_of(protect_beside(beside, shown=True), "left_out") == {"away": 12, "running": "c"}


def test_hours_are_shown_three_by_three() -> None:
    hours = {str(hour): hour for hour in range(24)} | {"unknown": 9}
    bands = in_bands(hours)
    assert bands["21"] == 21 + 22 + 23
    assert sum(bands.values()) == sum(hours.values())
    (read,) = divisions({"hour": {"of": sum(bands.values()), "lines": bands}})
    assert [line.label for line in read.lines][-2:] == ["21:00 to 23:59", "Time not recorded"]
    assert [line.number.value for line in read.lines] == list(bands.values())
    (each,) = divisions({"hour": {"of": sum(hours.values()), "lines": hours}})
    assert (each.lines[21].label, each.lines[21].number.value) == ("21:00 to 21:59", 21)
