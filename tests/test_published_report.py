"""A quarter's report in a real browser: the coordinator drafts it, the owner comments, the chair reads the scorecard and
approves, the coordinator publishes; then a late record changes a figure, and the report does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import Page

from conftest import Cast
from meg.oversight.performance.actions import bring_up_to_date
from meg.oversight.performance.rules import Period, previous, quarter_of
from meg.partnership.seats import seated
from meg.protect.missing.models import Episode
from tests.browser import Browsing

pytestmark = [pytest.mark.browser]
SignIn = Callable[[str], Client]
Browse = Callable[..., Browsing]


@pytest.fixture
def last() -> Period:
    return previous(quarter_of(timezone.localdate()))


@pytest.fixture
def county(cast: Cast, last: Period) -> Cast:
    """Twelve quarters with about a dozen children missing from care in each, and twice as many in the last."""
    quarters = [last]
    while len(quarters) < 12:
        quarters.insert(0, previous(quarters[0]))
    children = [cast.child(given=f"Child{number}").pk for number in range(24)]
    with seated(cast.operator):
        Episode.objects.bulk_create(_episodes(quarters, children))
        bring_up_to_date(by=cast.operator)
    return cast


def _episodes(quarters: list[Period], children: list[int]) -> Iterator[Episode]:
    for place, quarter in enumerate(quarters):
        many = 24 if quarter == quarters[-1] else 12 + place % 2
        for child in children[:many]:
            yield _episode(child, datetime(quarter.start.year, quarter.start.month, 10, 12, tzinfo=UTC))


def _episode(child: int, start: datetime) -> Episode:
    return Episode(
        child_id=child, missing_from="care", care_status="M", setting="foster", started_at=start,
        returned_at=start.replace(hour=20), source="form",
    )  # fmt: skip


def looked_at(window: Browsing) -> Page:
    """The page as it stands, which passes axe, fits its screen and complains of nothing."""
    window.page.wait_for_load_state()
    assert window.axe() == [], window.page.url
    assert not window.too_wide(), window.page.url
    assert window.complaints == [], window.page.url
    return window.page


def follow(window: Browsing, words: str) -> Page:
    window.page.locator("main a, nav a").filter(has_text=words).first.click()
    return looked_at(window)


def press(window: Browsing, words: str, said: str) -> Page:
    window.page.locator("main button").filter(has_text=words).first.click()
    window.page.wait_for_selector(f"text={said}")
    return looked_at(window)


@pytest.mark.parametrize("width", [1280, 375])
def test_from_the_scorecard_to_the_published_report(
    county: Cast, last: Period, as_member: SignIn, browse: Browse, width: int
) -> None:
    colin, wendy, ruth = (browse(as_member(name), width) for name in ("colin", "wendy", "ruth"))
    colin.go("/reports/")
    looked_at(colin)
    press(colin, "Begin the report", "A draft: nobody has been asked")
    follow(colin, "Ask for commentary")
    colin.page.select_option("[name=approver]", value="")
    press(colin, "Ask them", "Choose who approves the report.")
    colin.page.select_option("[name=approver]", value=str(county.members["ruth"].pk))
    colin.page.select_option("[name=owner_3]", value=str(county.members["wendy"].pk))
    press(colin, "Ask them", "0 of 1 commentaries are in.")

    wendy.go(f"/reports/{last.label}/")
    looked_at(wendy)
    follow(wendy, "Write your commentary")
    press(wendy, "Save your commentary", "Write what is behind the figure.")
    wendy.page.fill("[name=words]", "More homes record every episode.")
    wendy.page.fill("[name=actions]", "The homes are visited in May.")
    press(wendy, "Save your commentary", "1 of 1 commentaries are in.")

    ruth.go("/scorecard/")
    page = looked_at(ruth)
    assert "Worse: above its usual range" in page.inner_text("main")
    assert "24, above the usual" in page.inner_text("main")
    follow(ruth, "Reports")
    follow(ruth, last.words)
    assert "More homes record every episode." in ruth.page.inner_text("main")
    press(ruth, "Approve the report", "You approved the report")

    colin.go(f"/reports/{last.label}/")
    press(colin, "Publish and freeze", "is published and frozen")
    kept = as_member("ruth").get(f"/reports/{last.label}/published.pdf").content
    with pikepdf.open(BytesIO(kept)) as pdf:
        assert "/StructTreeRoot" in pdf.Root

    late = county.child(given="Late").pk
    with seated(county.operator):
        start = datetime(last.start.year, last.start.month, 20, 12, tzinfo=UTC)
        Episode.objects.bulk_create([_episode(late, start)])
        bring_up_to_date(by=county.operator)
    ruth.go(f"/reports/{last.label}/")
    page = looked_at(ruth)
    assert "Computed anew since publication" in page.inner_text("main")
    assert as_member("ruth").get(f"/reports/{last.label}/published.pdf").content == kept


def test_the_scorecard_asks_five_times_at_most(county: Cast, as_member: SignIn) -> None:
    ruth = as_member("ruth")
    ruth.get("/scorecard/")
    with CaptureQueriesContext(connection) as asked:
        assert ruth.get("/scorecard/").status_code == 200
    tables = [one["sql"] for one in asked.captured_queries if "performance_" in one["sql"]]
    assert len(tables) <= 5, tables
