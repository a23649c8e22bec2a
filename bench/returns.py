"""Large SSDA903 returns for measuring, made from the fictitious one. Nothing here is a real child."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from meg.intake.sources.ssda903.tables import KNOWN

Table = tuple[list[str], list[list[str]]]
YEAR_START, YEAR_DAYS = date(2017, 4, 1), 365
ODD_DATES: tuple[str, ...] = (
    "",
    "31/02/2018",
    "2018-02-01",
    "1/2/18",
    "5/1/2018",
    " 5/01/2018",
    "29/02/2016",
    "NA",
    " ",
    "01/04/2017",
)
ODD_DATES += (
    "31/03/2018",
    "01/04/2018",
    "31/03/2017",
    "32/01/2018",
    "05/11/2017 ",
    "12/13/2017",
    "01/01/0001",
)
ODD_TYPES = ("", "m", "a", "X", " M", "NA", "MISSING")


def repeat(source: Path, into: Path, *, children: int = 10_000, rows: int = 85_000, missing: int = 0) -> int:
    """Write a return of `children` children and `rows` rows to the folder `into`. Returns the rows written.

    Every child of the fictitious return is repeated under new identifiers until there are enough. `missing`:
    how many rows Missing shall have (0: as many as repeating gives); the rest of the difference is made up
    from Reviews.
    """
    tables = {name: _read(path) for name, path in _files(source).items()}
    grown = {name: (heads, _grow(heads, some, children)) for name, (heads, some) in tables.items()}
    identifiers = {row[0] for row in grown["Header"][1][:children]}
    grown = {name: (heads, [row for row in some if row[0] in identifiers]) for name, (heads, some) in grown.items()}
    if missing:
        grown["Missing"] = (grown["Missing"][0], list(_more_missing(grown["Header"][1], missing)))
    for name in ("Reviews", "PrevPerm", "OC2"):
        heads, some = grown[name]
        surplus = max(0, sum(len(rows_of) for _, rows_of in grown.values()) - rows)
        grown[name] = (heads, some[: max(0, len(some) - surplus)])
    return _write(into, grown)


def trouble(source: Path, into: Path, *, seed: int, children: int = 300, missing: int = 900) -> int:
    """Write a small return whose rows are wrong in every way the rules know, by chance. Returns the rows
    written.
    """
    chance = Random(seed)
    tables = {name: _read(path) for name, path in _files(source).items() if name in ("Header", "Episodes")}
    kept = {row[0] for row in chance.sample(tables["Header"][1], children)}
    heads, header = tables["Header"]
    header = [row for row in header if row[0] in kept]
    episode_heads, episodes = tables["Episodes"]
    episodes = [row for row in episodes if row[0] in kept and chance.random() < 0.8]
    rows = [_odd(row, chance) for row in _more_missing(header, missing, chance)]
    for row in [*episodes, *header]:
        _spoil(row, chance)
    return _write(
        into,
        {
            "Header": (heads, [row for row in header if chance.random() < 0.95]),
            "Episodes": (episode_heads, episodes),
            "Missing": (list(KNOWN["Missing"]), rows),
        },
    )


def _spoil(row: list[str], chance: Random) -> None:
    for place, cell in enumerate(row):
        if "/" in cell and chance.random() < 0.06:
            row[place] = chance.choice(ODD_DATES)
    if chance.random() < 0.01:
        row[0] = chance.choice(("", "ab1", "AB1"))


def _odd(row: list[str], chance: Random) -> list[str]:
    identifier, born, kind, start, end = row
    if chance.random() < 0.04:
        identifier = chance.choice(("", "nobody", "ab1", "Ab1", identifier + " "))
    if chance.random() < 0.05:
        born = chance.choice((*ODD_DATES, start))
    if chance.random() < 0.08:
        kind = chance.choice(ODD_TYPES)
    if chance.random() < 0.1:
        start = chance.choice(ODD_DATES)
    if chance.random() < 0.15:
        end = chance.choice((*ODD_DATES, start))
    if chance.random() < 0.05:
        start, end = end, start
    return [identifier, born, kind, start, end]


def _more_missing(header: list[list[str]], count: int, chance: Random | None = None) -> Iterator[list[str]]:
    """Missing rows for the children of `header` in turn: mostly a day or two, now and then long or still
    open.
    """
    chance = chance or Random(903)
    for number in range(count):
        child = header[number % len(header)]
        start = YEAR_START + timedelta(days=chance.randrange(-20, YEAR_DAYS + 20))
        end = start + timedelta(days=chance.choice((0, 0, 1, 1, 1, 2, 3, 9, 40)))
        ended = "" if chance.random() < 0.05 else f"{end:%d/%m/%Y}"
        yield [child[0], child[2], chance.choice("MMMA"), f"{start:%d/%m/%Y}", ended]


def _grow(heads: list[str], rows: list[list[str]], children: int) -> list[list[str]]:
    """The rows again and again, each copy under its own identifiers, enough for `children` of any return."""
    copies = -(-children // 2_000)
    grown = [[f"{copy:02d}{row[0]:0>6}", *row[1:]] for copy in range(copies) for row in rows]
    if "UPN" in heads:
        place = heads.index("UPN")
        for number, row in enumerate(grown):
            row[place] = f"{row[place][:1] or 'A'}{number:012d}"
    return grown


def _files(source: Path) -> dict[str, Path]:
    """Each table's file in a folder, by its headings."""
    by_columns = {columns: name for name, columns in KNOWN.items()}
    found = {}
    for path in sorted(source.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            found[by_columns[tuple(next(csv.reader(lines)))]] = path
    return found


def _read(path: Path) -> Table:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        heads, *rows = csv.reader(lines)
    return heads, rows


def _write(into: Path, tables: dict[str, Table]) -> int:
    into.mkdir(parents=True, exist_ok=True)
    for name, (heads, rows) in tables.items():
        with (into / f"{name.lower()}.csv").open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(heads)
            writer.writerows(rows)
    return sum(len(rows) for _, rows in tables.values())
