"""Debian's Chromium in front of Django's test client: real pages, real scripts, the test's own transaction.

What the browser asks for is answered by the client, so nothing listens on a port and nothing has to be flushed
afterwards. Import the fixtures `chromium` and `browse` where they are used.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.staticfiles import finders
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Route, sync_playwright

ORIGIN = "http://localhost"
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
PASSED_ON = ("content-security-policy", "content-type", "location", "x-frame-options", "content-disposition")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests.

    Playwright keeps an event loop in the test's own thread, where Django would open a second connection, which
    does not see what the test has made. So the test's own connection is handed to every context of this thread.
    """
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    own = connections["default"]
    with sync_playwright() as playwright:
        connections["default"] = own
        found = shutil.which("chromium-headless-shell") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Browsing:
    """One window. `complaints` are what the browser said: scripts that failed, what the content policy refused."""

    page: Page
    client: Client
    complaints: list[str] = field(default_factory=list)

    def heard(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    def go(self, address: str) -> Page:
        self.page.goto(ORIGIN + address)
        return self.page

    def axe(self) -> list[str]:
        """What axe finds wrong, once the page stands with its stylesheet: none where all is well."""
        self.page.wait_for_load_state()
        found = Axe().run(self.page, options=RULES).response["violations"]
        return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]

    def too_wide(self) -> bool:
        """Whether the page scrolls sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def answer(route: Route, client: Client, own: BaseDatabaseWrapper) -> None:
    """Answer one request of the browser: a static file from where it stands, anything else from the client."""
    connections["default"] = own
    asked = route.request
    path = asked.url.removeprefix(ORIGIN)
    if path.startswith("/static/"):
        file = finders.find(path.removeprefix("/static/").split("?")[0])
        if not isinstance(file, str):
            return route.fulfill(status=404)
        return route.fulfill(body=Path(file).read_bytes(), content_type=KINDS.get(Path(file).suffix, "font/woff2"))
    headers: dict[str, Any] = {
        f"HTTP_{name.upper()}": asked.headers[name] for name in ("accept", "referer") if name in asked.headers
    }
    kind = asked.headers.get("content-type", "application/octet-stream")
    given: Any = client.generic(
        asked.method, path, asked.post_data_buffer or b"", kind, SERVER_NAME="localhost", **headers
    )
    if given.status_code in (301, 302) and asked.is_navigation_request():
        given = client.get(given["Location"], SERVER_NAME="localhost", follow=True)
    kept = {name: value for name, value in given.headers.items() if name.lower() in PASSED_ON}
    body = b"".join(given) if given.streaming else given.content
    return route.fulfill(status=given.status_code, headers=kept, body=body)


@pytest.fixture
def browse(chromium: Browser) -> Iterator[Callable[..., Browsing]]:
    """A window on a client's site: `browse(client, width=375)`; with `scripts=False` as without JavaScript."""
    opened = []

    def open_window(client: Client, width: int = 1280, scripts: bool = True) -> Browsing:
        context = chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        opened.append(context)
        window = Browsing(context.new_page(), client)
        window.page.on("pageerror", lambda error: window.complaints.append(str(error)))
        window.page.on("console", window.heard)
        own = connections["default"]
        window.page.route("**/*", lambda route: answer(route, client, own))
        return window

    yield open_window
    for context in opened:
        context.close()
