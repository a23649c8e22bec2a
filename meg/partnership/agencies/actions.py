"""Verbs of partnerships and agencies."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from meg.partnership.agencies.models import Agency, AgencyName, Partnership
from meg.partnership.agencies.permissions import KEEPERS
from meg.partnership.codes.models import Code
from meg.partnership.seats import By, Refused, permit
from meg.partnership.trail.actions import record
from meg.partnership.trail.models import Kind

KEEP = "Only an administrator can change the agencies of the partnership."


@transaction.atomic
def found_partnership(*, by: By, name: str, authority: str, demonstration: bool = False) -> Partnership:
    """Begin a partnership on this installation.

    Raises: Refused, where the authority's number is not three digits or has a partnership already.
    """
    if not (len(authority) == 3 and authority.isdigit()):
        raise Refused(f"The authority is the three digits the Department for Education gives it, not '{authority}'.")
    if Partnership.objects.filter(authority=authority).exists():
        raise Refused(f"Authority {authority} has a partnership on this installation already.")
    made = Partnership.objects.create(name=name, authority=authority, demonstration=demonstration)
    record(by=by, kind=Kind.WRITE, sentence=f"Began the partnership of {name}, authority {authority}.")
    return made


@transaction.atomic
def add_agency(*, by: By, name: str, type: str, since: date) -> Agency:
    """Bring an agency into the partnership, under a name, from a day.

    Raises: Refused, where the seat may not, the type is not in the list, or the name is taken.
    """
    permit(by, KEEPERS, KEEP)
    if not Code.objects.of("agency_type").filter(code=type).exists():
        raise Refused(f"'{type}' is not a type of agency.")
    if AgencyName.objects.filter(name__iexact=name.strip(), valid__contains=since).exists():
        raise Refused(f"There is an agency called {name.strip()} already.")
    agency = Agency.objects.create(type=type)
    AgencyName.objects.create(agency=agency, name=name.strip(), valid=DateRange(since, None))
    record(by=by, kind=Kind.ACCESS, sentence=f"Added the agency {name.strip()}.", detail={"agency": agency.pk})
    return agency


@transaction.atomic
def rename_agency(*, by: By, agency: Agency, name: str, since: date) -> None:
    """Give an agency a new name from a day on. Records of earlier days keep the earlier name.

    Raises: Refused, where the seat may not, or the day is not after the beginning of the present name.
    """
    permit(by, KEEPERS, KEEP)
    present = AgencyName.objects.get(agency=agency, valid__contains=date.max - timedelta(days=1))
    if since <= present.valid.lower:
        raise Refused(f"The new name must begin after {present.valid.lower:%-d %B %Y}, when the present one began.")
    others = AgencyName.objects.exclude(agency=agency).filter(name__iexact=name.strip())
    if others.filter(valid__endswith__isnull=True).exists() or others.filter(valid__contains=since).exists():
        raise Refused(f"There is an agency called {name.strip()} already.")
    AgencyName.objects.filter(pk=present.pk).update(valid=DateRange(present.valid.lower, since))
    AgencyName.objects.create(agency=agency, name=name.strip(), valid=DateRange(since, None))
    record(
        by=by,
        kind=Kind.ACCESS,
        sentence=f"Renamed the agency {present.name} to {name.strip()} from {since:%-d %B %Y}.",
        detail={"agency": agency.pk},
    )


@transaction.atomic
def change_agency_type(*, by: By, agency: Agency, type: str) -> None:
    """Correct what kind of agency it is.

    Raises: Refused, where the seat may not, or the type is not in the list.
    """
    permit(by, KEEPERS, KEEP)
    if not Code.objects.of("agency_type").filter(code=type).exists():
        raise Refused(f"'{type}' is not a type of agency.")
    Agency.objects.filter(pk=agency.pk).update(type=type)
    record(by=by, kind=Kind.ACCESS, sentence=f"Changed an agency's type to {type}.", detail={"agency": agency.pk})
