"""The report as a tagged PDF (PDF/UA-1), set by typst: the same bytes for the same report."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Sequence
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import typst

from meg.oversight.performance.beside import PLACED, Division
from meg.oversight.performance.charts import drawable, sparkline, trend
from meg.oversight.performance.compared import Compared
from meg.oversight.performance.documents.model import (
    DEMONSTRATION,
    UNJUDGED,
    IndicatorReport,
    Observation,
    ReportModel,
    Said,
)
from meg.oversight.performance.funnel import described as described_funnel
from meg.oversight.performance.funnel import funnel
from meg.oversight.performance.rules import Kind, Period, a_year_before, months_of, quarters_of, rolling_to, year_of
from meg.oversight.performance.sentences import (
    A_YEAR_AGO,
    BEFORE,
    THIS,
    Lede,
    after_figure,
    comparison,
    described,
    lede,
    said,
    sparkline_title,
)
from meg.oversight.performance.verdicts import HOW_JUDGED, Mark

FONT = "Inter"
FONT_PACKAGE = "fontpkg_inter"
"""Inter under the Open Font License, from the package index; the machine's own fonts are shut out."""
YEARS = 5
WIDTH = 900


class PdfTrouble(RuntimeError):
    """The report could not be set as a PDF; the message says what is missing."""


def write_pdf(model: ReportModel) -> bytes:
    """The report. Raises PdfTrouble where the font is not installed or a letter cannot be set."""
    source = files(__package__).joinpath("report.typ").read_bytes()
    compiler = typst.Compiler(source, font_paths=fonts(), sys_inputs={"report": json.dumps(as_data(model))})
    try:
        made = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=int(model.as_at.timestamp()))
    except typst.TypstError as trouble:
        raise PdfTrouble(f"The report could not be set as a PDF: {trouble.message}") from trouble
    assert isinstance(made, bytes)
    return made


@cache
def fonts() -> typst.Fonts:
    try:
        folder = files(FONT_PACKAGE).joinpath("files")
    except ModuleNotFoundError as missing:
        raise PdfTrouble("The report needs the font Inter: install the package fontpkg-inter.") from missing
    with as_file(folder) as path:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[path])


def as_data(model: ReportModel) -> dict[str, Any]:
    """Everything the page needs, as words; typst decides nothing but where it stands."""
    author = f"{model.partnership} {model.group}"
    opening, kind = _opening(model), model.period.kind
    facts = [model.approved or "Not yet approved", f"Figures as at {model.as_at_words}"]
    facts += [model.state, f"{model.marking}. No child can be identified."]
    footer = f"MEG report, {model.period.label} · figures as at {model.as_at_words}"
    marks = [model.state, model.marking]  # that it is a demonstration stands above every page
    return {
        "title": model.title,
        "name": model.name,
        "words": model.period.words,
        "author": author,
        "date": [model.moment.year, model.moment.month, model.moment.day],
        "draft": model.draft,
        "notice": DEMONSTRATION if model.demonstration else "",
        "footer": " · ".join([footer, *marks]),
        "lede": {"first": opening.first, "rest": opening.rest},
        "facts": facts,
        "summary": {
            "title": f"The {_length(kind)} in one page",
            "opening": str(opening),
            "written": list(model.summary),
            "judged": HOW_JUDGED,
            "columns": _columns(kind),
            "span": _span(model),
            "key": "◆ a real change · c hidden to protect children · – not supplied · z not applicable · x not collected. "
            "Where there is no target there is no red, amber or green.",
            "not_counted": _not_counted(model.not_counted),
        },
        "indicators": [_indicator(indicator, f"f{n}") for n, indicator in enumerate(model.indicators)],
        "gaps": [[gap.what, gap.effect, gap.owner] for gap in model.gaps],
        "safe": f"Counts of 1 to {model.threshold} are shown as c, and others are hidden where they would "
        "give one away. Nought is shown as 0. A figure that was not supplied is a dash, and is not nought.",
        "sources": list(model.sources),
    }


def _opening(model: ReportModel) -> Lede:
    """What has changed; where the period is not over, or has no figures, the first figure so far."""
    if not model.indicators or any(each.verdict == UNJUDGED for each in model.indicators):
        return lede(model.findings, model.period)
    return Lede(*model.opening)


def _columns(kind: Kind) -> list[str]:
    columns = [THIS[kind], BEFORE[kind]] + ([A_YEAR_AGO] if not kind.is_twelve_months else [])
    return [column.capitalize() for column in columns]


