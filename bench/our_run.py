"""Our published rules on a folder of CSV files: which rows each flags, and what that cost.

`python -m bench.our_run CONNECTION FOLDER YEAR`, for example `"host=/run/meg user=meg_app dbname=meg" return
2017-18`. Prints one line of JSON in the shape of `reference_run.py`. Nothing is stored: the transaction is
rolled back.
"""

# ruff: noqa: E402
import time

STARTED = time.perf_counter()

import json
import resource
import sys
from pathlib import Path
from typing import Any

import psycopg

from meg.intake.reading import read
from meg.intake.rules import collection_year
from meg.intake.sources.ssda903 import checks, stage
from meg.intake.sources.ssda903.rules import RULES
from meg.intake.sources.ssda903.tables import KNOWN, LOADED

PUBLISHED = [rule for rule in RULES if rule.published]


def run(connection: str, folder: Path, year: str, *, all_rules: bool = False) -> dict[str, Any]:
    """Read, stage and check the return. Wall-clock seconds, with connecting; imports are counted apart."""
    imported = time.perf_counter()
    of = collection_year(year)
    with psycopg.connect(connection) as database, database.cursor() as cursor:
        counts = stage.load(cursor, read([folder], known=KNOWN, loaded=LOADED).files)
        chosen = RULES if all_rules else PUBLISHED
        issues = checks.run(cursor, start=of.start, end=of.end, rules=chosen)
        finished = time.perf_counter()
        server = _server_megabytes(database.info.backend_pid)
        database.rollback()
    flagged: dict[str, dict[str, list[int]]] = {rule.code: {} for rule in chosen}
    for issue in issues:
        flagged[issue.code].setdefault(issue.table, []).append(issue.row)
    return {
        "flagged": flagged,
        "rows": counts,
        "seconds": finished - imported,
        "seconds_importing": imported - STARTED,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "megabytes_server": server,
    }


def _server_megabytes(process: int) -> float:
    """The most memory our connection's server process had, shared buffers included; 0 where it is
    elsewhere.
    """
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next(float(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], Path(sys.argv[2]), sys.argv[3], all_rules="--all" in sys.argv)))
