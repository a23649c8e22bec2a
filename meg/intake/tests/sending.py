"""A small return, made up, and how the tests send it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from conftest import Cast
from meg.intake import actions
from meg.intake.models import Batch
from meg.intake.reading import read
from meg.intake.sources.ssda903.tables import EXTRA, KNOWN, LOADED
from meg.partnership.seats import By, seated

HEADER = "A1,1,03/02/2003,WBRI,,,\nA2,2,04/03/2004,WBRI,,,\nA3,2,05/04/2005,WBRI,,,"
EPISODES = (
    "A1,15/02/2016,S,C2,N3,U6,PR1,,,,,,\n"
    "A2,15/02/2016,S,C2,N3,K2,PR1,,,,,,\n"
    "A3,15/02/2016,S,C2,N3,U6,PR1,,,,,,"
)  # fmt: skip
MISSING = (
    "A1,03/02/2003,M,02/05/2017,04/05/2017\n"
    "A1,03/02/2003,A,10/06/2017,11/06/2017\n"
    "A2,04/03/2004,M,01/07/2017,02/07/2017"
)  # fmt: skip


@dataclass(frozen=True)
class Return:
    """The rows of one return's three tables, as text, without headings; a table that is None is not sent."""

    header: str | None = HEADER
    episodes: str | None = EPISODES
    missing: str | None = MISSING
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def with_distances(self, *said: str) -> Return:
        """The same with the columns that a sender’s own system adds to each row of Episodes: '12.5,IN'."""
        rows = zip((self.episodes or "").split("\n"), said, strict=True)
        return replace(self, episodes="\n".join(f"{row},{more}" for row, more in rows), extra=EXTRA)

    def but(self, **tables: Any) -> Return:
        """The same with other tables; `missing=MISSING.replace(…)` corrects a row."""
        return replace(self, **tables)

    @property
    def files(self) -> dict[str, str]:
        """By name, each file's whole text."""
        tables = {"Header": self.header, "Episodes": self.episodes, "Missing": self.missing}
        return {
            f"{table.lower()}.csv": ",".join([*KNOWN[table], *self.extra.get(table, ())]) + "\n" + rows + "\n"
            for table, rows in tables.items()
            if rows is not None
        }

    def into(self, folder: Path) -> Path:
        """Write the files into a folder, and nothing else."""
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for name, text in self.files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        return folder


@dataclass
class Post:
    """Where the returns of one test are sent from."""

    cast: Cast
    folder: Path

    def receive(self, sent: Return, year: str = "2017-18", by: By | None = None) -> Batch:
        by = by or self.cast.by("helen")
        reading = read([sent.into(self.folder / "return")], known=KNOWN, loaded=LOADED, extra=EXTRA)
        with seated(by):
            return actions.receive(by=by, dataset="ssda903", year=year, reading=reading)

    def load(self, sent: Return, year: str = "2017-18", by: By | None = None) -> Batch:
        by = by or self.cast.by("helen")
        batch = self.receive(sent, year, by)
        with seated(by):
            return actions.load(by=by, batch=batch)

    def undo(self, batch: Batch) -> Batch:
        by = self.cast.by("helen")
        with seated(by):
            return actions.undo(by=by, batch=batch)


def numbers(batch: Batch) -> tuple[int, int, int, int]:
    """Read, accepted, unchanged, rejected."""
    return batch.rows_read, batch.accepted, batch.unchanged, batch.rejected
