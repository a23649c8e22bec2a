"""A file of supplied figures: one row a figure. What is wrong is said with its row, and then nothing is kept.

Columns: indicator, period, numerator; and, where they are wanted, denominator and note.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from meg.intake.reading import FileTrouble, Source, records
from meg.intake.rules import shown
from meg.oversight.performance.actions import Given, what_is_wrong
from meg.oversight.performance.models import Indicator
from meg.oversight.performance.rules import PeriodTrouble, read_period

WANTED = ("indicator", "period", "numerator")
COLUMNS = (*WANTED, "denominator", "note")
ROWS = 5000
NOTE = 500


def read_supplied(source: Source, indicators: Sequence[Indicator], today: date) -> list[Given]:
    """Every figure of a file. `indicators`: those that whoever sends it supplies.

    Raises: FileTrouble, with the first row that is wrong and how many more are.
    """
    given, wrong = [], []
    known = {one.number: one for one in indicators}
    seen: set[tuple[str, str]] = set()
    for number, row in _rows(source):
        try:
            one = _given(row, known, today)
            key = (one.indicator.number, one.period.label)
            if key in seen:
                raise FileTrouble(f"indicator {key[0]} has {key[1]} twice.")
            seen.add(key)
            given.append(one)
        except (FileTrouble, PeriodTrouble) as trouble:
            wrong.append(f"{shown(source.name)}, row {number}: {trouble}")
    if wrong:
        more = len(wrong) - 1
        rest = f" {more} more {'row is' if more == 1 else 'rows are'} wrong." if more else ""
        raise FileTrouble(f"{wrong[0]}{rest} Nothing was kept.")
    if not given:
        raise FileTrouble(f"{shown(source.name)} holds only headings and no rows under them.")
    return given


def _rows(source: Source) -> Iterator[tuple[int, dict[str, str]]]:
    """Every row by column, counted from 1 under the headings."""
    lines = records(source)
    heads = [head.strip().lower() for head in next(lines, [])]
    if lacking := [name for name in WANTED if name not in heads]:
        raise FileTrouble(f"{shown(source.name)} has no column ‘{lacking[0]}’. It needs: {', '.join(WANTED)}.")
    if strange := [head for head in heads if head not in COLUMNS]:
        raise FileTrouble(
            f"{shown(source.name)} has the column ‘{shown(strange[0])}’, which is not one of: {', '.join(COLUMNS)}."
        )
    for number, line in enumerate(lines, start=1):
        if number > ROWS:
            raise FileTrouble(f"{shown(source.name)} has more than {ROWS:,} rows. Send fewer at a time.")
        if any(text.strip() for text in line):
            yield number, {head: text.strip() for head, text in zip(heads, line, strict=True)}


def _given(row: dict[str, str], known: dict[str, Indicator], today: date) -> Given:
    indicator = known.get(row["indicator"])
    if indicator is None:
        raise FileTrouble(f"‘{shown(row['indicator'])}’ is not an indicator that you supply.")
    numerator, denominator = (_whole(row.get(name, ""), name) for name in ("numerator", "denominator"))
    note = row.get("note", "")
    if len(note) > NOTE:
        raise FileTrouble(f"the note has {len(note)} characters; the most is {NOTE}.")
    given = Given(indicator, read_period(row["period"]), numerator, denominator, note)
    if sentence := what_is_wrong(given, today):
        raise FileTrouble(sentence)
    return given


def _whole(text: str, name: str) -> int | None:
    if not text:
        return None
    plain = text.replace(",", "")
    if not (plain.isascii() and plain.isdigit() and len(plain) < 12):
        raise FileTrouble(f"‘{shown(text)}’ in {name} is not a whole number.")
    return int(plain)
