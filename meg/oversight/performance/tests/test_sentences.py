"""Sentences say what the figures say, tell absences apart, and call no difference a change."""

from __future__ import annotations

import pytest

from meg.oversight.performance.disclosure import NOT_SUPPLIED, Shown, share_of
from meg.oversight.performance.rules import read_period
from meg.oversight.performance.sentences import Finding, after_figure, headline, lede, line, tally

HIDDEN = Shown("c")
QUARTER = read_period("2017-18Q4")
UNKNOWN = "The number of children who went missing from care in January to March 2018"


def number(value: int) -> Shown:
    return Shown(str(value), value)


def finding(
    this: Shown, before: Shown = NOT_SUPPLIED, year_ago: Shown = NOT_SUPPLIED, period: str = "2017-18Q4"
) -> Finding:
    happened = "went missing from care"
    return Finding("Children missing from care", happened, read_period(period), this, before, year_ago, number(1321))


@pytest.mark.parametrize(
    ("this", "before", "year_ago", "says"),
    [
        (number(61), number(54), number(47), "61. It was 54 last quarter and 47 a year ago."),
        (number(0), number(0), number(47), "0. It was 0 last quarter and 47 a year ago."),
        (HIDDEN, HIDDEN, number(47), "hidden. It was hidden last quarter and 47 a year ago."),
        (number(61), HIDDEN, HIDDEN, "61. It was hidden both last quarter and a year ago."),
        (number(61), NOT_SUPPLIED, NOT_SUPPLIED, "61. It was not supplied both last quarter and a year ago."),
        (
            NOT_SUPPLIED,
            number(9),
            Shown("x"),
            "not supplied. It was 9 last quarter and not collected a year ago.",
        ),
        (Shown("z"), number(9), number(8), "not applicable. It was 9 last quarter and 8 a year ago."),
    ],
)
def test_the_line_of_an_indicator(this: Shown, before: Shown, year_ago: Shown, says: str) -> None:
    assert line(finding(this, before, year_ago)) == f"Children missing from care: {says}"


def test_a_year_is_compared_with_the_year_before_only() -> None:
    said = line(finding(number(171), number(160), number(160), "2017-18"))
    assert said == "Children missing from care: 171. It was 160 the year before."


@pytest.mark.parametrize(
    ("this", "says"),
    [
        (number(61), "61 children went missing from care in January to March 2018, in 1,321 episodes."),
        (number(0), "No child went missing from care in January to March 2018."),
        (
            HIDDEN,
            f"{UNKNOWN} is hidden, to protect children.",
        ),
        (
            NOT_SUPPLIED,
            f"{UNKNOWN} has not been supplied.",
        ),
    ],
)
def test_the_headline_tells_absences_apart(this: Shown, says: str) -> None:
    assert headline(finding(this)) == says


def test_after_a_large_figure_the_number_is_not_said_twice() -> None:
    assert after_figure(finding(number(1321))).startswith("children went missing")
    assert after_figure(finding(number(0))).startswith("No child")


def test_the_first_words_of_a_page() -> None:
    both = [finding(number(61), number(54), number(47)), finding(HIDDEN)]
    words = lede(both, QUARTER)
    assert words.first.startswith("61 children went missing from care")
    assert words.rest.startswith("Of 2 indicators, 1 is shown and 1 is hidden. Whether a difference")
    assert str(lede([finding(NOT_SUPPLIED)], QUARTER)) == "There are no figures for January to March 2018 yet."
    assert str(lede([], QUARTER)) == "There are no figures for January to March 2018 yet."


def test_the_tally_counts_each_kind_of_absence() -> None:
    assert tally([finding(number(9))] * 2) == "Both indicators are shown."
    assert tally([finding(HIDDEN)]) == "The one indicator is hidden."
    assert tally([finding(NOT_SUPPLIED)] * 3) == "All 3 indicators are not supplied."
    assert tally([finding(number(9)), finding(HIDDEN), finding(HIDDEN), finding(NOT_SUPPLIED)]) == (
        "Of 4 indicators, 1 is shown, 2 are hidden and 1 is not supplied."
    )


@pytest.mark.parametrize("this", [number(61), number(0), HIDDEN, NOT_SUPPLIED])
def test_no_difference_is_called_a_change(this: Shown) -> None:
    words = f"{line(finding(this, number(20), number(5000)))} {headline(finding(this))}".lower()
    for verdict in (
        "rise",
        "rose",
        "fall",
        "fell",
        "increase",
        "decrease",
        "trend",
        "worse",
        "better",
        "changed",
    ):
        assert verdict not in words


def share(this: Shown) -> Finding:
    episodes = "missing episodes of our children that ended"
    return Finding(
        "Return interviews in time", "had an interview", QUARTER, this, HIDDEN, share_of(30, 60), of=episodes
    )


@pytest.mark.parametrize(
    ("this", "says"),
    [
        (share_of(131, 168), "78.0% of missing episodes of our children that ended in January to March 2018 had an "
         "interview: 131 of 168."),
        (share_of(0, 20), "0.0% of missing episodes of our children that ended in January to March 2018 had an "
         "interview: 0 of 20."),
        (HIDDEN, "The share of missing episodes of our children that ended in January to March 2018 that had an "
         "interview is hidden, to protect children."),
        (share_of(0, 0), "The share of missing episodes of our children that ended in January to March 2018 that had "
         "an interview does not apply."),
    ],
)  # fmt: skip
def test_the_headline_of_a_share(this: Shown, says: str) -> None:
    assert headline(share(this)) == says
    assert after_figure(share(this)) == (says.removeprefix(f"{this.text} ") if this.of else says)


def test_the_line_of_a_share() -> None:
    assert line(share(share_of(131, 168))) == (
        "Return interviews in time: 78.0%. It was hidden last quarter and 50.0% a year ago."
    )
