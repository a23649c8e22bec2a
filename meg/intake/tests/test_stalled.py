"""A worker that was killed leaves its job behind: the next worker does it again, once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.jobs import Job

from meg.intake import jobs

KILLED = """
WITH gone AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id)
INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status, worker_id)
  SELECT 'default', 'a task', %s, 'doing', id FROM gone RETURNING id"""
WAITS = """INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, status)
  VALUES ('default', 'a task', %s, 'todo')"""


def take_up() -> None:
    """Run the task as a worker does, on a connection of its own."""

    async def run() -> None:
        assert isinstance(app.connector, DjangoConnector)
        worker = app.with_connector(app.connector.get_worker_connector())
        own = Job(id=0, queue="default", lock=None, queueing_lock=None, task_name="intake.take_up_stalled")
        async with worker.open_async():
            await jobs.take_up_stalled.func(
                JobContext(app=worker, job=own, start_timestamp=time.time(), abort_reason=lambda: None), 0
            )

    with ThreadPoolExecutor(1) as beside:  # where a browser's tests have a loop of their own in this thread
        beside.submit(lambda: asyncio.run(run())).result()


@pytest.fixture
def beside(db: None) -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own, which commits: a worker sees nothing of a test's open transaction."""
    params = {**connection.get_connection_params(), "autocommit": True}
    params.pop("cursor_factory", None)
    with psycopg.connect(**params) as own:
        yield own
        own.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'a task'")
        own.execute("DELETE FROM procrastinate_workers WHERE last_heartbeat < now() - interval '30 minutes'")


def killed(beside: psycopg.Connection[Any], lock: str) -> int:
    found = beside.execute(KILLED, [lock]).fetchone()
    assert found
    return int(found[0])


def test_a_job_of_a_killed_worker_is_done_again_and_one_that_waits_already_is_not_done_twice(
    beside: psycopg.Connection[Any],
) -> None:
    alone, twice = killed(beside, "alone"), killed(beside, "twice")
    beside.execute(WAITS, ["twice"])
    take_up()
    found = beside.execute("SELECT id, status FROM procrastinate_jobs WHERE id = ANY(%s)", [[alone, twice]])
    assert dict(found.fetchall()) == {alone: "todo", twice: "failed"}
