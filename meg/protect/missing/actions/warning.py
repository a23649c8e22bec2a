"""Early warnings of the 72-hour clock: to the worker when 24 hours are left, to the team at the deadline.

A message holds a reference and a link, and never a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse

from meg.partnership.access.models import Member
from meg.partnership.seats import By, Seat, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.missing.models import Interview
from meg.protect.missing.rules import LONDON, WARN

WARNERS = frozenset({Seat.OPERATOR})
ONLY = "Warnings are sent by the installation itself."
SOON = "{reference}: return interview due in {words}"
PAST = "{reference}: return interview {words}"
TEXT = """A return interview for {reference} is {state}. It {tense} due {due}.

{state_of_it}. Open it here (you need to sign in):
{link}

This message names no child. Do not answer it.
"""


def due_warnings(now: datetime) -> list[Interview]:
    """Interviews whose worker is to be warned: 24 hours or less left, not over, not warned yet."""
    near = Interview.objects.waiting().filter(due_at__gte=now, due_at__lte=now + WARN, warned_at__isnull=True)
    return list(near.select_related("child", "allocated_to__account").order_by("due_at"))


def due_tellings(now: datetime) -> list[Interview]:
    """Interviews whose deadline has passed and of which the team has not been told."""
    past = Interview.objects.waiting().filter(due_at__lt=now, over_told_at__isnull=True)
    return list(past.select_related("child").order_by("due_at"))


def team() -> list[str]:
    """Where the exploitation team is written to."""
    members = Member.objects.filter(seats__contains=[Seat.TEAM.value], left_on__isnull=True).select_related("account")
    return sorted(member.account.email for member in members)


def message(interview: Interview, now: datetime) -> tuple[str, str]:
    """The subject and the text of a warning. No child is named in either."""
    clock = interview.clock(now)
    over = clock.state == "over"
    local = interview.due_at.astimezone(LONDON)
    values = {
        "reference": interview.child.reference,
        "words": clock.words.removesuffix(" left"),
        "state": "past its 72 hours" if over else f"due: {clock.words}",
        "tense": "was" if over else "is",
        "due": f"{local:%A} {local.day} {local:%B at %H:%M}",
        "state_of_it": Interview.State(interview.state).label,
        "link": settings.SITE + reverse("missing:interview", args=[interview.child.reference, interview.pk]),
    }
    return (PAST if over else SOON).format(**values), TEXT.format(**values)


@transaction.atomic
def warn(*, by: By, interview: Interview, to: Iterable[str], now: datetime) -> None:
    """Send one warning and keep that it was sent: both or neither. Raises: Refused, where the seat may not."""
    permit(by, WARNERS, ONLY)
    subject, text = message(interview, now)
    over = interview.due_at < now
    Interview.objects.filter(pk=interview.pk).update(**{"over_told_at" if over else "warned_at": now})
    record(by=by, kind=Kind.WRITE,
           sentence="Told the team that a return interview is past its 72 hours." if over
           else "Warned that a return interview is due within 24 hours.",
           reference=interview.child.reference, detail={"interview": interview.pk})  # fmt: skip
    for address in to:
        send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [address])


def send_warnings(*, by: By, now: datetime) -> int:
    """Send every warning that is due now: to the worker, or to the team where nobody is allocated. Returns how many.

    Raises: Refused, where the seat may not.
    """
    permit(by, WARNERS, ONLY)
    everyone, sent = team(), 0
    for interview in due_warnings(now):
        worker = interview.allocated_to
        warn(by=by, interview=interview, to=[worker.account.email] if worker else everyone, now=now)
        sent += 1
    for interview in due_tellings(now):
        warn(by=by, interview=interview, to=everyone, now=now)
        sent += 1
    return sent
