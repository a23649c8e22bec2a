"""A long sheet is read in processes of its own: the same rows, in the same order, with the same wrong with them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from meg.intake.reading import FileTrouble
from meg.intake.sources.sheet import side_by_side
from meg.intake.sources.sheet.columns import DATASETS
from meg.intake.sources.sheet.mapping import Mapping
from meg.intake.sources.sheet.reading_rows import Reader
from meg.intake.sources.sheet.rows import Sheet, open_sheet
from meg.intake.sources.sheet.side_by_side import Block, blocks

CODES = {"harm": {"one": "ONE", "t\two": 't"w\\o'}}
LINES = [f"T{n},{n % 28 + 1:02}/01/2026,Back\\slash and \ttab {n},maybe" for n in range(9)]


def sheet(folder: Path, *lines: str, heads: str, dataset: str = "missing") -> Sheet:
    path = folder / "sheet.csv"
    path.write_text("\n".join([heads, *lines]) + "\n", encoding="utf-8")
    return open_sheet(path, DATASETS[dataset], Mapping())


def reader(dataset: str = "missing") -> Reader:
    return Reader(DATASETS[dataset], Mapping(), datetime.now(UTC), CODES, [("MISSING", None, None)])


@pytest.fixture
def tracker(tmp_path: Path) -> Sheet:
    lines = [line.removesuffix(",maybe") + (",maybe" if n % 4 == 0 else ",") for n, line in enumerate(LINES)]
    return sheet(tmp_path, *lines, heads="child_id,started,last_seen_place,missing_from")


def taken(found: list[Block]) -> tuple[int, bytes, list[tuple[int, str]]]:
    wrong = [(row.number, row.issues[0].code) for block in found for row in block.wrong]
    return sum(block.read for block in found), b"".join(block.lines for block in found), wrong


def test_processes_side_by_side_read_what_one_reads(tracker: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = taken(list(blocks(tracker, reader())))
    monkeypatch.setattr(side_by_side, "A_TIME", 2)
    monkeypatch.setattr(side_by_side, "SHORT", 1)
    assert taken(list(blocks(tracker, reader()))) == alone
    assert alone[0] == 9
    assert alone[2] == [(0, "MEG31"), (4, "MEG31"), (8, "MEG31")]
    assert [line.split(b"\t")[0] for line in alone[1].splitlines()] == [b"1", b"2", b"3", b"5", b"6", b"7"]


def test_what_is_typed_reaches_the_database_as_it_is(tracker: Sheet) -> None:
    line = taken(list(blocks(tracker, reader())))[1].splitlines()[0].decode()
    assert r"Back\\slash and \ttab 1" in line
    assert line.count("\t") == len(side_by_side.Lines(tracker.dataset).columns) + 4


def test_codes_are_handed_over_as_an_array(tmp_path: Path) -> None:
    one = sheet(tmp_path, "T1,05/01/2026,one; t\two", heads="child_id,started,harm", dataset="return-interviews")
    line = taken(list(blocks(one, reader("return-interviews"))))[1].decode()
    assert r'{"ONE","t\\"w\\\\o"}' in line


def test_a_file_that_cannot_be_followed_is_told_also_from_side_by_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(side_by_side, "A_TIME", 2)
    monkeypatch.setattr(side_by_side, "SHORT", 1)
    torn = sheet(tmp_path, *(["T1,05/01/2026,x"] * 8), "T2,05/01/2026,x,y", heads="child_id,started,last_seen_place")
    with pytest.raises(FileTrouble, match="4 values under 3 headings"):
        list(blocks(torn, reader()))
