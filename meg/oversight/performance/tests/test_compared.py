"""The comparison on the indicator's page: the real release, as if the demonstration county were authority 840."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO, StringIO
from xml.etree import ElementTree

import pytest
from django.test import Client

from conftest import Cast
from meg.config.management.commands.furnish import published
from meg.intake.reading import Source
from meg.intake.sources.dfe.reading import DATASETS, LOOKED_AFTER, MISSING, PLACE, Publication, read_release
from meg.oversight.performance.actions import bring_up_to_date
from meg.oversight.performance.compared import Compared, compared
from meg.oversight.performance.funnel import beyond, funnel
from meg.partnership.published.actions import bring_published_up_to_date, keep_release
from meg.partnership.seats import seated
from meg.protect.missing.models import Episode

SignIn = Callable[[str], Client]
MEASURE = "children_missing_from_care"


@pytest.fixture
def county(cast: Cast) -> Cast:
    with seated(cast.operator):
        bring_published_up_to_date(by=cast.operator)
        child = cast.child().pk
        Episode.objects.create(
            child_id=child, missing_from="care", care_status="M", setting="foster", source="form",
            started_at=datetime(2026, 1, 5, 12, tzinfo=UTC), returned_at=datetime(2026, 1, 5, 20, tzinfo=UTC),
        )  # fmt: skip
        bring_up_to_date(by=cast.operator)
    return cast


@pytest.fixture
def loaded(county: Cast) -> Cast:
    """With the real figures of the year to 31 March 2024, and what two releases said of ours in 2022."""
    earlier = (release(2022, "129", "2018"), release(2022, "128", "2023"))
    with seated(county.operator):
        for one in (*(read_release(source, DATASETS["dfe-missing"]) for source in earlier), year_2024()):
            keep_release(by=county.operator, release=one.release, figures=one.figures)
    return county


def year_2024() -> Publication:
    return read_release(published(), DATASETS["dfe-missing"])


def release(year: int, count: str, other: str) -> Source:
    """A release that says this of ours in one year, and reaches to another."""
    place = "Reporting year,Local authority,E92000001,England,E12000001,North East,840,County Durham,E06000047"
    rows = [f"{year},{place},{MISSING},{count}", f"{other},{place},{LOOKED_AFTER},700"]
    content = "\n".join((",".join((*PLACE, "cla_group", "number")), *rows)).encode()
    return Source("release.csv", len(content), lambda: BytesIO(content))


def found(cast: Cast, authority: str = "840", measure: str = MEASURE) -> Compared | None:
    with seated(cast.by("ruth")):
        return compared(measure, authority)


def test_the_designed_comparison(loaded: Cast) -> None:
    it = found(loaded)
    assert it
    rows = {row.name: row for row in it.rows()}
    ours = rows["County Durham"]
    assert (ours.count, ours.of, ours.share, ours.limits, ours.against) == (
        "171",
        "1,593",
        "10.7%",
        "9.6 to 12.8",
        "Inside",
    )
    assert ours.rate == "17.0"
    assert rows["Darlington"].against == "Below 99.8%"
    assert rows["England (rounded to 10)"].share == "11.2%"
    assert rows["North East (rounded to 10)"].against == "Region"
    assert (it.of_year, it.outside, it.shown) == (2024, 64, 149)
    assert it.finding == "Compared with England, our share is what its size would lead us to expect"
    assert "City of London" in it.hidden
    assert {year.year: (year.figure, year.earlier) for year in it.years}[2022] == ("128", ("129",))
    assert "Kent" in [area.name for area in beyond(it)]


def test_an_authority_that_is_hidden_says_so(loaded: Cast) -> None:
    it = found(loaded, "201")
    assert it
    assert it.finding == "Compared with England: the publisher hides our figure"
    assert it.rows()[0].against == "Hidden by the publisher"


def test_nothing_is_compared_where_nothing_is_published(county: Cast, loaded: Cast) -> None:
    assert found(loaded, measure="return_interviews_in_time") is None
    assert found(loaded, "999") is None


@pytest.mark.parametrize("narrow", [True, False])
def test_the_drawing_stays_in_its_frame_and_has_no_style(loaded: Cast, narrow: bool) -> None:
    it = found(loaded)
    assert it
    svg = funnel(it, prefix="f", narrow=narrow)
    assert "style=" not in svg
    drawn = ElementTree.fromstring(svg)
    width = float(drawn.attrib["width"])
    texts = [node for node in drawn.iter() if node.tag.endswith("text")]
    assert all(0 <= float(node.attrib["x"]) <= width for node in texts)
    assert all(float(node.attrib["font-size"]) >= 13 for node in texts)
    assert sum(node.tag.endswith("circle") for node in drawn.iter()) > 130


def test_the_page_shows_it_and_gives_every_authority(loaded: Cast, as_member: SignIn) -> None:
    ruth = as_member("ruth")
    page = ruth.get("/scorecard/3/?period=2025-26Q4").content.decode()
    assert "what its size would lead us to expect" in page
    assert "Open Government Licence v3.0" in page
    answer = ruth.get("/scorecard/3/authorities.csv")
    lines = list(csv.DictReader(StringIO(answer.content.decode())))
    assert len(lines) > 149
    durham = next(line for line in lines if line["code"] == "840")
    assert (durham["children"], durham["looked_after"], durham["per_cent"]) == ("171", "1593", "10.7")
    assert as_member("daniel").get("/scorecard/3/authorities.csv").status_code == 403
    assert ruth.get("/scorecard/5/authorities.csv").status_code == 404


def test_without_published_figures_the_page_is_as_before(county: Cast, as_member: SignIn) -> None:
    page = as_member("ruth").get("/scorecard/3/?period=2025-26Q4").content.decode()
    assert "Compared with England" not in page
    assert as_member("ruth").get("/scorecard/3/authorities.csv").status_code == 404
