"""Tables that people take away as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.utils import timezone

from meg.partnership.trail.models import Entry, Kind

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: object) -> str:
    """A cell that a spreadsheet takes for text, never for a formula."""
    text = str(cell)
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text


def table(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Headings and rows as CSV (RFC 4180)."""
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow(headings)
    sheet.writerows([safe(cell) for cell in row] for row in rows)
    return written.getvalue()


def as_csv(lines: Iterable[Entry]) -> str:
    """Lines of the trail as a table."""
    return table(
        ("When", "Member", "Seat", "Kind", "What", "Reference", "By what right"),
        (
            (
                f"{timezone.localtime(line.at):%Y-%m-%d %H:%M:%S}",
                line.member_name,
                line.seat or "",
                Kind(line.kind).label,
                line.sentence,
                line.reference,
                line.reason,
            )
            for line in lines
        ),
    )
