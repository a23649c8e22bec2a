"""The pages of this room and the page of today in a real browser: axe, a phone's width, every summary link."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from conftest import Cast
from meg.protect.children.models import CareEpisode, Child
from meg.protect.missing.tests.conftest import Recorded, london
from meg.protect.missing.tests.pages import SignIn
from tests.browser import Browsing

pytestmark = [pytest.mark.browser]
Browse = Callable[..., Browsing]


def well(window: Browsing, address: str) -> Page:
    """axe, the content policy and a narrow screen find nothing wrong with the page."""
    page = window.go(address)
    assert window.axe() == [], address
    assert not window.too_wide(), address
    assert window.complaints == [], address
    assert page.locator("h1").count() == 1
    return page


@pytest.mark.parametrize("width", [1280, 375])
def test_every_page(
    cast: Cast, keira: Child, in_care: CareEpisode, recorded: Recorded, as_member: SignIn, browse: Browse, width: int
) -> None:
    begun = london(2025, 11, 20, 17, 15)
    episode = recorded(started_at=begun, reported_at=None, returned_at=None)
    window = browse(as_member("daniel"), width)
    here = f"/children/{keira.reference}/missing/"
    well(window, "/missing/start/")
    for address in (here, f"{here}{episode.pk}/", *(f"{here}{episode.pk}/{verb}/" for verb in ("return", "withdraw"))):
        well(window, address)
    page = well(window, f"{here}{episode.pk}/change/")
    page.fill("#id_started_at_3", "16:30")
    page.fill("#id_reason", "School rang again")
    page.click("main button[type=submit]")
    page.wait_for_selector("text=Earlier value kept")
    assert window.axe() == []


@pytest.mark.parametrize("name", ["helen", "daniel", "nadia", "arthur", "ruth", "grace", "adam", "fiona"])
@pytest.mark.parametrize("width", [1280, 375])
def test_the_page_of_today(
    cast: Cast, recorded: Recorded, as_member: SignIn, browse: Browse, name: str, width: int
) -> None:
    recorded(started_at=london(2025, 11, 20, 17, 15), reported_at=None, returned_at=None)
    well(browse(as_member(name), width), "/")


def test_every_link_of_the_summary_lands(cast: Cast, keira: Child, as_member: SignIn, browse: Browse) -> None:
    window = browse(as_member("helen"))
    page = window.go(f"/children/{keira.reference}/missing/")
    page.fill("#id_started_at_0", "31")
    page.fill("#id_started_at_1", "2")
    page.fill("#id_started_at_2", "2025")
    page.fill("#id_started_at_3", "17:15")
    page.fill("#id_returned_at_0", "1")
    page.click("text=Record the episode")
    page.wait_for_selector(".govuk-error-summary")
    assert window.axe() == []
    links = page.locator(".govuk-error-summary a")
    assert links.count() >= 2
    for place in range(links.count()):
        links.nth(place).click()
        target = (links.nth(place).get_attribute("href") or "").lstrip("#")
        assert page.evaluate("document.activeElement.id") == target
    assert page.input_value("#id_started_at_0") == "31"
