"""What the control chart says in words: of each kind of change, and where it must not judge."""

from __future__ import annotations

from datetime import date

import pytest

from meg.oversight.performance.control import Reset, chart
from meg.oversight.performance.disclosure import NOT_APPLICABLE, NOT_SUPPLIED, Shown, share_of
from meg.oversight.performance.rules import Kind, Period, add_months
from meg.oversight.performance.tests.test_control import DESIGNED, RESET, counted, quarter
from meg.oversight.performance.verdicts import Mark, Verdict, opening, verdict

STEADY = [20, 22, 20, 22, 20, 22, 20, 22]


def said(figures: dict[Period, Shown], polarity: str = "neutral", resets: tuple[Reset, ...] = ()) -> Verdict:
    return verdict(chart(figures, resets), polarity, list(figures)[-1])


def test_the_designed_chart_is_said_as_it_was_designed() -> None:
    found = said(counted(*DESIGNED), "less", (RESET,))
    assert found.mark is Mark.CHANGED
    assert (found.first, found.second) == ("Worse: above its usual range", "Third quarter. Usual: 35 to 53.")
    assert found.news == "61, above the usual 35 to 53 for the third quarter running. Worse."
    assert found.sentence == (
        "That is above the usual 35 to 53 for the third quarter running: a real change, for the worse."
    )


@pytest.mark.parametrize(
    ("polarity", "values", "first"),
    [
        ("less", [*STEADY, 40], "Worse: above its usual range"),
        ("more", [*STEADY, 40], "Better: above its usual range"),
        ("neutral", [*STEADY, 40], "Changed: above its usual range"),
        ("less", [*STEADY, 6], "Better: below its usual range"),
        ("more", [*STEADY, 6], "Worse: below its usual range"),
        ("less", [*STEADY, *[22] * 7], "Worse: eight above the mean"),
        ("more", [*STEADY, 20, 20, *[20] * 6], "Worse: eight below the mean"),
        ("less", [*STEADY, 25, 25], "Worse: near its upper limit"),
        ("more", [*STEADY, 18, 19, 20, 21, 22, 23], "Better: rising for six quarters"),
        ("less", [*STEADY, 24, 23, 22, 21, 20, 19], "Better: falling for six quarters"),
        ("less", STEADY, "Within its usual range"),
        ("less", STEADY[:7], "Too few quarters to judge"),
    ],
)
def test_each_kind_of_change_has_its_words(polarity: str, values: list[int], first: str) -> None:
    assert said(counted(*values), polarity).first == first


def test_a_run_says_since_when() -> None:
    found = said(counted(*STEADY, *[22] * 7), "less")
    assert found.second == "Every quarter since January 2021."
    assert found.news == "22, the eighth quarter in a row above the mean of 21.0. Worse."


def test_a_share_is_said_in_per_cent() -> None:
    figures = {quarter(n): share_of(60, 100) for n in range(9)}
    assert said(figures, "more").sentence == "That is within its usual range, 45.3% to 74.7%."


def test_what_cannot_be_judged_is_not_judged() -> None:
    assert said(counted(*STEADY, None)).first == "Cannot be shown"
    assert said(counted(*STEADY, None)).second == "Hidden in 1 of 9 quarters."
    assert said(counted(*STEADY) | {quarter(8): NOT_SUPPLIED}).first == "Not supplied"
    assert said(counted(*STEADY) | {quarter(8): NOT_APPLICABLE}).first == "Does not apply"
    not_over = Period(add_months(date(2019, 4, 1), 24), Kind.QUARTER)
    assert verdict(chart(counted(*STEADY)), "less", not_over, is_over=False).first == "Not judged yet"


def test_after_a_decision_eight_periods_must_be_shown_again() -> None:
    anew = Reset(date(2021, 1, 1), date(2021, 5, 1), "the Group", "A new way of recording.")
    found = said(counted(*STEADY, 40), "less", (anew,))
    assert (found.mark, found.second) == (Mark.NONE, "2 of the 8 that are needed since the limits began anew.")


def test_the_opening_counts_every_indicator_once() -> None:
    changed, usual = said(counted(*STEADY, 40), "less"), said(counted(*STEADY))
    hidden, missing = said(counted(*STEADY, None)), said(counted(*STEADY) | {quarter(8): NOT_SUPPLIED})
    assert opening([changed, changed, changed, usual, usual, hidden, missing], reds=1) == (
        "Three of 7 indicators have changed, and one is red.",
        "Two are within their usual range, one is hidden to protect children and one is not supplied.",
    )
    assert opening([usual, changed]) == ("One of 2 indicators has changed.", "One is within its usual range.")
    assert opening([usual, usual])[0] == "None of 2 indicators has changed."
    assert opening([usual]) == ("The one indicator has not changed.", "One is within its usual range.")
