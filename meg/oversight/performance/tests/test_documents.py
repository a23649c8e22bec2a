"""The report's documents, read back by other programs: tagged, complete, repeatable, and inert."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pikepdf
import pytest
from python_calamine import CalamineWorkbook

from meg.oversight.performance.beside import divisions
from meg.oversight.performance.disclosure import NOT_SUPPLIED, Shown, Symbol
from meg.oversight.performance.documents.csvfile import inert, write_csv
from meg.oversight.performance.documents.jsonfile import write_json
from meg.oversight.performance.documents.model import Observation, ReportModel, published
from meg.oversight.performance.documents.pdf import as_data, write_pdf
from meg.oversight.performance.documents.xlsx import write_xlsx
from meg.oversight.performance.rules import read_period
from meg.oversight.performance.tests.sample import AWKWARD, awkward, report, share
from meg.oversight.performance.verdicts import Mark, Verdict

WRITERS = [write_pdf, write_xlsx, write_csv, write_json]


def elements(node: Any) -> Iterator[Any]:
    """Every element of a structure tree."""
    if isinstance(node, pikepdf.Array):
        for each in node:
            yield from elements(each)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        if "/K" in node:
            yield from elements(node.K)


def tags(pdf: pikepdf.Pdf) -> list[Any]:
    return list(elements(pdf.Root.StructTreeRoot.K))


def words(model: ReportModel) -> str:
    """All the text of a report's data, for asking what is said in it."""
    return json.dumps(as_data(model), ensure_ascii=False)


@pytest.mark.parametrize("write", WRITERS)
def test_the_same_report_gives_the_same_bytes(write: Any) -> None:
    assert write(report()) == write(report())
    later = replace(report(), as_at=datetime(2019, 1, 1, tzinfo=UTC))
    assert write is write_csv or write(report()) != write(later)


def test_the_pdf_has_title_language_and_the_reports_own_date() -> None:
    with pikepdf.open(BytesIO(write_pdf(report()))) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.docinfo["/Title"]) == "Quarterly report, January to March 2018"
        assert "20180424" in str(pdf.docinfo["/CreationDate"])
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Quarterly report, January to March 2018"


def test_the_pdf_is_tagged_with_headings_tables_and_words_for_every_picture() -> None:
    with pikepdf.open(BytesIO(write_pdf(report()))) as pdf:
        tree = tags(pdf)
        kinds = [str(element.S) for element in tree]
        assert kinds.count("/Title") == 1
        assert kinds.count("/H1") >= 4
        assert kinds.count("/H2") >= 6
        figures = [element for element in tree if str(element.S) == "/Figure"]
        assert len(figures) == 4, "a small and a large picture of each indicator"
        assert all(len(str(figure.Alt)) > 40 for figure in figures)
        assert kinds.count("/Table") >= 6
        headers = [element for element in tree if str(element.S) == "/TH"]
        assert len(headers) > 20
        assert len(pdf.pages) == 5


def test_the_summary_is_one_page_and_says_what_has_changed() -> None:
    """Fourteen indicators with long names stand on it, and every page after it is an indicator's or how it is made."""
    usual = Verdict(Mark.USUAL, "Within its usual range", "44.4% to 82.1%")
    worse = Verdict(
        Mark.CHANGED, "Worse: above its usual range", "Sixth quarter. Usual: 82 to 105.", news="61, above. Worse."
    )
    long = "Children missing from care more than once"
    one = report().indicators[0]
    many = [
        replace(one, number=f"{n}", finding=replace(one.finding, name=long), made=(), verdict=usual if n > 3 else worse)
        for n in range(1, 15)
    ]
    model = replace(report(), indicators=tuple(many), gaps=(), sources=())
    pages = []
    with pikepdf.open(BytesIO(write_pdf(model))) as pdf:
        for element in tags(pdf):
            if str(element.S) == "/H1":
                pages.append(next(n for n, page in enumerate(pdf.pages) if page.objgen == _page(element).objgen))
    assert pages[:15] == list(range(1, 16)), "a title on every page but the cover"
    data = as_data(model)["indicators"]
    assert [each["verdict"]["news"] for each in data[2:4]] == ["61, above. Worse.", ""]
    assert data[0]["under"] == f"{one.finding.episodes.grouped if one.finding.episodes else None} episodes"


