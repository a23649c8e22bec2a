"""Reading what was sent: tables known by their columns, and one sentence for whatever cannot be read."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from meg.intake import rules
from meg.intake.reading import FileTrouble, Reading, Source, read, recognise
from meg.intake.sources.ssda903.tables import KNOWN, LOADED

HEADINGS = b"CHILD,DOB,MISSING,MIS_START,MIS_END"
ROW = b"1,01/01/2010,M,01/05/2017,02/05/2017"
GOOD = HEADINGS + b"\n" + ROW + b"\n"


@pytest.fixture
def send(tmp_path: Path) -> Callable[..., Reading]:
    """`send(GOOD)` reads a folder with missing.csv; further files by name."""

    def reading(content: bytes | None = None, **others: bytes) -> Reading:
        if content is not None:
            (tmp_path / "missing.csv").write_bytes(content)
        for name, other in others.items():
            (tmp_path / f"{name}.csv").write_bytes(other)
        return read([tmp_path], known=KNOWN, loaded=LOADED)

    return reading


def rows(reading: Reading) -> list[list[str]]:
    return list(reading.files[0].rows())


ONE = [["1", "01/01/2010", "M", "01/05/2017", "02/05/2017"]]


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b"\n", b"\r\n"),
        GOOD.replace(b"\n", b"\r"),
        GOOD.rstrip(b"\n"),
        b"\n\n" + HEADINGS + b"\n\n  \n" + ROW + b"\n\n\n",
        b'"CHILD","DOB","MISSING","MIS_START","MIS_END"\n"1",01/01/2010,"M",01/05/2017,"02/05/2017"\n',
        b" child ,dob,Missing,mis_start,MIS_END \n" + ROW + b"\n",
        HEADINGS + b",,\n" + ROW + b",,\n",
        HEADINGS + b"\n" + ROW + b",,,\n",
    ],
    ids=["plain", "bom", "crlf", "cr", "no-last-line-end", "blank", "quoted", "case", "wide", "wide-row"],
)
def test_the_same_table_however_it_is_written(send: Callable[..., Reading], content: bytes) -> None:
    reading = send(content)
    assert reading.files[0].table == "Missing"
    assert rows(reading) == ONE


def test_columns_may_come_in_another_order(send: Callable[..., Reading]) -> None:
    file = send(b"MIS_END,MISSING,CHILD,MIS_START,DOB\n,A,1,01/05/2017,01/01/2010\n").files[0]
    assert file.table == "Missing"
    assert file.columns == ("MIS_END", "MISSING", "CHILD", "MIS_START", "DOB")
    assert list(file.rows()) == [["", "A", "1", "01/05/2017", "01/01/2010"]]


def test_a_table_is_known_by_its_columns_and_not_by_its_name(send: Callable[..., Reading]) -> None:
    reading = send(reviews=GOOD, missing=b"CHILD,DOB,REVIEW,REVIEW_CODE\n1,01/01/2010,01/05/2017,PN1\n")
    assert [(file.name, file.table) for file in reading.files] == [("reviews.csv", "Missing")]
    assert [(file.name, file.table) for file in reading.left] == [("missing.csv", "Reviews")]


@pytest.mark.parametrize("table", [table for table in KNOWN if table not in LOADED])
def test_every_other_table_of_the_return_is_named_and_left(send: Callable[..., Reading], table: str) -> None:
    reading = send(GOOD, other=",".join(KNOWN[table]).encode() + b"\nwhatever\n")
    assert [(file.name, file.table) for file in reading.left] == [("other.csv", table)]


def test_a_file_in_a_folder_that_is_no_csv_is_named(send: Callable[..., Reading], tmp_path: Path) -> None:
    (tmp_path / "LICENSE").write_text("free")
    (tmp_path / ".hidden.csv").write_text("no table")
    (tmp_path / "MORE.CSV").write_bytes(b",".join(name.encode() for name in KNOWN["Header"]) + b"\n1,2,,,,,\n")
    reading = send(GOOD)
    assert reading.passed_over == ("LICENSE",)
    assert {file.table for file in reading.files} == {"Header", "Missing"}


def test_a_file_may_be_given_by_itself(tmp_path: Path) -> None:
    (tmp_path / "sent.txt").write_bytes(GOOD)
    assert rows(read([tmp_path / "sent.txt"], known=KNOWN, loaded=LOADED)) == ONE


def test_an_upload_is_read_the_same_way() -> None:
    source = Source("sent.csv", len(GOOD), lambda: io.BytesIO(GOOD))
    assert rows(recognise([source], known=KNOWN, loaded=LOADED)) == ONE


def test_a_quoted_value_may_hold_commas_and_line_ends(send: Callable[..., Reading]) -> None:
    file = send(HEADINGS + b'\n"1,a\nb","say ""so""",M,,\n').files[0]
    assert list(file.rows()) == [["1,a\nb", 'say "so"', "M", "", ""]]
    assert not file.is_plain


def test_a_nul_character_is_shown_and_the_file_kept_as_sent(send: Callable[..., Reading]) -> None:
    content = HEADINGS + b"\n1\x00,01/01/2010,M,,\n"
    file = send(content).files[0]
    assert next(file.rows())[0] == "1␀"
    assert file.content == content


