"""Which reviews are over or fall due, and who waits for a first assessment."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meg.partnership.access.request import by_of
from meg.partnership.seats import permit
from meg.protect.assessments.models import Assessment
from meg.protect.assessments.permissions import ASSESSORS, FRAMEWORK_READERS, READERS
from meg.protect.exploitation.models import Referral

SOON = timedelta(days=14)
MOST = 200
NO_RECORDS = "Your seat works without children’s records. Change your seat to see which reviews are due."


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """Reviews that are over, reviews of the next 14 days, and referrals that were taken on and not assessed yet."""
    by = by_of(request)
    permit(by, READERS, NO_RECORDS)
    today = timezone.localdate()
    found = list(Assessment.objects.reviews_due(today + SOON).with_child()[:MOST])
    assessed = Assessment.objects.finished().filter(referral=OuterRef("pk"))
    waiting = Referral.objects.open().with_child().with_level().filter(~Exists(assessed)).order_by("decided_at", "pk")
    begun = Assessment.objects.begun().filter(referral__state=Referral.State.OPEN)
    context = {
        "begun": dict(begun.values_list("referral", "pk")),
        "may_assess": by.seat in ASSESSORS,
        "over": [one for one in found if one.review_on and one.review_on < today],
        "soon": [one for one in found if one.review_on and one.review_on >= today],
        "waiting": list(waiting[:MOST]),
        "today": today,
        "reads_tools": by.seat in FRAMEWORK_READERS,
    }
    return render(request, "assessments/due.html", context)
