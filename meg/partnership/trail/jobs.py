"""What the worker does for the trail: seal it each minute."""

from __future__ import annotations

from procrastinate.contrib.django import app

from meg.partnership.seats import fresh
from meg.partnership.trail.actions import seal


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="seal_trail", pass_context=False)
def seal_trail(timestamp: int) -> None:
    """Seal the lines of the last minute."""
    fresh()
    seal()
