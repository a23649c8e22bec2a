"""The figures of every partnership of this installation: where there are many two at once, each in a process of its own.

A partnership whose figures cannot be computed stops no other. It is told with the rest.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context

from meg.oversight.performance.actions import bring_up_to_date
from meg.oversight.performance.begin import begin
from meg.partnership.access.operator import operator
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import Refused, fresh, seated

PROCESSES = 2
MANY = 8
"""From so many partnerships the start of two processes is worth its while."""


@dataclass(frozen=True)
class Brought:
    """One partnership, and how long it took in seconds. `trouble` is empty where its figures are up to date."""

    authority: str
    seconds: float
    trouble: str = ""


def bring_everyone_up_to_date(many: int = MANY) -> Iterator[Brought]:
    """Compute the figures of every partnership again, in the order in which they came. What has not changed is not written."""
    authorities = list(Partnership.objects.order_by("pk").values_list("authority", flat=True))
    if len(authorities) < many:
        yield from map(bring_one, authorities)
        return
    with ProcessPoolExecutor(PROCESSES, get_context("spawn"), begin) as processes:
        under_way = [(authority, processes.submit(bring_one, authority)) for authority in authorities]
        for authority, one in under_way:
            yield _result(authority, one)


def _result(authority: str, one: Future[Brought]) -> Brought:
    try:
        return one.result()
    except BrokenProcessPool:
        return Brought(authority, 0.0, "its process ended before it was done")


def bring_one(authority: str) -> Brought:
    """Compute the figures of one partnership again. What went wrong is told, and left to the next time."""
    began = time.perf_counter()
    try:
        fresh()
        by = operator(authority)
        with seated(by):
            bring_up_to_date(by=by)
    except Exception as trouble:  # whatever it is, the others are waiting
        return Brought(authority, time.perf_counter() - began, _words(trouble))
    return Brought(authority, time.perf_counter() - began)


def _words(trouble: Exception) -> str:
    """A refusal's sentence; of anything else what it is and where, for its own words may hold a row."""
    if isinstance(trouble, Refused):
        return str(trouble)
    at = traceback.extract_tb(trouble.__traceback__)[-1]
    return f"{type(trouble).__name__} in {at.filename}, line {at.lineno}"


def in_a_sentence(troubled: list[Brought]) -> str:
    """The partnerships whose figures could not be computed, and why."""
    told = "; ".join(f"authority {one.authority}, {one.trouble.removesuffix('.')}" for one in troubled)
    return f"Figures that are not up to date: {told}."
