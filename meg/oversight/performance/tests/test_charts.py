"""Pictures are true, break no content security policy, and tell nothing of what is hidden."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from meg.oversight.performance.charts import Point, drawable, sparkline, trend
from meg.oversight.performance.disclosure import NOT_SUPPLIED, Shown
from meg.oversight.performance.rules import Kind, last_periods, period_of
from meg.oversight.performance.sentences import described, sparkline_title

SVG = "{http://www.w3.org/2000/svg}"
HIDDEN = Shown("c")
ALLOWED = {SVG + name for name in ("svg", "title", "desc", "defs", "pattern", "rect", "path", "g")}
ALLOWED |= {SVG + name for name in ("text", "polyline", "circle")}


def shown(value: int | None) -> Shown:
    return HIDDEN if value is None else Shown(str(value), value)


def points(*figures: Shown, kind: Kind = Kind.QUARTER) -> list[Point]:
    periods = last_periods(period_of(date(2018, 3, 31), kind), len(figures))
    return [Point(period, figure) for period, figure in zip(periods, figures, strict=True)]


def numbers(*values: int | None, kind: Kind = Kind.QUARTER) -> list[Point]:
    return points(*(shown(value) for value in values), kind=kind)


def drawn(line: list[Point], *, narrow: bool = False, width: int = 1100) -> ElementTree.Element:
    svg = trend(line, title="T", description="D", prefix="p3", narrow=narrow, width=width)
    return ElementTree.fromstring(svg)


def texts(root: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in root.iter(f"{SVG}text")]


KINDS = [
    numbers(27, 24, 29, 26, 31, 34, 30, 35),
    numbers(*range(6, 30), kind=Kind.MONTH),
    numbers(*range(6, 126), kind=Kind.MONTH),
    numbers(900, 1321, kind=Kind.YEAR),
    numbers(0, 0, 0),
    numbers(None, None),
    numbers(61),
    points(NOT_SUPPLIED, shown(9)),
]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("line", KINDS)
def test_a_drawing_is_a_picture_with_a_name_and_words(line: list[Point], narrow: bool) -> None:
    root = drawn(line, narrow=narrow)
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}" == "p3-t p3-d"
    assert (title.text, description.text) == ("T", "D")


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("line", KINDS)
def test_a_strict_content_security_policy_holds(line: list[Point], narrow: bool) -> None:
    for element in drawn(line, narrow=narrow).iter():
        assert element.tag in {
            SVG + name
            for name in [
                "svg",
                "title",
                "desc",
                "defs",
                "pattern",
                "rect",
                "path",
                "g",
                "text",
                "polyline",
                "circle",
            ]
        }
        assert not {name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name}
        assert element.get("id", "p3-").startswith("p3-")


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("line", KINDS)
def test_text_is_never_small_and_stays_inside(line: list[Point], narrow: bool) -> None:
    root = drawn(line, narrow=narrow)
    width, height = float(root.get("width", 0)), float(root.get("height", 0))
    assert width == (345 if narrow else 1100)
    for element in root.iter(f"{SVG}text"):
        assert float(element.get("font-size", 0)) >= 13
        assert -1 <= float(element.get("x", -9)) <= width
        assert 0 < float(element.get("y", -9)) < height


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("line", KINDS)
def test_names_under_the_line_never_touch(line: list[Point], narrow: bool) -> None:
    by_row: dict[str, list[tuple[float, str]]] = {}
    for element in drawn(line, narrow=narrow).iter(f"{SVG}text"):
        if element.get("text-anchor") == "middle" and not element.get("stroke") and element.text != "c":
            by_row.setdefault(element.get("y", ""), []).append((float(element.get("x", 0)), element.text or ""))
    for row in by_row.values():
        for (left, one), (right, other) in pairwise(row):
            assert right - left > (len(one) + len(other)) / 2 * 13 * 0.5, row


def test_a_hidden_figure_is_one_mark_whatever_it_was_and_breaks_the_line() -> None:
    root = drawn(numbers(20, 21, None, 23, 24))
    lines = [element.get("points", "").split() for element in root.iter(f"{SVG}polyline")]
    assert [len(line) for line in lines] == [2, 2]
    boxes = [element for element in root.iter(f"{SVG}rect") if element.get("fill") == "url(#p3-h)"]
    assert [(box.get("width"), box.get("height")) for box in boxes] == [("11.0", "11.0")]
    assert texts(root).count("c") == 1
    assert "hatched" not in texts(root)


def test_what_is_not_supplied_is_a_gap_without_a_mark() -> None:
    root = drawn(points(shown(20), shown(21), NOT_SUPPLIED, shown(23), shown(24)))
    assert len(list(root.iter(f"{SVG}polyline"))) == 2
    assert not [element for element in root.iter(f"{SVG}rect") if element.get("fill") == "url(#p3-h)"]


def test_the_scale_begins_at_nought_and_heights_are_in_proportion() -> None:
    root = drawn(numbers(30, 60, 0))
    heights = [float(circle.get("cy", 0)) for circle in root.iter(f"{SVG}circle")]
    base = heights[2]
    assert base - heights[1] == pytest.approx(2 * (base - heights[0]), abs=0.2)
    assert "0" in texts(root)


def test_the_first_and_the_last_are_labelled_and_no_other() -> None:
    labels = [e.text for e in drawn(numbers(27, 24, 29, 61)).iter(f"{SVG}text") if e.get("font-weight")]
    assert sorted(label or "" for label in labels) == ["27", "61"]


def test_what_a_person_wrote_cannot_become_markup() -> None:
    nasty = "<script>alert(1)</script> \"quoted\" & 'single'"
    svg = trend(numbers(9, 8), title=nasty, description=nasty, prefix='p" onload="x', unit=nasty, font=nasty)
    root = ElementTree.fromstring(svg)
    assert not [e for e in root.iter() if "script" in e.tag or "onload" in e.attrib]
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == nasty
    small = ElementTree.fromstring(sparkline(numbers(9, 8), title=nasty, prefix='s" onload="x'))
    assert not [e for e in small.iter() if "script" in e.tag or "onload" in e.attrib]


def test_a_picture_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one period"):
        trend([], title="T", description="D", prefix="p")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (numbers(9, 8), True),
        (numbers(9, None, 8), True),
        (numbers(None, None, None, 9, 8), False),
        (numbers(9), False),
        ([], False),
    ],
)
def test_most_must_be_shown_for_a_picture(line: list[Point], says: bool) -> None:
    assert drawable(line) is says


def test_a_sparkline_ends_in_a_dot_only_where_the_latest_is_shown() -> None:
    ends = re.compile(r'r="3.4"')
    assert len(ends.findall(sparkline(numbers(9, 8), title="T", prefix="s"))) == 1
    assert not ends.findall(sparkline(numbers(9, 8, None), title="T", prefix="s"))
    assert "<polyline" not in sparkline([], title="T", prefix="s")


def test_the_words_say_what_the_picture_does() -> None:
    line = points(shown(27), HIDDEN, shown(24), NOT_SUPPLIED, shown(61))
    assert described(line) == (
        "A line of 5 quarters, January 2017 to March 2018. It begins at 27 and ends at 61; 24 to 61. "
        "1 quarter is hidden to protect children. 1 quarter was not supplied. "
        "Every figure is in the table below."
    )
    words = sparkline_title("Children", line)
    assert words == "Children: 3 quarters from 27 to 61, lowest 24, highest 61. 1 quarter hidden."
    assert sparkline_title("Children", points(HIDDEN)) == "Children: no figure is shown."