def _span(model: ReportModel) -> str:
    if model.period.kind is Kind.ROLLING:
        return "Quarter by quarter"
    periods = max((len(indicator.trend) for indicator in model.indicators), default=0)
    return f"Last {periods} {model.period.kind.word}s" if periods > 1 else "Picture"


def _length(kind: Kind) -> str:
    return "12 months" if kind is Kind.ROLLING else kind.word


def _not_counted(names: Sequence[str]) -> str:
    if not names:
        return ""
    return f"The data specification also names: {'; '.join(names)}. Nothing is recorded yet from which to count them."


def _indicator(indicator: IndicatorReport, prefix: str) -> dict[str, Any]:
    finding = indicator.finding
    figures = [finding.this.grouped, finding.before.grouped]
    if not finding.period.kind.is_twelve_months:
        figures.append(finding.year_ago.grouped)
    return {
        "number": indicator.number,
        "name": finding.name,
        "polarity": indicator.polarity,
        "kicker": f"Indicator {indicator.number} · {indicator.strand} · {indicator.polarity.lower()}",
        "figures": figures,
        "under": finding.this.fraction or (f"{finding.episodes.grouped} episodes" if finding.episodes else ""),
        "spark": _spark(indicator, prefix),
        "said": said(finding.this),
        "headline": after_figure(finding),
        "verdict": {
            "changed": indicator.verdict.mark is Mark.CHANGED,
            "first": indicator.verdict.first,
            "second": indicator.verdict.second,
            "sentence": indicator.verdict.sentence,
            "news": indicator.verdict.news,
        },
        "commentary": _commentary(indicator.said),
        "compared": _compared(indicator.compared, f"{prefix}c"),
        "comparison": comparison(finding),
        "chart": _chart(indicator, prefix),
        "tables": [table for table in (_spans(indicator), _years(indicator), _months(indicator)) if table],
        "made": [
            ["Definition", f"{indicator.kind}. {indicator.title}. Source: {indicator.source}."],
            *([word, text] for word, text in indicator.made),
        ],
        "middle": _middle(indicator),
        "beside": _beside(indicator.beside),
    }


def _compared(compared: Compared | None, prefix: str) -> dict[str, Any] | None:
    if compared is None:
        return None
    rows = [[r.name, r.count, r.of, r.share, r.limits, r.against, r.rate] for r in compared.rows()]
    heads = ["Authority", "Children", "Looked after", "Share", "95% limits", "Against England", "For 10,000"]
    year = f"Children who {compared.happened} ÷ children looked after, year to 31 March {compared.of_year}."
    return {
        "title": compared.finding,
        "sub": f"{year} Grey: every English authority. Ringed: our statistical neighbours.",
        "svg": funnel(compared, prefix=prefix, width=WIDTH, font=FONT),
        "alt": f"{year} {described_funnel(compared)}",
        "heads": heads,
        "rows": rows,
        "source": f"Source: {compared.release.attribution}. {compared.outside} of {compared.shown} authorities lie outside the "
        "95% limits: read it as a question, not a league.",
    }


def _commentary(said: Said | None) -> dict[str, Any] | None:
    if said is None:
        return None
    return {"words": said.words.split("\n\n") if said.words else [], "actions": said.actions, "signed": said.signed}


COLUMNS = (("setting", "duration"), ("weekday", "left_out"), ("hour",))
COLUMNS_OF_SHARE = (("answers", "area"), ("distance", "left_out"))
COLUMNS_OF_REFERRALS = (("vulnerability", "referral_age"), ("source", "model", "referral_sex"))


def _beside(tables: Sequence[Division]) -> list[list[dict[str, Any]]]:
    """The tables in columns beside each other, so that an indicator has one page."""
    kept = {each.name: each for each in tables}
    placed = COLUMNS_OF_SHARE if "answers" in kept else COLUMNS_OF_REFERRALS if "source" in kept else COLUMNS
    columns = [
        [_division(kept[name], kept.get(PLACED.get(name, ""))) for name in names if name in kept] for names in placed
    ]
    return [column for column in columns if column]


def _middle(indicator: IndicatorReport) -> str:
    if not indicator.middle:
        return ""
    return f"Middle time {indicator.middle_of}: {indicator.middle}."


