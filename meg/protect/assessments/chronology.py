"""Assessments as lines of the chronology: each is a named person's judgement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from meg.protect.assessments.models import Assessment
from meg.protect.children.at_once import moment_of
from meg.protect.children.chronology import Line, Part, day_and_clock, lines_at_once

KIND = "exploitation"


def parts_of(child_id: int) -> list[Part]:
    """Each assessment of a child that was finished and stands."""
    found = Assessment.objects.finished().filter(child=child_id).order_by("-finished_at")
    rows = found.values("finished_at", "kind", "level", "proposed", "by", "framework__title", "framework__version")
    return [Part(rows, _assessment)]


def lines_of(child_id: int) -> Iterator[Line]:
    """This room's lines, by one question to the database."""
    return lines_at_once(parts_of(child_id))


def _assessment(row: dict[str, Any]) -> list[Line]:
    strong = f"{Assessment.Kind(row['kind']).label}: {row['level']} risk of exploitation."
    when = day_and_clock(moment_of(row["finished_at"]))
    return [Line(*when, KIND, strong, _words(row), row["by"], judgement=True)]


def _words(row: dict[str, Any]) -> str:
    proposed = f"the tool proposed {row['proposed']}" if row["proposed"] else "the tool proposed nothing"
    said = (
        f"Override: {proposed}" if row["proposed"] not in ("", row["level"]) else f"{proposed[0].upper()}{proposed[1:]}"
    )
    return f"{said} ({row['framework__title']}, version {row['framework__version']})."