def test_a_very_long_value_does_not_stop_the_file(send: Callable[..., Reading]) -> None:
    assert len(rows(send(HEADINGS + b"\n" + b"9" * 300_000 + b",,,,\n"))[0][0]) == 300_000


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "missing.csv is empty."),
        (b"\n \r\n\n", "missing.csv is empty."),
        (b"\xef\xbb\xbf", "missing.csv is empty."),
        (b",,,\n1,2,3,4\n", "missing.csv is empty."),
        (HEADINGS, "holds only the headings of Missing and no rows"),
        (HEADINGS + b"\n\n   \n", "holds only the headings of Missing and no rows"),
        (b"PK\x03\x04rest of a workbook", "is a spreadsheet or a zip file, not a CSV file"),
        (b"\xd0\xcf\x11\xe0old", "is an old Excel spreadsheet, not a CSV file"),
        (b"%PDF-1.7\n", "is a PDF, not a CSV file"),
        (b"\x1f\x8b\x08", "is a compressed file, not a CSV file"),
        (b"<?xml version='1.0'?><EXPSSDA903/>", "is an XML file, not a CSV file"),
        (b"\x01\x02\x03\x04\n1\n", "is not a CSV file: its first line is not text"),
        (GOOD.decode().encode("utf-16"), "line 1: this is UTF-16 text"),
        (GOOD.decode().encode("utf-16-le"), "line 1: this is UTF-16 text"),
        (GOOD.decode().encode("utf-16-be"), "line 1: this is UTF-16 text"),
        (GOOD + b"2,01/01/2010,M,Zo\xeb,\n", "line 3: this is not UTF-8 text"),
        (GOOD * 5_000 + b"2,01/01/2010,M,Zo\xeb,\n", "line 10001: this is not UTF-8 text"),
        (b"CHILD,DOB,MISSING,MIS_STAR\xd6,MIS_END\n", "line 1: this is not UTF-8 text"),
        (HEADINGS + b"\n" + ROW + b"\n1,2,3\n", "line 3: 3 values under 5 headings"),
        (HEADINGS + b"\n" + ROW + b",surplus\n", "line 2: 6 values under 5 headings"),
        (HEADINGS + b'\n\n""\n', "line 3: 1 value under 5 headings"),
        (HEADINGS + b'\n"1"2,01/01/2010,M,,\n', "line 2: the quotation marks cannot be followed"),
        (HEADINGS + b'\n1,"01/01/2010,M,,\n', "the quotation marks cannot be followed"),
        (b"CHILD,DOB,MISSING,MIS_START\n", "nearest to Missing, but it lacks MIS_END."),
        (b"CHILD,DOB,MISSING,MISSTART,MIS_END\n", "but it lacks MIS_START and it has MISSTART besides."),
        (HEADINGS + b",NOTE\n", "nearest to Missing, but it has NOTE besides."),
        (HEADINGS + b",,NOTE\n", "it has (blank) and NOTE besides."),
        (HEADINGS + b",DOB\n", "has the heading DOB more than once."),
        (HEADINGS.replace(b",", b";"), "has semicolons between its values."),
        (HEADINGS.replace(b",", b"\t"), "has tabs between its values."),
        (b"Dear colleague\nplease find\n", "its first line is ‘DEAR COLLEAGUE’."),
        (ROW, "is not a table of this return"),
        (b"CHILD" * 100_000, "is not a table of this return"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(send: Callable[..., Reading], content: bytes, sentence: str) -> None:
    with pytest.raises(FileTrouble) as trouble:
        rows(send(content))
    said = str(trouble.value)
    assert sentence in said
    assert "missing.csv" in said
    assert said.isprintable()
    assert len(said) < 250


def test_one_bad_file_among_good_ones_refuses_them_all(send: Callable[..., Reading]) -> None:
    with pytest.raises(FileTrouble, match=r"notes\.csv"):
        send(GOOD, notes=b"anything\n")


def test_two_files_for_one_table_are_refused(send: Callable[..., Reading]) -> None:
    with pytest.raises(FileTrouble, match=r"again\.csv and missing\.csv both hold the Missing table"):
        send(GOOD, again=GOOD)


def test_files_without_a_table_we_load_are_refused(send: Callable[..., Reading]) -> None:
    with pytest.raises(FileTrouble, match=r"holds Header, Episodes or Missing: r\.csv\."):
        send(r=b"CHILD,DOB,REVIEW,REVIEW_CODE\n")


def test_a_folder_without_csv_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "missing.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(FileTrouble, match="holds no CSV file"):
        read([tmp_path], known=KNOWN, loaded=LOADED)


@pytest.mark.parametrize("name", ["nowhere.csv", "nul\x00name.csv", "x" * 300])
def test_a_path_that_is_not_there_is_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileTrouble, match="cannot be opened") as trouble:
        read([tmp_path / name], known=KNOWN, loaded=LOADED)
    assert str(trouble.value).isprintable()


def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(FileTrouble, match="neither a file nor a folder"):
        read([tmp_path / "pipe.csv"], known=KNOWN, loaded=LOADED)


def test_nothing_sent_is_refused() -> None:
    with pytest.raises(FileTrouble, match="None of the files sent"):
        read([], known=KNOWN, loaded=LOADED)


def test_a_file_over_the_limit_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    with (tmp_path / "big.csv").open("wb") as big:
        big.truncate(200_000_000)
    with pytest.raises(FileTrouble, match=r"big\.csv is 200 MB; the most that is taken is 50 MB"):
        read([tmp_path], known=KNOWN, loaded=LOADED)

    def opened() -> io.BytesIO:
        raise AssertionError("opened")

    with pytest.raises(FileTrouble, match="the most that is taken"):
        recognise([Source("big.csv", rules.LARGEST_FILE + 1, opened)], known=KNOWN, loaded=LOADED)
