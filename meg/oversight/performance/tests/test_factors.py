"""Published factors beside referrals: the real release, as if the county were authority 840; and what is ours beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import Cast
from meg.config.management.commands.furnish import published_factors
from meg.intake.reading import Source
from meg.intake.sources.dfe.reading import DATASETS, FACTOR_COLUMNS, PLACE, read_release
from meg.oversight.performance.actions import bring_specification_up_to_date, bring_up_to_date
from meg.oversight.performance.factors import Nearest, Published, factors, ours, published
from meg.oversight.performance.funnel import funnel
from meg.oversight.performance.models import ShownFigure
from meg.oversight.performance.rules import Period, read_period
from meg.partnership.codes.models import Code
from meg.partnership.published.actions import bring_published_up_to_date, keep_release
from meg.partnership.seats import seated
from meg.protect.exploitation.models import Referral

SignIn = Callable[[str], Client]
PAGE = "/scorecard/8/factors/"
SEXUAL = "Child_sexual_exploitation"


@pytest.fixture
def county(cast: Cast) -> Cast:
    """Nine referrals of the last quarter of 2024-25: eight online, two of them criminal exploitation too, one not known."""
    start = datetime(2025, 1, 6, 12, tzinfo=UTC)
    with seated(cast.operator):
        bring_published_up_to_date(by=cast.operator)
        bring_specification_up_to_date(by=cast.operator)
        for day in range(9):
            kinds = [["online", "criminal"], ["online"], ["unknown"]][0 if day < 2 else 1 if day < 8 else 2]
            Referral.objects.create(
                child=cast.child(), referred_by="A teacher", consent="given", kinds=kinds, source="2A",
                received_at=start + timedelta(days=day), file_source="referrals",
            )  # fmt: skip
        bring_up_to_date(by=cast.operator)
    return cast


@pytest.fixture
def loaded(county: Cast) -> Cast:
    with seated(county.operator):
        for source in (release(2018, "c", "12"), published_factors()):
            one = read_release(source, DATASETS["dfe-factors"])
            keep_release(by=county.operator, release=one.release, figures=one.figures)
    return county


def release(year: int, trafficking: str, others: str) -> Source:
    """A release that says this of ours in one year, of every factor the same."""
    place = f"{year},Reporting year,Local authority,E92000001,England,E12000001,North East,840,County Durham,E06000047"
    said = [trafficking if column == "Trafficking" else others for column in FACTOR_COLUMNS]
    rows = [",".join((*PLACE, "category", *FACTOR_COLUMNS)), ",".join((place, "Factors", *said))]
    content = "\n".join(rows).encode()
    return Source("release.csv", len(content), lambda: BytesIO(content))


def found(cast: Cast, factor: str) -> Published | None:
    with seated(cast.by("ruth")):
        return published(factors()[factor], "840")


def test_the_real_figures_of_county_durham(loaded: Cast) -> None:
    """As the release has them: 122 in 2025, 168 in 2024; 16.7 for each of 10,000 of 100,432 children in 2024."""
    it = found(loaded, SEXUAL)
    assert it
    own = it.rows[0]
    assert (own.name, own.ours) == ("County Durham", True)
    said = {year: (cell.text, cell.rate) for year, cell in zip(it.years, own.cells, strict=True)}
    assert said[2024] == ("168", "16.7")
    assert said[2025] == ("122", "")
    assert len(it.rows) == 1 + 10 + 2
    assert [row.name for row in it.rows[-2:]] == ["North East (rounded to 10)", "England (rounded to 10)"]
    assert it.compared
    assert (it.compared.ours.count, it.compared.ours.of, it.compared.of_year) == (122, 4298, 2025)
    assert it.compared.words.of == "assessments that named child sexual exploitation"


def test_symbols_are_as_published_and_a_factor_begins_when_it_is_published(loaded: Cast) -> None:
    trafficking = found(loaded, "Trafficking")
    assert trafficking
    assert trafficking.rows[0].cells[trafficking.years.index(2018)].text == "c"
    assert trafficking.symbols["c"] == "Hidden by the publisher"
    criminal = found(loaded, "Child_criminal_exploitation")
    assert criminal
    assert min(criminal.years) >= 2022


def test_what_comes_nearest_is_a_code_of_its_list(cast: Cast) -> None:
    with seated(cast.operator):
        known = {(code.list, code.code) for code in Code.objects.all()}
    lists = {"model": "exploitation_model", "vulnerability": "vulnerability"}
    for factor in factors().values():
        assert factor.nearest or factor.note
        assert {(lists[one.way], one.code) for one in factor.nearest} <= known
    ended = Nearest("model", "online", date(2016, 4, 1), date(2018, 3, 31), "MEG")
    assert ended.within(read_period("2017-18Q4"))
    assert not ended.within(read_period("2018-19Q1"))
    assert not ended.within(read_period("2015-16Q4"))


def test_ours_are_as_they_may_leave(county: Cast) -> None:
    with seated(county.by("ruth")):
        kept = ShownFigure.objects.current().filter(indicator="8")
        figures: dict[Period, ShownFigure] = {read_period(one.period): one for one in kept}
        online = ours(factors()[SEXUAL], figures, 2025, date(2026, 1, 1))
        criminal = ours(factors()["Child_criminal_exploitation"], figures, 2025, date(2026, 1, 1))
        assert ours(factors()["Gangs"], figures, 2025, date(2026, 1, 1)) is None
        assert ours(factors()[SEXUAL], {}, 2025, date(2026, 1, 1)) is None
    assert online
    assert criminal
    assert [quarter.label for quarter in online.quarters] == ["2024-25Q1", "2024-25Q2", "2024-25Q3", "2024-25Q4"]
    assert [label for label, _ in criminal.lines] == ["Criminal exploitation"]
    last = criminal.lines[0][1][-1]
    assert last
    assert last.number.hidden
    assert next(label for label, _ in online.lines) == "Online"
    other = ours(factors()[SEXUAL], figures, 2019, date(2026, 1, 1))
    assert other
    assert other.quarters[-1].label == "2024-25Q4"


@pytest.mark.parametrize("narrow", [True, False])
@pytest.mark.parametrize("factor", [SEXUAL, "Trafficking", "Gangs"])
def test_the_drawing_stays_in_its_frame(loaded: Cast, narrow: bool, factor: str) -> None:
    it = found(loaded, factor)
    assert it
    assert it.compared
    svg = funnel(it.compared, prefix="f", narrow=narrow)
    assert "style=" not in svg
    drawn = ElementTree.fromstring(svg)
    texts = [node for node in drawn.iter() if node.tag.endswith("text")]
    assert all(0 <= float(node.attrib["x"]) <= float(drawn.attrib["width"]) for node in texts)
    assert "looked" not in svg


def test_the_page_says_that_they_are_not_the_same(loaded: Cast, as_member: SignIn) -> None:
    ruth = as_member("ruth")
    assert PAGE in ruth.get("/scorecard/8/").content.decode()
    assert PAGE not in ruth.get("/scorecard/9/").content.decode()
    with CaptureQueriesContext(connection) as asked:
        page = ruth.get(PAGE).content.decode()
    about = [one["sql"] for one in asked.captured_queries if "performance_" in one["sql"] or "published_" in one["sql"]]
    assert len(about) <= 6, about
    assert "Published and ours are not the same thing." in page
    assert "Open Government Licence v3.0" in page
    gangs = ruth.get(f"{PAGE}?factor=Gangs").content.decode()
    assert "Nothing here is the same." in gangs
    for refused, code in (
        (f"{PAGE}?factor=Neglect", 404),
        ("/scorecard/9/factors/", 404),
        ("/scorecard/99/factors/", 404),
    ):
        assert ruth.get(refused).status_code == code
    assert as_member("daniel").get(PAGE).status_code == 403


def test_without_published_figures_the_page_says_how_to_load_them(county: Cast, as_member: SignIn) -> None:
    page = as_member("ruth").get(PAGE).content.decode()
    assert "meg load dfe-factors" in page
    assert "Criminal" not in page.split("Our referrals that come nearest")[1].split("Which codes")[0].replace(
        "criminal exploitation too", ""
    )


def test_a_quarter_without_a_table_is_no_figure() -> None:
    """A figure that was kept before there were tables beside it."""
    plain = cast(Any, SimpleNamespace(beside={}))
    assert ours(factors()[SEXUAL], {read_period("2024-25Q4"): plain}, 2025, date(2026, 1, 1)) is None
