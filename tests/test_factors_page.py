"""The page of published factors, and indicator 8 with its tables, in a real browser: wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from conftest import Cast
from meg.config.management.commands.furnish import published_factors
from meg.intake.sources.dfe.reading import DATASETS, read_release
from meg.oversight.performance.actions import bring_up_to_date
from meg.partnership.published.actions import bring_published_up_to_date, keep_release
from meg.partnership.seats import seated
from meg.protect.exploitation.models import Referral
from tests.browser import Browsing

pytestmark = [pytest.mark.browser]

PAGES = [
    "/scorecard/8/factors/",
    "/scorecard/8/factors/?factor=Trafficking",
    "/scorecard/8/factors/?factor=Gangs",
    "/scorecard/8/?period=2024-25Q4",
    "/scorecard/8/?period=2024-25",
]


@pytest.mark.parametrize("width", [1280, 375])
def test_every_page_stands(
    cast: Cast, as_member: Callable[[str], Client], browse: Callable[..., Browsing], width: int
) -> None:
    with seated(cast.operator):
        bring_published_up_to_date(by=cast.operator)
        one = read_release(published_factors(), DATASETS["dfe-factors"])
        keep_release(by=cast.operator, release=one.release, figures=one.figures)
        for day in range(24):
            Referral.objects.create(
                child=cast.child(), referred_by="A teacher", consent="given", kinds=["online"], source="2A" if day < 12 else "6",
                received_at=datetime(2025, 1, 6, 12, tzinfo=UTC) + timedelta(days=day), file_source="referrals",
            )  # fmt: skip
        bring_up_to_date(by=cast.operator)
    window = browse(as_member("ruth"), width)
    for address in PAGES:
        page = window.go(address)
        assert window.axe() == [], address
        assert window.complaints == []
        assert not window.too_wide(), address
        if "period=2024-25Q4" in address:
            assert "School\t12\t50.0%" in page.inner_text("main")
