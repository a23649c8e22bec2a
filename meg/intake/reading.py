"""From outside bytes to rows of text. What cannot be read is one sentence, and then nothing is loaded.

A table is recognised by its set of columns, in any order, whatever the file is called. Row numbers count
from 0 at the first row under the headings; a line with nothing on it is not a row and takes no number.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os.path import isdir
from pathlib import Path
from typing import BinaryIO

from meg.intake.rules import LARGEST_FILE, shown

NUL_SHOWN = "␀"
"""Stands for a NUL character, which PostgreSQL cannot keep in text (U+2400)."""

NOT_CSV = (
    (b"PK\x03\x04", "a spreadsheet or a zip file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel spreadsheet"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"<?xml", "an XML file"),
)
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
HEAD = 65_536


class FileTrouble(Exception):
    """A file, or a set of files, that cannot be taken. Its text is one sentence or two that name the file."""


@dataclass(frozen=True)
class Source:
    """Something that was sent: its name, its size in bytes, and how to open it."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class SentFile:
    """A file that holds a table we load: its bytes as sent, its `columns` in their own order, in capitals."""

    name: str
    table: str
    columns: tuple[str, ...]
    content: bytes

    @classmethod
    def kept(cls, name: str, table: str, content: bytes) -> SentFile:
        """A file that was taken before and kept: its headings are read from it again."""
        return cls(name, table, _trimmed(next(_records(name, _reader(name, content)))), content)

    @property
    def is_plain(self) -> bool:
        """Nothing in it needs escaping on its way to the database."""
        return not any(mark in self.content for mark in (b'"', b"\\", b"\t"))

    def rows(self) -> Iterator[list[str]]:
        """Every row under the headings, as text, as wide as `columns`. Raises FileTrouble at the first
        ragged one.
        """
        reader = _reader(self.name, self.content)
        wide = len(self.columns)
        next(_records(self.name, reader))
        for row in _records(self.name, reader):
            if len(row) != wide:
                row = _fitted(self.name, reader.line_num, row, wide)
            yield row


@dataclass(frozen=True)
class LeftFile:
    """A file of the return that holds a table we know and do not load."""

    name: str
    table: str


@dataclass(frozen=True)
class Reading:
    """What was sent: the files to load, those left, and the names in a folder that are no CSV files."""

    files: tuple[SentFile, ...]
    left: tuple[LeftFile, ...] = ()
    passed_over: tuple[str, ...] = ()


def read(
    paths: Sequence[str | Path],
    *,
    known: Mapping[str, Sequence[str]],
    loaded: Iterable[str],
    extra: Mapping[str, Sequence[str]] | None = None,
) -> Reading:
    """Files, and the CSV files of folders, as a Reading. Raises FileTrouble. `known`: the columns of each
    table; `extra`: those that it may have besides.
    """
    sources: list[Source] = []
    passed: list[str] = []
    for path in map(Path, paths):
        if isdir(path):
            inside, other = _folder(path)
            sources += inside
            passed += other
        else:
            sources.append(_file(path))
    return recognise(sources, known=known, loaded=loaded, extra=extra, passed_over=passed)


def recognise(
    sources: Sequence[Source],
    *,
    known: Mapping[str, Sequence[str]],
    loaded: Iterable[str],
    extra: Mapping[str, Sequence[str]] | None = None,
    passed_over: Sequence[str] = (),
) -> Reading:
    """Which table each source holds, with the content of those we load. Raises FileTrouble. Also for
    uploads.
    """
    wanted = tuple(loaded)
    for source in sources:
        _refuse_by_size(source)
    files: list[SentFile] = []
    left: list[LeftFile] = []
    for source in sources:
        columns = _headings(source)
        table = _table(source.name, columns, known, extra or {})
        if table in wanted:
            _refuse_second(source.name, table, files)
            files.append(_taken(source, table, columns))
        else:
            left.append(LeftFile(source.name, table))
    if not files:
        names = ", ".join(source.name for source in sources) or "nothing"
        raise FileTrouble(f"None of the files sent holds {_listed(wanted, 'or')}: {shown(names, 200)}.")
    return Reading(tuple(files), tuple(left), tuple(passed_over))


