"""Ofsted's Annex A, list 8 (children in care): its counts of missing and absent episodes beside ours, child by child.

Source: Annex A of the inspection framework for children's services, January 2024, list 8, columns 29 to 32. The window
is the last 12 months. The headings have typographic quotes; they are recognised with plain ones too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from python_calamine import CalamineError, CalamineWorkbook

from meg.intake.reading import FileTrouble
from meg.intake.rules import shown

HEADINGS = {
    "child": "child unique id",
    "born": "date of birth",
    "missing": "number of episodes the child has been 'missing' from their placement in the last 12 months",
    "absent": "number of episodes the child has been 'absent' from their placement in the last 12 months",
    "offered": "was the child offered a return interview after their last missing episode (y/n)?",
    "accepted": "did the child accept a return interview after their last missing episode (y/n)?",
}
NOT_A_WORKBOOK = "‘{name}’ is not a spreadsheet that can be read (XLSX or ODS)."
NO_LIST = "‘{name}’ holds no list 8 of Annex A: no sheet has the headings {wanted}."
BAD_COUNT = "‘{name}’, list 8, row {row}: ‘{value}’ under ‘{heading}’ is not a number of episodes."
BAD_CHILD = "‘{name}’, list 8, row {row}: there is no Child Unique ID."
TWICE = "‘{name}’, list 8, row {row}: the child {child} stands in it twice."


@dataclass(frozen=True)
class Counts:
    """What one side says of a child in the 12 months: episodes missing, episodes away or absent, the last interview."""

    missing: int
    absent: int
    offered: str = ""
    accepted: str = ""


@dataclass(frozen=True)
class Compared:
    """A child on both sides. `ours` is None where no child here has the identifier, `theirs` where the list has none."""

    child: str
    reference: str
    theirs: Counts | None
    ours: Counts | None

    @property
    def differs(self) -> list[str]:
        """What differs, in words; empty where both say the same."""
        if self.theirs is None:
            return ["not in the list"]
        if self.ours is None:
            return ["no child here has this identifier"]
        said = [("missing", self.theirs.missing, self.ours.missing), ("absent", self.theirs.absent, self.ours.absent)]
        found = [f"{word}: {theirs} in the list, {ours} here" for word, theirs, ours in said if theirs != ours]
        if self.theirs.missing and self.ours.missing:
            found += [
                f"return interview {word}: {their or 'unknown'} in the list, {our or 'not recorded'} here"
                for word, their, our in (
                    ("offered", self.theirs.offered, self.ours.offered),
                    ("accepted", self.theirs.accepted, self.ours.accepted),
                )
                if their != our and their
            ]
        return found


def read_list(path: Path) -> dict[str, Counts]:
    """The counts of list 8, by the sender's identifier. Raises: FileTrouble with a sentence that says where."""
    if not path.is_file():
        raise FileTrouble(f"There is no file ‘{path}’.")
    try:
        book = CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError):
        raise FileTrouble(NOT_A_WORKBOOK.format(name=path.name)) from None
    for sheet in book.sheet_names:
        rows = book.get_sheet_by_name(sheet).to_python()
        if rows and (places := _places(rows[0])):
            return dict(_read(rows, places, path.name))
    raise FileTrouble(NO_LIST.format(name=path.name, wanted=", ".join(f"‘{one}’" for one in HEADINGS.values())))


def _places(heads: list[Any]) -> dict[str, int] | None:
    """Where each wanted column stands; None where the sheet is not list 8."""
    plain = [re.sub(r"[‘’']+", "'", str(head)).strip().lower() for head in heads]
    if not all(words in plain for words in HEADINGS.values()):
        return None
    return {name: plain.index(words) for name, words in HEADINGS.items()}


def _read(rows: list[list[Any]], places: dict[str, int], name: str) -> Iterator[tuple[str, Counts]]:
    seen: set[str] = set()
    for number, row in enumerate(rows[1:], start=2):
        if not any(str(cell).strip() for cell in row):
            continue
        child = identifier(row[places["child"]])
        if not child:
            raise FileTrouble(BAD_CHILD.format(name=name, row=number))
        if child in seen:
            raise FileTrouble(TWICE.format(name=name, row=number, child=shown(child)))
        seen.add(child)
        missing, absent = (_count(row[places[part]], HEADINGS[part], name, number) for part in ("missing", "absent"))
        yield child, Counts(missing, absent, _answer(row[places["offered"]]), _answer(row[places["accepted"]]))


