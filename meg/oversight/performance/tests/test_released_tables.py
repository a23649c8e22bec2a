"""What stands beside a figure gives nothing away between two releases: published, something recorded late, computed anew.

The attackers hold every total and both tables, know the rule by which they are shown, and try every way in which the
episodes can divide. One knows what was recorded late, line by line, and works back to what was published; the other knows
that episodes were only added, and works on to what there is now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.oversight.performance.actions import bring_up_to_date, publish_report
from meg.oversight.performance.beside import Beside, answers, divisions, median_words, table
from meg.oversight.performance.beside_shown import as_published, protect_beside
from meg.oversight.performance.models import Report, ShownFigure
from meg.oversight.performance.rules import read_period
from meg.oversight.performance.tests.lives import NOW, Away, Life, write
from meg.oversight.performance.tests.lives import lives as lives_of_children
from meg.oversight.performance.tests.test_shares import ATOMS, agrees, between, parts
from meg.partnership.seats import seated

ANY = settings(deadline=None, max_examples=150, derandomize=True)
FEW = 3
CODES = ("own_home", "foster", "childrens_home", "supported")
Lines = dict[str, int]
Marks = Mapping[str, int | str]

lives = st.lists(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 8]), min_size=4, max_size=4)
"""How many episodes are in each line."""
late = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([-1, 1, 1, 1, 2])), min_size=1, max_size=3)
"""What is recorded late: in which line, and how many more, or taken back."""


def settings_table(lines: Lines) -> Beside:
    return {"setting": table("setting", sum(lines.values()), lines)}


def after(lines: Lines, changes: Mapping[str, int]) -> Lines | None:
    found = {code: number + changes.get(code, 0) for code, number in lines.items()}
    return found if min(found.values()) >= 0 else None


def divided(total: int) -> Iterator[Lines]:
    for numbers in parts(total, 4):
        yield dict(zip(CODES, numbers, strict=True))


def few(number: int) -> bool:
    return 1 <= number <= FEW


def given_away(truth: Lines, worlds: Sequence[Lines], added: int = 0) -> set[str]:
    """The lines that are few, or all but few, and the same in every world, whatever line the added ones are in."""
    found, total = set(), sum(truth.values())
    for code, number in truth.items():
        values = {world[code] + more for world in worlds for more in range(added + 1)}
        assert number in values, "the attacker is sound"
        if (few(number) or few(total - number)) and len(values) == 1:
            found.add(code)
    return found


def shown(lines: Lines) -> Beside:
    return protect_beside(settings_table(lines), shown=True, threshold=FEW)


def marks_of(beside: Beside) -> Marks:
    return dict(beside["setting"]["lines"])


@ANY
@given(lives, late)
def test_two_releases_of_a_table_give_no_part_away(numbers: list[int], recorded: list[tuple[int, int]]) -> None:
    first = dict(zip(CODES, numbers, strict=True))
    changes: Lines = {}
    for at, more in recorded:
        changes[CODES[at]] = changes.get(CODES[at], 0) + more
    second = after(first, changes)
    if second is None or any(few(sum(lines.values())) for lines in (first, second)):
        return  # a total that is few is hidden, and the table with it
    published = shown(first)
    later = as_published(settings_table(second), published, shown=True)
    # By the rule, the later table speaks of the lines as they were published.
    worlds = [
        world for world in divided(sum(first.values())) if agrees(marks_of(published), world)
        and agrees(marks_of(later), world) and after(world, changes) is not None
    ]  # fmt: skip
    assert not given_away(first, worlds)
    if min(changes.values()) >= 0:
        added = sum(changes.values())
        only_added = [world for world in divided(sum(first.values())) if agrees(marks_of(later), world)]
        assert not given_away(second, only_added, added)


def test_the_attack_finds_a_part_where_the_later_table_is_protected_alone() -> None:
    """What protection within each release leaves open: for some tables and one late record, the two are subtracted."""
    changes = {"foster": 1}
    found = []
    for first in divided(14):
        second = {**first, "foster": first["foster"] + 1}
        before, now = marks_of(shown(first)), marks_of(shown(second))
        worlds = [
            world for world in divided(14)
            if agrees(before, world) and agrees(now, {**world, "foster": world["foster"] + changes["foster"]})
        ]  # fmt: skip
        found += [first] if given_away(first, worlds) else []
    assert found


@ANY
@given(
    st.lists(st.integers(0, 2), min_size=7, max_size=7).filter(lambda drawn: sum(drawn) < 8),
    st.sampled_from(ATOMS),
)
def test_what_became_of_interviews_gives_nothing_away_beside_a_later_share(numbers: list[int], more: str) -> None:
    """The later share has one episode more in its denominator, and the reader knows what became of it."""
    atoms = {"in_time": 5, **dict(zip(ATOMS, numbers, strict=True))}
    first = answers(atoms)
    if few(first["of"] - 5) or first["of"] == 5:
        return  # the share is hidden, and the table with it
    published = protect_beside({"answers": first}, shown=True, met=5, threshold=FEW)
    second = answers({**atoms, more: atoms[more] + 1})
    later = as_published({"answers": second}, published, shown=True)["answers"]["lines"]
    worlds = []
    for drawn in parts(first["of"] - 5, 7):
        world = answers({"in_time": 5, **dict(zip(ATOMS, drawn, strict=True))})["lines"]
        if agrees(later, world):
            worlds.append({**world, **between(world, 5)})
    for name, number in {**first["lines"], **between(first["lines"], 5)}.items():
        assert number in {world[name] for world in worlds}
        assert not few(number) or len({world[name] for world in worlds}) > 1, name


def test_where_what_was_published_is_not_known_everything_is_hidden() -> None:
    beside: Beside = {
        "answers": answers({"in_time": 40, "late": 20}),
        "median": {"of": 60, "hours": 41.5},
        "left_out": {"of": None, "lines": {"away": 12}},
    }
    hidden = as_published(beside, None, shown=True)
    assert divisions(hidden) == [] or all(line.number.hidden for each in divisions(hidden) for line in each.lines)
    assert median_words(hidden) == ""
    assert set(hidden) == set(beside)


def test_what_was_published_is_hidden_with_the_figure() -> None:
    """But for what no total is given of: it says nothing of the figure."""
    published: Beside = {
        "answers": {"of": 60, "lines": {"held": 60}},
        "median": {"of": None, "hours": 42},
        "left_out": {"of": None, "lines": {"away": 12, "absent": "c"}},
    }
    assert as_published({}, published, shown=True) == published
    hidden = as_published({}, published, shown=False)
    assert hidden["answers"] == {"of": "c", "lines": {"held": "c"}}
    assert hidden["median"] == {"of": None, "hours": "c"}
    assert hidden["left_out"] == published["left_out"]


# ── through the whole computation ───────────────────────────────────────────────────────────────────────────

QUARTER = read_period("2017-18Q4")


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=lives_of_children, more=lives_of_children)
def test_whatever_is_recorded_late_a_published_table_is_shown_as_it_was_or_not_at_all(
    cast: Cast, drawn: list[Life], more: list[Life]
) -> None:
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        with seated(cast.operator) as by:
            write([*drawn, *crowd()])
            bring_up_to_date(by=by)
        colin = cast.by("colin")
        with seated(colin):
            report = Report.objects.create(
                period=QUARTER.label, state=Report.State.APPROVED, approved_by="Ruth", approved_at=NOW
            )
            publish_report(by=colin, report=report, today=NOW.date())
        published = tables_now(cast)
        with seated(cast.operator) as by:
            write([*more, *crowd()])
            bring_up_to_date(by=by)
        later = tables_now(cast)
        for number, tables in published.items():  # what no report gave of a figure is free
            for name, was in tables.items():
                kept = later[number][name]
                assert kept == was or not shown_of(kept), (number, name)
        assert any(shown_of(kept) for tables in published.values() for kept in tables.values())
        transaction.set_rollback(True)


def tables_now(cast: Cast) -> dict[str, Beside]:
    with seated(cast.operator):
        found = ShownFigure.objects.current().filter(period=QUARTER.label)
        return {one.indicator: one.beside for one in found if one.beside}


def shown_of(kept: Mapping[str, Any]) -> list[object]:
    """The numbers of a table that are shown."""
    return [number for number in (*kept.get("lines", {}).values(), kept.get("hours", "c")) if number != "c"]


def crowd(month: int = 2) -> list[Life]:
    """Enough children that something is shown: each left twice in a month, and was back the same day."""
    start = datetime(2018, month, 5, 12, tzinfo=UTC)
    often = tuple(Away(9, 5, "care", ("M", ""), True, "yes", False, None) for _ in range(2))
    return [Life("840", False, start + timedelta(hours=hour), often) for hour in range(20)]
