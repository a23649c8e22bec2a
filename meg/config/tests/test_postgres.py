"""The embedded PostgreSQL, for real: started, killed, raced, left half-done, moved, and stopped."""

from __future__ import annotations

import multiprocessing
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from meg.config import postgres
from meg.config.postgres import EXTENSIONS, EmbeddedPostgres, PostgresTrouble, waited

SEATS = ("seat_one", "seat_two")
SMALL = {
    "shared_buffers": "16MB",
    "max_connections": "20",
    "fsync": "off",
}  # fit to be killed, not to lose power
AS_ROOT = os.geteuid() == 0
FORKED = multiprocessing.get_context("fork")


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that every user may pass through, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="meg-test-")).resolve()
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def home(open_folder: Path) -> Iterator[Path]:
    """A home with a space, an accent, a comma and an apostrophe in its path, that was started once."""
    folder = open_folder / "Zoë’s county, o'clock"
    made = EmbeddedPostgres(folder, SEATS, SMALL)
    made.start()
    made.stop()
    subprocess.run(["cp", "-a", str(folder), str(open_folder / "spare")], check=True)
    yield folder
    made.stop()
    shutil.rmtree(made.sockets)


@pytest.fixture
def server(home: Path) -> EmbeddedPostgres:
    started = EmbeddedPostgres(home, SEATS, SMALL)
    started.start()
    return started


def ask(server: EmbeddedPostgres, query: str, user: str = "postgres", database: str = "meg") -> list[Any]:
    """The rows of one query, of its own connection."""
    with psycopg.connect(server.dsn(user, database), autocommit=True) as connection:
        asked = connection.execute(query)
        return asked.fetchall() if asked.description else []


@pytest.fixture
def spare(home: Path) -> Iterator[EmbeddedPostgres]:
    """A second home that was started once and is stopped, to be spoilt."""
    folder = home.with_name("spoilt")
    subprocess.run(["cp", "-a", str(home.with_name("spare")), str(folder)], check=True)
    made = EmbeddedPostgres(folder, SEATS, SMALL)
    yield made
    made.stop()
    shutil.rmtree(folder)


def processes(server: EmbeddedPostgres) -> list[str]:
    """Every living process of this server, by the folder they work in."""
    found = []
    for number in filter(str.isdigit, os.listdir("/proc")):
        try:
            if Path(os.readlink(f"/proc/{number}/cwd")).is_relative_to(server.base):
                found.append(Path(f"/proc/{number}/cmdline").read_text().replace("\0", " "))
        except (OSError, ValueError):
            continue
    return found


def postmaster(server: EmbeddedPostgres) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


# ── what it makes ───────────────────────────────────────────────────────────────────────────────────────────


def test_roles_have_no_more_rights_than_they_need(server: EmbeddedPostgres) -> None:
    rows = ask(
        server,
        "SELECT rolname, rolcanlogin, rolcreatedb, rolsuper, rolbypassrls, rolcreaterole, rolreplication "
        "FROM pg_roles WHERE rolname LIKE 'meg_%' OR rolname LIKE 'seat_%' ORDER BY 1",
    )
    assert rows == [
        ("meg_app", True, False, False, False, False, False),
        ("meg_owner", True, True, False, False, False, False),
        ("seat_one", False, False, False, False, False, False),
        ("seat_two", False, False, False, False, False, False),
    ]


@pytest.mark.parametrize("user", ["meg_app", "meg_owner"])
def test_a_seat_is_taken_and_not_inherited(server: EmbeddedPostgres, user: str) -> None:
    assert ask(
        server,
        "SELECT r.rolname, m.inherit_option, m.set_option, m.admin_option FROM pg_auth_members m "
        f"JOIN pg_roles r ON r.oid = m.roleid WHERE m.member = '{user}'::regrole ORDER BY 1",
    ) == [("seat_one", False, True, False), ("seat_two", False, True, False)]
    with psycopg.connect(server.dsn(user)) as connection:
        connection.execute("SET ROLE seat_two")
        assert connection.execute("SELECT current_user, session_user").fetchone() == ("seat_two", user)


def test_a_new_database_has_the_extensions(server: EmbeddedPostgres) -> None:
    ask(server, "CREATE DATABASE test_new", user="meg_owner")
    for database in ("meg", "test_new"):
        found = ask(server, "SELECT extname FROM pg_extension", user="meg_owner", database=database)
        assert {name for (name,) in found} >= set(EXTENSIONS)
    ask(server, "DROP DATABASE test_new", user="meg_owner")


def test_the_database_belongs_to_the_owner_and_holds_utf_8(server: EmbeddedPostgres) -> None:
    assert ask(
        server,
        "SELECT datdba::regrole::text, pg_encoding_to_char(encoding), datlocprovider "
        "FROM pg_database WHERE datname = 'meg'",
    ) == [("meg_owner", "UTF8", "b")]


def test_it_listens_on_no_network_and_hides_its_socket(server: EmbeddedPostgres) -> None:
    assert ask(server, "SHOW listen_addresses") == [("",)]
    assert server.sockets.stat().st_mode & 0o077 == 0
    assert server.data.stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="Peer authentication failed"):
        psycopg.connect(server.dsn("seat_one"))


