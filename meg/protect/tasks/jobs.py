"""What the worker does for tasks: remind of them, once a morning."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from meg.partnership.access.operator import operator
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import fresh, seated
from meg.protect.tasks.actions import send_reminders


@app.periodic(cron="45 7 * * *")
@app.task(queueing_lock="task_reminders", pass_context=False)
def remind_of_tasks(timestamp: int) -> None:
    """Remind whoever has a task that it is due, and tell the team of those whose day has passed, in every partnership."""
    fresh()
    for authority in Partnership.objects.values_list("authority", flat=True):
        by = operator(authority)
        with seated(by):
            send_reminders(by=by, today=timezone.localdate(), now=timezone.now())
