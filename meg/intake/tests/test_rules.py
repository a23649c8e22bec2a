"""The year a return is for, and what may stand in a sentence."""

from __future__ import annotations

from datetime import date

import pytest

from meg.intake.rules import YearTrouble, collection_year, shown, year_of


def test_a_collection_year_is_april_to_march() -> None:
    year = collection_year("2017-18")
    assert (year.label, year.start, year.end) == ("2017-18", date(2017, 4, 1), date(2018, 3, 31))
    assert collection_year(" 1999-00 ").end == date(2000, 3, 31)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("2017", "Write it like 2017-18"),
        ("2017/18", "Write it like 2017-18"),
        ("2017-18Q4", "Write it like 2017-18"),
        ("", "Write it like 2017-18"),
        ("2017-19", "2017 is followed by 18, so write 2017-18"),
        ("0001-02", "out of reach"),
        ("2017\x00-18", "Write it like 2017-18"),
        ("x" * 500, "Write it like 2017-18"),
    ],
)
def test_anything_else_is_a_sentence(written: str, sentence: str) -> None:
    with pytest.raises(YearTrouble, match=sentence) as trouble:
        collection_year(written)
    assert len(str(trouble.value)) < 150


def test_a_day_has_its_year() -> None:
    assert year_of(date(2018, 3, 31)) == "2017-18"
    assert year_of(date(2018, 4, 1)) == "2018-19"
    assert year_of(date(1999, 12, 31)) == "1999-00"


def test_what_was_sent_is_shown_short_and_printable() -> None:
    assert shown("a\nb\x00c") == "a␀b␀c"
    assert shown("x" * 50) == "x" * 39 + "…"