def _division(each: Division, children: Division | None) -> dict[str, Any]:
    """How the same episodes divide: a line each with its number and share, and the total; beside it, by children."""
    share = each.of is not None
    rows = [
        [line.label, line.number.grouped, *([line.share.grouped if line.share else ""] if share else [])]
        for line in each.lines
    ]
    if each.of is not None:
        rows.append([each.total, each.of.grouped, ""])
    if children is not None and children.of is not None:
        numbers = [*(line.number for line in children.lines), children.of]
        rows = [[*row, number.grouped] for row, number in zip(rows, numbers, strict=True)]
    return {
        "title": each.title,
        "heads": [each.title, each.counts, *(["Share"] if share else []), *([children.counts] if children else [])],
        "rows": rows,
        "total": each.of is not None,
        "note": " ".join(filter(None, (each.note, children.note if children else ""))),
    }


def _spark(indicator: IndicatorReport, prefix: str) -> dict[str, str] | None:
    if not drawable(indicator.trend):
        return None
    words = sparkline_title(indicator.finding.name, indicator.trend, indicator.finding.period.kind.word)
    return {"svg": sparkline(indicator.trend, title=words, prefix=f"{prefix}s"), "alt": words}


def _chart(indicator: IndicatorReport, prefix: str) -> dict[str, str | None]:
    span = indicator.finding.period.kind
    kind, length = span.word, _length(span)
    each = "12 months to the end of each quarter" if span is Kind.ROLLING else f"{kind} by {kind}"
    title = f"{indicator.finding.name}, {each}"
    if not drawable(indicator.trend):
        return {"title": title, "svg": None, "alt": "There are too few figures to draw, or most are hidden."}
    words = described(indicator.trend, kind)
    unit = "Per cent" if indicator.finding.of else f"{indicator.unit.capitalize()} in the {length}"
    svg = trend(indicator.trend, title=title, description=words, prefix=prefix, width=WIDTH, font=FONT, unit=unit)
    return {"title": title, "svg": svg, "alt": f"{title}. {words}"}


def _years(indicator: IndicatorReport) -> dict[str, Any] | None:
    """Years by quarters, so that seasons and years can be read; the last years that have a figure."""
    known = {each.period: each for each in indicator.series}
    changed = {point.period for point in indicator.trend if point.changed}
    years = _last_years(indicator)
    rows = [[year.label, *_texts(known, [*quarters_of(year), year], changed=changed)] for year in years]
    rows = [row for row in rows if any(row[1:])]
    title = f"{indicator.unit.capitalize()} by quarter and year"
    heads = ["Year", "Q1", "Q2", "Q3", "Q4", "Whole year"]
    return {"kind": "years", "title": title, "heads": heads, "rows": rows}


def _spans(indicator: IndicatorReport) -> dict[str, Any] | None:
    """Of a report of twelve months, those before it, by the quarter that they end with."""
    if indicator.finding.period.kind is not Kind.ROLLING:
        return None
    known = {each.period: each for each in indicator.series}
    years = _last_years(indicator)
    rows = [[year.label, *_texts(known, [rolling_to(each.end) for each in quarters_of(year)])] for year in years]
    title = f"{indicator.unit.capitalize()} in 12 months, by the quarter they end with"
    heads = ["Year", "to June", "to Sept", "to Dec", "to March"]
    return {"kind": "years", "title": title, "heads": heads, "rows": [row for row in rows if any(row[1:])]}


def _last_years(indicator: IndicatorReport) -> list[Period]:
    years = [year_of(indicator.finding.period.end)]
    while len(years) < YEARS:
        years.insert(0, a_year_before(years[0]))
    return years


def _months(indicator: IndicatorReport) -> dict[str, Any] | None:
    """The months of the financial year, or the twelve of the report, with episodes under them."""
    period = indicator.finding.period
    whole = period if period.kind.is_twelve_months else year_of(period.start)
    months = months_of(whole)
    known = {each.period: each for each in indicator.series}
    if not any(month in known for month in months):
        return None
    rows = [[indicator.unit.capitalize(), *_texts(known, months)]]
    if any(known[month].episodes for month in months if month in known):
        rows.append(["Episodes", *_texts(known, months, episodes=True)])
    words = whole.words if whole.kind is Kind.ROLLING else whole.label
    heads = ["Month", *(month.words[:3] for month in months)]
    return {"kind": "months", "title": f"Month by month, {words}", "heads": heads, "rows": rows}


def _texts(
    known: dict[Period, Observation], periods: Iterable[Period], episodes: bool = False, changed: Container[Period] = ()
) -> list[str]:
    texts = []
    for period in periods:
        each = known.get(period)
        shown = None if each is None else each.episodes if episodes else each.shown
        mark = " ◆" if period in changed else ""
        texts.append(f"{shown.grouped}{mark}" if shown else "")
    return texts
