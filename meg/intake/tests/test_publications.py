"""What the Department publishes: read by its columns and its vintage, kept whole, and held against itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path
from typing import BinaryIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from conftest import Cast
from meg.intake.reading import FileTrouble, Source
from meg.intake.sources.dfe.checks import check_release
from meg.intake.sources.dfe.reading import DATASETS, LOOKED_AFTER, MEASURES, MISSING, PLACE, read_release
from meg.partnership.published.actions import bring_published_up_to_date, keep_release
from meg.partnership.published.models import Neighbour, PublishedFigure, Release
from meg.partnership.seats import Refused, seated

HEADS = ",".join((*PLACE, "cla_group", "number"))
RELEASES = ("la_children_missing_2018_2022.csv", "la_children_missing_2020_2024.csv")


def line(
    number: str, year: int = 2024, measure: str = MISSING, level: str = "Local authority", code: str = "840"
) -> str:
    place = f"{year},Reporting year,{level},E92000001,England,E12000001,North East,{code},County Durham,E06000047"
    return f"{place},{measure},{number}"


def source(*lines: str, heads: str = HEADS) -> Source:
    content = "\n".join((heads, *lines)).encode() + b"\n"
    return Source("release.csv", len(content), lambda: BytesIO(content))


def opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


def values(*lines: str) -> list[tuple[str | None, str]]:
    found = read_release(source(*lines), DATASETS["dfe-missing"]).figures
    return [(None if one.value is None else f"{one.value}", one.symbol) for one in found]


@pytest.mark.parametrize(
    ("year", "text", "expected"),
    [
        (2024, "171", ("171", "")),
        (2024, '"1,321"', ("1321", "")),
        (2024, "0", ("0", "")),
        (2024, "c", (None, "c")),
        (2024, "z", (None, "z")),
        (2024, "x", (None, "x")),
        (2024, "k", (None, "k")),
        (2024, "low", (None, "k")),
        (2024, "u", (None, "u")),
        (2024, ":", (None, "x")),
        (2024, "~", (None, "k")),
        (2016, "x", (None, "c")),
        (2017, "..", (None, "x")),
    ],
)
def test_each_symbol_by_its_vintage(year: int, text: str, expected: tuple[str | None, str]) -> None:
    assert values(line(text, year)) == [expected]


@pytest.mark.parametrize(
    ("lines", "heads", "sentence"),
    [
        ([line("..")], HEADS, r"row 0: ‘\.\.’ in number is neither a number nor a symbol"),
        ([line("171"), line("-5", measure=LOOKED_AFTER)], HEADS, "row 1: ‘-5’ in number"),
        ([line("NaN")], HEADS, "‘NaN’ in number"),
        ([line("171", measure="Children on the Moon")], HEADS, "‘Children on the Moon’ in cla_group is not known"),
        ([line("171", level="Ward")], HEADS, "‘Ward’ is not a geographic level"),
        ([line("171", code="")], HEADS, "the area has no code or no name"),
        ([line("171").replace("2024", "soon", 1)], HEADS, "‘soon’ in time_period is not a year"),
        ([line("171"), line("172")], HEADS, "twice"),
        ([line("171") + ",1"], HEADS + ",new_column", "a column that is not known: new_column"),
        ([line("171")], HEADS.replace("cla_group", "group"), "has no column cla_group"),
        ([], HEADS, "holds only headings"),
    ],
)
def test_what_is_not_known_refuses_the_file(lines: list[str], heads: str, sentence: str) -> None:
    with pytest.raises(FileTrouble, match=sentence):
        read_release(source(*lines, heads=heads), DATASETS["dfe-missing"])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04nothing", "a,b\nÿ,1\n".encode("latin-1")])
def test_what_is_no_csv_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(FileTrouble):
        read_release(Source("x.csv", len(content), lambda: BytesIO(content)), DATASETS["dfe-missing"])


def test_the_real_releases_agree_with_themselves(shared_data: Path) -> None:
    checked = []
    for name in RELEASES:
        path = shared_data / "dfe-missing" / name
        figures = read_release(Source(name, path.stat().st_size, opener(path)), DATASETS["dfe-missing"]).figures
        checks = check_release(figures)
        assert [check.failed for check in checks] == [(), ()]
        checked.append([check.checked for check in checks])
    assert checked == [[739, 740], [741, 740]]


def test_a_release_that_contradicts_itself_is_said() -> None:
    lines = [line("1321", measure="Number of missing incidents during the year"), line("171")]
    wrong = "Average number of missing incidents per looked after child who went missing"
    figures = read_release(source(*lines, line("6.5", measure=wrong)), DATASETS["dfe-missing"]).figures
    assert check_release(figures)[0].failed == ("County Durham, 2024: 1321 ÷ 171 is not 6.5",)


def load(*names: Path) -> dict[str, int]:
    out = StringIO()
    call_command("load", "dfe-missing", *(str(name) for name in names), json=True, stdout=out)
    found: dict[str, int] = json.loads(out.getvalue())[-1]["rows"]
    return found


def test_a_later_release_revises_and_a_file_twice_changes_nothing(cast: Cast, shared_data: Path) -> None:
    files = [shared_data / "dfe-missing" / name for name in RELEASES]
    assert load(*reversed(files)) == {"read": 10_855, "new": 4_420, "revised": 1_157, "unchanged": 5_278}
    assert load(files[1]) == {"read": 10_855, "new": 0, "revised": 0, "unchanged": 10_855}
    ours = PublishedFigure.objects.of("dfe-missing", MISSING).filter(code="840", year=2022)
    with seated(cast.by("ruth")):
        assert [one.value for one in ours.order_by("release__last_year")] == [129, 128]
        assert [one.value for one in ours.as_last_published()] == [128]
        kept = PublishedFigure.objects.of("dfe-missing", *MEASURES).filter(code="840", year=2024)
        assert kept.get(measure=MISSING).value == 171


def test_factors_are_loaded(cast: Cast, shared_data: Path) -> None:
    path = next((shared_data / "dfe-factors").glob("*.csv"))
    out = StringIO()
    call_command("load", "dfe-factors", str(path), stdout=out)
    assert "52,480 figures read" in out.getvalue()
    with seated(cast.by("arthur")):
        england = PublishedFigure.objects.of("dfe-factors", "Child_sexual_exploitation").get(level="country", year=2025)
        assert england.value == 12_400


def test_the_command_says_what_is_wrong(cast: Cast, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(HEADS + ",extra\n" + line("171") + ",1\n")
    for paths, sentence in (
        ([str(wrong)], "extra"),
        ([str(tmp_path / "none.csv")], "no such file"),
        ([], "Say which files"),
    ):
        with pytest.raises(CommandError, match=sentence):
            call_command("load", "dfe-missing", *paths)
    with seated(cast.operator):
        assert not Release.objects.filter(dataset="dfe-missing").exists()


def test_neighbours_and_population_come_with_meg_once(cast: Cast) -> None:
    with seated(cast.operator):
        assert bring_published_up_to_date(by=cast.operator) == 153
        assert bring_published_up_to_date(by=cast.operator) == 153
        assert Release.objects.filter(dataset="ons-population").count() == 1
        assert Neighbour.objects.of("840")[:3] == ["876", "344", "390"]
        durham = PublishedFigure.objects.get(measure="Children aged 0 to 17", code="840", year=2024)
        assert durham.value == 100_432


def test_every_seat_reads_and_only_the_operator_writes(cast: Cast) -> None:
    with seated(cast.operator):
        bring_published_up_to_date(by=cast.operator)
    for name in cast.members:
        with seated(cast.by(name)), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM published_publishedfigure")
            assert cursor.fetchone()[0] > 2000
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                cursor.execute("UPDATE published_publishedfigure SET value = 1")
    ruth = cast.by("ruth")
    with seated(ruth), pytest.raises(Refused):
        keep_release(by=ruth, release=Release(), figures=[])
