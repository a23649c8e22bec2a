"""Showing the demonstration once it is made: who may sign in, and the site. No Django here, so that it starts at once."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from meg.config import processes
from meg.config.demonstration.staff import PASSWORD, STAFF

MADE = "demonstration-made"
FRESH = timedelta(days=7)  # for so long its dates make sense: then it is made anew
ROOMS = Path(__file__).resolve().parents[2]
WORKERS = 1  # it starts sooner, and one person looks at it


@dataclass(frozen=True)
class Mark:
    """What stands in a home where the demonstration is made: by which recipe, on which tables, and on which day."""

    recipe: str
    tables: str
    day: date

    @classmethod
    def now(cls) -> Mark:
        """The mark of a demonstration that is made today by the code there is."""
        recipe = sorted((ROOMS / "config" / "demonstration").glob("*.py"))
        return cls(_print(recipe), _print(sorted(ROOMS.glob("**/migrations/*.py"))), date.today())

    @classmethod
    def kept(cls, home: Path) -> Mark | None:
        """The mark in a home. None where there is no demonstration; one of which nothing is known is of long ago."""
        try:
            recipe, tables, day = (home / MADE).read_text(encoding="utf-8").split()
            return cls(recipe, tables, date.fromisoformat(day))
        except OSError:
            return None
        except ValueError:
            return cls("", "", date.min)

    def keep(self, home: Path) -> None:
        (home / MADE).write_text(f"{self.recipe}\n{self.tables}\n{self.day}\n", encoding="utf-8")

    def why_anew(self, now: Mark) -> str:
        """Why the demonstration is to be made anew, in words; empty where it need not be."""
        if self.recipe != now.recipe:
            return "by another version of MEG"
        return "" if timedelta(0) <= now.day - self.day < FRESH else f"on {self.day:%-d %B %Y}"


def _print(files: Iterable[Path]) -> str:
    found = hashlib.sha256()
    for file in files:
        found.update(str(file.relative_to(ROOMS)).encode())
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def is_ready(home: Path) -> bool:
    """Whether a demonstration stands in a home that can be shown at once."""
    kept, now = Mark.kept(home), Mark.now()
    return kept is not None and kept.tables == now.tables and not kept.why_anew(now)


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