def _page(element: Any) -> Any:
    """The page an element, or the first below it that says so, stands on."""
    if "/Pg" in element:
        return element.Pg
    return next(_page(child) for child in elements(element.K) if "/Pg" in child)


def test_only_the_packaged_font_is_used() -> None:
    with pikepdf.open(BytesIO(write_pdf(report()))) as pdf:
        names = {
            str(each.BaseFont) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/BaseFont" in each
        }
    assert names
    assert all("Inter" in name for name in names)


def test_markup_in_a_name_is_set_as_it_was_written() -> None:
    model = awkward()
    made = write_pdf(model)
    with pikepdf.open(BytesIO(made)) as pdf:
        assert str(pdf.docinfo["/Author"]) == f"{AWKWARD} {AWKWARD}"
        width = float(pdf.pages[1].mediabox[2])
        assert 590 < width < 600, "no page setting of its own"


def test_a_draft_and_a_demonstration_say_so() -> None:
    published_on = replace(report(demonstration=False), draft=False, published=date(2018, 5, 3))
    final = replace(published_on, approved="Approved by the chair, Helen Marsden, 2 May 2018")
    assert "Draft" not in words(final)
    assert "emonstration" not in words(final)
    assert "Published and frozen 3 May 2018" in words(final)
    draft, demonstration = replace(final, draft=True), replace(final, demonstration=True)
    assert "Draft" in words(draft)
    assert "Demonstration" in words(demonstration)
    assert len({write_pdf(final), write_pdf(draft), write_pdf(demonstration)}) == 3


def test_a_report_without_any_figure_is_still_a_report() -> None:
    model = report()
    nothing = tuple(
        replace(
            each,
            trend=(),
            series=(),
            finding=replace(each.finding, this=NOT_SUPPLIED, before=NOT_SUPPLIED, year_ago=NOT_SUPPLIED, episodes=None),
        )
        for each in model.indicators
    )
    for empty in (replace(model, indicators=nothing, gaps=(), sources=()), replace(model, indicators=())):
        assert "There are no figures for January to March 2018 yet." in words(empty)
        for write in WRITERS:
            assert write(empty)


@pytest.mark.parametrize("period", ["2018-02", "2017-18"])
def test_a_month_and_a_year_have_reports_too(period: str) -> None:
    model = report()
    other = read_period(period)
    indicators = tuple(replace(each, finding=replace(each.finding, period=other)) for each in model.indicators)
    model = replace(model, period=other, indicators=indicators)
    assert f"report, {other.words}" in words(model)
    assert write_pdf(model)
    assert write_xlsx(model)


def test_a_report_of_twelve_months_has_the_table_of_what_is_drawn() -> None:
    model, span = report(), read_period("to2018-06")
    earlier = read_period("to2018-03")
    one = model.indicators[0]
    series = (Observation(earlier, Shown("171", 171)), Observation(span, Shown("189", 189)), *one.series)
    finding = replace(one.finding, period=span, this=Shown("189", 189))
    model = replace(model, period=span, indicators=(replace(one, finding=finding, series=series),))
    assert model.title == "Rolling report, 12 months to 30 June 2018"
    spans, quarters, months = as_data(model)["indicators"][0]["tables"]
    assert spans["heads"] == ["Year", "to June", "to Sept", "to Dec", "to March"]
    assert spans["rows"] == [["2017-18", "", "", "", "171"], ["2018-19", "189", "", "", ""]]
    assert quarters["rows"][-1][0] == "2017-18"
    assert (months["heads"][1], months["heads"][-1]) == ("Jul", "Jun")
    assert as_data(model)["summary"]["title"] == "The 12 months in one page"
    assert write_pdf(model)


