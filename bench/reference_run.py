"""The reference implementation on a folder of CSV files: which rows each of its rules flags, and what that
cost.

Runs inside an environment that has `csc-validator-be-903`, and needs nothing of ours: `python
reference_run.py FOLDER YEAR_END CODE...` where YEAR_END is the year in which the collection year ends (2018
for 2017-18). Prints one line of JSON: `{"flagged": {code: {table: [row, ...]}}, "seconds", "megabytes",
...}`.
"""

# ruff: noqa: E402
import os
import sys
import time

STARTED = time.perf_counter()
os.environ.setdefault("QLAC_DISABLE_PC", "1")  # its postcode tables are not needed by these rules: its best case

import importlib
import json
import logging
import resource
import warnings
from pathlib import Path
from typing import Any

logging.disable(logging.CRITICAL)
warnings.filterwarnings("ignore")


def run(folder: Path, year_end: str, codes: list[str]) -> dict[str, Any]:
    """Read every CSV of the folder and run the named rules. Seconds are wall-clock, imports counted apart."""
    validator = importlib.import_module("lac_validator.lac_validator")
    registry = importlib.import_module("lac_validator.rules.lac2024_25").registry
    imported = time.perf_counter()
    files = [
        {"name": path.name, "description": "This year", "file_content": path.read_bytes()}
        for path in sorted(folder.glob("*.csv"))
    ]
    metadata = {"collectionYear": year_end, "localAuthority": "E06000047"}
    done = validator.LacValidator(metadata=metadata, files=files, registry=registry, selected_rules=codes)
    finished = time.perf_counter()
    return {
        "flagged": flagged(done.ds_results, codes),
        "failed": done.fails,
        "skipped": done.skips,
        "seconds": finished - imported,
        "seconds_importing": imported - STARTED,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def flagged(results: Any, codes: list[str]) -> dict[str, dict[str, list[int]]]:
    """Code, then table, then the rows flagged, counted from 0."""
    found: dict[str, dict[str, list[int]]] = {code: {} for code in codes}
    for table, frame in results.items():
        for code in codes:
            if table != "metadata" and f"ERR_{code}" in frame:
                rows = frame.index[frame[f"ERR_{code}"] == True]  # noqa: E712  (blank where it was not flagged)
                found[code][table] = sorted(int(row) for row in rows)
    return found


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), sys.argv[2], sys.argv[3:])))
