"""Reading a release of the Department's figures: recognised by its columns, its symbols read by its vintage.

A column, a measure or a symbol that is not known refuses the file: what it means cannot be guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from meg.intake.reading import FileTrouble, Source, records
from meg.intake.rules import LARGEST_FILE, shown
from meg.partnership.published.actions import OGL
from meg.partnership.published.models import PublishedFigure, Release

DFE = "Department for Education"
LEVEL = PublishedFigure.Level
LEVELS = {"Local authority": LEVEL.AUTHORITY, "Regional": LEVEL.REGION, "National": LEVEL.COUNTRY}
PLACE = ("time_period", "time_identifier", "geographic_level", "country_code", "country_name", "region_code", "region_name",
         "old_la_code", "la_name", "new_la_code")  # fmt: skip
LOOKED_AFTER = "Children looked after during the year"
MISSING = "Children who had a missing incident during the year"
MORE_THAN_ONCE = "Children who went missing more than once during the year"
INCIDENTS = "Number of missing incidents during the year"
AVERAGE = "Average number of missing incidents per looked after child who went missing"
PER_CENT = "Percentage of children who had a missing incident during the year"
MEASURES = frozenset(
    {
        LOOKED_AFTER,
        MISSING,
        MORE_THAN_ONCE,
        INCIDENTS,
        AVERAGE,
        PER_CENT,
        "Children missing at 31 March",
        "Children who were away from placement without authorisation during the year",
        "Children who were away from placement without authorisation more than once during the year",
        "Children away from placement without authorisation at 31 March",
        "Number of away from placement without authorisation incidents during the year",
        "Average number of away from placement without authorisation incidents per looked after child",
        "Percentage of children who were away from placement without authorisation during the year",
    }
)
# The Government Statistical Service's symbols, and what stood for the same before them.
SYMBOLS = {"c": "c", "z": "z", "x": "x", ":": "x", "k": "k", "low": "k", "~": "k", "u": "u"}
# Statistical first releases up to 2017 hid 1 to 5 behind x, and wrote .. where there was no figure.
OLD_SYMBOLS = {"x": "c", "..": "x", ".": "z", "-": "k", "c": "c", "z": "z"}
LAST_OLD_YEAR = 2017
FACTORS = (
    "Alcohol_Misuse_child Alcohol_Misuse_parent Alcohol_Misuse_person Drug_Misuse_child Drug_Misuse_parent "
    "Drug_Misuse_person Domestic_Abuse_child Domestic_Abuse_parent Domestic_Abuse_person Mental_Health_child "
    "Mental_Health_parent Mental_Health_person Learning_Disability_child Learning_Disability_parent "
    "Learning_Disability_person Physical_Disability_child Physical_Disability_parent Physical_Disability_person "
    "Young_Carer Privately_fostered Unaccompanied_asylum_seeker Going_missing Child_sexual_exploitation Trafficking Gangs "
    "Socially_unacceptable_behaviour Self_harm Neglect Emotional_Abuse Physical_Abuse_unknown "
    "Physical_Abuse_child_on_child Physical_Abuse_adult_on_child Sexual_Abuse_unknown Sexual_Abuse_child_on_child "
    "Sexual_Abuse_adult_on_child Female_Genital_Mutilation Faith_linked_abuse Child_criminal_exploitation Other"
)


@dataclass(frozen=True)
class Dataset:
    """One publication: its title, its columns beside those of the place, and in which of them the figures stand."""

    name: str
    title: str
    columns: tuple[str, ...]
    figures: tuple[str, ...]
    measure: str = ""  # the column that says what is counted; empty where each figure has a column of its own


FACTOR_COLUMNS = ("Episodes_with_assessment_factor", *FACTORS.split())
DATASETS = {
    "dfe-missing": Dataset(
        "dfe-missing", "Children looked after in England: missing", ("cla_group", "number"), ("number",), "cla_group"
    ),
    "dfe-factors": Dataset(
        "dfe-factors", "Children in need: factors identified at the end of assessment",
        ("category", *FACTOR_COLUMNS), FACTOR_COLUMNS,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Publication:
    """A file that was read whole: its release, not kept yet, and its figures."""

    release: Release
    figures: list[PublishedFigure]


def read_release(source: Source, dataset: Dataset) -> Publication:
    """A release as published figures. Raises: FileTrouble with one sentence that says what is wrong, and where."""
    name = shown(source.name)
    if source.size > LARGEST_FILE:
        raise FileTrouble(
            f"{name} is {source.size / 1e6:,.0f} MB; the most that is taken is {LARGEST_FILE / 1e6:,.0f} MB."
        )
    lines = records(source)
    heads = [head.strip() for head in next(lines, [])]
    _refuse_columns(name, dataset, heads)
    rows = [dict(zip((head.lower() for head in heads), line, strict=True)) for line in lines if any(line)]
    years = [_year(name, number, row["time_period"]) for number, row in enumerate(rows)]
    if not years:
        raise FileTrouble(f"{name} holds only headings and no rows under them.")
    symbols = OLD_SYMBOLS if max(years) <= LAST_OLD_YEAR else SYMBOLS
    figures = [
        figure
        for number, (year, row) in enumerate(zip(years, rows, strict=True))
        for figure in _figures(name, number, year, row, dataset, symbols)
    ]
    _refuse_twice(name, figures)
    with source.open() as stream:
        digest = sha256(stream.read()).hexdigest()
    release = Release(
        dataset=dataset.name, first_year=min(years), last_year=max(years), title=dataset.title, publisher=DFE, licence=OGL,
        file_name=source.name, sha256=digest,
    )  # fmt: skip
    return Publication(release, figures)


def _refuse_columns(name: str, dataset: Dataset, heads: Sequence[str]) -> None:
    found, wanted = {head.lower() for head in heads}, {*PLACE, *(column.lower() for column in dataset.columns)}
    if missing := sorted(wanted - found):
        raise FileTrouble(f"{name} is no release of {dataset.name}: it has no column {', '.join(missing[:5])}.")
    if unknown := sorted(found - wanted):
        raise FileTrouble(
            f"{name} has a column that is not known: {shown(', '.join(unknown[:5]), 200)}. Nothing of it was loaded: what it "
            "means must be decided first."
        )
    if len(found) != len(heads):
        raise FileTrouble(f"{name} has a heading more than once.")


def _year(name: str, number: int, text: str) -> int:
    if not (text.isascii() and text.isdigit() and 2000 <= int(text) <= 2100):
        raise FileTrouble(f"{name}, row {number}: ‘{shown(text)}’ in time_period is not a year.")
    return int(text)


def _figures(
    name: str, number: int, year: int, row: dict[str, str], dataset: Dataset, symbols: dict[str, str]
) -> Iterator[PublishedFigure]:
    level = LEVELS.get(row["geographic_level"])
    if level is None:
        raise FileTrouble(f"{name}, row {number}: ‘{shown(row['geographic_level'])}’ is not a geographic level.")
    code, called = {
        LEVEL.AUTHORITY: (row["old_la_code"], row["la_name"]),
        LEVEL.REGION: (row["region_code"], row["region_name"]),
        LEVEL.COUNTRY: (row["country_code"], row["country_name"]),
    }[level]
    if not code or not called:
        raise FileTrouble(f"{name}, row {number}: the area has no code or no name.")
    region = row["region_name"] if level is LEVEL.AUTHORITY else ""
    for column in dataset.figures:
        measure = row[dataset.measure] if dataset.measure else column
        if dataset.measure and measure not in MEASURES:
            raise FileTrouble(f"{name}, row {number}: ‘{shown(measure, 120)}’ in {dataset.measure} is not known.")
        value, symbol = _value(name, number, column, row[column.lower()].strip(), symbols)
        yield PublishedFigure(
            year=year, level=level, code=code, name=called, region=region, measure=measure, value=value, symbol=symbol
        )


def _value(name: str, number: int, column: str, text: str, symbols: dict[str, str]) -> tuple[Decimal | None, str]:
    if (symbol := symbols.get(text)) is not None:
        return None, symbol
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value < 10**11:
        raise FileTrouble(
            f"{name}, row {number}: ‘{shown(text)}’ in {column} is neither a number nor a symbol that is known. Nothing of the "
            "file was loaded."
        )
    return value, ""


def _refuse_twice(name: str, figures: Sequence[PublishedFigure]) -> None:
    seen: set[tuple[int, str, str, str]] = set()
    for one in figures:
        key = (one.year, one.level, one.code, one.measure)
        if key in seen:
            raise FileTrouble(f"{name} gives ‘{one.measure}’ of {one.name} in {one.year} twice.")
        seen.add(key)