def sheet(made: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(BytesIO(made)).get_sheet_by_name(name).to_python()


def test_the_spreadsheet_reads_back_as_the_figures() -> None:
    model = report()
    read = sheet(write_xlsx(model), "Figures")[3:]
    written = list(published(model))
    assert len(read) == len(written)
    for row, each in zip(read, written, strict=True):
        assert row[:5] == [each.indicator, each.name, each.measure, each.period.kind.value, each.period.label]
        assert row[5:7] == [each.period.start, each.period.end]
        assert row[7] == (each.shown.text if each.shown.value is None else each.shown.value)
    assert any(row[7] == "c" for row in read)
    assert any(isinstance(row[7], float) for row in read)


def test_the_spreadsheet_has_notes_and_no_formula() -> None:
    made = write_xlsx(awkward())
    notes = {row[0]: row[1] for row in sheet(made, "Notes")[3:]}
    assert "protect children" in notes["c"]
    assert notes["Partnership"].startswith(AWKWARD)
    with ZipFile(BytesIO(made)) as parts:
        for name in parts.namelist():
            text = parts.read(name).decode(errors="replace")
            assert not re.search(r"<f[ >]|<hyperlink|externalLink", text), name


def test_no_cell_of_the_csv_begins_a_formula() -> None:
    made = write_csv(awkward())
    assert not made.startswith(b"\xef\xbb\xbf")
    assert made.count(b"\r\n") == made.count(b"\n")
    rows = list(csv.reader(StringIO(made.decode(), newline="")))
    assert all(not cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row)
    assert rows[1][0] == f"'{AWKWARD}"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\n=1"])
def test_what_a_spreadsheet_would_run_is_made_inert(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Children", "0", "–", "1-2", "a=b"])
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert inert(text) == text


def test_json_holds_every_figure_and_no_number_that_is_hidden() -> None:
    model = report()
    data = json.loads(write_json(model))
    assert data["period"] == {
        "label": "2017-18Q4",
        "kind": "quarter",
        "first_day": "2018-01-01",
        "last_day": "2018-03-31",
    }
    assert data["as_at"] == "2018-04-24T06:00:00+01:00"
    assert data["demonstration"] is True
    figures = [figure for indicator in data["indicators"] for figure in indicator["figures"]]
    assert any(figure["shown"] == "c" for figure in figures)
    for figure in [*figures, *(figure["episodes"] for figure in figures if "episodes" in figure)]:
        assert (figure["value"] is None) == (not figure["shown"].isdigit())


# ── a share, and what stands beside it ──────────────────────────────────────────────────────────────────────


def with_share() -> ReportModel:
    return replace(report(), indicators=(*report().indicators, share()))


def test_a_share_is_a_share_in_every_form() -> None:
    model = with_share()
    data = json.loads(write_json(model))["indicators"][2]
    now = next(figure for figure in data["figures"] if figure["period"]["label"] == "2017-18Q4")
    assert (now["shown"], now["value"], now["numerator"], now["denominator"]) == ("78.0%", 78.0, 131, 168)
    assert data["headline"].startswith("78.0% of episodes that ended in January to March 2018 had an interview: 131 of")
    line = next(row for row in csv.DictReader(StringIO(write_csv(model).decode())) if row["shown"] == "78.0%")
    assert (line["value"], line["numerator"], line["denominator"]) == ("78.0", "131", "168")
    (row,) = [row for row in sheet(write_xlsx(model), "Figures")[3:] if row[4] == "2017-18Q4" and row[2] == "per cent"]
    assert row[7:] == [pytest.approx(0.78), 131, 168]


def test_the_summary_gives_both_numbers_of_a_share() -> None:
    heads, *rows = sheet(write_xlsx(with_share()), "Summary")[2:]
    assert heads[4:6] == ["Numerator", "Denominator"]
    of = {row[0]: row[3:6] for row in rows}
    assert of["5"] == [pytest.approx(0.78), 131, 168]
    assert of["3"][1:] == of["4"][1:] == ["", ""]
    notes = {row[0]: row[1] for row in sheet(write_xlsx(with_share()), "Notes")[3:]}
    assert "after disclosure control" in notes["Numerator, Denominator"]
    assert notes["5. Return interviews in time: Out of"] == "Episodes that ended."


@pytest.mark.parametrize("symbol", [Symbol.HIDDEN, Symbol.NOT_APPLICABLE, Symbol.NOT_SUPPLIED])
def test_a_share_without_a_figure_has_its_symbol_for_both_numbers(symbol: Symbol) -> None:
    one = share()
    nothing = replace(one, finding=replace(one.finding, this=Shown(symbol)))
    (row,) = sheet(write_xlsx(replace(report(), indicators=(nothing,))), "Summary")[3:]
    assert row[3:6] == [symbol.value] * 3


def test_a_hidden_share_has_no_number_in_any_form() -> None:
    hidden = next(each for each in published(with_share()) if each.measure == "per cent" and each.shown.hidden)
    assert (hidden.shown.value, hidden.shown.numerator, hidden.shown.denominator) == (None, None, None)


def test_what_stands_beside_a_figure_is_in_every_form() -> None:
    model = with_share()
    told = [each for each in published(model) if each.measure.startswith("What became of the interviews: ")]
    assert [(each.measure.split(": ")[1], each.shown.text, each.shown.denominator) for each in told] == [
        ("Offered", "150", 168), ("Held, in time or late", "140", 168), ("Declined", "c", None),
    ]  # fmt: skip
    assert json.loads(write_json(model))["indicators"][2]["beside"][0]["lines"][2] == {
        "line": "Declined", "shown": "c", "value": None
    }  # fmt: skip
    (page,) = [each for each in as_data(model)["indicators"] if each["number"] == "5"]
    assert page["beside"][0][0]["rows"][:1] == [["Offered", "150", "89.3%"]]
    assert page["beside"][0][0]["rows"][2] == ["Declined", "c", "c"]
    assert "41 hours" in page["middle"]
    assert write_pdf(model) == write_pdf(model)


def test_where_children_were_placed_is_in_every_form() -> None:
    """In the PDF one table has episodes and children, so that an indicator has one page."""
    lines = {"to_10": 80, "to_20": 42, "to_50": "c", "over_50": "c", "unknown": 0}
    placed = {"distance": {"of": 140, "lines": lines}, "distance_children": {"of": 61, "lines": {**lines, "to_10": 33}}}
    one = share()
    one = replace(one, beside=(*one.beside, *divisions(placed)))
    model = replace(report(), indicators=(one,))
    _, (table,) = next(page for page in as_data(model)["indicators"] if page["number"] == "5")["beside"]
    assert table["heads"] == ["Distance from home", "Episodes", "Share", "Children"]
    assert table["rows"][0] == ["Up to 10 miles", "80", "57.1%", "33"]
    assert table["rows"][2] == ["Over 20 to 50 miles", "c", "c", "c"]
    assert table["rows"][-1] == ["Episodes from care", "140", "", "61"]
    with pikepdf.open(BytesIO(write_pdf(model))) as pdf:
        assert len(pdf.pages) == len(model.indicators) + 3
    rows = {row["counted"]: row for row in csv.DictReader(StringIO(write_csv(model).decode()))}
    assert [rows["Distance from home: children: Up to 10 miles"][name] for name in ("value", "denominator")] == [
        "33",
        "61",
    ]
    assert rows["Distance from home: Over 50 miles"]["shown"] == "c"
    named = [each["title"] for each in json.loads(write_json(model))["indicators"][0]["beside"]]
    assert named[1:] == ["Distance from home", "Distance from home: children"]
