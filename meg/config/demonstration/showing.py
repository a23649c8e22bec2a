"""Showing the demonstration once it is made: who may sign in, and the site. No Django here, so that it starts at once."""

from __future__ import annotations

import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from meg.config import processes
from meg.config.demonstration.staff import PASSWORD, STAFF

MADE = "demonstration-made"
WORKERS = 1  # it starts sooner, and one person looks at it


def made(home: Path) -> Path:
    """The mark that stands in a home where the demonstration is made."""
    return home / MADE


def sign_ins() -> None:
    """One sign-in for each kind of person, as a table."""
    table = Table(title="Sign in to Caldershire (demonstration)", title_justify="left")
    for heading in ("Kind of person", "E-mail address", "Works for"):
        table.add_column(heading)
    for person in STAFF:
        table.add_row(" or ".join(seat.label for seat in person.seats), person.email, person.agency)
    Console(width=120).print(table)
    print(f"The password of everyone is {PASSWORD}", flush=True)


def say(sentence: str) -> None:
    print(sentence, file=sys.stdout, flush=True)


def show(host: str, port: int) -> None:
    """The sign-ins, then the site until Ctrl-C. Raises: processes.SiteTrouble."""
    sign_ins()
    processes.serve(host, port, WORKERS, say)
