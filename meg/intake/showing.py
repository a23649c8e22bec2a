"""What the pages say of a batch: its heading, its bar, its rows in words. Nothing here asks who is looking."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils.functional import cached_property

from meg.intake.models import NOT_IN, Batch, File, Row

EXAMPLES = 5  # rows that a group shows before the rest is on a page of its own
STEPS = {
    "reading": "Reading the files",
    "checking": "Checking every row against the rules",
    "children": "Taking in the children",
    "time looked after": "Taking in the time looked after",
    "episodes": "Taking in the missing episodes",
    "numbers": "Counting what became of the rows",
}
GROUPS = """
SELECT issue ->> 'code', issue ->> 'message', r."table", count(*),
  (array_agg(r.id ORDER BY r.number))[1:%(examples)s]
FROM intake_row r, jsonb_array_elements(r.issues) issue
WHERE r.batch_id = %(batch)s AND r.state = 'flagged'
GROUP BY 1, 2, 3 ORDER BY 1, 3"""


def rows_in_words(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


@dataclass(frozen=True)
class Value:
    """One value as it was sent, under its heading."""

    heading: str
    sent: str


@dataclass(frozen=True)
class Broken:
    """One rule that a row breaks, with the values it is about."""

    code: str
    message: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Line:
    """A row as the pages list it: by table, its number from 0 under the headings, its child as sent."""

    table: str
    number: int
    child: str
    broken: tuple[Broken, ...]
    is_corrected: bool = False
    sent_again: int | None = None  # the batch in which it was sent again, and stands

    @property
    def values(self) -> list[Value]:
        """What was sent under every heading that a broken rule is about, each once."""
        return list(dict.fromkeys(value for broken in self.broken for value in broken.values))

    @classmethod
    def of(cls, row: Row, code: str = "") -> Line:
        """A row with the rules it broke; with `code`, only that one."""
        sent: dict[str, Any] = row.sent
        broken = tuple(
            Broken(
                issue["code"],
                issue["message"],
                tuple(Value(field, str(sent.get(field.lower()) or "")) for field in issue["fields"]),
            )
            for issue in row.issues
            if code in ("", issue["code"])
        )
        again = row.sent_again
        stands = again.pk if again is not None and again.state not in NOT_IN else None
        return cls(row.table, row.number, row.child, broken, row.corrected is not None, stands)


@dataclass(frozen=True)
class Group:
    """Rows of one table that are stored and break the same rule: how many, and the first of them."""

    code: str
    message: str
    table: str
    count: int
    lines: tuple[Line, ...]


def groups(batch: Batch) -> list[Group]:
    """The rules that stored rows break, with their first rows. Two queries, however many rows."""
    with connection.cursor() as cursor:
        cursor.execute(GROUPS, {"batch": batch.pk, "examples": EXAMPLES})
        found = cursor.fetchall()
    rows = Row.objects.in_bulk({number for *_, first in found for number in first})
    return [
        Group(code, message, table, count, tuple(Line.of(rows[number], code) for number in first))
        for code, message, table, count, first in found
    ]


@dataclass(frozen=True)
class Part:
    """One part of the bar: from where and how wide, of 100."""

    kind: str
    start: float
    width: float


def bar(batch: Batch) -> list[Part]:
    """Accepted, unchanged and rejected, side by side; what there is of a part is never too narrow to be seen."""
    counts = {"b-1": batch.accepted, "b-2": batch.unchanged, "b-4": batch.rejected}
    there = {kind: max(count / (batch.rows_read or 1) * 100, 0.8) for kind, count in counts.items() if count}
    whole, at = sum(there.values()), 0.0
    parts = []
    for kind, width in there.items():
        parts.append(Part(kind, round(at, 2), round(width / whole * 100 - 0.3, 2)))
        at += width / whole * 100
    return parts


class Shown:
    """A batch as a page shows it."""

    def __init__(self, batch: Batch, files: Sequence[File], flagged: int = 0) -> None:
        self.batch, self.files, self.flagged = batch, files, flagged
        self.to_correct = batch.rejected  # less those that were sent again: a page of one batch counts them

    @property
    def kind(self) -> str:
        """What it is, in a word of a list."""
        return {"missing": "Tracker", "return-interviews": "Return interviews", "referrals": "Referrals"}.get(
            self.batch.dataset, "Return"
        )

    @property
    def of_year(self) -> str:
        """‘ for 2017-18’; nothing of a sheet, which has no year."""
        return f" for {self.batch.year}" if self.batch.year else ""

    @property
    def names(self) -> str:
        return ", ".join(file.name for file in self.files)

    @property
    def is_running(self) -> bool:
        return self.batch.state in (Batch.State.WAITING, Batch.State.LOADING)

    @property
    def changed_nothing(self) -> bool:
        batch = self.batch
        return batch.state == Batch.State.LOADED and not (batch.accepted or batch.withdrawn)

    @property
    def step(self) -> str:
        return STEPS.get(self.batch.step, "Waiting for the worker")

    @property
    def seconds(self) -> float | None:
        """How long reading took; None where it was not read to its end."""
        started, finished = self.batch.started_at, self.batch.finished_at
        return (finished - started).total_seconds() if started and finished else None

    @property
    def heading(self) -> str:
        """What is left to do."""
        return f"Batch {self.batch.pk}{self._left}"

    @property
    def _left(self) -> str:
        batch = self.batch
        if batch.state == Batch.State.WAITING:
            return " is waiting to be read"
        if batch.state == Batch.State.LOADING:
            return f" is being read: {batch.done} per cent"
        if batch.state == Batch.State.PREVIEWED:
            return ": what loading it would do"
        if batch.state == Batch.State.REFUSED:
            return " was not loaded"
        if batch.state == Batch.State.UNDONE:
            return " was taken back"
        if self.to_correct:
            return f": {rows_in_words(self.to_correct)} {'needs' if self.to_correct == 1 else 'need'} a person"
        if batch.rejected:
            return ": every rejected row was sent again"
        if self.changed_nothing:
            return ": nothing has changed"
        look = f", {self.flagged:,} to be looked at" if self.flagged else ""
        return f": all {rows_in_words(batch.rows_read)} are in{look}"

    @property
    def outcome(self) -> str:
        """What became of it, in a line of a list."""
        batch = self.batch
        if batch.state != Batch.State.LOADED:
            return {
                "waiting": "waiting",
                "previewed": "waiting for you to look at what it would do",
                "loading": f"{batch.done} per cent read",
                "refused": "not loaded: nothing is in",
            }.get(batch.state, "taken back")
        rejected = f"{batch.rejected:,} rejected" if batch.rejected else "none rejected"
        return f"{rows_in_words(batch.rows_read)}, {rejected}"

    @cached_property
    def same_before(self) -> Batch | None:
        """The batch in which the very same files were loaded before, if this one changed nothing."""
        if not self.changed_nothing:
            return None
        prints = sorted(file.sha256 for file in self.files)
        earlier = Batch.objects.filter(
            pk__lt=self.batch.pk, year=self.batch.year, dataset=self.batch.dataset, state=Batch.State.LOADED
        )
        found = File.objects.filter(batch__in=earlier).order_by("-batch_id").values_list("batch_id", "sha256")
        by_batch: dict[int, list[str]] = {}
        for number, sha256 in found[:200]:
            by_batch.setdefault(number, []).append(sha256)
        same = [number for number, kept in by_batch.items() if sorted(kept) == prints]
        return Batch.objects.get(pk=max(same)) if same else None


def shown(batches: Iterable[Batch]) -> list[Shown]:
    """Batches with the names of their files; one query, and never the files' content."""
    found = list(batches)
    files: dict[int, list[File]] = {batch.pk: [] for batch in found}
    for file in File.objects.filter(batch__in=found).defer("content").order_by("pk"):
        files[file.batch_id].append(file)
    return [Shown(batch, files[batch.pk]) for batch in found]
