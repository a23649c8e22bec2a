"""A record's chronology as a tagged PDF (PDF/UA-1), by typst. What people wrote goes in as data, never as markup."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import typst

from meg.oversight.performance.documents.pdf import fonts
from meg.protect.children.chronology import Line
from meg.protect.children.models import Child

SOURCE = Path(__file__).with_name("chronology.typ")


def chronology_paper(child: Child, lines: list[Line], *, taken_by: str, at: datetime, demonstration: bool) -> bytes:
    """The document's bytes. The same lines, taker and moment give the same bytes."""
    data = {
        "name": child.called or "Name not recorded",  # type: ignore[attr-defined]
        "reference": child.reference,
        "born": f"{child.date_of_birth:%-d %B %Y}" if child.date_of_birth else "not known",
        "taken": f"Taken by {taken_by} on {at:%-d %B %Y at %H:%M}",
        "demonstration": demonstration,
        "date": [at.year, at.month, at.day],
        "lines": [[f"{line.on:%-d %b %Y}", line.clock, line.strong, line.words, line.source] for line in lines],
    }
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    compiler = typst.Compiler(SOURCE.read_bytes(), font_paths=fonts(), sys_inputs=inputs)
    made = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=int(at.timestamp()))
    assert isinstance(made, bytes)
    return made
