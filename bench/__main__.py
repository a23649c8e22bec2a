"""`make bench`: what is measured, beside what it is measured against, in one run; written to docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import beside_reference, board, contexts, figures, pages, protecting, returns, tracker
from meg.config.postgres import EmbeddedPostgres
from meg.partnership.seats import ALL_ROLES

HOUSE = Path(__file__).resolve().parents[1]
FOLDER = HOUSE / ".meg" / "bench"
REFERENCE = "csc-validator-be-903==0.1.17"
YEAR = "2017-18"


def fictitious_return() -> Path:
    """The fictitious return that is repeated: MEG_BENCH_RETURN, or beside the checkout."""
    found = Path(os.environ.get("MEG_BENCH_RETURN", HOUSE.parent / "shared" / "data" / "ssda903-fake"))
    if not found.is_dir():
        sys.exit(f"There is no fictitious return in {found}: say where with MEG_BENCH_RETURN.")
    return found


def reference() -> Path:
    """The reference implementation, in an environment of its own."""
    python = FOLDER / "reference" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER / "reference")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", REFERENCE], check=True)
    return python


def loading() -> str:
    """A return of 10,000 children and 85,000 rows: our Missing rules beside the reference's."""
    made = FOLDER / "return"
    rows = returns.repeat(fictitious_return(), made)
    with EmbeddedPostgres(FOLDER / "load", ALL_ROLES).in_use():
        server = EmbeddedPostgres(FOLDER / "load", ALL_ROLES).dsn("meg_owner")
        found = beside_reference.compare(server, made, YEAR, reference=str(reference()))
    return f"{rows:,} rows\n{beside_reference.show(found)}"


def machine() -> str:
    cores = os.cpu_count()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{platform.machine()}, {cores} cores, {memory:.0f} GiB, Python {platform.python_version()}, {platform.system()}"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    parts: dict[str, Callable[[], str]] = {
        "Checking a looked-after children return: our rules beside " + REFERENCE: loading,
        "Pages of a caseload seat as the county grows": lambda: pages.run(FOLDER),
        "The missing board as the past grows": lambda: board.run(FOLDER),
        "A child’s page and a meeting’s agenda as referrals grow": lambda: protecting.run(FOLDER),
        "Proposed groups as more places and people are named": lambda: contexts.run(FOLDER),
        "Loading the partnership’s tracker": lambda: tracker.run(FOLDER),
        "All figures, all periods: beside " + figures.DUCKDB: lambda: figures.run(FOLDER),
    }
    text = [
        "# Benchmarks",
        "",
        f"The last run of `make bench`, {datetime.now(UTC):%-d %B %Y}, on {machine()}.",
    ]
    for title, measured in parts.items():
        print(title, flush=True)
        said = measured()
        print(said, flush=True)
        text += ["", f"## {title}", "", "```", said, "```"]
    (HOUSE / "docs" / "benchmarks.md").write_text("\n".join(text) + "\n")


if __name__ == "__main__":
    main()
