"""The Missing table of the looked-after children return, written from what is recorded here.

Source: SSDA903 guide for MISSING, MIS_START and MIS_END, and its rule 571: an episode that ended after the collection
year stands in it without an end.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import IO

from django.db import connection

from meg.intake.sources.ssda903.tables import KNOWN

MISSING = """SELECT i.value, c.date_of_birth, e.care_status, e.started, CASE WHEN e.ended <= %(end)s THEN e.ended END,
  c.reference
FROM (SELECT id, child_id, care_status, (started_at AT TIME ZONE 'Europe/London')::date AS started,
             (returned_at AT TIME ZONE 'Europe/London')::date AS ended
      FROM missing_episode WHERE partnership_id = meg.partnership() AND withdrawn_at IS NULL
        AND missing_from = 'care' AND care_status IN ('M', 'A')) e
JOIN children_child c ON c.id = e.child_id AND c.withdrawn_at IS NULL
JOIN agencies_partnership p ON p.id = meg.partnership() AND c.responsible_authority IN ('', p.authority)
LEFT JOIN LATERAL (SELECT value FROM children_identifier k WHERE k.child_id = c.id AND k.source = 'ssda903'
  ORDER BY k.id DESC LIMIT 1) i ON true
WHERE e.started <= %(end)s AND (e.ended IS NULL OR e.ended >= %(start)s)
ORDER BY i.value, e.started, e.ended, e.id"""
A_TIME = 2000


@dataclass
class Written:
    """What became of the episodes of a year: how many rows there are, and whose could not be written."""

    rows: int = 0
    without_identifier: int = 0
    without_birth: int = 0


def write_missing(to: IO[str], *, start: date, end: date) -> Written:
    """Write the Missing table for the collection year `start` to `end`. Memory does not grow with its length.

    A child without the return's own identifier or a date of birth is counted and left out: the return would refuse it.
    """
    written, out = Written(), csv.writer(to, lineterminator="\r\n")
    out.writerow(KNOWN["Missing"])
    for identifier, born, status, started, ended, _ in _rows(start, end):
        if identifier is None:
            written.without_identifier += 1
        elif born is None:
            written.without_birth += 1
        else:
            out.writerow([identifier, f"{born:%d/%m/%Y}", status, f"{started:%d/%m/%Y}", _day(ended)])
            written.rows += 1
    return written


def _rows(start: date, end: date) -> Iterator[tuple[str | None, date | None, str, date, date | None, str]]:
    with connection.cursor() as cursor:
        cursor.execute(MISSING, {"start": start, "end": end})
        while some := cursor.fetchmany(A_TIME):
            yield from some


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
