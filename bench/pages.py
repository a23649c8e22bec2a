"""Pages of a caseload seat at 10,000 and at 1,000,000 episodes, over HTTP, with row security on.

Two granian workers on the embedded database; a practitioner whose agency works with 300 children. The same pages, the
same number of requests, in one run.
"""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from meg.config.postgres import EmbeddedPostgres
from meg.partnership.seats import ALL_ROLES

EMAIL, PASSWORD = "practitioner@bench.example", "a-long-bench-password"
CASELOAD = 300
REQUESTS = 60

FILL = """
SELECT set_config('meg.partnership', '1', false);
INSERT INTO children_child (date_of_birth, sex, ethnicity, disabilities, responsible_authority)
  SELECT date '2009-01-01' + (n %% 2900), CASE n %% 2 WHEN 0 THEN 'M' ELSE 'F' END, 'WBRI', '{{}}', '840'
  FROM generate_series(1, {children}) n;
INSERT INTO children_name (child_id, kind, given, family)
  SELECT id, 'name', initcap(translate(substr(md5(id::text), 1, 6), '0123456789', 'aeiouaeiou')),
    initcap(translate(substr(md5('f' || id), 1, 8), '0123456789', 'ourneslati')) FROM children_child;
INSERT INTO missing_episode (child_id, missing_from, care_status, police_category, setting, started_at,
    started_to_the_minute, reported_by, returned_at, returned_to_the_minute, source, year, recorded_by)
  SELECT c.id, 'care', 'M', 'MISSING', 'foster', s, true, 'Carer', s + interval '9 hours', true, 'form', '', 'Bench'
  FROM children_child c CROSS JOIN LATERAL
    (SELECT now() - (k * interval '17 days') - ((c.id %% 97) * interval '1 hour') AS s
     FROM generate_series(1, 5) k) t;
INSERT INTO access_involvement (child_id, agency_id, role)
  SELECT id, (SELECT min(id) FROM agencies_agency), 'School' FROM children_child ORDER BY md5(id::text) LIMIT {caseload};
VACUUM ANALYZE;
CHECKPOINT;
"""

SET_UP = """
import sys, django
django.setup()
from django.utils import timezone
from meg.partnership.access.actions import add_member
from meg.partnership.agencies.models import Agency, Partnership
from meg.partnership.seats import By, Seat, seated
by = By(None, "Operator", Seat.OPERATOR, Partnership.objects.get().pk)
with seated(by):
    add_member(by=by, email=sys.argv[1], name="Bench Practitioner", job="", agency=Agency.objects.first(),
               seats=[Seat.PRACTITIONER], password=sys.argv[2])
"""


@dataclass(frozen=True)
class Timed:
    """Milliseconds of one page: the median and the slowest of twenty."""

    page: str
    median: float
    slow: float


def installed(home: Path) -> None:
    """An empty installation, in place of what was there."""
    shutil.rmtree(home, ignore_errors=True)
    command = [sys.executable, "-m", "meg.config.command", "init", "--name", "Bench", "--authority", "840"]
    subprocess.run(command, env=environ(home), check=True, stdout=subprocess.DEVNULL)


def county(home: Path, children: int) -> None:
    """An installation with this many children and five times as many episodes."""
    installed(home)
    environment = environ(home)
    with EmbeddedPostgres(home, ALL_ROLES).in_use():
        words = [sys.executable, "-c", SET_UP, EMAIL, PASSWORD]
        subprocess.run(words, env={**environment, "MEG_AS": "owner"}, check=True)
        with psycopg.connect(EmbeddedPostgres(home, ALL_ROLES).dsn("postgres"), autocommit=True) as server:
            server.execute("UPDATE agencies_partnership SET demonstration = true")
            for statement in FILL.format(children=children, caseload=CASELOAD).split(";\n"):
                if statement.strip():
                    server.execute(statement.replace("%%", "%").encode())


def environ(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "MEG_"))}
    return {
        **kept,
        "MEG_HOME": str(home),
        "MEG_DEMONSTRATION": "1",
        "DJANGO_SETTINGS_MODULE": "meg.config.settings",
    }


