"""`meg export`: what is recorded here, as a return wants it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from meg.intake.actions import record_export
from meg.intake.rules import CollectionYear, YearTrouble, collection_year
from meg.intake.sources.ssda903.export import Written, write_missing
from meg.partnership.access.operator import operator
from meg.partnership.seats import seated
from meg.partnership.trail.actions import seal

DATASETS = ("ssda903-missing",)


class Command(BaseCommand):
    help = "Write a table of a return from what is recorded here: ssda903-missing, the Missing table of one year."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dataset", help="what to write: ssda903-missing")
        parser.add_argument("--year", required=True, help="the collection year, for example 2017-18")
        parser.add_argument("--out", type=Path, help="the file to write; without it, the terminal")

    def handle(self, *, dataset: str, year: str, out: Path | None, **options: Any) -> None:
        if dataset not in DATASETS:
            raise CommandError(f"Say what to write: {', '.join(DATASETS)}, not '{dataset}'.")
        try:
            wanted = collection_year(year)
        except YearTrouble as trouble:
            raise CommandError(str(trouble)) from None
        if out is None:
            written = self.write(sys.stdout, dataset, wanted)
        else:
            try:
                with out.open("w", encoding="utf-8", newline="") as file:
                    written = self.write(file, dataset, wanted)
            except OSError as trouble:
                raise CommandError(f"{out} cannot be written: {trouble.strerror}.") from None
        self.tell(written, out)

    def write(self, file: IO[str], dataset: str, year: CollectionYear) -> Written:
        """Write the table, with the line in the trail that it was taken away: both or neither."""
        by = operator()
        with seated(by):
            written = write_missing(file, start=year.start, end=year.end)
            record_export(by=by, dataset=dataset, year=year.label, rows=written.rows)
        seal()
        return written

    def tell(self, written: Written, out: Path | None) -> None:
        """How many rows there are, and what was left out; exit code 1 where something needs a person."""
        self.stderr.write(f"{written.rows:,} rows{f' in {out}' if out else ''}.")
        if written.without_identifier:
            self.stderr.write(
                f"{written.without_identifier:,} episodes left out: their children have no identifier of the return "
                "(source ssda903). Add it to the child's record."
            )
        if written.without_birth:
            self.stderr.write(f"{written.without_birth:,} episodes left out: no date of birth is recorded.")
        if written.without_identifier or written.without_birth:
            sys.exit(1)