def test_other_postgresql_settings_of_the_environment_do_not_matter(
    server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "9999")
    monkeypatch.setenv("PGDATABASE", "elsewhere")
    assert server.running()
    assert ask(server, "SELECT current_database()", user="meg_app") == [("meg",)]


def test_a_newer_version_brings_its_new_seats(server: EmbeddedPostgres) -> None:
    EmbeddedPostgres(server.home, (*SEATS, "seat_three")).start()
    assert ask(server, "SET ROLE seat_three; SELECT current_user", user="meg_app") == []
    ask(server, "DROP ROLE seat_three")


# ── what it survives ────────────────────────────────────────────────────────────────────────────────────────


def test_a_killed_server_starts_again_with_what_it_held(server: EmbeddedPostgres) -> None:
    ask(server, "CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (7)", user="meg_owner")
    os.kill(postmaster(server), signal.SIGKILL)
    server.start()
    assert (7,) in ask(server, "SELECT n FROM kept", user="meg_owner")


def test_a_query_that_outlives_its_server_is_waited_for(server: EmbeddedPostgres) -> None:
    asking = FORKED.Process(target=ask, args=(server, "SELECT count(*) FROM generate_series(1, 10000000)"))
    asking.start()
    assert waited(lambda: ask(server, "SELECT pid FROM pg_stat_activity WHERE query ~ 's[e]ries'") != [], 5)
    os.kill(postmaster(server), signal.SIGKILL)
    server.start()
    assert ask(server, "SELECT 1") == [(1,)]
    asking.join()


def test_a_number_that_now_belongs_to_another_process_is_no_server(server: EmbeddedPostgres) -> None:
    """After the machine restarts, postmaster.pid may name anybody: it is neither feared nor signalled."""
    stale = (server.data / "postmaster.pid").read_text().splitlines()
    server.stop()
    other = subprocess.Popen(["sleep", "60"], user=server.lent_to.pw_uid if server.lent_to else None)
    try:
        (server.data / "postmaster.pid").write_text("\n".join([str(other.pid), *stale[1:]]) + "\n")
        (server.sockets / ".s.PGSQL.5432.lock").write_text("\n".join([str(other.pid), *stale[1:]]) + "\n")
        server.stop()
        assert other.poll() is None
        server.start()
        assert server.running()
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_one_killed_before_it_was_furnished_is_finished(spare: EmbeddedPostgres) -> None:
    spare.start()
    (spare.data / "meg-furnished").unlink()
    ask(spare, "DROP DATABASE meg", database="postgres")
    ask(spare, "DROP ROLE seat_two; REVOKE seat_one FROM meg_app", database="postgres")
    spare.start()
    ask(spare, "SET ROLE seat_one; SET ROLE seat_two", user="meg_app")
    assert ask(spare, "SELECT similarity('Smith', 'Smyth') > 0", user="meg_app") == [(True,)]


def start(home: Path, answers: Any) -> None:
    os.umask(0o077)
    try:
        started = EmbeddedPostgres(home, SEATS, SMALL)
        started.start()
        answers.put(ask(started, "SELECT pg_postmaster_start_time()", user="meg_app")[0][0])
    except BaseException as trouble:
        answers.put(repr(trouble))


def test_starts_at_once_make_one_server(open_folder: Path) -> None:
    """In a home that does not exist yet, and whose path is far too long for a socket."""
    long = open_folder / ("a-county-with-a-very-long-name-" * 4) / "home"
    answers = FORKED.Queue()
    racers = [FORKED.Process(target=start, args=(long, answers)) for _ in range(3)]
    for racer in racers:
        racer.start()
    try:
        said = {answers.get(timeout=60) for _ in racers}
        assert len(said) == 1
        assert not isinstance(said.pop(), str)
    finally:
        for racer in racers:
            racer.join()
        raced = EmbeddedPostgres(long)
        raced.stop()
    assert len(os.fsencode(raced.sockets)) < 50
    shutil.rmtree(raced.sockets)


# ── sharing and stopping ────────────────────────────────────────────────────────────────────────────────────


def test_stopping_ends_what_is_connected_and_leaves_no_process(server: EmbeddedPostgres) -> None:
    connected = psycopg.connect(server.dsn("meg_app"))
    assert len(processes(server)) > 3
    server.stop()
    assert processes(server) == []
    assert not server.running()
    with pytest.raises(psycopg.OperationalError):
        connected.execute("SELECT 1")
    server.stop()  # nothing to stop: nothing happens


def hold(home: Path, inside: Any, leave: Any) -> None:
    with EmbeddedPostgres(home, SEATS, SMALL).in_use():
        inside.set()
        leave.wait(30)


def test_the_last_to_leave_stops_it(server: EmbeddedPostgres) -> None:
    server.stop()
    inside, leave = FORKED.Event(), FORKED.Event()
    other = FORKED.Process(target=hold, args=(server.home, inside, leave))
    with server.in_use():
        other.start()
        assert inside.wait(30)
    assert server.running()
    leave.set()
    other.join()
    assert processes(server) == []


