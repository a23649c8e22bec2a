"""The report's figures as CSV: UTF-8, a line for each figure, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO

from meg.oversight.performance.compared import Compared, where_words
from meg.oversight.performance.comparing import side
from meg.oversight.performance.disclosure import Shown
from meg.oversight.performance.documents.model import ReportModel, published

HEADINGS = (
    "indicator",
    "name",
    "counted",
    "period_kind",
    "period",
    "first_day",
    "last_day",
    "shown",
    "value",
    "numerator",
    "denominator",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def inert(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _numbers(shown: Shown) -> tuple[float | None, ...]:
    return shown.value, shown.numerator, shown.denominator


def write_csv(model: ReportModel) -> bytes:
    """RFC 4180, without a byte order mark. `shown` is as published; Its numbers are empty where it is hidden."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for each in published(model):
        period = each.period
        writer.writerow(
            [
                *(inert(text) for text in (each.indicator, each.name, each.measure)),
                *(period.kind.value, period.label, period.start.isoformat(), period.end.isoformat()),
                each.shown.text,
                *("" if number is None else number for number in _numbers(each.shown)),
            ]
        )
    return out.getvalue().encode()


def write_authorities(compared: Compared) -> bytes:
    """Every authority of a comparison: RFC 4180, shares in per cent; empty where the publisher hides a figure."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(
        ["code", "authority", "region", "year_to_31_march", "children", "looked_after", "per_cent", "against", "source"]
    )
    for area in sorted(compared.authorities, key=lambda one: one.name):
        where, share = side(area, compared.share), area.share
        writer.writerow(
            [
                *(area.code, inert(area.name), inert(area.region), compared.of_year),
                *("" if number is None else number for number in (area.count, area.of)),
                "" if share is None else f"{100 * share:.1f}",
                where_words(area, where),
                compared.release.attribution,
            ]
        )
    return out.getvalue().encode()
