"""Reading a long sheet in processes side by side, each some thousands of rows at a time, and in the file's order.

What is understood comes back as the lines that COPY takes, so that the process which speaks to the database has nothing
left to do but pass them on. Nothing here knows the database. A short sheet is read where it is.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from multiprocessing import get_context

from meg.intake.sources.sheet.columns import Column, Dataset, Kind
from meg.intake.sources.sheet.reading_rows import Read, Reader, london_day
from meg.intake.sources.sheet.rows import Sheet

A_TIME = 2000  # rows
SHORT = 5  # blocks: with so many or fewer, reading is done before a process has begun
PROCESSES = 2
AHEAD = 6  # blocks that are under way at once: memory does not grow with the file
PERSON = ("ident", "given", "family", "born")
EPISODE = ("episode_id", "started", "missing_from", "setting", "care_status", "police_category", "last_seen_place", "reported",
           "reported_by", "reported_to", "located", "returned", "held_by", "police_risk", "risk_reason", "risk_assessor",
           "prevention_held", "prevention_by", "prevention_not_held_because")  # fmt: skip
INTERVIEW = ("episode_id", "started", "interview_id", "required", "not_required_because", "offered", "offered_by", "accepted",
             "declined_by", "attempts", "not_contactable", "held", "held_by", "held_by_agency", "independent", "place", "harm",
             "reasons", "information")  # fmt: skip
REFERRAL = ("referral_id", "received", "referred_by", "role", "agency", "source", "how_known", "concerns", "models", "began",
            "platform", "place", "place_not_known", "vulnerabilities", "push", "pull", "control", "linked_missing", "cross_border",
            "cross_border_where", "voice", "consent", "consent_because", "transition_reason", "level", "level_by", "level_reason",
            "level_given", "taken_on", "closed", "outcome")  # fmt: skip
OF = {"missing": EPISODE, "return-interviews": INTERVIEW, "referrals": REFERRAL}
KEYS = {
    "missing": {"episode_id": "key"},
    "return-interviews": {"episode_id": "episode_key"},
    "referrals": {"referral_id": "key"},
}
NAMES = {"police_risk": "risk", "interview_id": "key", "not_required_because": "because", "prevention_held": "prevention",
         "prevention_not_held_because": "prevention_why", "received": "received_at", "models": "kinds"}  # fmt: skip
EXACT = {
    "started": "started_exact",
    "returned": "returned_exact",
    "held": "held_exact",
    "received": "received_to_the_minute",
}
ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
IN_AN_ARRAY = str.maketrans({"\\": r"\\", '"': r"\""})
NOTHING = r"\N"

Numbered = list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Block:
    """Some rows of a sheet: how many, those understood as lines for COPY, and those that are to be set aside."""

    read: int
    lines: bytes
    wrong: list[Read]


class Lines:
    """How a row is handed to the database: `columns` of its temporary table, and the row as a line for COPY."""

    def __init__(self, dataset: Dataset) -> None:
        names, ours = OF[dataset.name], {**NAMES, **KEYS[dataset.name]}
        exactly = [name for name in names if name in EXACT]
        self.columns = (*(ours.get(name, name) for name in names), *(EXACT[name] for name in exactly))
        said = ("child_id", "given_name", "family_name", "date_of_birth", *names)
        self._place = {name: place for place, name in enumerate(said, start=1)}
        self._exactly = {name: place for place, name in enumerate(exactly, start=1 + len(said))}
        self._empty = ["", *(_empty(dataset.column(name)) for name in said), *(NOTHING for _ in exactly)]

    def line(self, row: Read) -> str:
        texts = self._empty.copy()
        texts[0] = str(row.number)
        place = self._place
        for name, value in row.said.items():
            if name not in place:
                continue
            if type(value) is str:
                texts[place[name]] = value if value.isalnum() else value.translate(ESCAPED)
            elif name == "date_of_birth":
                texts[place[name]] = london_day(value).isoformat()
            else:
                texts[place[name]] = _text(value)
        for name, at in self._exactly.items():
            if name in row.exact:
                texts[at] = str(row.exact[name])
        return "\t".join(texts) + "\n"


def blocks(sheet: Sheet, reader: Reader) -> Iterator[Block]:
    """Every row of a sheet, in blocks, in order. Raises: FileTrouble, where the file itself cannot be followed."""
    numbered = enumerate(sheet.rows())
    some = iter(lambda: list(islice(numbered, A_TIME)), [])
    first = list(islice(some, SHORT + 1))
    if len(first) <= SHORT:
        lines = Lines(reader.dataset)
        yield from (_block(reader, lines, each) for each in first)
        return
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), _begin, (reader,)) as processes:
        under_way: deque[Future[Block]] = deque()
        for each in chain(first, some):
            under_way.append(processes.submit(_in_process, each))
            if len(under_way) > AHEAD:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


_of_this_process: list[tuple[Reader, Lines]] = []


def _begin(reader: Reader) -> None:
    """The first thing that a process does. Whoever is stopped by the keyboard is told once, not by each process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _of_this_process.append((reader, Lines(reader.dataset)))


def _in_process(rows: Numbered) -> Block:
    return _block(*_of_this_process[0], rows)


def _block(reader: Reader, lines: Lines, rows: Numbered) -> Block:
    understood, wrong = [], []
    for number, sent in rows:
        row = reader.read(number, sent)
        if row.issues:
            wrong.append(row)
        else:
            understood.append(lines.line(row))
    return Block(len(rows), "".join(understood).encode(), wrong)


def _empty(column: Column) -> str:
    """What is handed over where a row says nothing in a column."""
    return "{}" if column.kind is Kind.CODES else NOTHING if column.kind in (Kind.DAY, Kind.MOMENT, Kind.NUMBER) else ""


def _text(value: datetime | int | list[str]) -> str:
    """A value as COPY takes it in its text format (PostgreSQL manual, COPY, File Formats)."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        codes = ",".join(f'"{code.translate(IN_AN_ARRAY)}"' for code in value)
        return f"{{{codes}}}".translate(ESCAPED)
    return str(value)
