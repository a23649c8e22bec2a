"""What the worker does for missing children: send the warnings of the 72-hour clock."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from meg.partnership.access.operator import operator
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import fresh, seated
from meg.protect.missing.actions.warning import send_warnings


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="interview_warnings", pass_context=False)
def warn_of_interviews(timestamp: int) -> None:
    """Warn workers when 24 hours are left, and the team at the deadline, in every partnership."""
    fresh()
    for authority in Partnership.objects.values_list("authority", flat=True):
        by = operator(authority)
        with seated(by):
            send_warnings(by=by, now=timezone.now())