# ── who runs it, and where ──────────────────────────────────────────────────────────────────────────────────


def as_an_ordinary_user(home: Path, answers: Any) -> None:
    if AS_ROOT:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    try:
        with EmbeddedPostgres(home, SEATS, SMALL).in_use():
            answers.put(ask(EmbeddedPostgres(home), "SELECT current_user::text", user="meg_app"))
    except BaseException as trouble:
        answers.put(repr(trouble))


def test_an_ordinary_user_needs_no_root(spare: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEG_POSTGRES_BIN", str(spare._programs()))
    own = spare.home
    if AS_ROOT:
        subprocess.run(["chown", "-R", "nobody", str(own)], check=True)
    answers = FORKED.Queue()
    user = FORKED.Process(target=as_an_ordinary_user, args=(own, answers))
    user.start()
    said = answers.get(timeout=60)
    user.join()
    assert said == [("meg_app",)]
    # Root who comes to it later runs the server as its owner, and finds what is there.
    later = EmbeddedPostgres(own, SEATS, SMALL)
    with later.in_use():
        assert ask(later, "SELECT current_user::text", user="meg_app") == [("meg_app",)]
        assert later.data.stat().st_uid == own.stat().st_uid


@pytest.fixture
def closed_home(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and programs below a folder that only we may enter, as in a clone under root's own folder."""
    monkeypatch.setattr(postgres, "OPEN_PLACE", open_folder)
    closed = open_folder / "closed"
    shipped = postgres.shipped_programs().parents[1]
    shutil.copytree(shipped, closed / "lib" / shipped.name, symlinks=True)
    shutil.copytree(f"{shipped}.libs", closed / "lib" / f"{shipped.name}.libs")
    closed.chmod(0o700)
    monkeypatch.setenv("MEG_POSTGRES_BIN", str(closed / "lib" / shipped.name / "pginstall" / "bin"))
    return closed / "home"


def test_a_home_that_the_server_cannot_reach_is_linked_to_a_place_it_can(closed_home: Path) -> None:
    first = EmbeddedPostgres(closed_home, SEATS, SMALL)
    first._settle()
    (first.base / "data.new" / "base").mkdir(parents=True)  # one was killed while it made its cluster
    with first.in_use():
        ask(first, "CREATE TABLE kept ()", user="meg_owner")
        assert first.base.is_relative_to(closed_home) != AS_ROOT
        assert first.base == (closed_home / "postgres").resolve()

    moved = closed_home.rename(closed_home.with_name("moved"))
    second = EmbeddedPostgres(moved, SEATS, SMALL)
    with second.in_use():
        assert ask(second, "SELECT * FROM kept", user="meg_owner") == []

    copy = closed_home.with_name("copy")
    if AS_ROOT:
        copy.mkdir()
        (copy / "postgres").symlink_to(second.base)
        with pytest.raises(PostgresTrouble, match="would share its database"):
            EmbeddedPostgres(copy).start()


# ── what it says when it cannot ─────────────────────────────────────────────────────────────────────────────


def refused(home: Path) -> str:
    with pytest.raises(PostgresTrouble) as trouble:
        EmbeddedPostgres(home, SEATS, SMALL).start()
    said = str(trouble.value)
    assert said.endswith(".")
    assert "\n" not in said
    return said


def test_programs_that_are_not_there(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEG_POSTGRES_BIN", str(open_folder / "nowhere"))
    assert "set MEG_POSTGRES_BIN" in refused(open_folder / "without")


def test_a_home_that_is_a_file(open_folder: Path) -> None:
    (open_folder / "file").write_text("")
    assert "Not a directory" in refused(open_folder / "file" / "home")


def test_a_path_that_a_shell_would_read(open_folder: Path) -> None:
    assert "such a character" in refused(open_folder / "$HOME")


def test_a_damaged_cluster_is_reported_and_not_replaced(spare: EmbeddedPostgres) -> None:
    (spare.data / "global" / "pg_control").unlink()
    assert "could not open file" in refused(spare.home)
    assert (spare.data / "PG_VERSION").exists()
    assert processes(spare) == []


def test_the_command_stops_a_home(server: EmbeddedPostgres) -> None:
    command = [sys.executable, "-m", "meg.config.postgres"]
    subprocess.run([*command, "stop", str(server.home)], check=True)
    assert not server.running()
    wrong = subprocess.run([*command, "start", "/dev/null/home"], capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)


def test_a_database_can_be_made_empty_while_somebody_is_connected(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.dsn("meg_owner"), autocommit=True) as other:
        other.execute("CREATE TABLE to_be_dropped (n integer)")
        server.empty()
        with pytest.raises(psycopg.OperationalError):
            other.execute("SELECT * FROM to_be_dropped")
    with psycopg.connect(server.dsn("meg_owner")) as again:
        assert again.execute("SELECT to_regclass('to_be_dropped')").fetchone() == (None,)
        there = {row[0] for row in again.execute("SELECT extname FROM pg_extension")}
    assert set(EXTENSIONS) <= there
