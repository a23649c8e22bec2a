"""Papers and minutes of a meeting as tagged PDF (PDF/UA-1), by typst. What people wrote goes in as data, never as markup."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone

from meg.pursue.meetings.minutes import Minuted, Minutes
from meg.pursue.meetings.models import Meeting, moment
from meg.pursue.meetings.papers import Paper, Planned, Since

MINUTES = Path(__file__).with_name("minutes.typ")
PAPERS = Path(__file__).with_name("papers.typ")


@cache
def fonts() -> typst.Fonts:
    """Inter, from its package; the machine's own fonts are shut out, so that the bytes repeat."""
    with as_file(files("fontpkg_inter").joinpath("files")) as path:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[path])


def minutes_paper(minutes: Minutes, *, demonstration: bool, reach: str = "") -> bytes:
    """The minutes' bytes. The same minutes give the same bytes. `reach`: whose items they hold; empty where all."""
    at = minutes.meeting.agreed_at or minutes.meeting.held_at or minutes.meeting.starts_at
    agreed = minutes.meeting.agreed_at
    data = {
        "title": f"Minutes, {minutes.meeting.day}",
        "state": f"Agreed by {minutes.meeting.agreed_by}, chair, on {moment(agreed)}"
        if agreed
        else "Draft: not agreed yet",
        "reach": reach,
        "demonstration": demonstration,
        "date": _date(at),
        **minutes.whole,
        "items": [_minuted(one) for one in minutes.talked_about],
        "taken_off": [[one.content["name"], one.content["reference"], one.content["why"]] for one in minutes.taken_off],
    }
    return _made(MINUTES, data, at)


def _minuted(one: Minuted) -> dict[str, Any]:
    notes = [f"{note.recorded_by}, {moment(note.recorded_at)}: {note.words}" for note in one.notes]
    return {**one.content, "notes": notes}


def papers_paper(
    meeting: Meeting, papers: list[Paper], last: list[Since], *, reach: str, taken_by: str, at: datetime, demonstration: bool
) -> bytes:  # fmt: skip
    """The papers' bytes: one part for each item the reader may see, in the order of the agenda."""
    data = {
        "title": f"Papers, {meeting.day}",
        "when": moment(meeting.starts_at),
        "where": meeting.where,
        "chair": meeting.chair.name,
        "reach": reach,
        "taken": f"Taken by {taken_by} on {moment(at)}",
        "demonstration": demonstration,
        "date": _date(at),
        "last": [[one.about, one.what, one.owner, one.due_short, one.state] for one in last],
        "items": [_paper(one) for one in papers],
    }
    return _made(PAPERS, data, at)


def _paper(one: Paper) -> dict[str, Any]:
    return {
        "number": one.number,
        "name": one.name,
        "second": one.second,
        "late": one.late,
        "why": [[kind, words] for kind, words in one.why],
        "level": one.level_in_words,
        "level_why": one.level_why,
        "plan": _planned(one.plan) if one.plan else {},
        "last": [one.last.words, one.last.why, one.last.source] if one.last else [],
        "actions": [[given.what, given.owner, given.due_short, given.state] for given in one.actions],
        "tasks": [[given.what, given.owner, given.due_short, given.state] for given in one.tasks],
        "lines": [
            [f"{line.on.day} {line.on:%b %Y}", line.strong, line.words, line.source, line.mark] for line in one.lines
        ],
        "of_child": one.of_child,
    }


def _planned(plan: Planned) -> dict[str, Any]:
    return {
        "words": plan.words,
        "review": f"{plan.review}{', which is over' if plan.over else ''}.",
        "aims": [f"{words}: {state}" for words, state in plan.aims],
        "services": ", ".join(plan.services),
    }


def _date(at: datetime) -> list[int]:
    local = timezone.localtime(at)
    return [local.year, local.month, local.day]


def _made(source: Path, data: dict[str, Any], at: datetime) -> bytes:
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    compiler = typst.Compiler(source.read_bytes(), font_paths=fonts(), sys_inputs=inputs)
    made = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=int(at.timestamp()))
    assert isinstance(made, bytes)
    return made
