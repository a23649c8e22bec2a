"""By which words of the data specification each period is counted: by those of its last day.

A period that is not over is counted by the words of today, and one from before the specification by the first words that
measure it. Only the measure and its settings are what is counted by: a new target or owner defines nothing anew. A period is
counted whole: where the words changed within it, it is counted by the newer ones, and its earlier parts by the older.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

from meg.oversight.performance.measures import measures
from meg.oversight.performance.models import Indicator
from meg.oversight.performance.rules import Period
from meg.oversight.performance.supplied import measure_of

ABSENT, DAYS = "include_absent", "days"


@dataclass(frozen=True)
class Definition:
    """One way in which an indicator is counted, and the day from which."""

    since: date
    line: Indicator

    @property
    def words(self) -> str:
        """What is counted, in one line."""
        what = measure_of(self.line).title if not self.line.is_supplied else "Supplied by its source"
        said = how(self.line)
        return f"{what}; {said[0].lower()}{said[1:]}" if said else what


@dataclass(frozen=True)
class Definitions:
    """Every way in which one indicator was counted up to a day, oldest first."""

    each: tuple[Definition, ...]
    today: date

    def of(self, period: Period) -> Indicator:
        """The line of the specification by which a period is counted."""
        day = min(period.end, self.today)
        begun = [one for one in self.each if one.since <= day]
        return (begun or self.each)[-1 if begun else 0].line

    @property
    def changes(self) -> tuple[Definition, ...]:
        """Those that another one came before."""
        return self.each[1:]

    @property
    def told(self) -> list[str]:
        """What is counted from one day on, and before it, for each day on which it changed."""
        return [
            f"From {after.since:%-d %B %Y}: {after.words}. Before: {before.words}. A period is counted by the words of its last day."
            for before, after in pairwise(self.each)
        ]

    def within(self, period: Period) -> tuple[Definition, ...]:
        """Those that began within a period, after its first day."""
        return tuple(one for one in self.changes if period.start < one.since <= min(period.end, self.today))


def definitions(lines: Iterable[Indicator], today: date) -> dict[str, Definitions]:
    """The definitions of every indicator that has one, by its number, from all lines of the specification."""
    found: dict[str, list[Indicator]] = {}
    for line in sorted(lines, key=lambda line: line.valid.lower):
        if line.measure and line.valid.lower <= today:
            found.setdefault(line.number, []).append(line)
    return {number: Definitions(_each(of), today) for number, of in found.items()}


def _each(lines: Iterable[Indicator]) -> tuple[Definition, ...]:
    """Lines that count alike are one definition, in the words of the last of them."""
    runs = [list(of) for _, of in groupby(lines, key=counting)]
    return tuple(Definition(of[0].valid.lower, of[-1]) for of in runs)


def counting(line: Indicator) -> Hashable:
    """What its figures are counted by. A setting that is off is as one that is not there."""
    return line.measure, tuple(sorted((name, str(value)) for name, value in line.settings.items() if value))


def how(line: Indicator) -> str:
    """The settings of a measure, or of a figure that is supplied, in words; empty where there are none to choose."""
    settings: Mapping[str, object] = line.settings
    if line.is_supplied:
        what = "A share" if settings.get("share") else f"A number of {settings.get('unit', '')}"
        return f"{what}; its periods {'add' if settings.get('add_up') else 'do not add'} up"
    if not line.measure:
        return ""
    measure = measures()[line.measure]
    if measure.days:
        return f"In time within {settings.get(DAYS) or measure.days} days, by the partnership’s own choice"
    if "absent" not in measure.left_out:
        return ""
    return "Absent episodes are counted too" if settings.get(ABSENT) else "Absent episodes are counted apart"
