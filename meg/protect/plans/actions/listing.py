"""The partnership's own list of services."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from psycopg.types.range import DateRange

from meg.partnership.agencies.models import Agency
from meg.partnership.seats import By, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind
from meg.protect.children.rules import Unfit
from meg.protect.plans.models import Service
from meg.protect.plans.permissions import ONLY_TEAM

LIST = "Only the exploitation team keeps the list of services."


@transaction.atomic
def add_service(*, by: By, agency: Agency, name: str, about: str, since: date) -> Service:
    """An agency offers a service from a day. Raises: Refused; Unfit, where it has no name or stands in the list already."""
    permit(by, ONLY_TEAM, LIST)
    if not name.strip():
        raise Unfit("Enter what the service is called.", "name")
    try:
        with transaction.atomic():
            made = Service.objects.create(
                agency=agency, name=name.strip(), about=about.strip(), valid=DateRange(since, None)
            )
    except IntegrityError as error:
        raise Unfit("This agency’s service of that name is in the list already.", "name") from error
    record(by=by, kind=Kind.WRITE, sentence="Added a service to the list.", detail={"service": made.pk})
    return made


@transaction.atomic
def take_service_off(*, by: By, service: Service, on: date) -> None:
    """A service is not offered from a day on. What was given of it stays. Raises: Refused; Unfit, where it has ended, or on
    the very day on which it began.
    """
    permit(by, ONLY_TEAM, LIST)
    kept = Service.objects.select_for_update().get(pk=service.pk)
    if kept.valid.upper is not None:
        raise Unfit("This service is off the list already.")
    begun = kept.valid.lower
    if begun is not None and on <= begun:
        raise Unfit("A service is on the list for a day at least.")
    Service.objects.filter(pk=kept.pk).update(valid=DateRange(begun, on))
    record(by=by, kind=Kind.WRITE, sentence="Took a service off the list.", detail={"service": kept.pk})
