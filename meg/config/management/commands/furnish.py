"""`meg furnish`: the invented county, in an empty installation. `meg demo` calls it the first time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from meg.config.demonstration.actions import AUTHORITY, furnish
from meg.config.demonstration.reporting import bring_reports, bring_supplied
from meg.config.demonstration.working import bring_work
from meg.intake.reading import Source
from meg.intake.sources.dfe.reading import DATASETS, read_release
from meg.oversight.performance.actions import bring_up_to_date
from meg.partnership.agencies.actions import found_partnership
from meg.partnership.agencies.models import Partnership
from meg.partnership.published.actions import keep_release
from meg.partnership.seats import By, Seat, seated
from meg.partnership.trail.actions import seal


def published() -> Source:
    """What is published of every authority in one year, as it comes with the demonstration."""
    return _source("dfe_missing_2024.csv")


def published_factors() -> Source:
    """The factors that are published of assessments, of four years."""
    return _source("dfe_factors_2022_2025.csv")


def _source(name: str) -> Source:
    path = Path(__file__).resolve().parents[2] / "demonstration" / "data" / name
    return Source(name, path.stat().st_size, lambda: path.open("rb"))


class Command(BaseCommand):
    help = "Fill an empty installation with Caldershire, a county that does not exist."
    requires_system_checks: list[str] = []

    def handle(self, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("The demonstration is made only where MEG_DEMONSTRATION=1 is set.")
        with Progress(console=Console(stderr=True), transient=True) as shown:
            task = shown.add_task("tables", total=4)
            call_command("migrate", verbosity=0, interactive=False)
            if Partnership.objects.exists():
                raise CommandError("This installation has a partnership already. Choose another MEG_HOME.")
            shown.update(task, completed=1, description="children")
            by = self.make(lambda what, part: shown.update(task, description=what, completed=1 + 2 * min(part, 1)))
            bring_work(by=by, now=timezone.localtime())
            shown.update(task, completed=3, description="figures")
            bring_supplied(by=by, today=timezone.localdate())
            with seated(by):
                bring_up_to_date(by=by)
                for dataset, source in (("dfe-missing", published()), ("dfe-factors", published_factors())):
                    publication = read_release(source, DATASETS[dataset])
                    keep_release(by=by, release=publication.release, figures=publication.figures)
            bring_reports(by=by, today=timezone.localdate())
            seal()
            shown.update(task, completed=4)

    def make(self, progress: Any) -> By:
        """Found the partnership and furnish it, all or nothing."""
        nobody = By(None, "Operator", Seat.OPERATOR, 0)
        with seated(nobody):
            partnership = found_partnership(by=nobody, name="Caldershire", authority=AUTHORITY, demonstration=True)
            by = By(None, "Operator", Seat.OPERATOR, partnership.pk)
            with seated(by):
                made = furnish(by=by, now=timezone.localtime(), progress=progress)
        self.stdout.write(
            f"Caldershire is made: {made['children']:,} invented children, {made['episodes']:,} episodes, "
            f"{made['staff']} members of staff."
        )
        return by
