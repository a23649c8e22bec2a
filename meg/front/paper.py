"""A record's chronology and a carer's sheet as tagged PDF (PDF/UA-1), by typst. What people wrote goes in as data, never as markup."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

from meg.oversight.performance.documents.pdf import fonts
from meg.protect.children.chronology import Line
from meg.protect.children.models import Child

SOURCE = Path(__file__).with_name("chronology.typ")
SHEET = Path(__file__).with_name("sheet.typ")
MORNING = Path(__file__).with_name("morning.typ")
SIZES = (13.0, 12.0, 11.0, 10.0, 9.0, 8.0)  # points: a sheet that says much is set smaller, so that it is one page


def chronology_paper(
    child: Child, lines: list[Line], *, taken_by: str, at: datetime, demonstration: bool, reach: str, kept: str = ""
) -> bytes:
    """The document's bytes. The same lines, taker and moment give the same bytes. `reach`: what the taker's seat shows; `kept`:
    what a filter kept, in words.
    """
    data = {
        "name": child.called or "Name not recorded",  # type: ignore[attr-defined]
        "reference": child.reference,
        "born": f"{child.date_of_birth:%-d %B %Y}" if child.date_of_birth else "not known",
        "taken": f"Taken by {taken_by} on {at:%-d %B %Y at %H:%M}",
        "demonstration": demonstration,
        "date": [at.year, at.month, at.day],
        "reach": f"What it shows is what the seat of whoever took it shows ({reach}).",
        "kept": f"Kept: {kept}. Other lines are left out." if kept else "",
        "lines": [
            [f"{line.on:%-d %b %Y}", line.clock, line.strong, line.words, line.source, line.mark] for line in lines
        ],
    }
    return _made(SOURCE, data, at)


def sheet_paper(
    child: Child, parts: Sequence[tuple[str, str]], *, updated_by: str, updated_at: datetime, taken_by: str,
    at: datetime, demonstration: bool,
) -> bytes:  # fmt: skip
    """The sheet's bytes: one page, in the largest size in which it is one; at the smallest it may run on."""
    data = {
        "name": child.called or "this child",  # type: ignore[attr-defined]
        "reference": child.reference,
        "born": f"{child.date_of_birth:%-d %B %Y}" if child.date_of_birth else "not known",
        "updated": f"Updated by {updated_by or 'the operator'} on {updated_at:%-d %B %Y at %H:%M}",
        "taken": f"Taken by {taken_by} on {at:%-d %B %Y at %H:%M}",
        "demonstration": demonstration,
        "date": [at.year, at.month, at.day],
        "parts": [[label, [line for line in words.splitlines() if line.strip()]] for label, words in parts],
    }
    for size in SIZES:
        sized = {**data, "size": size}
        if size == SIZES[-1] or _pages(SHEET, sized) == 1:
            break
    return _made(SHEET, sized, at)


def morning_paper(
    parts: Sequence[dict[str, Any]], *, reach: str, taken_by: str, at: datetime, demonstration: bool
) -> bytes:
    """The missing board's bytes: its sections, who printed it and when."""
    data = {
        "when": f"{at:%H:%M on %A %-d %B %Y}",
        "reach": reach,
        "taken": f"Printed by {taken_by} on {at:%-d %B %Y at %H:%M}",
        "demonstration": demonstration,
        "date": [at.year, at.month, at.day],
        "parts": list(parts),
    }
    return _made(MORNING, data, at)


def _compiler(source: Path, data: dict[str, Any]) -> typst.Compiler:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    return typst.Compiler(source.read_bytes(), font_paths=fonts(), sys_inputs=inputs)


def _pages(source: Path, data: dict[str, Any]) -> int:
    """How many pages a document has."""
    return int(json.loads(_compiler(source, data).query("<pages>", field="value", one=True)))


def _made(source: Path, data: dict[str, Any], at: datetime) -> bytes:
    made = _compiler(source, data).compile(format="pdf", pdf_standards="ua-1", timestamp=int(at.timestamp()))
    assert isinstance(made, bytes)
    return made