def identifier(cell: Any) -> str:
    """An identifier as text: a number in a cell is one without a decimal part."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip().upper()


def _count(cell: Any, heading: str, name: str, row: int) -> int:
    text = str(cell).strip()
    if not text:
        return 0
    try:
        value = float(text)
    except ValueError:
        value = -1
    if value < 0 or not value.is_integer() or value > 1000:
        raise FileTrouble(BAD_COUNT.format(name=name, row=row, value=shown(text), heading=heading))
    return int(value)


def _answer(cell: Any) -> str:
    """'yes', 'no' or empty, of 'a) Yes', 'b) No', 'c) Unknown', 'Y', 'N'."""
    text = re.sub(r"^[a-z]\)\s*", "", str(cell).strip().lower())
    return {"yes": "yes", "y": "yes", "no": "no", "n": "no"}.get(text, "")


OURS = """SELECT upper(i.value), c.reference, count(e.id) FILTER (WHERE e.is_missing), count(e.id) FILTER (WHERE NOT e.is_missing),
  (array_agg(e.offered ORDER BY e.started_at DESC) FILTER (WHERE e.is_missing))[1],
  (array_agg(e.accepted ORDER BY e.started_at DESC) FILTER (WHERE e.is_missing))[1]
FROM children_identifier i JOIN children_child c ON c.id = i.child_id AND c.withdrawn_at IS NULL
LEFT JOIN LATERAL (
  SELECT m.id, m.started_at, m.care_status = 'M' AS is_missing,
    CASE WHEN v.id IS NULL THEN '' WHEN v.offered_at IS NULL THEN 'no' ELSE 'yes' END AS offered,
    CASE WHEN v.id IS NULL THEN '' WHEN v.accepted_at IS NULL THEN 'no' ELSE 'yes' END AS accepted
  FROM missing_episode m LEFT JOIN missing_interview v ON v.id = m.interview_id AND v.withdrawn_at IS NULL
  WHERE m.child_id = c.id AND m.withdrawn_at IS NULL AND m.missing_from = 'care' AND m.care_status IN ('M', 'A')
    AND m.started_at >= %(since)s AND m.started_at < %(until)s) e ON true
WHERE i.partnership_id = meg.partnership() AND i.source = ANY (%(sources)s)
GROUP BY i.value, c.reference, c.id"""
SOURCES = ["ssda903", "annex_a", "case_system"]


def ours(on: date) -> dict[str, tuple[str, Counts]]:
    """What is recorded here in the 12 months to a day, that day included: by identifier, the reference and counts."""
    until = datetime(on.year, on.month, on.day) + timedelta(days=1)
    since = until.replace(year=until.year - 1) if (until.month, until.day) != (2, 29) else until - timedelta(days=365)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'Europe/London'")
        cursor.execute(OURS, {"since": since, "until": until, "sources": SOURCES})
        found = cursor.fetchall()
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    return {
        value: (reference, Counts(missing, absent, offered or "", accepted or ""))
        for value, reference, missing, absent, offered, accepted in found
    }


def compare(path: Path, on: date) -> list[Compared]:
    """List 8 of a workbook beside the records, for the 12 months to a day. Those that differ come first.

    Children whom the list does not hold are named where they had an episode. Raises: FileTrouble.
    """
    theirs, here = read_list(path), ours(on)
    both = [
        Compared(child, here[child][0] if child in here else "", counts, here[child][1] if child in here else None)
        for child, counts in theirs.items()
    ]
    held = {one.reference for one in both if one.reference}
    more = [
        Compared(child, reference, None, counts)
        for child, (reference, counts) in here.items()
        if child not in theirs and reference not in held and counts.missing + counts.absent
    ]
    return sorted([*both, *more], key=lambda one: (not one.differs, one.child))
