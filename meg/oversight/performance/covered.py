"""Which months have figures at all: a month that nobody has reported has none, rather than nought.

A looked-after children return reports a whole financial year of episodes from care, and nothing else: no episode from
home and no return interview. Forms and trackers report all three.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, Q
from django.db.models.functions import Greatest, TruncMonth
from django.utils import timezone

from meg.intake.models import Batch
from meg.oversight.performance.rules import FIRST_DAY, Kind, Period, month_of, months_of, periods_between, year_of
from meg.protect.missing.models import Episode

LONDON = ZoneInfo("Europe/London")
RETURNS = ("ssda903",)  # datasets that report a whole financial year's episodes, from care alone
FORM = "form"


def covered_months() -> list[Period]:
    """The months for which episodes from care are reported: whole years by returns; by forms, since they are used; by
    trackers, from the first episode to the last.
    """
    return _in_order(_of_returns(), _of_forms(), _of_trackers())


def covered_home_months() -> list[Period]:
    """The months for which episodes from home are reported: by forms and trackers, since the first of one from home. A
    return reports none.
    """
    kept = Episode.objects.current().filter(missing_from=Episode.From.HOME).exclude(source__in=RETURNS)
    return _since(kept.aggregate(first=Min("started_at"))["first"], _of_forms(), _of_trackers())


def covered_interview_months() -> list[Period]:
    """The months for which return interviews are reported: by forms and trackers, since the first return for which an
    interview, or that none was required, is recorded; and where one is recorded for an episode of a return.
    """
    told = Episode.objects.current().filter(
        Q(interview__withdrawn_at=None, interview__isnull=False) | ~Q(interview_needed="")
    )
    first = told.aggregate(first=Min("returned_at"))["first"]
    return _since(first, _of_forms(), _of_trackers(), _of_interviews())


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


def _of_forms() -> Iterator[Period]:
    typed = Episode.objects.current().filter(source=FORM)
    since = typed.aggregate(first=Min("recorded_at"))["first"]
    if since is None:
        return
    yield from periods_between(timezone.localdate(since), timezone.localdate(), Kind.MONTH)
    started = typed.filter(started_at__lt=since).annotate(month=TruncMonth("started_at", tzinfo=LONDON))
    for month in started.values_list("month", flat=True).distinct().order_by():
        yield Period(month.date(), Kind.MONTH)


def _of_trackers() -> Iterator[Period]:
    kept = Episode.objects.current().exclude(source__in=(*RETURNS, FORM))
    last = Max(Greatest("started_at", "returned_at"))
    for found in kept.order_by().values("source").annotate(first=Min("started_at"), last=last):
        yield from _between(found["first"], found["last"])


def _of_interviews() -> Iterator[Period]:
    answered = Episode.objects.current().filter(interview__withdrawn_at__isnull=True, interview__isnull=False)
    found = answered.aggregate(first=Min("returned_at"), last=Max("returned_at"))
    if found["first"] is not None:
        yield from _between(found["first"], found["last"])


def _between(first: datetime, last: datetime) -> list[Period]:
    return periods_between(timezone.localdate(first), timezone.localdate(last), Kind.MONTH)
