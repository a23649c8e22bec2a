"""The partnership's own list of services."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from meg.partnership.access.request import by_of
from meg.partnership.agencies.models import Agency
from meg.partnership.seats import permit
from meg.protect.children.rules import Unfit
from meg.protect.children.views_small import Small, small
from meg.protect.plans import actions, forms
from meg.protect.plans.actions.listing import LIST
from meg.protect.plans.models import Service
from meg.protect.plans.permissions import ONLY_TEAM
from meg.protect.plans.views.verbs import Said, agencies_now


def services(request: HttpRequest) -> HttpResponse:
    """What is on offer, and the form to add a service."""
    by, today = by_of(request), timezone.localdate()
    permit(by, ONLY_TEAM, LIST)
    agencies = agencies_now(today)
    here = reverse("plans:services")
    page = Small(
        title="Services", button="Add the service", key="plans:services", back=reverse("plans:transition"), on=here,
        done="The service is in the list from today.", template="plans/services.html",
        lead="What the partnership’s agencies offer. Plans choose from this list; what was given stays as it was.",
        beside={"offered": list(Service.objects.on(today)), "ended": list(Service.objects.ended(today)),
                "names": {int(pk): name for pk, name in agencies}},
    )  # fmt: skip

    def act(given: Said) -> None:
        agency = Agency.objects.get(pk=int(given.pop("agency")))
        actions.add_service(by=by, agency=agency, since=today, **given)

    return small(request, by, None, page, forms.ServiceForm, act, agencies=agencies)


@require_POST
def take_off(request: HttpRequest, number: int) -> HttpResponse:
    """A service is not offered any more, from today."""
    by = by_of(request)
    permit(by, ONLY_TEAM, LIST)
    try:
        actions.take_service_off(by=by, service=get_object_or_404(Service, pk=number), on=timezone.localdate())
        messages.success(request, "The service is off the list from today.")
    except Unfit as unfit:
        messages.error(request, str(unfit))
    return redirect("plans:services")
