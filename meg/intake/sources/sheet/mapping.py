"""A mapping lets any agency's export be loaded without code: other headings, date styles and codes.

[columns]                      # ours = the heading in the file
started = "Date missing from"
[codes.setting]                # what stands in the file = our code
"Kids home" = "childrens_home"
[constants]                    # a column that the file does not have
missing_from = "care"
dates = ["%d.%m.%Y %H:%M", "%d.%m.%Y"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from meg.intake.reading import FileTrouble
from meg.intake.rules import shown
from meg.intake.sources.sheet.columns import Dataset, Kind

PARTS = {"columns", "codes", "constants", "dates", "identifier"}


@dataclass(frozen=True)
class Mapping:
    """How one agency's file says what ours does. `identifier`: the source of its identifiers, any where empty."""

    name: str = ""
    columns: Dict[str, str] = field(default_factory=dict)
    codes: Dict[str, Dict[str, str]] = field(default_factory=dict)
    constants: Dict[str, str] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    identifier: str = ""
    text: str = ""

    @property
    def bare(self) -> Mapping:
        """The same dates and codes, for rows that stand under our own headings already."""
        return replace(self, columns={}, constants={})


def read_mapping(name: str, text: str, dataset: Dataset) -> Mapping:
    """A mapping as it was written. Raises: FileTrouble, one sentence that names the mapping and what in it is wrong."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileTrouble(f"The mapping {shown(name)} cannot be read: {error}.") from None
    if unknown := set(given) - PARTS:
        raise _wrong(name, f"it has ‘{shown(min(unknown))}’, which is no part of a mapping")
    columns, constants = _texts(name, given, "columns"), _texts(name, given, "constants")
    for part in (columns, constants, given.get("codes", {})):
        if strange := [one for one in part if one not in dataset.names]:
            raise _wrong(name, f"‘{shown(strange[0])}’ is not a column of ours")
    codes = {
        column: {str(theirs).strip().lower(): str(ours) for theirs, ours in found.items()}
        for column, found in given.get("codes", {}).items()
    }
    for column, found in codes.items():
        _known_codes(name, dataset, column, found)
    dates = tuple(given.get("dates", ()))
    for style in dates:
        _date_style(name, style)
    return Mapping(name, columns, codes, constants, dates, str(given.get("identifier", "")), text)


def mapping_of(path: Path | None, dataset: Dataset) -> Mapping:
    """The mapping in a file; none where no file is named. Raises: FileTrouble."""
    if path is None:
        return Mapping()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise FileTrouble(f"The mapping {shown(str(path), 200)} cannot be opened, or is not UTF-8 text.") from None
    return read_mapping(path.name, text, dataset)


def _texts(name: str, given: Dict[str, Any], part: str) -> dict[str, str]:
    found = given.get(part, {})
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise _wrong(name, f"[{part}] must name texts")
    return dict(found)


def _known_codes(name: str, dataset: Dataset, column: str, found: Dict[str, str]) -> None:
    allowed = dataset.column(column)
    if allowed.kind not in (Kind.CODE, Kind.CODES):
        raise _wrong(name, f"the column ‘{column}’ holds no codes")
    if allowed.codes and (strange := [ours for ours in found.values() if ours not in allowed.codes.values()]):
        raise _wrong(name, f"‘{shown(strange[0])}’ is not a code of {column}")


def _date_style(name: str, style: object) -> None:
    try:
        sample = datetime(2026, 11, 24, 16, 30)
        if not isinstance(style, str) or datetime.strptime(sample.strftime(style), style).date() != sample.date():
            raise ValueError
    except ValueError:
        raise _wrong(name, f"‘{shown(str(style))}’ is not a way to write a date, like %d/%m/%Y %H:%M") from None


def _wrong(name: str, what: str) -> FileTrouble:
    return FileTrouble(f"The mapping {shown(name)} cannot be used: {what}.")
