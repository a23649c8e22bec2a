"""`meg upgrade`: after an update of MEG, its tables, code lists and specification as this version has them."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from meg.oversight.performance.actions import bring_specification_up_to_date
from meg.partnership.access.operator import operator
from meg.partnership.agencies.models import Partnership
from meg.partnership.codes.actions import bring_up_to_date
from meg.partnership.published.actions import bring_published_up_to_date
from meg.partnership.seats import seated
from meg.partnership.trail.actions import seal
from meg.protect.assessments.actions import bring_frameworks_up_to_date


class Command(BaseCommand):
    help = (
        "After an update of MEG: bring tables, code lists and specification up to date. Run again, it changes nothing."
    )
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        for partnership in Partnership.objects.order_by("pk"):
            by = operator(partnership.authority)
            with seated(by):
                codes, indicators = bring_up_to_date(by=by), bring_specification_up_to_date(by=by)
                bring_published_up_to_date(by=by)
                bring_frameworks_up_to_date(by=by)
            self.stdout.write(f"{partnership.name} has {codes} codes and {indicators} indicators of the specification.")
        seal()
        self.stdout.write("The tables are up to date.")
