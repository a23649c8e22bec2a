"""`meg init`: an empty installation for a partnership."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from meg.oversight.performance.actions import bring_specification_up_to_date
from meg.partnership.access.actions import add_member
from meg.partnership.agencies.actions import add_agency, found_partnership
from meg.partnership.codes.actions import bring_up_to_date
from meg.partnership.published.actions import bring_published_up_to_date
from meg.partnership.seats import By, Seat, seated
from meg.partnership.trail.actions import seal
from meg.protect.assessments.actions import bring_frameworks_up_to_date


class Command(BaseCommand):
    help = "Make an empty installation for a partnership: tables, code lists, specification, an administrator."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--name", required=True, help="the partnership's name, for example 'County Durham'")
        parser.add_argument("--authority", required=True, help="the authority's three digits, for example 840")
        parser.add_argument("--email", help="where the first administrator signs in")

    def handle(self, *, name: str, authority: str, email: str | None, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        nobody = By(None, "Operator", Seat.OPERATOR, 0)
        with seated(nobody):
            partnership = found_partnership(by=nobody, name=name.strip(), authority=authority)
        by = By(None, "Operator", Seat.OPERATOR, partnership.pk)
        email = email or f"administrator-{authority}@meg.invalid"
        password = secrets.token_urlsafe(12)
        with seated(by):
            codes = bring_up_to_date(by=by)
            indicators = bring_specification_up_to_date(by=by)
            bring_published_up_to_date(by=by)
            bring_frameworks_up_to_date(by=by)
            agency = add_agency(
                by=by, name=f"{name.strip()} Council", type="LA_SOCIAL_CARE", since=timezone.localdate()
            )
            add_member(
                by=by,
                email=email,
                name="First administrator",
                job="Administrator",
                agency=agency,
                seats=[Seat.ADMINISTRATOR],
                password=password,
            )
        seal()
        self.stdout.write(f"{name} is ready: {codes} codes, {indicators} indicators of the specification.")
        self.stdout.write(f"The first administrator signs in as {email} with the password {password}")
        self.stdout.write("Write it down: it is shown this once. Change it at the first sign-in.")
