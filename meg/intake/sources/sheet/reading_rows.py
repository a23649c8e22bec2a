"""What each row says, and what in it cannot be understood: dates, codes, lengths, and the rules of the episode.

The rules are the missing room's own, the same that a form is held to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from meg.intake.rules import shown
from meg.intake.sources.sheet.columns import Column, Dataset, Kind
from meg.intake.sources.sheet.mapping import Mapping as Told_by
from meg.intake.sources.sheet.rows import Sheet
from meg.protect.missing.rules import LONDON, Known, Told, broken, first_minute, moment_wrong

UNREADABLE, UNKNOWN, WANTING, LONG, BROKEN = "MEG30", "MEG31", "MEG32", "MEG33", "MEG34"
SHAPES = (
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:[ T](\d{1,2}):(\d{2})(?::\d{2})?)?"), (3, 2, 1)),
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::\d{2})?)?"), (1, 2, 3)),
)
FIELD = {"started_at": "started", "reported_at": "reported", "located_at": "located", "returned_at": "returned"}


@dataclass(frozen=True)
class Issue:
    """What is wrong with a row: the rule's code, the columns it is about, the sentence."""

    code: str
    fields: tuple[str, ...]
    message: str


@dataclass
class Read:
    """One row: its number from 0, what was sent, what it says by column, and what is wrong."""

    number: int
    sent: list[str]
    said: dict[str, Any] = field(default_factory=dict)
    exact: dict[str, bool] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


@lru_cache(maxsize=4096)
def read_moment(text: str, styles: tuple[str, ...]) -> tuple[datetime, bool] | None:
    """A date, or a date and time in Europe/London, as a moment in UTC, and whether the time is known."""
    for style in styles:
        try:
            local = datetime.strptime(text, style).replace(tzinfo=LONDON)
        except ValueError:
            continue
        return local.astimezone(UTC), "%H" in style or "%I" in style
    for shape, order in SHAPES:
        if found := shape.fullmatch(text):
            year, month, day = (int(found[n]) for n in order)
            try:
                if found[4] is None:
                    return first_minute(date(year, month, day)), False
                return datetime(year, month, day, int(found[4]), int(found[5]), tzinfo=LONDON).astimezone(UTC), True
            except ValueError:
                return None
    return None


class Reader:
    """Reads the rows of one sheet. `codes`: the code lists; `police_words`: the police's words and their days."""

    def __init__(
        self, sheet: Sheet, now: datetime, codes: Mapping[str, Mapping[str, str]],
        police_words: list[tuple[str, date | None, date | None]],
    ) -> None:  # fmt: skip
        self.sheet, self.now, self.codes, self.police_words = sheet, now, codes, police_words
        self.dataset: Dataset = sheet.dataset
        self.mapping: Told_by = sheet.mapping
        self.words_on: dict[date, frozenset[str]] = {}

    def rows(self) -> Iterator[Read]:
        """Every row of the sheet, read. Raises: FileTrouble, where the file itself cannot be followed."""
        for number, sent in enumerate(self.sheet.rows()):
            row = Read(number, sent)
            for column, text in zip(self.dataset.columns, sent, strict=True):
                self._read(row, column, text)
            if not row.issues:
                (self._episode if self.dataset.name == "missing" else self._interview)(row)
            yield row

    def _read(self, row: Read, column: Column, text: str) -> None:
        if not text:
            if column.required:
                row.issues.append(Issue(WANTING, (column.name,), f"The column {column.name} is empty. Fill it in."))
            return
        if column.kind in (Kind.DAY, Kind.MOMENT):
            found = read_moment(text, self.mapping.dates)
            if found is None:
                row.issues.append(Issue(UNREADABLE, (column.name,), f"‘{shown(text)}’ is not a date there is. "
                                        "Write it like 24/11/2026, or 24/11/2026 16:30."))  # fmt: skip
                return
            row.said[column.name], row.exact[column.name] = found
        elif column.kind in (Kind.CODE, Kind.CODES):
            self._read_codes(row, column, text)
        elif column.kind is Kind.NUMBER:
            if not (text.isascii() and text.isdigit() and len(text) < 4):
                row.issues.append(Issue(UNREADABLE, (column.name,), f"‘{shown(text)}’ is not a whole number."))
                return
            row.said[column.name] = int(text)
        elif len(text) > column.longest:
            row.issues.append(Issue(LONG, (column.name,), f"The column {column.name} has {len(text)} characters; "
                                    f"the most is {column.longest}."))  # fmt: skip
        else:
            row.said[column.name] = text

    def _read_codes(self, row: Read, column: Column, text: str) -> None:
        parts = [part.strip() for part in text.split(";")] if column.kind is Kind.CODES else [text]
        allowed = column.codes or self.codes.get(column.name, {})
        own = self.mapping.codes.get(column.name, {})
        found = []
        for part in filter(None, parts):
            code = own.get(part.lower()) or allowed.get(part.lower())
            if code is None:
                known = ", ".join(sorted(set(allowed.values())))
                row.issues.append(Issue(UNKNOWN, (column.name,), f"‘{shown(part)}’ is not a code of {column.name}. "
                                        f"The codes are: {shown(known, 200)}."))  # fmt: skip
                return
            found.append(code)
        row.said[column.name] = found if column.kind is Kind.CODES else found[0]

    def _episode(self, row: Read) -> None:
        """Hold a tracker's row to the rules of the episode."""
        said = row.said
        from_care = said.get("missing_from") == "care" or (not said.get("missing_from") and "care_status" in said)
        told = Told(
            said.get("missing_from", "care" if from_care else "home"), said.get("care_status", ""),
            said.get("police_category", "" if "care_status" in said else "MISSING"), said.get("setting", "other"),
            said["started"], row.exact["started"], said.get("reported"), "", said.get("returned"),
            row.exact.get("returned", True), "", "", said.get("located"),
        )  # fmt: skip
        said.setdefault("police_category", told.police_category)
        if told.missing_from == "care" and not told.care_status:
            said["care_status"] = "M" if told.police_category == "MISSING" else "A"
            told = Told(**{**told.__dict__, "care_status": said["care_status"]})
        born = said["date_of_birth"].astimezone(LONDON).date() if "date_of_birth" in said else None
        known = Known(self.now, born, self._words(told.started_at.astimezone(LONDON).date()))
        for name, sentence in broken(told, known):
            row.issues.append(Issue(BROKEN, (FIELD.get(name, name),), sentence))

    def _interview(self, row: Read) -> None:
        """What cannot be of an interview, whatever the episode is."""
        for name, what in (("offered", "The offer"), ("held", "The interview")):
            if name in row.said and (wrong := moment_wrong(what, row.said[name], [], self.now)):
                row.issues.append(Issue(BROKEN, (name,), wrong))
        if "held" in row.said and "held_by" not in row.said:
            row.issues.append(Issue(WANTING, ("held_by",), "The interview was held: fill in held_by."))
        if row.said.get("required") == "no" and "held" in row.said:
            row.issues.append(
                Issue(BROKEN, ("required", "held"), "An interview that was held was required. Correct one of the two.")
            )

    def _words(self, day: date) -> frozenset[str]:
        if day not in self.words_on:
            self.words_on[day] = frozenset(
                code
                for code, first, last in self.police_words
                if (not first or first <= day) and (not last or day <= last)
            )
        return self.words_on[day]
