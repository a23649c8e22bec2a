"""How far from home a placement is: columns that a sender’s own system adds to the Episodes table of a return."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from conftest import Cast
from meg.intake.models import Row
from meg.intake.tests.sending import Post, Return, numbers
from meg.partnership.seats import seated
from meg.protect.children.models import CareEpisode, Identifier

SAID = Return().with_distances("12.5,IN", " 41.26 ,out", ",")


@pytest.fixture
def post(cast: Cast, tmp_path: Path) -> Post:
    return Post(cast, tmp_path)


def held(cast: Cast) -> dict[str, tuple[Decimal | None, bool | None]]:
    """Distance and area of each child's placement, by the return's number of the child."""
    with seated(cast.by("helen")):
        whose = dict(Identifier.objects.filter(source="ssda903").values_list("child_id", "value"))
        kept = CareEpisode.objects.current().values_list("child_id", "distance", "in_area")
        return {whose[child]: (distance, in_area) for child, distance, in_area in kept}


FIRST = {"A1": (Decimal("12.5"), True), "A2": (Decimal("41.3"), False), "A3": (None, None)}


def test_distance_and_area_are_kept_with_the_placement(cast: Cast, post: Post) -> None:
    assert numbers(post.load(SAID)) == (9, 9, 0, 0)
    assert held(cast) == FIRST


def test_a_return_without_the_columns_loads_and_leaves_what_was_said(cast: Cast, post: Post) -> None:
    post.load(SAID)
    assert numbers(post.load(Return())) == (9, 0, 9, 0)
    assert held(cast) == FIRST


def test_another_placement_has_no_distance_of_the_one_before(cast: Cast, post: Post) -> None:
    post.load(SAID)
    moved = Return()
    post.load(moved.but(episodes=(moved.episodes or "").replace("U6", "K2", 1)))
    assert held(cast) == {**FIRST, "A1": (None, None)}


def test_a_correction_is_taken_and_taken_back(cast: Cast, post: Post) -> None:
    post.load(SAID)
    second = post.load(Return().with_distances("12.5,IN", "8,IN", ","))
    assert numbers(second) == (9, 1, 8, 0)
    assert held(cast)["A2"] == (Decimal("8.0"), True)
    post.undo(second)
    assert held(cast) == FIRST


@pytest.mark.parametrize("said", ["far,IN", "-3,IN", "1e2,IN", "1000,IN", "12.5,NEAR", "NaN,IN"])
def test_what_is_no_distance_is_told_and_the_row_is_kept_without_it(cast: Cast, post: Post, said: str) -> None:
    batch = post.load(Return().with_distances(said, ",", ","))
    assert numbers(batch) == (9, 9, 0, 0)
    distance, in_area = held(cast)["A1"]
    assert (distance is None) != (in_area is None)
    with seated(cast.by("helen")):
        row = batch.rows.get(state=Row.State.FLAGGED)
        assert [issue["code"] for issue in row.issues] == ["MEG18"]
