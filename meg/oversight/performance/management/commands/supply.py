"""`meg supply FILE`: figures that their source supplies, one row each."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meg.intake.reading import FileTrouble, Source
from meg.intake.rules import shown
from meg.oversight.performance.actions import bring_up_to_date, supply_figures, to_supply
from meg.oversight.performance.supply_file import read_supplied
from meg.partnership.access.operator import operator
from meg.partnership.seats import Refused, seated
from meg.partnership.trail.actions import seal


class Command(BaseCommand):
    help = "Figures whose records live elsewhere, from a CSV file: indicator, period, numerator; denominator and note."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV as UTF-8, one row a figure")

    def handle(self, *, file: Path, **options: Any) -> None:
        by, today = operator(), timezone.localdate()
        try:
            if not file.is_file():
                raise FileTrouble(f"{shown(str(file), 200)} is not a file, or there is no such file.")
            source = Source(file.name, file.stat().st_size, lambda: file.open("rb"))
            with seated(by):
                given = read_supplied(source, to_supply(by, today), today)
                new = supply_figures(by=by, given=given, today=today, file=file.name)
                bring_up_to_date(by=by)
        except (FileTrouble, Refused) as trouble:
            raise CommandError(str(trouble)) from trouble
        finally:
            seal()
        self.stdout.write(f"{new} new of {len(given)} figures. Every figure is computed again.")
