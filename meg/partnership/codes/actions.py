"""Verbs of the code lists: bring them up to date from the files that come with MEG."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from importlib.resources import files

from meg.partnership.codes.models import Code
from meg.partnership.seats import By
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind


def _day(text: str, end: bool) -> date | None:
    if not text:
        return None
    if len(text) == 4:
        return date(int(text), 12, 31) if end else date(int(text), 1, 1)
    return date.fromisoformat(text)


def shipped() -> Iterator[Code]:
    """The codes that come with MEG, in the order of their files."""
    for name in ("national.csv", "meg.csv"):
        text = files("meg.partnership.codes").joinpath("data", name).read_text(encoding="utf-8-sig")
        for position, row in enumerate(csv.DictReader(text.splitlines())):
            yield Code(
                list=row["list"],
                code=row["code"],
                label=row["label"],
                valid_from=_day(row["valid_from"], end=False),
                valid_to=_day(row["valid_to"], end=True),
                source=row["source"],
                confidence=row["confidence"],
                position=position,
            )


def bring_up_to_date(*, by: By) -> int:
    """Add codes that are new and relabel those that changed. None is ever taken away. Returns how many there are."""
    codes = list(shipped())
    Code.objects.bulk_create(
        codes,
        update_conflicts=True,
        unique_fields=["list", "code", "valid_from"],
        update_fields=["label", "valid_to", "source", "confidence", "position"],
    )
    record(by=by, kind=Kind.WRITE, sentence=f"Brought {len(codes)} codes up to date.")
    return len(codes)
