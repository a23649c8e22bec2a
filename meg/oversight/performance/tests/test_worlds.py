"""The search for other worlds proves what it says: each world is checked here by itself, and small tables are counted out.

And the answer is the same whatever was solved before, and beside it.
"""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meg.oversight.performance.disclosure import Cell, Relation, Shown, at_least, protect, whole_of
from meg.oversight.performance.worlds import Bounds, Problem, Search, forget, hidden_of, joined

ANY = settings(deadline=None, max_examples=150, derandomize=True)
FEW = 3
"""The threshold in the small tables."""


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Sums of sums, with further relations between any of the figures, all of which hold."""
    values = draw(st.lists(st.integers(0, 12), min_size=2, max_size=12))
    relations: list[Bounds] = []
    for _ in range(draw(st.integers(1, 4))):
        parts = sorted(draw(st.sets(st.integers(0, len(values) - 1), min_size=2, max_size=5)))
        values.append(sum(values[part] for part in parts))
        relations.append(Bounds((*((part, 1) for part in parts), (len(values) - 1, -1)), 0, 0))
    places = st.lists(st.integers(0, len(values) - 1), min_size=1, max_size=4)
    for some in draw(st.lists(places, max_size=4)):  # a figure may stand in one relation twice
        terms = tuple((at, draw(st.sampled_from([1, 1, -1, 2, -3, 10**6]))) for at in some)
        total, slack = sum(by * values[at] for at, by in terms), draw(st.integers(0, 6))
        low, high = draw(st.sampled_from([(total - slack, None), (None, total + slack), (total - slack, total + 1)]))
        relations.append(Bounds(terms, low, high))
    costs = draw(st.lists(st.integers(1, 9000), min_size=len(values), max_size=len(values)))
    published = draw(st.lists(st.sampled_from([True, True, True, False]), min_size=len(values), max_size=len(values)))
    return Problem(tuple(values), tuple(costs), tuple(published), tuple(relations), draw(st.sampled_from([2, 5, 10])))


@ANY
@given(problems())
def test_every_hidden_figure_has_another_world_that_shows_the_same(problem: Problem) -> None:
    search = Search(problem)
    hidden = search.hidden()
    assert hidden >= {at for at in range(len(problem.values)) if problem.published[at] and is_few(problem, at)}
    proved: set[int] = set()
    for at, world in search.found:
        if world is None:
            assert hidden == {at for at, published in enumerate(problem.published) if published}
            return
        assert at in world
        is_another_world(problem, hidden, world)
        proved |= world.keys()
    must = hidden | {at for at in range(len(problem.values)) if is_few(problem, at)}
    assert must <= proved, "every hidden figure, and every few that is never shown, differs in one of these worlds"


def is_few(problem: Problem, at: int) -> bool:
    return 1 <= problem.values[at] <= problem.threshold


def is_another_world(problem: Problem, hidden: frozenset[int], world: dict[int, int]) -> None:
    """Every relation holds, all that is shown is the same, and what is hidden for its size is no nought in it."""
    figures = [world.get(at, value) for at, value in enumerate(problem.values)]
    for terms, low, high in problem.relations:
        total = sum(by * figures[at] for at, by in terms)
        assert low is None or total >= low
        assert high is None or total <= high
    for at, figure in world.items():
        assert figure >= 0
        assert figure != problem.values[at]
        assert at in hidden or not problem.published[at]
        if problem.published[at]:
            assert figure > 0 or not is_few(problem, at)
            assert is_few(problem, at) or not 1 <= figure <= problem.threshold


@ANY
@given(st.lists(problems(), min_size=2, max_size=4))
def test_an_answer_does_not_depend_on_what_was_solved_before(several: list[Problem]) -> None:
    forget()
    first = [hidden_of(problem) for problem in several]
    again = [hidden_of(problem) for problem in reversed(several)]
    forget()
    alone = [hidden_of(problem) for problem in reversed(several)]
    assert first == again[::-1] == alone[::-1] == [Search(problem).hidden() for problem in several]


@ANY
@given(st.lists(problems(), min_size=2, max_size=3))
def test_tables_that_nothing_joins_are_hidden_as_each_alone(several: list[Problem]) -> None:
    several = [problem._replace(threshold=FEW) for problem in several]
    together = [as_table(problem, str(number)) for number, problem in enumerate(several)]
    shown = protect(
        [c for cells, _ in together for c in cells], [r for _, relations in together for r in relations], FEW
    )
    alone: dict[tuple[str, ...], Shown] = {}
    for cells, relations in together:
        alone |= protect(cells, relations, FEW)
    assert shown == alone


def as_table(problem: Problem, name: str) -> tuple[list[Cell], list[Relation]]:
    cells = [
        Cell((name, str(at)), value, cost, published)
        for at, (value, cost, published) in enumerate(
            zip(problem.values, problem.costs, problem.published, strict=True)
        )
    ]
    relations = [
        Relation(tuple(((name, str(at)), by) for at, by in each.terms), each.low, each.high)
        for each in problem.relations
    ]
    return cells, relations


@ANY
@given(
    values=st.lists(st.integers(0, 7), min_size=4, max_size=4),
    over=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=3),
)
def test_no_world_that_is_counted_out_gives_a_figure_away(values: list[int], over: list[tuple[int, int]]) -> None:
    """Four figures, their sum, and which of them is never under another: every world is tried."""
    order = [(more, less) for more, less in over if values[more] >= values[less]]
    keys = [(str(at),) for at in range(4)]
    relations = [at_least([(keys[more], 1)], [(keys[less], 1)]) for more, less in order if more != less]
    cells = [Cell(key, value) for key, value in zip(keys, values, strict=True)]
    relations.append(whole_of(("whole",), keys))
    shown = protect([*cells, Cell(("whole",), sum(values), 5)], relations, FEW)
    whole, marks = shown[("whole",)], [shown[key] for key in keys]
    worlds = [
        world
        for world in product(*(range(24) if mark.hidden else [int(mark.value or 0)] for mark in marks))
        if all(world[more] >= world[less] for more, less in order) and (whole.hidden or sum(world) == whole.value)
    ]
    assert tuple(values) in worlds
    for at, mark in enumerate(marks):
        assert mark.hidden or not 1 <= values[at] <= FEW
        assert not mark.hidden or len({world[at] for world in worlds}) > 1
    assert not whole.hidden or len({sum(world) for world in worlds}) > 1


def test_what_chains_of_relations_join_is_one_group() -> None:
    relations = [Bounds(((0, 1), (2, -1)), 0, 0), Bounds(((2, 1), (5, 1)), 0, None), Bounds(((3, 1),), 0, None)]
    assert list(joined(relations, 6)) == [([0, 2, 5], [0, 1]), ([1], []), ([3], [2]), ([4], [])]


@pytest.mark.parametrize("small", [0, 3])
def test_an_answer_is_the_same_for_the_same_numbers_by_other_names(small: int) -> None:
    tables = [[Cell((name, "a"), small), Cell((name, "b"), 9), Cell((name, "sum"), small + 9, 9)] for name in "xy"]
    marks = [
        [mark.text for mark in protect(cells, [whole_of(cells[2].key, [cells[0].key, cells[1].key])]).values()]
        for cells in tables
    ]
    assert marks[0] == marks[1] == (["c", "c", "12"] if small else ["0", "9", "9"])
