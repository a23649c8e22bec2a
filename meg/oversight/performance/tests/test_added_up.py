"""What stands beside a year is added up from its quarters as they are shown, and says nothing that they do not say."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import Cast
from meg.oversight.performance.actions import bring_up_to_date
from meg.oversight.performance.beside import HOURS, Beside, added_up, divisions, in_bands, table
from meg.oversight.performance.beside_shown import protect_beside
from meg.oversight.performance.models import ShownFigure
from meg.oversight.performance.rules import quarters_of, read_period
from meg.oversight.performance.tests.records import LONDON, batch, episode, many
from meg.partnership.seats import seated

SETTINGS = ("own_home", "foster", "childrens_home", "supported")
YEAR = read_period("2017-18")
numbers = st.lists(st.sampled_from([0, 1, 4, 6, 9, 20]), min_size=4, max_size=4)


def as_shown(lines: list[int]) -> Beside:
    of = sum(lines)
    counted = {"setting": table("setting", of, dict(zip(SETTINGS, lines, strict=True)))}
    return protect_beside(counted, shown=of == 0 or of > 5)


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.lists(numbers, min_size=4, max_size=4))
def test_a_line_is_the_sum_of_four_that_are_shown_or_hidden(quarters: list[list[int]]) -> None:
    shown = [as_shown(lines) for lines in quarters]
    year = added_up(shown)["setting"]
    for at, code in enumerate(SETTINGS):
        parts = [one["setting"]["lines"][code] for one in shown]
        assert year["lines"][code] == ("c" if "c" in parts else sum(lines[at] for lines in quarters))
    totals = [one["setting"]["of"] for one in shown]
    assert year["of"] == ("c" if "c" in totals else sum(map(sum, quarters)))
    assert (divisions({"setting": year}) == []) == ("c" in totals), "without its total a table is left out"


def test_hours_are_added_up_by_three_where_a_quarter_shows_them_so() -> None:
    by_hour: Beside = {"hour": table("hour", 24, dict.fromkeys(HOURS, 1))}
    by_three: Beside = {"hour": {"of": 24, "lines": in_bands(dict.fromkeys(HOURS, 1))}}
    assert added_up([by_hour, by_hour])["hour"]["lines"] == dict.fromkeys(HOURS, 2)
    assert added_up([by_hour, by_three])["hour"]["lines"] == dict.fromkeys(by_three["hour"]["lines"], 6)


def test_children_and_middle_times_are_not_added_up() -> None:
    one: Beside = {
        "distance": {"of": 9, "lines": {"to_10": 9}},
        "distance_children": {"of": 7, "lines": {"to_10": 7}},
        "median": {"of": 9, "hours": 40},
    }
    assert list(added_up([one, one])) == ["distance"]
    assert added_up([]) == {}
    assert added_up([one, {}]) == {}, "nor what one of them does not have"


def test_the_page_of_a_year_shows_its_quarters_added_up(cast: Cast, as_member: Callable[[str], Client]) -> None:
    many(cast, children=400)
    with seated(cast.operator) as by:
        bring_up_to_date(by=by)
        quarters = {
            one.period: one.beside["setting"] for one in ShownFigure.objects.filter(indicator="3", kind="quarter")
        }
    four = [quarters[quarter.label] for quarter in quarters_of(YEAR)]
    parts = [one["lines"]["foster"] for one in four]
    total = "c" if "c" in parts else f"{sum(parts):,}"
    ruth = as_member("ruth")
    page = ruth.get(f"/scorecard/3/?period={YEAR.label}").content.decode()
    assert "added up from the four quarters as they are shown" in page
    spans = page[page.index("12 months to the end of each quarter") :]
    assert cells_of(spans, "2017-18")[3] == cells_of(page, "2017-18")[-1], "12 months to 31 March are the year"
    line = re.search(r"Foster care</th>\s*<td[^>]*>(.*?)</td>", page, re.DOTALL)
    assert line, "a line of the table"
    assert total in re.sub(r"<[^>]+>", "", line[1])
    month = ruth.get("/scorecard/3/?period=2017-06").content.decode()
    assert "Nothing is shown beside the single months of this quarter" in month, "in April too few were missing"
    assert "Foster care</th>" not in month
    month = ruth.get("/scorecard/3/?period=2017-08").content.decode()
    assert "A line is shown in all three months of its quarter or in none" in month
    assert "Foster care</th>" in month
    again = ruth.get(f"/scorecard/4/?period={YEAR.label}").content.decode()
    assert "Beside the figure" not in again, "nothing stands beside a quarter of it, either"
    counted = as_member("helen").get(f"/scorecard/3/?period={YEAR.label}").content.decode()
    assert "before disclosure control" in counted, "who sees the records reads the year as it was counted"


def cells_of(page: str, year: str) -> list[str]:
    """The cells of the first row of a year, without markup."""
    row = page[page.index(f"{year}</th>") :]
    found = re.findall(r"<td[^>]*>(.*?)</td>", row[: row.index("</tr>")], re.DOTALL)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in found]


def test_what_is_left_out_of_a_hidden_figure_is_told_and_how_it_divides_is_not(
    cast: Cast, as_member: Callable[[str], Client]
) -> None:
    start = datetime(2017, 5, 8, 12, tzinfo=LONDON)
    with seated(cast.operator) as by:
        batch("2017-18")
        for number in range(3):
            episode(cast.child(given=f"Missing{number}", number=f"M{number}"), start)
        for number in range(9):
            episode(cast.child(given=f"Away{number}", number=f"A{number}"), start, care_status="A")
        bring_up_to_date(by=by)
    page = as_member("ruth").get("/scorecard/3/?period=2017-18Q1").content.decode()
    assert "How the figure divides is hidden with it" in page
    assert "Foster care</th>" not in page
    assert cells_of(page[page.index("Episodes left out") :], "Away from placement without authorisation") == ["9"]
