"""Scores, bands and changes: a second plain computation, and what a missing answer may never do."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from meg.protect.assessments.rules import (
    Answer,
    Band,
    Factor,
    Tool,
    bands_wrong,
    changes,
    harms,
    overrides,
    read_answers,
    read_bands,
    review_on,
    score,
    tool_wrong,
    written_answers,
    written_bands,
)

BANDS = read_bands("0-5, low, Category 1\n6-10, low, Category 2\n11-15, medium, Category 3\n16+, high, Category 4")
DAYS = {"low": 91, "medium": 91, "high": 91}
ANY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def tools(draw: st.DrawFn) -> Tool:
    """Any framework: up to twelve factors, each with up to four answers of any weight and 'not known'."""
    factors = []
    for number in range(draw(st.integers(1, 12))):
        weights = draw(st.lists(st.integers(0, 20), min_size=1, max_size=4))
        answers = [Answer(f"a{place}", "x", weight) for place, weight in enumerate(weights)]
        answers.append(Answer("not_known", "Not known", None))
        factors.append(Factor(f"f{number}", "S", f"F{number}", draw(st.booleans()), tuple(answers)))
    return Tool(tuple(factors), BANDS, draw(st.integers(0, 12)))


@st.composite
def answered(draw: st.DrawFn) -> tuple[Tool, dict[str, str]]:
    tool = draw(tools())
    given_ = {one.code: draw(st.sampled_from(["", *(answer.code for answer in one.answers)])) for one in tool.factors}
    return tool, {code: answer for code, answer in given_.items() if answer}


def plain(tool: Tool, answers: dict[str, str]) -> tuple[int, int, int]:
    """A second computation, by a table of weights: points, the most there could be, how many are unanswered."""
    table = {(one.code, answer.code): answer.weight for one in tool.factors for answer in one.answers}
    known = {code: table[code, answer] for code, answer in answers.items() if table[code, answer] is not None}
    most = {one.code: max(answer.weight or 0 for answer in one.answers) for one in tool.factors}
    points = sum(known[code] or 0 for code in known)
    rest = sum(most[one.code] for one in tool.factors if one.code not in known)
    return points, points + rest, len(tool.factors) - len(known)


@ANY
@given(answered())
def test_a_score_equals_a_second_plain_computation(case: tuple[Tool, dict[str, str]]) -> None:
    tool, answers = case
    found = score(tool, answers)
    assert (found.points, found.at_most, found.unanswered) == plain(tool, answers)
    assert (found.band is None) == (found.unanswered > tool.most_missing)
    if found.band:
        points = next(level for least, level in ((16, "high"), (11, "medium"), (0, "low")) if found.points >= least)
        assert found.proposed == points


@ANY
@given(answered(), st.data())
def test_a_missing_answer_neither_lowers_nor_raises_the_score(
    case: tuple[Tool, dict[str, str]], data: st.DataObject
) -> None:
    """To take an answer away takes its own weight away and nothing else; to say 'not known' is to leave it out."""
    tool, answers = case
    one = data.draw(st.sampled_from(tool.factors))
    without = {code: answer for code, answer in answers.items() if code != one.code}
    unknown = {**without, one.code: "not_known"}
    assert score(tool, without) == score(tool, unknown)
    given_ = one.answer(answers.get(one.code, ""))
    weight = given_.weight if given_ and given_.weight is not None else 0
    assert score(tool, without).points == score(tool, answers).points - weight
    assert score(tool, without).points <= score(tool, answers).points <= score(tool, without).at_most


@ANY
@given(answered())
def test_harm_is_what_a_factor_of_harm_was_answered_with(case: tuple[Tool, dict[str, str]]) -> None:
    tool, answers = case
    for factor, _ in harms(tool, answers):
        assert factor.harm
        assert (factor.answer(answers[factor.code]) or Answer("", "", 0)).weight


def test_changes_are_told_across_versions() -> None:
    answers = read_answers("0, No\n1, Some concern")
    old = Tool((Factor("a", "S", "A", False, answers), Factor("b", "S", "B", False, answers)), BANDS, 0)
    new = Tool((Factor("a", "S", "A", False, answers), Factor("c", "S", "C", False, answers)), BANDS, 0)
    found = changes(old, {"a": "no", "b": "no"}, new, {"a": "some_concern", "c": "not_known"})
    assert [(one.label, one.before, one.after, one.rose) for one in found] == [
        ("A", "No", "Some concern", True), ("C", "Not asked then", "Not known", None),
        ("B", "No", "Not asked any more", None),
    ]  # fmt: skip
    assert changes(old, {"a": "no"}, old, {"a": "no"}) == []


@pytest.mark.parametrize(("text", "sentence"), [
    ("", "Enter the bands"), ("1-5, low, A\n6+, high, B", "must begin at 0"), ("0-5, low, A", "must have no end"),
    ("0-5, low, A\n7+, high, B", "just after"), ("0-5, low, A\n5+, high, B", "just after"),
    ("0+, low, A\n6+, high, B", "just after"), ("0-5, high, A\n6+, low, B", "lower level"),
])  # fmt: skip
def test_bands_that_cannot_be_used(text: str, sentence: str) -> None:
    assert sentence in bands_wrong(read_bands(text))


@pytest.mark.parametrize("text", ["0-5 low A", "0-5, grave, A", "low", "0-5, low,", "-1, low, A"])
def test_what_is_no_band(text: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        read_bands(text)


@ANY
@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from(["low", "medium", "high"])), max_size=5))
def test_bands_are_read_as_they_are_written(steps: list[tuple[int, str]]) -> None:
    bands, least = [], 0
    for width, level in steps:
        bands.append(Band(least, least + width, level, f"From {least}"))
        least += width + 1
    bands.append(Band(least, None, "high", "Last"))
    assert list(read_bands(written_bands(bands))) == bands


def test_answers_are_read_as_they_are_written() -> None:
    made = read_answers("0, No\n\n 6 , Both, now and before ")
    assert [(one.code, one.weight) for one in made] == [("no", 0), ("both_now_and_before", 6), ("not_known", None)]
    assert read_answers(written_answers(made)) == made
    for wrong in ("No", "x, No", "21, Yes"):
        with pytest.raises(ValueError, match=r"is not an answer|at most 20"):
            read_answers(wrong)


def test_a_tool_that_cannot_be_published() -> None:
    flat = Factor("a", "S", "Flat", False, read_answers("1, Yes\n1, Sure"))
    twice = Factor("b", "S", "Twice", False, read_answers("0, Yes\n1, Yes"))
    found = " ".join(tool_wrong(Tool((flat, twice), BANDS, 2), {"low": 0, "medium": 91}))
    for sentence in ("review of low", "review of high", "‘Flat’ needs", "‘Twice’ has the same", "Allow fewer"):
        assert sentence in found, sentence
    assert "at least one factor" in " ".join(tool_wrong(Tool((), BANDS, 0), DAYS))


def test_an_override_needs_a_proposal() -> None:
    assert overrides("low", "high")
    assert not overrides("low", "low")
    assert not overrides("", "high")
    assert review_on("high", {"high": 28}, date(2026, 11, 24)) == date(2026, 12, 22)
