"""The report as JSON, for whoever reads it by program."""

from __future__ import annotations

import json
from typing import Any

from meg.oversight.performance.beside import Division
from meg.oversight.performance.documents.model import IndicatorReport, Observation, ReportModel, Said
from meg.oversight.performance.rules import Period
from meg.oversight.performance.sentences import headline, line

SYMBOLS = {"c": "hidden", "–": "not supplied", "z": "not applicable", "x": "not collected"}


def write_json(model: ReportModel) -> bytes:
    """UTF-8, the same bytes for the same report. A figure that is hidden has a null value."""
    return (json.dumps(as_data(model), ensure_ascii=False, indent=2) + "\n").encode()


def as_data(model: ReportModel) -> dict[str, Any]:
    return {
        "title": model.title,
        "partnership": model.partnership,
        "group": model.group,
        "period": _period(model.period),
        "as_at": model.moment.isoformat(),
        "state": model.state,
        "demonstration": model.demonstration,
        "marking": model.marking,
        "symbols": SYMBOLS,
        "hidden": f"1 to {model.threshold}, or would give away a figure that is",
        "summary": list(model.summary) or [" ".join(filter(None, model.opening))],
        "indicators": [_indicator(indicator) for indicator in model.indicators],
        "not_counted": list(model.not_counted),
        "gaps": [{"what": gap.what, "effect": gap.effect, "owner": gap.owner} for gap in model.gaps],
        "sources": list(model.sources),
    }


def _indicator(indicator: IndicatorReport) -> dict[str, Any]:
    return {
        "number": indicator.number,
        "name": indicator.finding.name,
        "title": indicator.title,
        "type": indicator.kind,
        "strand": indicator.strand,
        "polarity": indicator.polarity,
        "source": indicator.source,
        "counted": indicator.unit,
        "headline": headline(indicator.finding),
        "sentence": line(indicator.finding),
        "verdict": {
            "mark": indicator.verdict.mark.value,
            "words": ". ".join(filter(None, (indicator.verdict.first, indicator.verdict.second))),
        },
        "commentary": _said(indicator.said),
        "made": dict(indicator.made),
        "figures": [_figure(each) for each in indicator.series],
        "beside": [_division(each) for each in indicator.beside],
        "middle_time": {"of": indicator.middle_of, "is": indicator.middle} if indicator.middle else None,
    }


def _said(said: Said | None) -> dict[str, Any] | None:
    if said is None:
        return None
    answered = bool(said.words)
    return {
        "who": said.who,
        "day": said.day.isoformat(),
        "answered": answered,
        "words": said.words,
        "actions": said.actions,
    }


def _division(each: Division) -> dict[str, Any]:
    return {
        "title": each.title,
        "of": each.of.value if each.of else None,
        "lines": [{"line": line.label, "shown": line.number.text, "value": line.number.value} for line in each.lines],
    }


def _figure(each: Observation) -> dict[str, Any]:
    figure: dict[str, Any] = {
        "period": _period(each.period),
        "shown": each.shown.text,
        "value": each.shown.value,
        "numerator": each.shown.numerator,
        "denominator": each.shown.denominator,
    }
    if each.episodes is not None:
        figure["episodes"] = {"shown": each.episodes.text, "value": each.episodes.value}
    return figure


def _period(period: Period) -> dict[str, str]:
    return {
        "label": period.label,
        "kind": period.kind.value,
        "first_day": period.start.isoformat(),
        "last_day": period.end.isoformat(),
    }
