"""Dates and times as people type them: what is read, and the sentence for what cannot be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from meg.partnership.access.fields import LONDON, ClockField, DateParts, MomentField, boxes


class Form(forms.Form):
    born = DateParts(label="Date of birth", required=False)
    began = MomentField(label="When it began", required=False)
    clock = ClockField(label="Time", required=False)


def sent(name: str, *texts: str) -> Form:
    form = Form({f"{name}_{number}": text for number, text in enumerate(texts)})
    form.is_valid()
    return form


@pytest.mark.parametrize(
    ("texts", "read"),
    [(("14", "3", "2011"), date(2011, 3, 14)), ((" 1 ", "01", "2020"), date(2020, 1, 1)), (("", "", ""), None),
     (("29", "2", "2016"), date(2016, 2, 29))],
)  # fmt: skip
def test_a_date_is_read(texts: tuple[str, ...], read: date | None) -> None:
    assert sent("born", *texts).cleaned_data["born"] == read


@pytest.mark.parametrize(
    ("texts", "sentence", "box"),
    [
        (("31", "2", "2018"), "31 February 2018 is not a date.", 0),
        (("29", "2", "2017"), "29 February 2017 is not a date.", 0),
        (("0", "2", "2017"), "0 February 2017 is not a date.", 0),
        (("1", "13", "2017"), "Date of birth must have a month from 1 to 12.", 1),
        (("14", "3", "11"), "Date of birth must have a year of four numbers, like 2011.", 2),
        (("14", "3", ""), "Date of birth must have a year.", 2),
        (("", "3", ""), "Date of birth must have a day and a year.", 0),
        (("14", "March", "2011"), "Date of birth must be in numbers, like 14 3 2011.", 1),
        (("14", "3", "2011\0"), "Date of birth must be in numbers, like 14 3 2011.", 2),
        (("١٤", "3", "2011"), "Date of birth must be in numbers, like 14 3 2011.", 0),
        (("1", "1", "0000"), "1 January 0000 is not a date.", 0),
    ],
)
def test_what_is_not_a_date_gets_one_sentence_at_its_box(texts: tuple[str, ...], sentence: str, box: int) -> None:
    form = sent("born", *texts)
    assert form.errors["born"] == [sentence]
    assert form["born"].errors.as_data()[0].code == f"box-{box}"
    assert form["born"].value() == list(texts), "what was typed stays as typed"


def test_a_date_that_must_be_given() -> None:
    class Must(forms.Form):
        born = DateParts(label="Date of birth")

    assert Must({}).errors["born"] == ["Enter the date of birth."]


@pytest.mark.parametrize(
    ("texts", "moment"),
    [
        (("21", "11", "2026", "20:10"), datetime(2026, 11, 21, 20, 10, tzinfo=UTC)),
        (("21", "7", "2026", "9.05"), datetime(2026, 7, 21, 8, 5, tzinfo=UTC)),
        (("25", "10", "2026", "01:30"), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (("25", "10", "2026", "01:30 BST"), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (("25", "10", "2026", "01:30 gmt"), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        (("25", "10", "2026", "02:00"), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_london(texts: tuple[str, ...], moment: datetime) -> None:
    assert sent("began", *texts).cleaned_data["began"] == moment


@pytest.mark.parametrize(
    ("texts", "sentence", "box"),
    [
        (("29", "3", "2026", "01:30"), "When it began: there was no 01:30 that night, the clocks went forward.", 3),
        (("21", "7", "2026", "09:05 GMT"), "When it began: the clocks were on BST then, not GMT.", 3),
        (("21", "11", "2026", "09:05 BST"), "When it began: the clocks were on GMT then, not BST.", 3),
        (("21", "7", "2026", "quarter to 5"), "Time must be hours and minutes, like 16:30.", 3),
        (("21", "7", "2026", "24:00"), "Time must be hours and minutes, like 16:30.", 3),
        (("21", "7", "2026", "16:60"), "Time must be hours and minutes, like 16:30.", 3),
        (("21", "7", "2026", ""), "When it began must have a time.", 3),
        (("31", "6", "2026", "16:00"), "31 June 2026 is not a date.", 0),
    ],
)
def test_what_is_not_a_moment(texts: tuple[str, ...], sentence: str, box: int) -> None:
    form = sent("began", *texts)
    assert form.errors["began"] == [sentence]
    assert form["began"].errors.as_data()[0].code == f"box-{box}"


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_every_moment_comes_back_from_its_boxes(moment: datetime) -> None:
    whole = moment.replace(second=0, microsecond=0)
    assert sent("began", *boxes(whole, 4)).cleaned_data["began"] == whole


@given(st.lists(st.text(max_size=6), min_size=4, max_size=4))
def test_nothing_typed_breaks_the_field(texts: list[str]) -> None:
    form = sent("began", *texts)
    assert "began" in form.errors or form.cleaned_data["began"] is None or form.cleaned_data["began"].tzinfo


def test_a_clock() -> None:
    assert Form({"clock": "16:30"}).fields["clock"].clean("16:30") == time(16, 30)
    assert Form({"clock": "quarter to 5"}).errors["clock"] == ["Time must be hours and minutes, like 16:30."]
    assert str(Form(initial={"clock": time(9, 5)})["clock"].value()) == "09:05"


def test_a_value_fills_the_boxes_and_is_no_change() -> None:
    moment = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON).replace(fold=1)
    assert boxes(moment, 4) == ["25", "10", "2026", "01:30 GMT"]
    field = DateParts(label="Date")
    assert not field.has_changed(date(2011, 3, 14), ["14", "3", "2011"])
    assert field.has_changed(date(2011, 3, 14), ["14", "3", "2012"])