def _folder(path: Path) -> tuple[list[Source], list[str]]:
    try:
        inside = sorted(child for child in path.iterdir() if child.is_file())
    except OSError as error:
        raise FileTrouble(f"The folder {shown(path.name)} cannot be opened: {_why(error)}.") from None
    inside = [child for child in inside if not child.name.startswith((".", "~$"))]
    sources = [_file(child) for child in inside if child.suffix.lower() == ".csv"]
    if not sources:
        raise FileTrouble(f"The folder {shown(path.name or str(path))} holds no CSV file.")
    return sources, [child.name for child in inside if child.suffix.lower() != ".csv"]


def _file(path: Path) -> Source:
    try:
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise FileTrouble(f"{shown(str(path), 200)} cannot be opened: {_why(error)}.") from None
    if not path.is_file():
        raise FileTrouble(f"{shown(str(path), 200)} is neither a file nor a folder.")
    return Source(path.name, size, lambda: path.open("rb"))


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    if isinstance(error, PermissionError):
        return "reading it is not permitted"
    return "the name or the disk is at fault"


def _refuse_by_size(source: Source) -> None:
    if source.size > LARGEST_FILE:
        raise FileTrouble(
            f"{shown(source.name)} is {source.size / 1e6:,.0f} MB; the most that is taken is "
            f"{LARGEST_FILE / 1e6:,.0f} MB. Send one year’s return, as CSV."
        )


def _refuse_second(name: str, table: str, files: Sequence[SentFile]) -> None:
    for earlier in files:
        if earlier.table == table:
            raise FileTrouble(
                f"{shown(earlier.name)} and {shown(name)} both hold the {table} table. Send only one of them."
            )


def _taken(source: Source, table: str, columns: tuple[str, ...]) -> SentFile:
    content = _bytes(source)
    _refuse_other_encoding(source.name, content)
    file = SentFile(source.name, table, columns, content)
    if next(file.rows(), None) is None:
        raise FileTrouble(f"{shown(source.name)} holds only the headings of {table} and no rows under them.")
    return file


def _bytes(source: Source, most: int = LARGEST_FILE) -> bytes:
    try:
        with source.open() as stream:
            return stream.read(most)
    except OSError as error:
        raise FileTrouble(f"{shown(source.name)} cannot be opened: {_why(error)}.") from None


def _refuse_other_encoding(name: str, content: bytes) -> None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileTrouble(
            f"{shown(name)}, line {line}: this is not UTF-8 text. Save the file as ‘CSV UTF-8’ and send that."
        ) from None


def _headings(source: Source) -> tuple[str, ...]:
    """The first line that has anything on it, trimmed and in capitals."""
    head = _bytes(source, HEAD)
    if not head.strip():
        raise FileTrouble(f"{shown(source.name)} is empty.")
    _refuse_not_text(source.name, head)
    text = head[: head.rfind(b"\n") + 1] or head
    try:
        row = next(_records(source.name, _reader(source.name, text)), None)
    except UnicodeDecodeError:
        _refuse_other_encoding(source.name, head)
        raise
    columns = _trimmed(row or ())
    if not columns:
        raise FileTrouble(f"{shown(source.name)} is empty.")
    return columns


def _trimmed(row: Sequence[str]) -> tuple[str, ...]:
    """Headings without the space around them, in capitals, less the blank ones at the end."""
    columns = [cell.strip().upper() for cell in row]
    while columns and not columns[-1]:
        columns.pop()
    return tuple(columns)


def _refuse_not_text(name: str, head: bytes) -> None:
    for mark, what in NOT_CSV:
        if head.startswith(mark):
            raise FileTrouble(f"{shown(name)} is {what}, not a CSV file. Save the table as CSV and send that.")
    first = head.lstrip(b"\r\n").split(b"\n", 1)[0]
    if head.startswith(UTF_16) or (first[1:2] == b"\0" or first[:1] == b"\0"):
        raise FileTrouble(f"{shown(name)}, line 1: this is UTF-16 text. Save the file as ‘CSV UTF-8’ and send that.")
    if any(byte < 32 and byte not in b"\t\r\n\f" for byte in first[:2000]):
        raise FileTrouble(f"{shown(name)} is not a CSV file: its first line is not text.")


