"""Reminders of tasks: to whoever does it when its day is near, and to them and the team when it has passed.

A message holds a number and a link, and never a child's name nor what is to be done.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from meg.partnership.access.models import Member
from meg.partnership.seats import By, Seat, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.tasks.models import Task

WARNERS = frozenset({Seat.OPERATOR})
ONLY = "Reminders are sent by the installation itself."
NEAR = timedelta(days=3)
SUBJECT = "A task is {words}"
TEXT = """A task that was asked of {whom} is {words}{about}.

Open your list here (you need to sign in):
{link}

This message names no child. Do not answer it.
"""


def near(today: date) -> list[Task]:
    """Tasks due within three days of which nobody was reminded yet."""
    found = Task.objects.open().filter(
        due_on__gte=today, due_on__lte=today + NEAR, reminded_at=None, member__isnull=False
    )
    return list(found.select_related("child", "member__account").order_by("due_on", "pk"))


def passed(today: date) -> list[Task]:
    """Tasks whose day has passed, of which nobody was told yet."""
    found = Task.objects.over(today).filter(over_told_at=None)
    return list(found.select_related("child", "member__account").order_by("due_on", "pk"))


def team() -> list[str]:
    """Where the exploitation team is written to."""
    members = Member.objects.filter(seats__contains=[Seat.TEAM.value], left_on__isnull=True).select_related("account")
    return sorted(member.account.email for member in members)


def message(task: Task, today: date) -> tuple[str, str]:
    """The subject and the text. No child is named, and nothing is said of what is to be done."""
    words = task.due(today)
    values = {
        "words": words,
        "whom": task.member.name if task.member else "an agency",
        "about": f", about {task.child.reference}" if task.child else "",
        "link": settings.SITE + reverse("tasks:mine"),
    }
    return SUBJECT.format(**values), TEXT.format(**values)


@transaction.atomic
def remind(*, by: By, task: Task, to: Iterable[str], today: date, now: datetime) -> None:
    """Send one reminder and keep that it was sent: both or neither. Raises: Refused, where the seat may not."""
    permit(by, WARNERS, ONLY)
    over = task.due_on < today
    Task.objects.filter(pk=task.pk).update(**{"over_told_at" if over else "reminded_at": now})
    record(by=by, kind=Kind.WRITE, sentence="Told of a task whose day has passed." if over else "Reminded of a task.",
           reference=str(task.child.reference) if task.child else "", detail={"task": task.pk})  # fmt: skip
    subject, text = message(task, today)
    for address in dict.fromkeys(to):
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address])


def send_reminders(*, by: By, today: date, now: datetime) -> int:
    """Send every reminder that is due today. Returns how many tasks were told of. Raises: Refused."""
    permit(by, WARNERS, ONLY)
    found, everyone = [*near(today), *passed(today)], team()
    for task in found:
        own = [task.member.account.email] if task.member else []
        remind(by=by, task=task, to=[*own, *(everyone if task.due_on < today else [])], today=today, now=now)
    return len(found)
