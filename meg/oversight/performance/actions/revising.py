"""Revisions: where a figure of a published report was computed anew to something else, and why."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from meg.intake.models import Batch
from meg.oversight.performance.models import SUPPLIED, Figure, Report, Revision, ShownFigure
from meg.oversight.performance.scorecard import as_shown

SUPPLIED_ANEW = "Its source supplied it anew since."
BY_PEOPLE = "Records were entered or corrected here since."


def note_revisions(*, since: datetime) -> int:
    """Keep every figure of a published report that is now shown as something else than it was last. Returns how many. What it
    was in between is overtaken; a figure that is as published again has no revision that stands.

    `since`: figures that changed before are known already. Part of computing, which is one line in the trail.
    """
    published = list(Report.objects.filter(state=Report.State.PUBLISHED))
    if not published:
        return 0
    changed = {(figure.indicator, figure.period): figure for figure in ShownFigure.objects.filter(as_at__gte=since)}
    noted = [revision for report in published for revision in _revisions(report, changed, since)]
    Revision.objects.bulk_create([revision for revision in noted if revision.became != revision.was])
    return len(noted)


def _revisions(report: Report, changed: dict[tuple[str, str], ShownFigure], now: datetime) -> list[Revision]:
    frozen = {(number, label): text for number, by_period in report.frozen.items() for label, text in by_period.items()}
    standing = Revision.objects.standing().filter(report=report)
    last = {(one.indicator, one.period): one.became for one in standing.order_by("pk")}
    found = []
    for (number, label), was in frozen.items():
        figure = changed.get((number, label))
        if figure is None:
            continue
        became = "withdrawn" if figure.withdrawn_at else as_shown(figure).text
        if became != last.get((number, label), was):
            standing.filter(indicator=number, period=label).update(overtaken_at=now)
            cause = _cause(report, number, label)
            found.append(Revision(report=report, indicator=number, period=label, was=was, became=became, cause=cause))
    return found


def _cause(report: Report, indicator: str, period: str) -> str:
    """That it was supplied anew; the deliveries loaded or taken back since publication that it knows of; else what people
    recorded.
    """
    figure = Figure.objects.filter(indicator=indicator, period=period).first()
    if figure and figure.measure == SUPPLIED:
        return SUPPLIED_ANEW
    behind = Batch.objects.filter(pk__in=figure.batches if figure else [], finished_at__gt=report.published_at)
    undone = Batch.objects.filter(undone_at__gt=report.published_at)
    told = [f"batch {one.pk} was loaded on {_day(one.finished_at)}" for one in behind.order_by("pk")]
    told += [f"batch {one.pk} was taken back on {_day(one.undone_at)}" for one in undone.order_by("pk")]
    if not told:
        return BY_PEOPLE
    sentence = ", ".join(told)
    return f"{sentence[0].upper()}{sentence[1:]}."


def _day(moment: datetime | None) -> str:
    return f"{timezone.localdate(moment):%-d %B %Y}" if moment else "a day that is not known"
