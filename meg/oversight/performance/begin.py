"""The first thing that a process for figures does, before it can read any model."""

from __future__ import annotations

import gc
import os
import signal
from multiprocessing import parent_process
from threading import Thread

import django


def begin() -> None:
    """Django, and nothing of it to be looked through again for what can be freed: that took a tenth of the time. What is made
    after it is looked through seldom, since it is nearly all kept or freed without.

    Whoever is stopped by the keyboard is told once, not by each process; and none outlives the one that began it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    # The cores are busy with one partnership each: a query that takes another to help it costs more than it gains.
    os.environ["PGOPTIONS"] = f"{os.environ.get('PGOPTIONS', '')} -c max_parallel_workers_per_gather=0".strip()
    django.setup()
    gc.freeze()
    gc.set_threshold(20_000)


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
