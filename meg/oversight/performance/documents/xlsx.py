"""The report's figures as a spreadsheet: numbers as numbers, hidden ones as the letter c, never a formula."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from meg.oversight.performance.disclosure import Shown
from meg.oversight.performance.documents.model import DEMONSTRATION, ReportModel, Said, published
from meg.oversight.performance.sentences import BEFORE, THIS, headline
from meg.oversight.performance.verdicts import HOW_JUDGED

SUMMARY = (
    "Number",
    "Indicator",
    "Polarity",
    "This period",
    "Numerator",
    "Denominator",
    "Episodes",
    "The period before",
    "A year ago",
    "In words",
    "The control chart",
)
COMPARED, FRACTION, IN_WORDS, CHART = (3, 6, 7, 8), 4, 9, 10  # columns of the summary, from 0
FRACTIONS = (
    "Of a figure in per cent: the numbers over and under the line, which are what ‘Counted’ and ‘Out of’ below say. They "
    "are given after disclosure control, and hidden with the figure. A count has none on the summary."
)
FIGURES = (
    "Indicator", "Name", "Counted", "Kind of period", "Period", "First day", "Last day", "Figure", "Numerator",
    "Denominator",
)  # fmt: skip


def write_xlsx(model: ReportModel) -> bytes:
    """The same bytes for the same report."""
    out = BytesIO()
    # Text that looks like a formula, a number or an address stays text.
    inert = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    with Workbook(out, {"in_memory": True, **inert}) as book:
        book.set_properties(
            {
                "title": model.title,
                "author": f"{model.partnership} {model.group}",
                "comments": DEMONSTRATION if model.demonstration else "",
                "created": model.moment.replace(tzinfo=None),
            }
        )
        styles = _Styles(book)
        _summary(book.add_worksheet("Summary"), model, styles)
        _figures(book.add_worksheet("Figures"), model, styles)
        _notes(book.add_worksheet("Notes"), model, styles)
    return out.getvalue()


class _Styles:
    def __init__(self, book: Workbook) -> None:
        self.title: Format = book.add_format({"bold": True, "font_size": 16})
        self.head: Format = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom"})
        self.over_numbers: Format = book.add_format(
            {"bold": True, "bottom": 2, "text_wrap": True, "valign": "bottom", "align": "right"}
        )
        self.number: Format = book.add_format({"num_format": "#,##0", "align": "right", "valign": "top"})
        self.share: Format = book.add_format({"num_format": "0.0%", "align": "right", "valign": "top"})
        self.symbol: Format = book.add_format({"align": "right", "valign": "top"})
        self.day: Format = book.add_format({"num_format": "d mmmm yyyy", "align": "right", "valign": "top"})
        self.text: Format = book.add_format({"text_wrap": True, "valign": "top"})


def _summary(sheet: Worksheet, model: ReportModel, styles: _Styles) -> None:
    kind = model.period.kind
    heads = [*SUMMARY[:3], THIS[kind].capitalize(), *SUMMARY[4:7], BEFORE[kind].capitalize(), *SUMMARY[8:]]
    first = _open(sheet, model.title, heads, [9, 44, 22, 13, 11, 12, 11, 13, 13, 80, 44], styles, range(3, 9))
    for row, indicator in enumerate(model.indicators, first):
        finding = indicator.finding
        for column, text in enumerate((indicator.number, finding.name, indicator.polarity)):
            sheet.write_string(row, column, text, styles.text)
        for column, shown in zip(
            COMPARED, (finding.this, finding.episodes, finding.before, finding.year_ago), strict=True
        ):
            if shown is not None:
                _figure(sheet, row, column, shown, styles)
        _fraction(sheet, row, FRACTION, finding.this, bool(finding.of), styles)
        sheet.write_string(row, IN_WORDS, headline(finding), styles.text)
        said = ". ".join(filter(None, (indicator.verdict.first, indicator.verdict.second)))
        sheet.write_string(row, CHART, said, styles.text)


def _figures(sheet: Worksheet, model: ReportModel, styles: _Styles) -> None:
    widths = [10, 44, 44, 15, 12, 18, 18, 11, 11, 12]
    first = _open(sheet, "Every figure of this report", list(FIGURES), widths, styles, range(5, 10))
    row = first
    for row, each in enumerate(published(model), first):
        period = each.period
        texts = (each.indicator, each.name, each.measure, period.kind.value, period.label)
        for column, text in enumerate(texts):
            sheet.write_string(row, column, text, styles.text)
        for column, day in enumerate((period.start, period.end), 5):
            _day(sheet, row, column, day, styles)
        _figure(sheet, row, 7, each.shown, styles)
        for column, number in enumerate((each.shown.numerator, each.shown.denominator), 8):
            if number is not None:
                sheet.write_number(row, column, number, styles.number)
    sheet.autofilter(first - 1, 0, row, len(FIGURES) - 1)


def _notes(sheet: Worksheet, model: ReportModel, styles: _Styles) -> None:
    heads = ["What", "Note"]
    first = _open(sheet, "How to read these figures", heads, [30, 110], styles)
    notes = [
        ("Partnership", f"{model.partnership} {model.group}"),
        ("Period", f"{model.period.words} ({model.period.label})"),
        ("As at", model.as_at_words),
        ("State", f"{model.state}. {model.marking}."),
        ("c", f"Hidden, to protect children: 1 to {model.threshold}, or would give away a figure that is."),
        ("0", "Nought: nobody."),
        ("–", "Not supplied. It is not nought."),
        ("z", "Not applicable."),
        ("x", "Not collected."),
        ("Numerator, Denominator", FRACTIONS),
        ("The control chart", HOW_JUDGED),
        *(("Summary", paragraph) for paragraph in model.summary),
        *((f"{i.number}. {i.finding.name}: commentary", _said(i.said)) for i in model.indicators if i.said),
        *((f"{i.number}. {i.finding.name}: {word}", text) for i in model.indicators for word, text in i.made),
        *((gap.what, f"{gap.effect} {gap.owner}") for gap in model.gaps),
        *(("Source", source) for source in model.sources),
    ]
    if model.demonstration:
        notes.insert(0, ("Demonstration", DEMONSTRATION))
    for row, (what, note) in enumerate(notes, first):
        sheet.write_string(row, 0, what, styles.text)
        sheet.write_string(row, 1, note, styles.text)


def _said(said: Said) -> str:
    actions = f"What will be done: {said.actions}" if said.actions else ""
    return "\n".join(filter(None, (said.words, actions, said.signed)))


def _open(
    sheet: Worksheet, title: str, heads: list[str], widths: list[int], styles: _Styles, numbers: Container[int] = ()
) -> int:
    """The title, the headings, widths, and panes that stay; the row where the table goes on. `numbers`: the columns whose
    headings stand over numbers, at their right.
    """
    sheet.write_string(0, 0, title, styles.title)
    for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, head, styles.over_numbers if column in numbers else styles.head)
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    return 3


def _figure(sheet: Worksheet, row: int, column: int, shown: Shown, styles: _Styles) -> None:
    if shown.value is None:
        sheet.write_string(row, column, shown.text, styles.symbol)
    elif shown.of:
        sheet.write_number(row, column, round(shown.value / 100, 3), styles.share)
    else:
        sheet.write_number(row, column, shown.value, styles.number)


def _fraction(sheet: Worksheet, row: int, column: int, shown: Shown, is_share: bool, styles: _Styles) -> None:
    """The numbers over and under the line of a share; where it has none to show, the symbol that stands for it."""
    if not is_share:
        return
    for place, number in enumerate((shown.numerator, shown.denominator), column):
        if shown.of is None or number is None:
            sheet.write_string(row, place, shown.text, styles.symbol)
        else:
            sheet.write_number(row, place, number, styles.number)


def _day(sheet: Worksheet, row: int, column: int, day: date, styles: _Styles) -> None:
    sheet.write_datetime(row, column, day, styles.day)