class Browser:
    """A cookie jar that signs in and asks for pages."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path: str) -> str:
        with self.opener.open(self.origin + path, timeout=60) as answer:
            return str(answer.read().decode())

    def post(self, path: str, fields: dict[str, str]) -> str:
        token = next((cookie.value or "" for cookie in self.jar if cookie.name == "csrftoken"), "")
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": token}).encode()
        headers = {"Referer": self.origin + path}
        asked = urllib.request.Request(self.origin + path, body, headers)
        with self.opener.open(asked, timeout=60) as answer:
            return str(answer.read().decode())

    def sign_in(self, email: str) -> None:
        self.get("/account/login/")
        page = self.post("/account/login/", {"login": email, "password": PASSWORD})
        assert ">Sign out<" in page, "The bench could not sign in."


def timed(asked: Mapping[int, Mapping[str, Callable[[], object]]]) -> dict[int, list[Timed]]:
    """Each page of each county, by turns: whatever else the machine does meets them alike."""
    taken: dict[tuple[int, str], list[float]] = defaultdict(list)
    pages = list(next(iter(asked.values())))
    for page in pages:
        for _ in range(REQUESTS + 5):
            for one, asks in asked.items():
                start = time.perf_counter()
                asks[page]()
                taken[one, page].append((time.perf_counter() - start) * 1000)
    warm = {of: sorted(times[5:]) for of, times in taken.items()}
    return {
        one: [Timed(page, statistics.median(warm[one, page]), warm[one, page][int(REQUESTS * 0.95)]) for page in pages]
        for one in asked
    }


def settled(home: Path) -> None:
    """Wait until the worker has done what it does at the start: it counts all figures, on the same cores."""
    with psycopg.connect(EmbeddedPostgres(home, ALL_ROLES).dsn("postgres"), autocommit=True) as server:
        for _ in range(600):
            left = server.execute(
                "SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queueing_lock = 'figures'"
            )
            if left.fetchone() is None:
                return
            time.sleep(0.5)


@contextmanager
def site(home: Path, email: str = EMAIL) -> Iterator[Browser]:
    """The site of a county, and a browser that has signed in; stopped at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "meg.config.command", "serve", "--port", str(port), "--workers", "2"]
    running = subprocess.Popen(command, env=environ(home), stdout=subprocess.DEVNULL)
    try:
        browser = Browser(port)
        for _ in range(150):
            try:
                browser.get("/health")
                break
            except OSError:
                time.sleep(0.2)
        browser.sign_in(email)
        settled(home)
        yield browser
    finally:
        running.terminate()
        running.wait(30)


def asks(browser: Browser) -> dict[str, Callable[[], object]]:
    """The three pages, by name."""
    found = re.search(r"/children/(MEG-\d+)/", browser.get("/"))
    assert found, "The first page lists no child."
    child = f"/children/{found[1]}/"
    words = {"words": "kiera dunston", "born": "", "near": ""}
    return {
        "home": lambda: browser.get("/"),
        "child's page": lambda: browser.get(child),
        "search": lambda: browser.post("/children/find/", words),
    }


SMALL, LARGE = 10_000, 1_000_000


def run(folder: Path) -> str:
    """Both counties at once, their pages by turns, and the ratio of their medians."""
    homes = {episodes: folder / f"pages-{episodes}" for episodes in (SMALL, LARGE)}
    for episodes, home in homes.items():
        county(home, episodes // 5)
    with site(homes[SMALL]) as small, site(homes[LARGE]) as large:
        results = timed({SMALL: asks(small), LARGE: asks(large)})
    lines = [
        f"caseload seat, {CASELOAD} children, {REQUESTS} requests a page by turns, 2 workers each, milliseconds (median, 95 in 100)"
    ]
    for one, two in zip(results[SMALL], results[LARGE], strict=True):
        lines.append(
            f"{one.page:13} {SMALL:,} episodes {one.median:6.1f} {one.slow:6.1f}   "
            f"{LARGE:,} episodes {two.median:6.1f} {two.slow:6.1f}   {two.median / one.median:.2f} times"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]))))
