"""What the worker does with files: load what was sent from a page, and take up what was left behind."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued, UniqueViolation
from procrastinate.jobs import Status

from meg.intake import actions
from meg.intake.models import Batch
from meg.intake.reading import FileTrouble
from meg.partnership.access.operator import operator
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import By, Refused, Seat, fresh, seated

AWAY = (OperationalError, InterfaceError)  # the database went away: the job is tried again
OUR_FAULT = "Something went wrong here while it was loaded. Send the files again; if it happens again, tell us."
LEFT_BEHIND = timedelta(minutes=2)
STALLED = 30.0  # seconds without a sign of life of the worker that had a job

log = logging.getLogger(__name__)


def load_soon(*, by: By, batch: Batch) -> None:
    """Have the worker load a batch, once the transaction that received it has committed.

    By then the seat is given back: no seat has anything to do with the worker's own tables.
    """
    number = batch.pk
    transaction.on_commit(lambda: enqueue(by, number))


def enqueue(by: By, number: int) -> None:
    """Put the loading of a batch in the worker's list, once."""
    try:
        with transaction.atomic():
            load_batch.configure(queueing_lock=f"batch-{number}").defer(number=number, sender=asdict(by))
    except AlreadyEnqueued:
        log.info("Batch %s is in the worker's list already.", number)


@app.task(name="intake.load_batch", retry=RetryStrategy(max_attempts=5, wait=5, retry_exceptions=AWAY))
def load_batch(number: int, sender: dict[str, Any]) -> None:
    """Load a batch in the name of its sender. One that is in already is left as it is."""
    fresh()
    try:
        _load(By(**{**sender, "seat": Seat(sender["seat"])}), number)
    finally:
        fresh()


def _load(by: By, number: int) -> None:
    with seated(by):
        batch = Batch.objects.filter(pk=number).first()
        if batch is None or not actions.begin(by=by, batch=batch):
            return
    try:
        with seated(by), Teller(by, number) as tell:
            (actions.preview if actions.wants_a_look(batch) else actions.load)(by=by, batch=batch, progress=tell)
    except FileTrouble as trouble:
        _refuse(by, batch, str(trouble))
    except Refused as refused:
        log.info("%s", refused)
    except AWAY:
        raise
    except Exception:
        _refuse(by, batch, OUR_FAULT)
        raise


def _refuse(by: By, batch: Batch, sentence: str) -> None:
    with seated(by):
        actions.refuse(by=by, batch=batch, sentence=sentence)


class Teller:
    """Shows how far a load is while its own transaction is still open: a second thread has a second connection."""

    def __init__(self, by: By, number: int) -> None:
        self.by, self.number = by, number
        self.beside = ThreadPoolExecutor(1)

    def __enter__(self) -> Teller:
        return self

    def __exit__(self, *_: object) -> None:
        self.beside.submit(self._close).result()
        self.beside.shutdown()

    def __call__(self, step: str, done: int) -> None:
        self.beside.submit(self._tell, step, done).result()

    @staticmethod
    def _close() -> None:
        connection.close()  # the second thread's own

    def _tell(self, step: str, done: int) -> None:
        with seated(self.by):
            actions.tell_progress(by=self.by, batch=self.number, step=step, done=done)


@app.periodic(cron="* * * * *")
@app.task(name="intake.take_up_stalled", queueing_lock="take_up_stalled", pass_context=True)
async def take_up_stalled(context: JobContext, timestamp: int) -> None:
    """Jobs of a worker that was killed are done again, by the worker there is. One that waits already is not done twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            await manager.finish_job(job, Status.FAILED, delete_job=False)


@app.periodic(cron="* * * * *")
@app.task(name="intake.take_up_left_behind", queueing_lock="take_up_left_behind")
def take_up_left_behind(timestamp: int) -> None:
    """Batches that nobody loads, because their job was lost, are put in the list again, as the operator's."""
    fresh()
    for authority in Partnership.objects.values_list("authority", flat=True):
        by = operator(authority)
        for number in left_behind(by):
            enqueue(by, number)


def left_behind(by: By) -> list[int]:
    """Batches that were sent a while ago and have no job, waiting or running."""
    with seated(by):
        to_do = Batch.objects.filter(
            state__in=(Batch.State.WAITING, Batch.State.LOADING),
            sent_by__isnull=False,  # the command line loads what it sends itself
            sent_at__lt=timezone.now() - LEFT_BEHIND,
        )
        waiting = list(to_do.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (args ->> 'number')::bigint FROM procrastinate_jobs
               WHERE task_name = 'intake.load_batch' AND status IN ('todo', 'doing')"""
        )
        in_hand = {number for (number,) in cursor.fetchall()}
    return [number for number in waiting if number not in in_hand]
