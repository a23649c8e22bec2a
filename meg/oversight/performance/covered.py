"""Which months have figures at all: a month that nobody has reported has none, rather than nought.

A looked-after children return reports a whole financial year of episodes from care, and nothing else: no episode from
home and no return interview. Forms and trackers report all three.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, Q
from django.db.models.functions import Greatest, TruncMonth
from django.utils import timezone

from meg.intake.models import Batch
from meg.oversight.performance.passes import Passes
from meg.oversight.performance.rules import FIRST_DAY, Kind, Period, month_of, months_of, periods_between, year_of
from meg.protect.missing.models import Episode

LONDON = ZoneInfo("Europe/London")
RETURNS = ("ssda903",)  # datasets that report a whole financial year's episodes, from care alone
FORM = "form"


def covered_months(passes: Passes | None = None) -> list[Period]:
    """The months for which episodes from care are reported: whole years by returns; by forms, since they are used; by
    trackers, from the first episode to the last.
    """
    kept = _sources(passes)
    return _in_order(_of_returns(), _of_forms(kept), _of_trackers(kept))


def covered_home_months(passes: Passes | None = None) -> list[Period]:
    """The months for which episodes from home are reported: by forms and trackers, since the first of one from home. A
    return reports none.
    """
    kept = _sources(passes)
    home = [each.first for each in kept if each.missing_from == Episode.From.HOME and each.source not in RETURNS]
    return _since(min(home, default=None), _of_forms(kept), _of_trackers(kept))


def covered_reported_months(passes: Passes | None = None) -> list[Period]:
    """The months for which what is told when a child is reported missing is recorded: by forms and trackers. A return has
    none of it.
    """
    kept = _sources(passes)
    return _in_order(_of_forms(kept), _of_trackers(kept))


def covered_interview_months(passes: Passes | None = None) -> list[Period]:
    """The months for which return interviews are reported: by forms and trackers, since the first return for which an
    interview, or that none was required, is recorded; and where one is recorded for an episode of a return.
    """
    kept = _sources(passes)
    told = [each.first_told for each in kept if each.first_told]
    firsts = [each.first_answered for each in kept if each.first_answered]
    lasts = [each.last_answered for each in kept if each.last_answered]
    of_interviews = _between(min(firsts), max(lasts)) if firsts else []
    return _since(min(told, default=None), _of_forms(kept), _of_trackers(kept), of_interviews)


@dataclass(frozen=True)
class _Source:
    """The episodes of one source, from home or from care: the first moment and the last, and when one was first recorded. Of
    their returns: the first for which an interview, or that none was required, is recorded; and the first and the last for
    which an interview is.
    """

    source: str
    missing_from: str
    first: datetime
    last: datetime
    recorded: datetime
    first_told: datetime | None
    first_answered: datetime | None
    last_answered: datetime | None


def _sources(passes: Passes | None) -> list[_Source]:
    return (passes or Passes()).once(_read_sources, _read_sources)


def _read_sources() -> list[_Source]:
    answered = Q(interview__withdrawn_at__isnull=True, interview__isnull=False)
    found = Episode.objects.current().order_by().values("source", "missing_from")
    each_of = found.annotate(
        first=Min("started_at"),
        last=Max(Greatest("started_at", "returned_at")),
        recorded=Min("recorded_at"),
        first_told=Min("returned_at", filter=answered | ~Q(interview_needed="")),
        first_answered=Min("returned_at", filter=answered),
        last_answered=Max("returned_at", filter=answered),
    )
    return [_Source(**each) for each in each_of]


def _since(first: datetime | None, *found: Iterable[Period]) -> list[Period]:
    if first is None:
        return []
    begin = month_of(timezone.localdate(first))
    return [month for month in _in_order(*found) if begin <= month]


def _in_order(*found: Iterable[Period]) -> list[Period]:
    today = timezone.localdate()
    months = {month for each in found for month in each}
    return sorted(month for month in months if FIRST_DAY <= month.start <= today)


def _of_returns() -> Iterator[Period]:
    loaded = Batch.objects.filter(dataset__in=RETURNS, state=Batch.State.LOADED)
    for label in loaded.values_list("year", flat=True).distinct():
        yield from months_of(year_of(date(int(label[:4]), 4, 1)))


def _of_forms(kept: list[_Source]) -> Iterator[Period]:
    since = min((each.recorded for each in kept if each.source == FORM), default=None)
    if since is None:
        return
    yield from periods_between(timezone.localdate(since), timezone.localdate(), Kind.MONTH)
    before = Episode.objects.current().filter(source=FORM, started_at__lt=since)
    started = before.annotate(month=TruncMonth("started_at", tzinfo=LONDON))
    for month in started.values_list("month", flat=True).distinct().order_by():
        yield Period(month.date(), Kind.MONTH)


def _of_trackers(kept: list[_Source]) -> Iterator[Period]:
    for source in {each.source for each in kept} - {*RETURNS, FORM}:
        of_it = [each for each in kept if each.source == source]
        yield from _between(min(each.first for each in of_it), max(each.last for each in of_it))


def _between(first: datetime, last: datetime) -> list[Period]:
    return periods_between(timezone.localdate(first), timezone.localdate(last), Kind.MONTH)
