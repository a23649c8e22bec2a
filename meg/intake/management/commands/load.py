"""`meg load`: an agency's files in, or a batch taken back."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from meg.intake import actions
from meg.intake.models import Batch, Row
from meg.intake.reading import FileTrouble, read
from meg.intake.rules import YearTrouble, collection_year
from meg.intake.sources.ssda903.tables import KNOWN, LOADED
from meg.partnership.access.operator import operator
from meg.partnership.seats import By, seated
from meg.partnership.trail.actions import seal

DATASETS = ("ssda903",)
SHOWN = 20  # rejected rows on the terminal; --json gives all of them


class Command(BaseCommand):
    help = "Load an agency's files, or take a batch back with --undo. Loading the same files again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dataset", nargs="?", help="what the files hold: ssda903")
        parser.add_argument("paths", nargs="*", type=Path, help="files, or a folder of files")
        parser.add_argument("--year", help="the collection year, for example 2017-18")
        parser.add_argument("--json", action="store_true", help="the batch and every rule broken, as JSON")
        parser.add_argument("--undo", type=int, metavar="BATCH", help="take this batch back")

    def handle(
        self, *, dataset: str | None, paths: list[Path], year: str | None, undo: int | None, **options: Any
    ) -> None:
        by = operator()
        try:
            if undo is not None:
                self.undo(by, undo)
                return
            if dataset not in DATASETS:
                raise CommandError(f"Say what the files hold: {', '.join(DATASETS)}, not '{dataset or 'nothing'}'.")
            if not paths or not year:
                raise CommandError(f"Say which files and which year: meg load {dataset} FOLDER --year 2017-18")
            batch = self.load(by, dataset, paths, year, quiet=options["json"])
        except (FileTrouble, YearTrouble) as trouble:
            raise CommandError(str(trouble)) from None
        finally:
            seal()
        with seated(by):
            self.report(batch, as_json=options["json"])
        if batch.rejected:
            sys.exit(1)

    def load(self, by: By, dataset: str, paths: list[Path], year: str, quiet: bool) -> Batch:
        """Read, keep and load the files, with a bar on the terminal."""
        collection_year(year)
        reading = read(paths, known=KNOWN, loaded=LOADED)
        with seated(by):
            batch = actions.receive(by=by, dataset=dataset, year=year, reading=reading)
        columns = (TextColumn("{task.description}"), BarColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as shown:
            task = shown.add_task("reading", total=100)
            try:
                with seated(by):
                    return actions.load(
                        by=by,
                        batch=batch,
                        progress=lambda step, done: shown.update(task, description=step, completed=done),
                    )
            except FileTrouble as trouble:
                with seated(by):
                    actions.refuse(by=by, batch=batch, sentence=str(trouble))
                raise

    def undo(self, by: By, number: int) -> None:
        """Take one batch back, and say what that did."""
        with transaction.atomic(), seated(by):
            batch = Batch.objects.filter(pk=number).first()
            if batch is None:
                raise CommandError(f"There is no batch {number}.")
            actions.undo(by=by, batch=batch)
        self.stdout.write(
            f"Batch {number} is taken back: {batch.created:,} records withdrawn, {batch.changed + batch.withdrawn:,} "
            "as they were before. Its files and rows are kept."
        )

    def report(self, batch: Batch, *, as_json: bool) -> None:
        """What became of the batch, for a person or for a program."""
        if as_json:
            self.stdout.write(json.dumps(actions.as_json(batch), indent=2, ensure_ascii=False))
            return
        self.stdout.write(f"Batch {batch.pk}: {batch.rows_read:,} rows read.")
        self.stdout.write(
            f"  accepted {batch.accepted:,} ({batch.created:,} new, {batch.changed:,} changed)   "
            f"unchanged {batch.unchanged:,}   rejected {batch.rejected:,}"
        )
        if batch.withdrawn:
            self.stdout.write(
                f"  {batch.withdrawn:,} records of the earlier return are not in this one: withdrawn, kept."
            )
        if batch.left_alone:
            self.stdout.write(f"  left alone: {', '.join(batch.left_alone)}")
        self.table("Rejected: correct these rows and send the file again", batch, Row.State.REJECTED)
        self.table("Stored, and to be looked at", batch, Row.State.FLAGGED)

    def table(self, title: str, batch: Batch, state: str) -> None:
        """Rows of one kind with the rule each broke."""
        rows = list(batch.rows.filter(state=state).in_file_order()[: SHOWN + 1])
        if not rows:
            return
        shown = Table(title=title, title_justify="left")
        for heading in ("Table", "Row", "Child", "Rule", "What is wrong"):
            shown.add_column(heading)
        for row in rows[:SHOWN]:
            for issue in row.issues:
                shown.add_row(row.table, str(row.number), row.child, issue["code"], issue["message"])
        Console(width=120 if not sys.stdout.isatty() else None).print(shown)
        if len(rows) > SHOWN:
            self.stdout.write(f"Only the first {SHOWN} are shown. --json gives all of them.")
