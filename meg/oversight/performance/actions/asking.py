"""Writing to the owners who are asked for commentary. The installation does, since no seat of figures reads addresses."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from meg.oversight.performance.models import Commentary, Report
from meg.oversight.performance.permissions import COMPUTERS
from meg.oversight.performance.rules import read_period
from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind

SUBJECT = "Commentary asked: report of {period}"
TEXT = """The report of {period} asks for your commentary on {indicators}: what is behind the figure, and what will be done.

Write it here (you need to sign in):
{link}

Do not answer this message.
"""


def tell_owners(*, by: By) -> int:
    """Write to everyone who was asked for commentary and was not told yet, once for each report. Returns how many letters.

    Raises: Refused, where the seat may not.
    """
    permit(by, COMPUTERS, "Owners are written to by the installation itself.")
    untold = Commentary.objects.filter(told_at=None, answered_at=None, report__state=Report.State.ASKED)
    waiting: dict[tuple[int, int], list[Commentary]] = {}
    for one in untold.select_related("report", "owner__account"):
        waiting.setdefault((one.report_id, one.owner_id), []).append(one)
    for asked in waiting.values():
        _tell(by, asked)
    return len(waiting)


@transaction.atomic
def _tell(by: By, asked: list[Commentary]) -> None:
    """One letter, and that it was sent: both or neither."""
    report, owner = asked[0].report, asked[0].owner
    words = read_period(report.period).words
    numbers = sorted((one.indicator for one in asked), key=lambda number: (len(number), number))
    values = {
        "period": words, "indicators": f"indicator{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}",
        "link": settings.SITE + reverse("performance:report", args=[report.period]),
    }  # fmt: skip
    Commentary.objects.filter(pk__in=[one.pk for one in asked]).update(told_at=timezone.now())
    sentence = f"Wrote to {owner.name} for commentary on the report of {words}."
    record(by=by, kind=Kind.WRITE, sentence=sentence, detail={"report": report.period, "indicators": numbers})
    send_mail(SUBJECT.format(**values), TEXT.format(**values), settings.DEFAULT_FROM_EMAIL, [owner.account.email])
