"""From a file to rows under our own headings: CSV as it streams, XLSX and ODS by their first sheet.

Memory does not grow with the rows of a CSV file. A spreadsheet is opened whole: its format cannot be streamed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from meg.intake.reading import NUL_SHOWN, FileTrouble, Source, records
from meg.intake.rules import LARGEST_FILE, shown
from meg.intake.sources.sheet.columns import Dataset
from meg.intake.sources.sheet.mapping import Mapping

SPREADSHEET = b"PK\x03\x04"


@dataclass(frozen=True)
class Sheet:
    """A file as it was sent, and where each of our columns stands in it."""

    source: Source
    dataset: Dataset
    mapping: Mapping

    @property
    def name(self) -> str:
        return self.source.name

    def rows(self) -> Iterator[list[str]]:
        """Every row under the headings, as text under our own columns in their order. Raises: FileTrouble."""
        lines = self._lines()
        places = self._places(next(lines, []))
        constants = [self.mapping.constants.get(name, "") for name in self.dataset.names]
        wide = max((place for place in places if place is not None), default=0) + 1
        for line in lines:
            if not any(line):
                continue
            filled = line if len(line) >= wide else [*line, *[""] * (wide - len(line))]
            if any("\0" in value for value in filled):
                filled = [value.replace("\0", NUL_SHOWN) for value in filled]
            yield [
                constant if place is None else filled[place].strip()
                for place, constant in zip(places, constants, strict=True)
            ]

    def _places(self, heads: Sequence[str]) -> list[int | None]:
        """Where our columns stand. Raises: FileTrouble, where one that must be there is not."""
        found = [head.strip().lower() for head in heads]
        if twice := sorted({head for head in found if head and found.count(head) > 1}):
            raise FileTrouble(f"{shown(self.name)} has the heading {shown(twice[0])} more than once.")
        places: list[int | None] = []
        for column in self.dataset.columns:
            heading = self.mapping.columns.get(column.name, column.name).strip().lower()
            if heading in found:
                places.append(found.index(heading))
            elif column.name in self.mapping.columns:
                raise FileTrouble(
                    f"The mapping {shown(self.mapping.name)} names the column ‘{shown(self.mapping.columns[column.name])}’, "
                    f"which {shown(self.name)} does not have."
                )
            elif column.required and column.name not in self.mapping.constants:
                raise FileTrouble(
                    f"{shown(self.name)} has no column ‘{column.name}’. Its headings are: {shown(', '.join(heads), 200)}."
                )
            else:
                places.append(None)
        held = {name for name, place in zip(self.dataset.names, places, strict=True) if place is not None}
        if "child_id" not in held and not {"given_name", "family_name", "date_of_birth"} <= held:
            raise FileTrouble(
                f"{shown(self.name)} does not say whose rows these are: it needs child_id, or given_name, family_name "
                "and date_of_birth."
            )
        return places

    def _lines(self) -> Iterator[list[str]]:
        with self.source.open() as stream:
            is_spreadsheet = stream.read(len(SPREADSHEET)) == SPREADSHEET
        return _of_spreadsheet(self.source) if is_spreadsheet else records(self.source)


def _of_spreadsheet(source: Source) -> Iterator[list[str]]:
    try:
        with source.open() as stream:
            for line in CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).iter_rows():
                yield [_text(cell) for cell in line]
    except (CalamineError, OSError, ValueError, IndexError):
        raise FileTrouble(f"{shown(source.name)} is not a spreadsheet that can be read (XLSX or ODS).") from None


def _text(cell: Any) -> str:
    """A cell as people read it. A number in a cell is one without a decimal part."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time(0) else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def open_sheet(path: Path, dataset: Dataset, mapping: Mapping) -> Sheet:
    """A sheet on disk, its headings understood. Raises: FileTrouble with one sentence that says what is wrong."""
    try:
        if not path.is_file():
            raise FileTrouble(f"{shown(str(path), 200)} is not a file, or there is no such file.")
        return sheet_of(Source(path.name, path.stat().st_size, lambda: path.open("rb")), dataset, mapping)
    except OSError:
        raise FileTrouble(f"{shown(path.name)} cannot be opened.") from None


def sheet_of(source: Source, dataset: Dataset, mapping: Mapping) -> Sheet:
    """A sheet that was sent, its headings understood and at least one row under them. Raises: FileTrouble."""
    name = shown(source.name)
    if source.size > LARGEST_FILE:
        raise FileTrouble(
            f"{name} is {source.size / 1e6:,.0f} MB; the most that is taken is {LARGEST_FILE / 1e6:,.0f} MB. "
            "Send fewer rows at a time."
        )
    with source.open() as stream:
        head = stream.read(2000)
    if not head.strip():
        raise FileTrouble(f"{name} is empty.")
    if b"\0" in head.split(b"\n", 1)[0] and not head.startswith(SPREADSHEET):
        raise FileTrouble(f"{name} is neither CSV as UTF-8 text nor a spreadsheet (XLSX or ODS).")
    sheet = Sheet(source, dataset, mapping)
    if next(sheet.rows(), None) is None:
        raise FileTrouble(f"{name} holds only headings and no rows under them.")
    return sheet
