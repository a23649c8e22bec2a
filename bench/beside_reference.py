"""Our Missing rules beside the reference implementation's, on the same files: same rows, time and memory.

`python -m bench.beside_reference CONNECTION FOLDER YEAR --reference PYTHON` where PYTHON is the interpreter
of an environment that has `csc-validator-be-903` 0.1.17. Exits with 1 where the two do not flag the same
rows.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.our_run import PUBLISHED
from meg.intake.rules import collection_year


def compare(connection: str, folder: Path, year: str, *, reference: str, times: int = 3) -> dict[str, Any]:
    """Run both `times` times, each in a process of its own, and keep each one's quickest.

    Returns both results, with the rows only one of them flagged in Missing: `differ[code] = (ours, theirs)`.
    """
    codes = [rule.code for rule in PUBLISHED]
    ending = str(collection_year(year).end.year)
    script = str(Path(__file__).with_name("reference_run.py"))
    theirs = _quickest([reference, script, str(folder), ending, *codes], times)
    ours = _quickest([sys.executable, "-m", "bench.our_run", connection, str(folder), year], times)
    differ = {}
    for code in codes:
        own = set(ours["flagged"][code].get("Missing", []))
        other = set(theirs["flagged"][code].get("Missing", []))
        if own != other:
            differ[code] = (sorted(own - other), sorted(other - own))
    return {"ours": ours, "theirs": theirs, "differ": differ}


def _quickest(command: list[str], times: int) -> dict[str, Any]:
    runs = [json.loads(subprocess.run(command, check=True, capture_output=True).stdout) for _ in range(times)]
    best: dict[str, Any] = min(runs, key=lambda run: float(run["seconds"]))
    return best


def show(found: dict[str, Any]) -> str:
    """The comparison as a few lines of text."""
    ours, theirs = found["ours"], found["theirs"]
    counts = {code: len(rows.get("Missing", [])) for code, rows in ours["flagged"].items()}
    lines = [
        f"rows: {sum(ours['rows'].values()):,} loaded tables; flagged: "
        + ", ".join(f"{code} {count}" for code, count in counts.items() if count),
        f"reference: {theirs['seconds']:.2f} s (and {theirs['seconds_importing']:.2f} s importing), "
        f"{theirs['megabytes']:.0f} MB",
        f"ours: {ours['seconds']:.2f} s (and {ours['seconds_importing']:.2f} s importing), "
        f"{ours['megabytes']:.0f} MB and {ours['megabytes_server']:.0f} MB in the database",
        f"{theirs['seconds'] / ours['seconds']:.1f} times as fast; "
        + ("the same rows flagged" if not found["differ"] else f"they differ: {found['differ']}"),
    ]
    return "\n".join(lines)


def main() -> int:
    """0 where both flag the same rows, else 1."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("connection")
    options.add_argument("folder", type=Path)
    options.add_argument("year")
    options.add_argument("--reference", required=True)
    options.add_argument("--times", type=int, default=3)
    given = options.parse_args()
    found = compare(given.connection, given.folder, given.year, reference=given.reference, times=given.times)
    print(show(found))
    return 1 if found["differ"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
