"""People at screens, for the journeys: they follow links and fill in forms; every page they meet passes axe and fits."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.test import Client
from playwright.sync_api import Page

from conftest import Cast
from meg.oversight.performance.actions import bring_up_to_date
from meg.oversight.performance.models import Figure
from meg.partnership.access.fields import boxes
from meg.partnership.seats import seated
from tests.browser import ORIGIN, Browsing

SignIn = Callable[[str], Client]
Browse = Callable[..., Browsing]
Answer = str | list[str]
Counts = dict[tuple[str, str], tuple[int, int | None]]


def moment(name: str, when: datetime) -> dict[str, Answer]:
    """A moment in its four boxes."""
    return {f"{name}_{place}": text for place, text in enumerate(boxes(when, 4))}


def day(name: str, when: date) -> dict[str, Answer]:
    """A day in its three boxes."""
    return {f"{name}_{place}": text for place, text in enumerate(boxes(when, 3))}


def fill(page: Page, answers: dict[str, Answer]) -> None:
    """Answer a form as a person does: tick what is chosen, type the rest."""
    for name, answer in answers.items():
        found = page.locator(f'main [name="{name}"]')
        if found.first.get_attribute("type") in ("radio", "checkbox"):
            for one in answer if isinstance(answer, list) else [answer]:
                page.check(f'main [name="{name}"][value="{one}"]')
        elif found.evaluate("field => field.tagName") == "SELECT":
            found.select_option(answer)
        else:
            assert isinstance(answer, str)
            found.fill(answer)


@dataclass
class Person:
    """Someone at a screen: follows links, fills in forms; every page passes axe and fits its screen.

    Where `MEG_SHOTS` names a folder, a picture of each is kept there.
    """

    window: Browsing

    def look(self) -> Page:
        page = self.window.page
        found = self.window.axe()
        assert not found, f"{page.url}: {found}"
        assert not self.window.too_wide(), page.url
        assert self.window.complaints == [], page.url
        assert page.locator("h1").count() == 1
        assert page.locator("main .govuk-button:not(.govuk-button--secondary)").count() <= 1, page.url
        if folder := os.environ.get("MEG_SHOTS"):
            name = (
                f"{len(list(Path(folder).iterdir())):03}-{page.url.removeprefix(ORIGIN).strip('/').replace('/', '-')}"
            )
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
        return page

    def open(self, address: str) -> Page:
        self.window.go(address)
        return self.look()

    def follow(self, words: str) -> Page:
        self.window.page.locator("main a").filter(has_text=words).first.click()
        return self.look()

    def send(self, answers: dict[str, Answer], said: str) -> Page:
        """Fill in and send; `said` stands on the page that follows."""
        page = self.window.page
        fill(page, answers)
        page.click("main form button.govuk-button")
        page.wait_for_selector(f"text={said}")
        return self.look()


@dataclass
class Everyone:
    sign_in: SignIn
    browse: Browse
    width: int
    now: datetime  # taken once: what is typed does not move while the test runs

    def ago(self, hours: float) -> datetime:
        return self.now - timedelta(hours=hours)

    def __call__(self, name: str) -> Person:
        return Person(self.browse(self.sign_in(name), self.width))


def figures(cast: Cast) -> Counts:
    """Every figure as it stands now: numerator and denominator, by indicator and period."""
    with seated(cast.operator) as by:
        bring_up_to_date(by=by)
        found = Figure.objects.current()
        return {(one.indicator, one.period): (one.numerator, one.denominator) for one in found}


def moved(before: Counts, after: Counts) -> dict[tuple[str, str], tuple[int, int]]:
    """By how much each figure that is not what it was has moved."""
    assert before.keys() == after.keys()
    return {
        key: (after[key][0] - before[key][0], (after[key][1] or 0) - (before[key][1] or 0))
        for key in before
        if before[key] != after[key]
    }
