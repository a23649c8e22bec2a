"""The administrator's pages in a real browser: axe, a phone's width, and where each error leads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from conftest import Cast
from meg.partnership.access.tests.test_members_pages import every_address
from tests.browser import Browsing

pytestmark = [pytest.mark.browser]
SignIn = Callable[[str], Client]
Browse = Callable[..., Browsing]
POSTED = ("/password/", "/back/")  # addresses that have no page


@pytest.mark.parametrize("width", [1280, 375, 320])
def test_every_page_is_well(cast: Cast, as_member: SignIn, browse: Browse, width: int) -> None:
    adam = as_member("adam")
    adam.post(f"/members/{cast.members['nadia'].pk}/end/")
    window = browse(adam, width=width)
    left = f"/members/{cast.members['nadia'].pk}/"
    closing = f"/agencies/{cast.agencies['Brightwater'].pk}/close/"
    for address in [*every_address(cast), left, closing, "/members/?words=nobody", "/members/?who=all"]:
        if not address.endswith(POSTED):
            window.go(address)
            assert window.axe() == [], address
            assert not window.too_wide(), address
    adam.post(closing)
    for address in ("/agencies/", closing):
        window.go(address)
        assert window.axe() == [], address
    assert window.complaints == []


@pytest.mark.parametrize("address", ["/members/new/", "/agencies/new/"])
def test_every_link_of_an_error_summary_lands(cast: Cast, as_member: SignIn, browse: Browse, address: str) -> None:
    window = browse(as_member("adam"))
    page = window.go(address)
    page.evaluate("document.querySelectorAll('.govuk-date-input__input').forEach(one => { one.value = '' })")
    page.click("main button:has-text('Add this')")
    page.wait_for_selector(".govuk-error-summary")
    assert page.title().startswith("Error: ")
    assert window.axe() == []
    links = page.eval_on_selector_all(".govuk-error-summary a", "all => all.map(one => one.getAttribute('href'))")
    assert len(links) >= 3
    for link in links:
        page.click(f".govuk-error-summary a[href='{link}']")
        assert page.evaluate("'#' + document.activeElement.id") == link
