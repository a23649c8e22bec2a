"""`meg load missing` of 10,000 and of 100,000 rows: how long each takes, and the most memory the command has.

The county has the children first, one for every five rows. Each file is loaded, loaded again, and loaded with one row in ten
corrected. The command runs as it does for an operator, on the embedded database.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg

from bench.pages import environ, installed
from meg.config.postgres import EmbeddedPostgres
from meg.partnership.seats import ALL_ROLES

ROWS = (10_000, 100_000)
OF_A_CHILD = 5
AT_MOST = 15.0  # seconds for the larger file
HEADS = (
    "episode_id", "child_id", "started", "missing_from", "setting", "care_status", "last_seen_place", "reported", "reported_by",
    "reported_to", "returned", "police_risk", "risk_reason", "risk_assessor",
)  # fmt: skip
CHILDREN = """
SELECT set_config('meg.partnership', '1', false), set_config('meg.name', 'Bench', false);
INSERT INTO children_child (date_of_birth, sex, ethnicity, disabilities, responsible_authority)
  SELECT date '2010-01-01' + (n % 2000), CASE n % 2 WHEN 0 THEN 'M' ELSE 'F' END, 'WBRI', '{{}}', '840'
  FROM generate_series(1, {children}) n;
INSERT INTO children_identifier (child_id, source, value)
  SELECT id, 'tracker', 'T' || row_number() OVER (ORDER BY id) FROM children_child;
ANALYZE
"""


@dataclass(frozen=True)
class Load:
    """One run of the command: what was loaded, in how many seconds, with how many MiB at most."""

    what: str
    seconds: float
    most: float


def county(home: Path, children: int) -> None:
    """An installation with this many children, each with an identifier of the tracker."""
    installed(home)
    server = EmbeddedPostgres(home, ALL_ROLES)
    with server.in_use(), psycopg.connect(server.dsn("postgres"), autocommit=True) as database:
        for statement in CHILDREN.format(children=children).split(";\n"):
            database.execute(statement.encode())


def episodes(rows: int, *, corrected: bool = False) -> Iterator[list[str]]:
    """The rows of a tracker: five a child, 60 days apart, a few of them in the last 90 days, one in fifty unreadable."""
    latest = datetime.now().replace(second=0, microsecond=0) - timedelta(days=20)
    for number in range(rows):
        child, time_before = divmod(number, OF_A_CHILD)
        started = latest - timedelta(days=60 * time_before + child % 300, minutes=child % 1300)
        hours = 9 + (corrected and number % 10 == 0)
        day = f"{started:%d/%m/%Y %H:%M}" if number % 50 else "31/02/2026"
        yield [
            f"E{number}", f"T{child + 1}", day, "care", "foster", "M", "High Street", f"{started + timedelta(hours=1):%d/%m/%Y %H:%M}",
            "Carer", "Police", f"{started + timedelta(hours=hours):%d/%m/%Y %H:%M}", "MEDIUM", "Age and hour", "PC 1",
        ]  # fmt: skip


def written(path: Path, rows: int, *, corrected: bool = False) -> Path:
    with path.open("w", newline="", encoding="utf-8-sig") as out:
        writer = csv.writer(out)
        writer.writerow(HEADS)
        writer.writerows(episodes(rows, corrected=corrected))
    return path


def loaded(what: str, home: Path, path: Path) -> Load:
    """Load a file with the command. Exit code 1 is what rejected rows leave."""
    command = [sys.executable, "-m", "meg.config.command", "load", "missing", str(path)]
    started = time.perf_counter()
    running = subprocess.Popen(command, env=environ(home), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    seconds = time.perf_counter() - started
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode != 1:
        sys.exit(f"Loading {path.name} ended with {running.returncode}; 1 was expected, for its rejected rows.")
    return Load(what, seconds, used.ru_maxrss / 1024)


def measure(home: Path, rows: int) -> list[Load]:
    """A new county, and the three files of this many rows."""
    county(home, rows // OF_A_CHILD)
    with EmbeddedPostgres(home, ALL_ROLES).in_use():
        first = written(home / "tracker.csv", rows)
        second = written(home / "corrected.csv", rows, corrected=True)
        return [
            loaded("new", home, first),
            loaded("the same again", home, first),
            loaded("one in ten corrected", home, second),
        ]


def run(folder: Path) -> str:
    """Both sizes, one after the other."""
    found = {rows: measure(folder / f"tracker-{rows}", rows) for rows in ROWS}
    lines = ["the whole command, start included: seconds, and the most memory in MiB"]
    for rows, loads in found.items():
        lines += [f"{rows:>7,} rows, {one.what:<21}{one.seconds:6.1f} s {one.most:7.0f} MiB" for one in loads]
    small, large = (max(one.most for one in found[rows]) for rows in ROWS)
    slowest = max(one.seconds for one in found[ROWS[-1]])
    lines.append(
        f"slowest of the larger: {slowest:.1f} s (asked: under {AT_MOST:.0f} s); memory {large / small:.2f} times"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    print(run(Path(sys.argv[1])))
