"""Figures are computed, kept, withdrawn and shown; who reads them is decided by the database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conftest import Cast
from meg.intake.models import Batch
from meg.oversight.performance.actions import (
    before_disclosure_control,
    bring_specification_up_to_date,
    bring_up_to_date,
    compute_figures,
    rows_behind,
)
from meg.oversight.performance.models import Figure, Indicator, ProtectedFamily, ShownFigure
from meg.oversight.performance.rules import Kind as Kind_
from meg.oversight.performance.rules import periods_between, read_period
from meg.oversight.performance.tests.records import LONDON, batch, episode, many
from meg.oversight.performance.tests.test_counting import all_periods, counted_again
from meg.partnership.seats import Refused, Seat, seated
from meg.partnership.trail.models import Entry, Kind
from meg.protect.missing.models import Episode


@pytest.fixture
def specified(cast: Cast) -> Cast:
    with seated(cast.operator):
        bring_specification_up_to_date(by=cast.operator)
    return cast


def figure(number: str, label: str) -> Figure:
    return Figure.objects.get(indicator=number, period=label)


def test_appendix_1_comes_with_the_installation(specified: Cast) -> None:
    with seated(specified.operator):
        today = timezone.localdate()
        lines = Indicator.objects.on(today)
        assert [line.number for line in lines] == ["1", "2", "3", "4", "5", "6", "8", "9", "10", "11", "11b"]
        assert [line.number for line in lines.measured()] == ["1", "2", "3", "4", "5", "6", "8", "9", "10"]
        assert {line.type for line in lines} == {"Tracker"}
        assert [line.number for line in lines if line.polarity == "less"] == ["1", "3"]
        assert [line.number for line in lines if line.polarity == "more"] == ["5", "6", "8"]
        Indicator.objects.filter(number="3").update(name="Ours")
        assert bring_specification_up_to_date(by=specified.operator) == 11
        assert Indicator.objects.get(number="3").name == "Ours"


def test_an_older_installation_gets_the_measures_that_are_new(specified: Cast) -> None:
    new = ["1", "2", "5", "6", "8", "9", "10"]
    with seated(specified.operator) as by:
        Indicator.objects.filter(number__in=new).update(measure="")
        Indicator.objects.filter(number="5").update(
            measure="return_interviews_in_time", settings={"include_absent": True}
        )
        assert [line.number for line in Indicator.objects.all().measured()] == ["3", "4", "5"]
        bring_specification_up_to_date(by=by)
        assert Indicator.objects.filter(number__in=new).exclude(measure="").count() == 7
        assert Indicator.objects.get(number="5").settings == {"include_absent": True}


def test_every_kept_figure_is_as_counted_by_hand(specified: Cast) -> None:
    some = many(specified)
    with seated(specified.operator):
        made = compute_figures(by=specified.operator)
        assert made.figures == Figure.objects.current().count() == ShownFigure.objects.current().count() == 78
        spans = periods_between(all_periods()[0].start, read_period("2017-18").end, Kind_.ROLLING)
        for period in [*all_periods(), *spans]:
            three, four = figure("3", period.label), figure("4", period.label)
            assert (three.numerator, three.episodes) == counted_again(some, period, 1)
            assert (four.numerator, four.episodes) == (counted_again(some, period, 2)[0], None)
            assert (three.kind, three.first_day, three.last_day) == (period.kind, period.start, period.end)


def test_what_may_be_shown_holds_no_small_number(specified: Cast) -> None:
    many(specified)
    with seated(specified.operator):
        compute_figures(by=specified.operator)
        before = {(f.indicator, f.period): f for f in Figure.objects.all()}
        shown = list(ShownFigure.objects.all())
    assert any(s.hidden for s in shown)
    assert any(not s.hidden and s.numerator for s in shown)
    for line in shown:
        was = before[line.indicator, line.period]
        if line.hidden:
            assert (line.shown, line.numerator, line.value, line.episodes, line.episodes_shown) == (
                "c",
                None,
                None,
                None,
                "",
            )
            assert line.why
        else:
            assert line.shown == str(was.numerator) == str(line.numerator)
            assert not 1 <= was.numerator <= 5
            assert line.episodes in (None, was.episodes)


def test_a_figure_is_written_only_where_it_differs(specified: Cast) -> None:
    many(specified)
    with seated(specified.operator):
        assert bring_up_to_date(by=specified.operator)
        first = dict(Figure.objects.values_list("pk", "as_at"))
        lines = Entry.objects.filter(kind=Kind.FIGURES).count()
        assert not bring_up_to_date(by=specified.operator)
        assert dict(Figure.objects.values_list("pk", "as_at")) == first
        assert Entry.objects.filter(kind=Kind.FIGURES).count() == lines == 1
        episode(specified.child(), datetime(2017, 12, 24, tzinfo=LONDON))
        assert bring_up_to_date(by=specified.operator)
        changed = [f for f in Figure.objects.filter(indicator="3") if f.as_at != first[f.pk]]
    assert {f.period for f in changed} >= {"2017-12", "2017-18Q3", "2017-18"}
    assert all(f.first_day <= date(2017, 12, 24) <= f.last_day for f in changed)


@pytest.mark.parametrize("change", ["withdrawn", "changed", "restored"])
def test_every_way_a_record_changes_reaches_the_figure(specified: Cast, change: str) -> None:
    with seated(specified.operator):
        batch("2017-18")
        one = episode(specified.child(), datetime(2017, 12, 24, tzinfo=LONDON))
        gone = episode(specified.child(), datetime(2017, 12, 25, tzinfo=LONDON), withdrawn_at=timezone.now())
        compute_figures(by=specified.operator)
        assert figure("3", "2017-12").numerator == 1
        of_one = Episode.objects.filter(pk=one.pk)
        if change == "withdrawn":
            of_one.update(withdrawn_at=timezone.now())
        elif change == "changed":
            of_one.update(started_at=datetime(2017, 11, 24, tzinfo=LONDON))
        else:
            Episode.objects.filter(pk=gone.pk).update(withdrawn_at=None)
        assert bring_up_to_date(by=specified.operator)
        assert figure("3", "2017-12").numerator == {"withdrawn": 0, "changed": 0, "restored": 2}[change]


def test_figures_of_a_return_that_was_taken_back_are_withdrawn(specified: Cast) -> None:
    with seated(specified.operator):
        sent = batch("2017-18")
        compute_figures(by=specified.operator)
        assert figure("3", "2017-18").numerator == 0
        Batch.objects.filter(pk=sent.pk).update(state=Batch.State.UNDONE)
        bring_up_to_date(by=specified.operator)
        assert Figure.objects.current().count() == ShownFigure.objects.current().count() == 0
        Batch.objects.filter(pk=sent.pk).update(state=Batch.State.LOADED)
        bring_up_to_date(by=specified.operator)
        assert Figure.objects.current().count() == 36


def as_shown() -> dict[tuple[str, str], tuple[str, object]]:
    return {(s.indicator, s.period): (s.shown, s.beside) for s in ShownFigure.objects.current()}


def test_figures_that_stand_protected_are_not_protected_again(specified: Cast) -> None:
    many(specified)
    with seated(specified.operator) as by:
        compute_figures(by=by)
        marks, before = dict(ProtectedFamily.objects.values_list("family", "mark")), as_shown()
        assert set(marks) == {"missing"}
        ShownFigure.objects.filter(indicator="3", period="2017-12").update(shown="as it stood")
        assert compute_figures(by=by).changed == 0
        assert as_shown() == {**before, ("3", "2017-12"): ("as it stood", before["3", "2017-12"][1])}
        assert dict(ProtectedFamily.objects.values_list("family", "mark")) == marks


@pytest.mark.parametrize("change", ["program", "withdrawn", "more", "settings", "numbers"])
def test_figures_never_stand_unprotected(specified: Cast, change: str) -> None:
    """Whatever changes, the family goes through disclosure control again, whole: a word of ours in it does not stay."""
    many(specified)
    with seated(specified.operator) as by:
        compute_figures(by=by)
        of_care = ShownFigure.objects.filter(indicator__in=["3", "4"])
        of_care.update(shown="unprotected")
        if change == "program":
            ProtectedFamily.objects.update(mark="of an older program")
        elif change == "withdrawn":
            of_care.filter(period="2017-12", indicator="4").update(withdrawn_at=timezone.now())
        elif change == "more":
            period = read_period("2018-19")
            ShownFigure.objects.create(
                indicator="3", period=period.label, kind=period.kind, first_day=period.start, last_day=period.end,
                as_at=timezone.now(), shown="unprotected",
            )  # fmt: skip
        elif change == "settings":
            Indicator.objects.filter(number="3").update(settings={"include_absent": False})
        else:
            episode(specified.child(), datetime(2017, 12, 24, tzinfo=LONDON))
        compute_figures(by=by)
        assert not of_care.filter(withdrawn_at=None, shown="unprotected").exists()
        assert {(f.indicator, f.period) for f in Figure.objects.current()} == set(as_shown())


@pytest.mark.parametrize("name", ["ruth", "colin", "wendy", "helen", "arthur"])
def test_the_mark_of_the_numbers_is_read_by_no_seat_of_figures(specified: Cast, name: str) -> None:
    with seated(specified.by(name)), pytest.raises(DatabaseError, match="permission denied"):
        with transaction.atomic():
            ProtectedFamily.objects.count()


def test_a_hidden_part_of_a_part_year_cannot_be_worked_out(specified: Cast) -> None:
    """Forms are used since February: the year is that quarter, and the quarter those two months."""
    with seated(specified.operator):
        since = datetime(2018, 2, 1, 12, tzinfo=LONDON)
        for number in range(12):
            started = since.replace(month=2 if number < 9 else 3, day=number + 1)
            episode(specified.child(), started, source="form", recorded_at=started)
        compute_figures(by=specified.operator)
        texts = {
            s.period: (s.shown, s.episodes_shown)
            for s in ShownFigure.objects.filter(indicator="3", last_day__lt="2018-04-01")
        }
    assert texts["2018-03"] == ("c", "")
    shown = [label for label, (text, episodes) in texts.items() if episodes not in ("", "c")]
    assert not ({"2018-02"} & set(shown) and {"2017-18", "2017-18Q4"} & set(shown))


# ── who reads what: the database's answer ──────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["ruth", "colin", "wendy"])
@pytest.mark.parametrize(
    "table",
    [
        "missing_episode",
        "children_child",
        "children_name",
        "children_careepisode",
        "intake_batch",
        "performance_figure",
    ],
)
def test_a_seat_that_works_with_figures_has_no_way_to_a_record(specified: Cast, name: str, table: str) -> None:
    with seated(specified.by(name)), pytest.raises(DatabaseError, match="permission denied"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")


@pytest.mark.parametrize("name", ["ruth", "colin", "wendy", "helen", "arthur"])
def test_shown_figures_are_read_by(specified: Cast, name: str) -> None:
    many(specified)
    with seated(specified.operator):
        compute_figures(by=specified.operator)
    with seated(specified.by(name)):
        assert ShownFigure.objects.count() == 78
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            ShownFigure.objects.update(shown="0")


@pytest.mark.parametrize("name", ["daniel", "nadia", "fiona", "grace", "adam"])
def test_figures_are_not_read_by(specified: Cast, name: str) -> None:
    with seated(specified.by(name)), pytest.raises(DatabaseError, match="permission denied"):
        with transaction.atomic():
            ShownFigure.objects.count()


def test_another_partnership_sees_nothing(specified: Cast) -> None:
    many(specified)
    with seated(specified.operator):
        compute_figures(by=specified.operator)
    with seated(replace(specified.by("ruth"), partnership_id=specified.partnership.pk + 1)):
        assert ShownFigure.objects.count() == Indicator.objects.count() == 0


# ── actions: who may, and the trail ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["ruth", "helen", "arthur", "colin"])
def test_only_the_installation_computes(specified: Cast, name: str) -> None:
    by = specified.by(name)
    with seated(by), pytest.raises(Refused):
        compute_figures(by=by)


@pytest.mark.parametrize(("name", "may"), [("helen", True), ("arthur", True), ("ruth", False), ("colin", False)])
def test_the_rows_behind_a_figure_are_a_line_in_the_trail(specified: Cast, name: str, may: bool) -> None:
    many(specified)
    by, period = specified.by(name), read_period("2017-18Q3")
    with seated(by):
        indicator = Indicator.objects.get(number="3")
        if not may:
            with pytest.raises(Refused):
                rows_behind(by=by, indicator=indicator, period=period)
            return
        rows = rows_behind(by=by, indicator=indicator, period=period)
    with seated(specified.operator):
        line = Entry.objects.get(kind=Kind.LOOK)
    assert line.detail["children"] == sorted({row.reference for row in rows})
    assert f"{len(line.detail['children'])} children behind indicator 3, October to December 2017" in line.sentence


def test_reading_before_disclosure_control_is_kept(specified: Cast) -> None:
    many(specified)
    with seated(specified.operator):
        compute_figures(by=specified.operator)
        found = before_disclosure_control(by=specified.operator, period=read_period("2017-12"))
        line = Entry.objects.filter(kind=Kind.FIGURES).latest("id")
    assert [f.indicator for f in found] == ["3", "4"]
    assert line.sentence == "Read figures before disclosure control, December 2017."
    with seated(specified.by("ruth")), pytest.raises(Refused):
        before_disclosure_control(by=specified.by("ruth"), period=read_period("2017-12"))
    assert Seat.OPERATOR.label == "Operator"
