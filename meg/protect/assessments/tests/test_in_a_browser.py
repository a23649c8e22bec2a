"""An assessment in a real browser: from beginning to end, with axe, at both widths."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from conftest import Cast
from meg.partnership.seats import seated
from meg.protect.assessments.actions import new_version
from meg.protect.assessments.tests.conftest import Assessed, matrix
from meg.protect.exploitation.models import Referral
from meg.protect.missing.tests.pages import SignIn
from tests.browser import Browsing

pytestmark = [pytest.mark.browser]
Browse = Callable[..., Browsing]


def well(window: Browsing, name: str) -> Page:
    """axe, the content policy and a narrow screen find nothing wrong with the page as it stands."""
    assert window.axe() == [], name
    assert not window.too_wide(), name
    assert window.complaints == [], name
    assert window.page.locator("h1").count() == 1, name
    if folder := os.environ.get("MEG_SHOTS"):
        width = window.page.viewport_size["width"] if window.page.viewport_size else 0
        window.page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
    return window.page


@pytest.mark.parametrize("width", [1280, 375])
def test_a_review_from_beginning_to_end(
    cast: Cast, referral: Referral, assessed: Assessed, as_member: SignIn, browse: Browse, width: int
) -> None:
    assessed(level="high", now=timezone.now() - timedelta(days=40), missing_night="strong", people_hurt="some")
    window = browse(as_member("helen"), width)
    assert referral.child
    window.go(f"/children/{referral.child.reference}/assessments/")
    page = well(window, "of-child")
    page.click("text=Begin an assessment")
    well(window, "begin")
    page.check("#id_kind")
    page.click("main button:has-text('Begin')")
    page.wait_for_selector("h1:has-text('Home')")
    well(window, "section")
    for title in ("School", "Missing", "Online", "Friends", "Health", "Drugs", "People who", "Decide"):
        page.click("text=Save and continue")
        page.wait_for_selector(f"h1:has-text('{title}')")
        if title == "Missing":
            page.check("#id_missing_night-2")
    page.click("text=Finish the assessment")
    page.wait_for_selector(".govuk-error-summary")
    well(window, "finish")
    for link in page.locator(".govuk-error-summary a").all():
        link.click()
        target = (link.get_attribute("href") or "").lstrip("#")
        assert page.evaluate("document.activeElement.id") == target
    page.check("#id_level-3")
    page.fill("#id_rationale", "One concern fell; the pattern is the same.")
    page.click("text=Finish the assessment")
    page.wait_for_selector("text=The assessment is finished")
    well(window, "assessment")
    assert page.locator("text=Override").count() == 1


@pytest.mark.parametrize("width", [1280, 375])
def test_what_is_due_and_the_frameworks(
    cast: Cast, referral: Referral, assessed: Assessed, as_member: SignIn, browse: Browse, width: int
) -> None:
    assessed(level="high", now=timezone.now() - timedelta(days=40))
    with seated(cast.by("helen")) as by:
        new_version(by=by, framework=matrix())
    window = browse(as_member("helen"), width)
    for name, address in (("due", "/reviews-due/"), ("frameworks", "/frameworks/"), ("framework", "/frameworks/weighted/1/"),
                          ("draft", "/frameworks/matrix/2/"), ("change", "/frameworks/matrix/2/change/"),
                          ("factor", "/frameworks/matrix/2/factors/home_abuse/")):  # fmt: skip
        window.go(address)
        well(window, name)
