"""Referrals beside the factors that are published of assessments: by year, of every authority.

They are not the same thing, and the page says so: published are assessments of children in need that ended in a year and
named the factor; ours are referrals received. `data/factors.csv` says which codes come nearest, and why.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from meg.oversight.performance.beside import Line, divisions
from meg.oversight.performance.compared import Compared, Words, compared_of
from meg.oversight.performance.models import ShownFigure
from meg.oversight.performance.referrals_beside import CODED
from meg.oversight.performance.rules import Period, quarters_of, year_of
from meg.partnership.published.actions import CHILDREN, POPULATION
from meg.partnership.published.models import ENGLAND, Neighbour, PublishedFigure, Release

DATASET = "dfe-factors"
EPISODES = "Episodes_with_assessment_factor"
MEASURE = "exploitation_referrals"
"""The measure beside which factors stand."""
Symbol = PublishedFigure.Symbol
NOTHING = "–"


@dataclass(frozen=True)
class Nearest:
    """A code of a referral that comes nearest to a factor, from a day to a day; None: no such end. `way`: the table beside
    the figure that has it.
    """

    way: str
    code: str
    since: date | None
    until: date | None
    source: str

    def within(self, period: Period) -> bool:
        """It held on a day of the period."""
        return (self.since or period.start) <= period.end and (self.until or period.end) >= period.start


@dataclass(frozen=True)
class Factor:
    """A published factor: what it is called, and what comes nearest to it here. `note`: how it differs."""

    key: str
    name: str
    published_from: int
    nearest: tuple[Nearest, ...]
    note: str


@cache
def factors() -> Mapping[str, Factor]:
    """Every factor of the file, by its key, in the file's order."""
    text = files("meg.oversight.performance").joinpath("data", "factors.csv").read_text(encoding="utf-8")
    ways = {name: way for way, name in CODED.items()}
    found: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["factor"], []).append(row)
    return {key: _factor(key, rows, ways) for key, rows in found.items()}


def _factor(key: str, rows: Sequence[Mapping[str, str]], ways: Mapping[str, str]) -> Factor:
    nearest = tuple(
        Nearest(ways[row["list"]], row["code"], _day(row["valid_from"]), _day(row["valid_to"]), row["source"])
        for row in rows
        if row["code"]
    )
    note = " ".join(row["note"] for row in rows if row["note"])
    return Factor(key, rows[0]["name"], int(rows[0]["published_from"]), nearest, note)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Cell:
    """One area in one year: the number, or the symbol and what it means; and for 10,000 children, where that is known."""

    text: str
    meaning: str = ""
    rate: str = ""


@dataclass(frozen=True)
class AreaRow:
    """One area in every year."""

    name: str
    cells: tuple[Cell, ...]
    ours: bool = False


@dataclass(frozen=True)
class Published:
    """What is published of a factor: our authority, its neighbours, its region and England, by year; and every authority in
    the latest.
    """

    years: tuple[int, ...]
    rows: tuple[AreaRow, ...]
    release: Release
    compared: Compared | None

    @property
    def symbols(self) -> dict[str, str]:
        """The symbols that stand in the table, and what each means."""
        return {cell.text: cell.meaning for row in self.rows for cell in row.cells if cell.meaning}

    @property
    def rates(self) -> bool:
        """Some number is given for 10,000 children."""
        return any(cell.rate for row in self.rows for cell in row.cells)


def published(factor: Factor, authority: str) -> Published | None:
    """What is published, by the last release that says it. None where it is not loaded, or not of our authority.

    Three questions to the database.
    """
    found = list(
        PublishedFigure.objects.of(DATASET, factor.key, EPISODES)
        .filter(year__gte=factor.published_from)
        .select_related("release")
        .as_last_published()
    )
    own = [one for one in found if one.code == authority and one.measure == factor.key]
    if not own:
        return None
    people = {
        (code, year): int(value)
        for code, year, value in PublishedFigure.objects.of(POPULATION, CHILDREN)
        .as_last_published()
        .values_list("code", "year", "value")
        if value is not None
    }
    near = Neighbour.objects.of(authority)
    years = tuple(sorted({one.year for one in own}))
    of = {(one.code, one.year): one for one in found if one.measure == factor.key}
    names = {one.code: one.name for one in of.values()}
    level = PublishedFigure.Level
    region = next((one.code for one in of.values() if one.level == level.REGION and one.name == own[-1].region), "")
    codes = [authority, *(code for code in near if code in names), *([region] if region else []), ENGLAND]
    rows = tuple(
        AreaRow(
            f"{names[code]} (rounded to 10)" if code in (region, ENGLAND) else names[code],
            tuple(_cell(of.get((code, year)), people.get((code, year))) for year in years),
            code == authority,
        )
        for code in codes
        if code in names
    )
    latest = [one for one in found if one.year == years[-1]]
    at = {code: number for (code, year), number in people.items() if year == years[-1]}
    release = max((one.release for one in own), key=lambda one: (one.last_year, one.pk))
    return Published(
        years, rows, release, compared_of(latest, (factor.key, EPISODES), _words(factor), authority, near, at, own)
    )


def _cell(figure: PublishedFigure | None, children: int | None) -> Cell:
    if figure is None:
        return Cell(NOTHING, "Not published of this area")
    if figure.value is None:
        return Cell(figure.symbol, str(Symbol(figure.symbol).label))
    return Cell(f"{figure.value:,.0f}", "", f"{10_000 * int(figure.value) / children:.1f}" if children else "")


def _words(factor: Factor) -> Words:
    name = factor.name[0].lower() + factor.name[1:]
    return Words(
        happened=f"named {name}",
        share=f"Share that named {name}",
        of=f"assessments that named {name}",
        size="Assessments that ended in the year, with factors recorded",
        size_short="Assessments",
        sized="by how many assessments ended there",
        things="assessments",
    )


# ── ours beside ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Ours:
    """The referrals of four quarters with the codes that come nearest, as they may leave: a line each, by quarter."""

    quarters: tuple[Period, ...]
    lines: tuple[tuple[str, tuple[Line | None, ...]], ...]


def ours(factor: Factor, figures: Mapping[Period, ShownFigure], year: int, today: date) -> Ours | None:
    """Our referrals in the quarters of the year to 31 March that is compared; the last four that are over, where none of
    those has a figure. None where nothing comes nearest, or there is no figure.
    """
    wanted: Iterable[Period] = quarters_of(year_of(date(year, 3, 31)))
    if not any(quarter in figures for quarter in wanted):
        over = sorted(each for each in figures if each.kind == "quarter" and each.end < today)
        wanted = over[-4:]
    quarters = tuple(wanted)
    if not factor.nearest or not quarters:
        return None
    labels: dict[str, list[Line | None]] = {}
    for at, quarter in enumerate(quarters):
        for label, line in _lines(factor, figures.get(quarter), quarter):
            labels.setdefault(label, [None] * len(quarters))[at] = line
    return Ours(quarters, tuple((label, tuple(lines)) for label, lines in labels.items())) if labels else None


def _lines(factor: Factor, figure: ShownFigure | None, quarter: Period) -> Iterable[tuple[str, Line | None]]:
    for nearest in factor.nearest:
        kept = (figure.beside if figure else {}).get(nearest.way)
        if kept and nearest.within(quarter):
            keys = [key for key in kept.get("order", ()) if key.split(" ")[0] == nearest.code]
            for key in keys:
                only = {**kept, "lines": {key: kept["lines"][key]}, "order": [key]}
                (table,) = divisions({nearest.way: only}, every=True) or (None,)
                yield kept["words"][key], table.lines[0] if table else None
