"""What the worker does for figures: bring them up to date, whatever changed the records, remind of those to supply, write to owners."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from meg.oversight.performance.actions import send_reminders, tell_owners
from meg.oversight.performance.everyone import bring_everyone_up_to_date, in_a_sentence
from meg.partnership.access.operator import operator
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import fresh, seated


class FiguresTrouble(Exception):
    """Figures of some partnerships could not be computed. The message says whose, and why."""


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="figures", pass_context=False)
def compute_again(timestamp: int) -> None:
    """Compute the figures of every partnership again. What has not changed is not written.

    Raises: FiguresTrouble, where some could not be computed, once all the others are.
    """
    fresh()
    if troubled := [one for one in bring_everyone_up_to_date() if one.trouble]:
        raise FiguresTrouble(in_a_sentence(troubled))


@app.periodic(cron="30 7 * * *")
@app.task(queueing_lock="supply_reminders", pass_context=False)
def remind_of_figures(timestamp: int) -> None:
    """Remind whoever supplies a figure that it is due, or overdue, in every partnership."""
    fresh()
    for authority in Partnership.objects.values_list("authority", flat=True):
        by = operator(authority)
        with seated(by):
            send_reminders(by=by, today=timezone.localdate())


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="commentary_asked", pass_context=False)
def tell_owners_soon(timestamp: int) -> None:
    """Write to the owners who were asked for commentary, in every partnership."""
    fresh()
    for authority in Partnership.objects.values_list("authority", flat=True):
        by = operator(authority)
        with seated(by):
            tell_owners(by=by)