def _table(
    name: str, columns: Sequence[str], known: Mapping[str, Sequence[str]], extra: Mapping[str, Sequence[str]]
) -> str:
    """The table with exactly these columns, in any order; those it may have besides are not asked for."""
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise FileTrouble(f"{shown(name)} has the heading {shown(twice[0]) or '(blank)'} more than once.")
    found = set(columns)
    for table, expected in known.items():
        if found - set(extra.get(table, ())) == set(expected):
            return table
    raise FileTrouble(_unknown(name, columns, known))


def _unknown(name: str, columns: Sequence[str], known: Mapping[str, Sequence[str]]) -> str:
    found = set(columns)
    nearest = max(known, key=lambda table: len(found & set(known[table])) / len(found | set(known[table])))
    if not found & set(known[nearest]):
        for mark, what in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if len(columns) == 1 and mark in columns[0]:
                return f"{shown(name)} has {what} between its values. Save it with commas between them."
        headings = shown(", ".join(columns), 80)
        return f"{shown(name)} is not a table of this return: its first line is ‘{headings}’."
    parts = []
    if lacking := [column for column in known[nearest] if column not in found]:
        parts.append(f"it lacks {_listed(lacking)}")
    if extra := [column for column in columns if column not in known[nearest]]:
        parts.append(f"it has {_listed([shown(column) or '(blank)' for column in extra])} besides")
    return f"{shown(name)} is not a table of this return: it is nearest to {nearest}, but {' and '.join(parts)}."


def _listed(names: Sequence[str], last: str = "and") -> str:
    if len(names) > 8:
        names = [*names[:7], f"{len(names) - 7} more"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {last} {names[-1]}"


def records(source: Source) -> Iterator[list[str]]:
    """Every record of a CSV file, the headings first, as it streams: memory does not grow with the file.

    Raises: FileTrouble, where it cannot be opened, is not UTF-8 text, or its quotation marks cannot be followed.
    """
    csv.field_size_limit(LARGEST_FILE)
    _refuse_not_text(source.name, _bytes(source, HEAD))
    try:
        with source.open() as stream:
            reader = _CsvReader(io.TextIOWrapper(stream, encoding="utf-8-sig", newline=""))
            heads = next(_records(source.name, reader), [])
            heads = heads[: len(_trimmed(heads))]
            yield heads
            for row in _records(source.name, reader):
                yield row if len(row) == len(heads) else _fitted(source.name, reader.line_num, row, len(heads))
    except UnicodeDecodeError:
        with source.open() as stream:
            _refuse_other_encoding(source.name, stream.read())
        raise


def _reader(name: str, content: bytes) -> _CsvReader:
    csv.field_size_limit(LARGEST_FILE)
    if b"\0" in content:
        content = content.replace(b"\0", NUL_SHOWN.encode())
    return _CsvReader(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline=""))


class _CsvReader:
    """csv.reader under a name that can be annotated."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.rows = csv.reader(text, strict=True)

    @property
    def line_num(self) -> int:
        return self.rows.line_num


def _records(name: str, reader: _CsvReader) -> Iterator[list[str]]:
    """Records, less the lines with nothing but spaces on them; a lone pair of quotation marks is a value."""
    try:
        for row in reader.rows:
            if len(row) > 1 or (row and (row[0].strip() or not row[0])):
                yield row
    except csv.Error as error:
        raise FileTrouble(
            f"{shown(name)}, line {reader.line_num}: the quotation marks cannot be followed ({error})."
        ) from None


def _fitted(name: str, line: int, row: list[str], wide: int) -> list[str]:
    """A row less its blank cells beyond the headings. Raises FileTrouble where that does not fit."""
    if len(row) > wide and not any(row[wide:]):
        return row[:wide]
    values = "1 value" if len(row) == 1 else f"{len(row)} values"
    raise FileTrouble(f"{shown(name)}, line {line}: {values} under {wide} headings. Each row needs one for each.")
