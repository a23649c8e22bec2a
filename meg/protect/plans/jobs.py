"""What the worker does for plans: every night, nobody of 17 or older at medium or high is left without one."""

from __future__ import annotations

from procrastinate.contrib.django import app

from meg.partnership.access.operator import operator
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import fresh, seated
from meg.protect.plans.actions import keep_everyone_in_view


@app.periodic(cron="10 0 * * *")
@app.task(queueing_lock="keep_in_view", pass_context=False)
def keep_in_view(timestamp: int) -> None:
    """Open a plan where a birthday left someone at medium or high without one, in every partnership."""
    fresh()
    for authority in Partnership.objects.values_list("authority", flat=True):
        by = operator(authority)
        with seated(by):
            keep_everyone_in_view(by=by)
