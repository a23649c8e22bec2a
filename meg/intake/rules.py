"""Limits of what an agency may send, and the year a return is for. Plain Python: no Django, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

LARGEST_FILE = 50_000_000
"""Bytes. A whole county's year of looked-after children is under 20 million."""

LONGEST_CELL = 500
"""Characters in one value. No column of a return we take needs more than 20."""


class YearTrouble(ValueError):
    """A collection year that cannot be understood; its text is the sentence to show."""


@dataclass(frozen=True)
class CollectionYear:
    """The year of a looked-after children return: 1 April to 31 March, both days included (SSDA903)."""

    label: str
    start: date
    end: date


def collection_year(written: str) -> CollectionYear:
    """'2017-18' as a year. Raises YearTrouble with a sentence where it is not one."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", written.strip())
    if not found:
        raise YearTrouble(f"‘{shown(written)}’ is not a collection year. Write it like 2017-18.")
    first, second = int(found[1]), int(found[2])
    if (first + 1) % 100 != second:
        raise YearTrouble(
            f"‘{shown(written)}’ is not a collection year: {first} is followed by {(first + 1) % 100:02d}, "
            f"so write {first}-{(first + 1) % 100:02d}."
        )
    if not 1990 <= first <= 2100:
        raise YearTrouble(f"The collection year {shown(written)} is out of reach. Write one from 1990-91 to 2100-01.")
    return CollectionYear(written.strip(), date(first, 4, 1), date(first + 1, 3, 31))


def year_of(day: date) -> str:
    """The collection year a day falls in, as '2017-18'."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"


def shown(text: str, most: int = 40) -> str:
    """What somebody sent, fit to stand in a sentence: one line, printable, not longer than `most`
    characters.
    """
    clean = "".join(letter if letter.isprintable() else "␀" for letter in text)
    return clean if len(clean) <= most else clean[: most - 1] + "…"
