"""The data specification: changed by the coordinator alone, from a day on, with what it said before kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.oversight.performance.actions import add_indicator, change_indicator, end_indicator, unpicked
from meg.oversight.performance.models import SUPPLIED, Indicator
from meg.oversight.performance.rag import Rag, rag
from meg.oversight.performance.supplied import measure_of
from meg.partnership.seats import Refused, seated
from meg.partnership.trail.models import Entry

SignIn = Callable[[str], Client]
START = date(2016, 4, 1)


def present(number: str = "3") -> Indicator:
    return Indicator.objects.get(number=number, valid__upper_inf=True)


def test_a_change_closes_the_words_before_it(cast: Cast) -> None:
    colin, day = cast.by("colin"), date(2027, 1, 1)
    with seated(colin):
        change_indicator(
            by=colin, indicator=present(), since=day, said={"name": "Missing from care", "target": Decimal(40)}
        )
        before, after = Indicator.objects.filter(number="3").order_by("valid")
        assert (before.name, before.valid.lower, before.valid.upper) == ("Children missing from care", START, day)
        assert (after.name, after.target, after.valid.lower, after.valid.upper) == (
            "Missing from care",
            Decimal(40),
            day,
            None,
        )
        assert Indicator.objects.on(day - timedelta(days=1)).get(number="3") == before
        assert Indicator.objects.on(day).get(number="3") == after


def test_a_change_from_the_first_day_replaces_and_the_trail_keeps_what_it_was(cast: Cast) -> None:
    colin = cast.by("colin")
    with seated(colin):
        change_indicator(by=colin, indicator=present(), since=START, said={"name": "Missing from care"})
        assert Indicator.objects.get(number="3").name == "Missing from care"
    with seated(cast.operator):
        line = Entry.objects.filter(sentence__startswith="Changed indicator 3").get()
        assert line.detail["was"] == {"name": "Children missing from care"}


def test_what_cannot_be_changed_is_said(cast: Cast) -> None:
    colin = cast.by("colin")
    with seated(colin):
        with pytest.raises(Refused, match="Nothing is different"):
            change_indicator(by=colin, indicator=present(), since=date(2027, 1, 1), said={"name": present().name})
        with pytest.raises(Refused, match="began on 1 April 2016"):
            change_indicator(by=colin, indicator=present(), since=date(2015, 1, 1), said={"name": "Earlier"})
        with pytest.raises(Refused, match="Number 7 does not exist"):
            add_indicator(
                by=colin,
                number="7",
                since=date(2027, 1, 1),
                said={"name": "Seven", "title": "Seven", "strand": "protect"},
            )
        with pytest.raises(Refused, match="Number 3 is taken"):
            add_indicator(
                by=colin,
                number="3",
                since=date(2027, 1, 1),
                said={"name": "Three", "title": "Three", "strand": "protect"},
            )


def test_an_indicator_that_ended_can_be_begun_again(cast: Cast) -> None:
    colin, today = cast.by("colin"), timezone.localdate()
    with seated(colin):
        assert "children_missing_from_care" not in unpicked(today)
        end_indicator(by=colin, indicator=present(), until=today)
        tomorrow = today + timedelta(days=1)
        assert "children_missing_from_care" in unpicked(tomorrow)
        assert Indicator.objects.on(today).filter(number="3").exists()
        said = {"name": "Again", "title": "Again", "strand": "protect", "measure": "children_missing_from_care"}
        add_indicator(by=colin, number="3", since=tomorrow, said=said)
        assert Indicator.objects.on(tomorrow).get(number="3").name == "Again"


@pytest.mark.parametrize("name", ["ruth", "wendy", "helen", "arthur", "daniel", "adam", "grace"])
def test_nobody_else_changes_it(cast: Cast, name: str) -> None:
    by = cast.by(name)
    with seated(by):
        with pytest.raises(Refused, match="coordinator"):
            change_indicator(by=by, indicator=present(), since=date(2027, 1, 1), said={"name": "Mine"})
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("UPDATE performance_indicator SET name = 'Mine'")


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 3000), min_size=1, max_size=6))
def test_versions_leave_no_gap_and_no_overlap(cast: Cast, days: list[int]) -> None:
    colin = cast.by("colin")
    with transaction.atomic():
        with seated(colin):
            for number, offset in enumerate(days):
                try:
                    change_indicator(
                        by=colin,
                        indicator=present(),
                        since=START + timedelta(days=offset),
                        said={"name": f"Name {number}"},
                    )
                except Refused:
                    assert START + timedelta(days=offset) < present().valid.lower
            found = list(Indicator.objects.filter(number="3").order_by("valid"))
            assert found[0].valid.lower == START
            assert found[-1].valid.upper is None
            for before, after in pairwise(found):
                assert before.valid.upper == after.valid.lower
        transaction.set_rollback(True)


def typed(**said: Any) -> dict[str, Any]:
    return {
        "name": "Children missing from care", "title": "Title", "strand": "protect", "polarity": "less", "type": "Tracker",
        "source": "", "reported": "monthly", "supplied": "quarterly", "disclosure": "children",
        "scorecard": "", "owner": "", "measure": "children_missing_from_care", "target": "",
        "tolerance": "", "since_0": "1", "since_1": "1", "since_2": "2027", **said,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"target": "40", "polarity": "neutral"}, "A target needs a direction"),
        ({"tolerance": "5"}, "A tolerance needs a target."),
        ({"target": "many"}, "The target must be a number, like 95."),
        ({"target": "-1"}, "The target must be 0 or more."),
        ({"name": ""}, "Enter the name."),
        ({"since_0": "31", "since_1": "2"}, "31 February 2027 is not a date."),
        ({"measure": "the_moon"}, "Choose one of the measures."),
        ({"days": "14"}, "What is counted has no such time."),
        ({"days": "0"}, "The days must be a whole number from 1 to 365"),
    ],
)
def test_a_form_says_what_is_wrong_and_keeps_what_was_typed(
    cast: Cast, as_member: SignIn, said: dict[str, str], sentence: str
) -> None:
    page = as_member("colin").post("/specification/3/change/", typed(title="My own words", **said)).content.decode()
    assert sentence in page
    assert "My own words" in page
    with seated(cast.operator):
        assert Indicator.objects.filter(number="3").count() == 1


def test_a_share_has_no_target_over_a_hundred(as_member: SignIn) -> None:
    said = typed(measure="return_interviews_in_time", target="120", polarity="more")
    page = as_member("colin").post("/specification/5/change/", said).content.decode()
    assert "The target of a share must be 100 or less." in page


def test_a_change_is_shown_before_it_is_kept(cast: Cast, as_member: SignIn) -> None:
    colin = as_member("colin")
    said = typed(target="40", tolerance="5", include_absent="on")
    page = colin.post("/specification/3/change/", said).content.decode()
    for words in (
        "What would change from",
        "How it is counted",
        "Absent episodes are counted apart",
        "Absent episodes are counted too",
        "computed anew",
        "Tolerance",
    ):
        assert words in page
    with seated(cast.operator):
        assert Indicator.objects.filter(number="3").count() == 1
    assert colin.post("/specification/3/change/", {**said, "confirm": "yes"}).status_code == 302
    with seated(cast.operator):
        after = present()
        assert (after.target, after.tolerance, after.settings) == (Decimal(40), Decimal(5), {"include_absent": True})
    history = colin.get("/specification/3/").content.decode()
    assert "‘Absent episodes are counted apart’ became ‘Absent episodes are counted too’" in history
    assert as_member("ruth").post("/specification/3/change/", said).status_code == 403


def test_what_is_said_only_of_supplied_figures_is_not_said_of_others(as_member: SignIn) -> None:
    colin = as_member("colin")
    assert "Who supplies it" not in colin.get("/specification/3/").content.decode()
    said = typed(number="22", name="Sessions held", measure=SUPPLIED, supplied="quarterly", unit="sessions")
    assert colin.post("/specification/new/", said).status_code == 302
    assert "Who supplies it" in colin.get("/specification/22/").content.decode()


def test_the_days_of_a_measure_are_the_partnerships_choice(cast: Cast, as_member: SignIn) -> None:
    """A measure with a time is picked with days of the partnership's own, and every page says them."""
    colin = as_member("colin")
    day = {"since_0": "1", "since_1": "4", "since_2": "2016"}
    said = typed(
        number="21", name="Assessed in time", measure="referrals_assessed_in_time", days="10", polarity="more", **day
    )
    assert colin.post("/specification/new/", said).status_code == 302
    with seated(cast.operator):
        made = present("21")
        assert made.settings == {"days": 10}
        assert "within 10 days" in measure_of(made).numerator
        assert measure_of(made).left_out["running"] == "whose 10 days are not over yet"
        made.settings = {}
        assert measure_of(made).happened == "were assessed within 14 days"
    assert "In time within 10 days, by the partnership’s own choice" in colin.get("/specification/21/").content.decode()
    page = as_member("helen").get("/scorecard/21/").content.decode()
    assert "within 10 days" in page
    assert "{days}" not in page


numbers = st.decimals(min_value=0, max_value=1000, places=1)


@given(numbers, numbers, st.none() | numbers, st.sampled_from(["more", "less", "neutral"]))
def test_red_amber_and_green(value: Decimal, target: Decimal, tolerance: Decimal | None, polarity: str) -> None:
    found = rag(value, target, tolerance, polarity)
    if polarity == "neutral":
        assert found is None
        return
    met = value >= target if polarity == "more" else value <= target
    assert (found is Rag.GREEN) == met
    if not met:
        assert (found is Rag.AMBER) == (abs(value - target) <= (tolerance or 0))
    assert rag(None, target, tolerance, polarity) is None
    assert rag(value, None, tolerance, polarity) is None
