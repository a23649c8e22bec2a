"""The whole of it as people use it: the commands on an embedded database, the site as the application's own login."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page

from meg.config.postgres import EmbeddedPostgres
from meg.partnership.seats import ALL_ROLES

PERIOD = "2017-18Q4"


class Installation:
    """One MEG_HOME of its own, and the `meg` command in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "MEG_"))}
        self.environment = {**kept, "MEG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "meg.config.settings"}
        self.administrator: tuple[str, str] = ("", "")

    def meg(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "meg.config.command", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def database(self, user: str) -> psycopg.Connection[Any]:
        server = EmbeddedPostgres(self.home, ALL_ROLES)
        return psycopg.connect(server.dsn(user), autocommit=True)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An empty installation, as `meg init` makes it."""
    home = tmp_path_factory.mktemp("meg")
    for folder in (home, *home.parents):
        if folder.owner() == Path.home().owner() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o011)
    made = Installation(home)
    said = made.meg("init", "--name", "County Durham", "--authority", "840")
    assert said.returncode == 0, said.stderr
    found = re.search(r"signs in as (\S+) with the password (\S+)", said.stdout)
    assert found
    made.administrator = (found[1], found[2])
    return made


@pytest.fixture(scope="session")
def loaded(installed: Installation, shared_data: Path) -> Installation:
    """The fictitious return of 2017-18, in."""
    said = installed.meg("load", "ssda903", str(shared_data / "ssda903-fake"), "--year", "2017-18", "--json")
    assert said.returncode == 1, said.stderr
    found = json.loads(said.stdout)
    assert found["rows"] == {"read": 7768, "accepted": 7767, "rejected": 1, "unchanged": 0}
    assert set(found["issues"][0]) == {"code", "table", "row", "child", "fields", "message"}
    return installed


def test_the_installation_keeps_its_laws(installed: Installation) -> None:
    said = installed.meg("check")
    assert (said.returncode, said.stderr) == (0, "")
    assert "keeps its laws" in said.stdout


def test_a_second_start_for_the_same_authority_is_one_sentence(installed: Installation) -> None:
    said = installed.meg("init", "--name", "County Durham", "--authority", "840")
    assert said.returncode == 2
    assert said.stderr == "Authority 840 has a partnership on this installation already.\n"


def test_the_same_files_again_change_nothing(loaded: Installation, shared_data: Path) -> None:
    said = loaded.meg("load", "ssda903", str(shared_data / "ssda903-fake"), "--year", "2017-18", "--json")
    assert json.loads(said.stdout)["rows"] == {"read": 7768, "accepted": 0, "rejected": 1, "unchanged": 7767}


def test_figures_are_shown_after_disclosure_control(loaded: Installation) -> None:
    said = loaded.meg("figures", "--period", PERIOD, "--json")
    assert said.returncode == 0, said.stderr
    figures = json.loads(said.stdout)
    assert [figure["indicator"] for figure in figures] == ["3", "4"]
    for figure in figures:
        assert set(figure) == {"indicator", "period", "numerator", "denominator", "value", "shown"}
        if figure["shown"] == "c":
            assert figure["numerator"] is figure["denominator"] is figure["value"] is None
    open_ = json.loads(loaded.meg("figures", "--period", PERIOD, "--json", "--undisclosed").stdout)
    assert all(figure["numerator"] is not None for figure in open_)


def test_the_report_is_four_files(loaded: Installation, tmp_path: Path) -> None:
    said = loaded.meg("report", "--period", PERIOD, "--out", str(tmp_path / "report"))
    assert said.returncode == 0, said.stderr
    assert sorted(path.suffix for path in (tmp_path / "report").iterdir()) == [".csv", ".json", ".pdf", ".xlsx"]


def test_the_trail_holds_and_names_what_a_superuser_changes(loaded: Installation) -> None:
    assert loaded.meg("trail", "verify").returncode == 0
    with EmbeddedPostgres(loaded.home, ALL_ROLES).in_use(), loaded.database("postgres") as superuser:
        superuser.execute("SET session_replication_role = replica")
        line = superuser.execute("SELECT min(id) FROM trail_entry").fetchone()
        assert line
        was = superuser.execute("SELECT sentence FROM trail_entry WHERE id = %s", line).fetchone()
        assert was
        superuser.execute("UPDATE trail_entry SET sentence = 'Nothing happened.' WHERE id = %s", line)
        said = loaded.meg("trail", "verify")
        assert said.returncode == 1
        assert said.stdout.startswith(f"Line {line[0]} (seal ")
        superuser.execute("UPDATE trail_entry SET sentence = %s WHERE id = %s", [was[0], line[0]])
    assert loaded.meg("trail", "verify").returncode == 0


def test_no_seat_reaches_a_record_by_hand(loaded: Installation) -> None:
    """What psql would answer to the application's login, with no seat, with a seat and no name, and figures only."""
    with EmbeddedPostgres(loaded.home, ALL_ROLES).in_use(), loaded.database("meg_app") as app:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("SELECT * FROM children_child")
        app.execute("SET ROLE seat_practitioner")
        assert app.execute("SELECT * FROM children_child").fetchall() == []
        app.execute("SET ROLE seat_group")
        for table in ("children_child", "missing_episode", "performance_figure"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(f"SELECT * FROM {table}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """`meg serve`, running."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.port = free_port()
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "meg.config.command", "serve", "--port", str(self.port), "--workers", "1"],
            env=self.installation.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=5) as answer:
                    if answer.status == 200:
                        return process
            except OSError:
                time.sleep(0.2)
        raise AssertionError("The site did not answer within a minute.")

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture
def site(loaded: Installation) -> Iterator[Site]:
    running = Site(loaded)
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGINT)
        running.process.wait(30)


def sign_in(page: Page, site: Site) -> None:
    email, password = site.installation.administrator
    page.goto(site.at("/account/login/"))
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_load_state()


@pytest.mark.browser
def test_an_administrator_signs_in_adds_a_member_and_sees_no_record(site: Site, chromium: Browser) -> None:
    page = chromium.new_context().new_page()
    sign_in(page, site)
    page.goto(site.at("/members/new/"))
    page.fill("#id_name", "Helen Example")
    page.fill("#id_email", "helen@durham.example")
    page.select_option("#id_agency", index=1)
    page.check("input[value=team]")
    page.click("main form button[type=submit]")
    page.wait_for_load_state()
    assert "Helen Example" in page.inner_text("main")
    assert page.goto(site.at("/children/find/")).status == 403  # type: ignore[union-attr]
    assert page.goto(site.at("/children/MEG-000001/")).status == 403  # type: ignore[union-attr]
    page.context.close()


@pytest.mark.browser
def test_a_killed_server_and_a_killed_site_lose_nothing(site: Site, chromium: Browser) -> None:
    """`kill -9` of the database's server, then of the site: the next start works and everything is there."""
    data = EmbeddedPostgres(site.installation.home, ALL_ROLES).data
    os.kill(int((data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
    os.killpg(site.process.pid, signal.SIGKILL)
    site.process.wait(10)
    site.port = free_port()
    site.process = site.start()
    page = chromium.new_context().new_page()
    sign_in(page, site)
    assert "Sign out" in page.inner_text("footer")
    page.context.close()


def test_ctrl_c_leaves_no_process_behind(loaded: Installation) -> None:
    running = Site(loaded)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(40) != 0
    home = str(loaded.home)
    left = []
    for folder in Path("/proc").iterdir():
        try:
            if folder.name.isdigit() and home in (folder / "cmdline").read_text():
                left.append((folder / "cmdline").read_text())
        except OSError:
            continue
    assert left == []
