"""The trail's page in a real browser: axe, a phone's width, and where each error leads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from conftest import Cast
from tests.browser import Browsing

pytestmark = [pytest.mark.browser]
SignIn = Callable[[str], Client]
Browse = Callable[..., Browsing]


@pytest.mark.parametrize("width", [1280, 375, 320])
def test_the_trail_is_well(cast: Cast, as_member: SignIn, browse: Browse, width: int) -> None:
    window = browse(as_member("grace"), width=width)
    for address in ("/trail/", "/trail/?reference=MEG-000999", "/trail/?first=2026-02-31", "/trail/?member=house"):
        page = window.go(address)
        assert window.axe() == [], address
        assert not window.too_wide(), address
    page = window.go("/trail/?first=2026-02-31&last=x")
    for target in ("id_first", "id_last"):
        page.click(f".govuk-error-summary a[href='#{target}']")
        assert page.evaluate("document.activeElement.id") == target
    assert window.complaints == []
