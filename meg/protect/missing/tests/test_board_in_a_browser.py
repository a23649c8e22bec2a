"""The missing board in a real browser: it refreshes itself, a stroke goes to its search, and it is whole without scripts."""

from __future__ import annotations

import pytest

from conftest import Cast
from meg.protect.children.models import Child
from meg.protect.missing.tests.now import gone
from meg.protect.missing.tests.pages import SignIn
from meg.protect.missing.tests.test_in_a_browser import Browse, well

pytestmark = [pytest.mark.browser]
BOARD = "/missing/"
TWO_MINUTES = 120_500


@pytest.mark.parametrize("width", [1280, 375])
def test_every_section_is_well(
    cast: Cast, keira: Child, owen: Child, as_member: SignIn, browse: Browse, width: int
) -> None:
    for days in (9, 6, 3):
        gone(cast, keira, days * 24, days * 24 - 2)
    gone(cast, keira, 9, None)
    gone(cast, owen, 30, 20)
    window = browse(as_member("helen"), width)
    page = well(window, BOARD)
    assert page.locator("section.meg-section table").count() == 4
    page = well(window, f"{BOARD}?risk=TERRIBLE")
    page.click(".govuk-error-summary a")
    assert page.evaluate("document.activeElement.id") == "id_risk"
    well(browse(as_member("nadia"), width), BOARD)


def test_it_refreshes_itself_unless_something_in_it_has_focus(
    cast: Cast, keira: Child, owen: Child, as_member: SignIn, browse: Browse
) -> None:
    gone(cast, keira, 9, None)
    window = browse(as_member("helen"))
    window.page.clock.install()
    page = window.go(BOARD)
    assert "Showing 1 of 1 open matter," in page.inner_text("[data-board-count]")
    gone(cast, owen, 5, None)
    page.focus("#now-missing tbody a")
    page.clock.run_for(TWO_MINUTES)
    page.wait_for_timeout(300)
    assert page.locator("#now-missing tbody tr").count() == 1, "a row under the reader's hand stays where it is"
    page.evaluate("document.activeElement.blur()")
    page.clock.run_for(TWO_MINUTES)
    page.wait_for_selector("#now-missing >> text=Owen Tarrant")
    assert "Showing 2 of 2 open matters, 2 children" in page.inner_text("[data-board-count]")
    assert page.inner_text(".meg-counts li:first-child .meg-counts__n") == "2"
    assert page.get_attribute("[data-board-count]", "role") == "status"
    assert window.complaints == []


def test_a_screen_nobody_works_at_is_signed_out_and_says_so(
    cast: Cast, keira: Child, as_member: SignIn, browse: Browse
) -> None:
    gone(cast, keira, 9, None)
    client = as_member("helen")
    window = browse(client)
    window.page.clock.install()
    page = window.go(BOARD)
    client.logout()
    page.clock.run_for(TWO_MINUTES)
    page.wait_for_selector("input[name=login]")
    assert "Keira" not in page.content()


def test_a_stroke_goes_to_the_board_s_own_search(cast: Cast, keira: Child, as_member: SignIn, browse: Browse) -> None:
    gone(cast, keira, 9, None)
    page = browse(as_member("helen")).go(BOARD)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "id_q"
    page.keyboard.type("dunstan")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=‘dunstan’")
    assert page.locator("#now-missing tbody tr").count() == 1


def test_without_scripts_the_filters_and_the_refresh_are_plain(
    cast: Cast, keira: Child, owen: Child, as_member: SignIn, browse: Browse
) -> None:
    gone(cast, keira, 9, None)
    page = browse(as_member("helen"), scripts=False).go(BOARD)
    page.fill("#id_q", "owen")
    page.click(".meg-filters button")
    page.wait_for_selector("text=None of the 1 answers the filter.")
    gone(cast, owen, 5, None)
    page.click("text=Refresh now")
    page.wait_for_selector("#now-missing >> text=Owen Tarrant")
    assert page.input_value("#id_q") == "owen"
