"""`meg load`: an agency's files in, or a batch taken back."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from meg.intake import actions
from meg.intake.models import Batch, Row
from meg.intake.reading import FileTrouble, Source, read
from meg.intake.rules import YearTrouble, collection_year
from meg.intake.sources.dfe.checks import Check, check_release
from meg.intake.sources.dfe.reading import DATASETS as PUBLICATIONS
from meg.intake.sources.dfe.reading import Publication, read_release
from meg.intake.sources.sheet.columns import DATASETS, Dataset
from meg.intake.sources.sheet.mapping import mapping_of
from meg.intake.sources.sheet.rows import open_sheet
from meg.intake.sources.ssda903.tables import EXTRA, KNOWN, LOADED
from meg.partnership.access.operator import operator
from meg.partnership.published.actions import Kept, keep_release
from meg.partnership.seats import By, seated
from meg.partnership.trail.actions import seal

RETURNS = ("ssda903",)
EVERYTHING = (*RETURNS, *DATASETS, *PUBLICATIONS)
SHOWN = 20  # rejected rows on the terminal; --json gives all of them


class Command(BaseCommand):
    help = "Load an agency's files, or take a batch back with --undo. Loading the same files again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dataset", nargs="?", help=f"what the files hold: {', '.join(EVERYTHING)}")
        parser.add_argument("paths", nargs="*", type=Path, help="files, or a folder of files")
        parser.add_argument("--year", help="the collection year, for example 2017-18")
        parser.add_argument("--mapping", type=Path, help="a TOML file that says what the columns of a sheet are called")
        parser.add_argument(
            "--preview", action="store_true", help="say what loading a sheet would do, and load nothing"
        )
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
            if dataset not in EVERYTHING:
                raise CommandError(f"Say what the files hold: {', '.join(EVERYTHING)}, not '{dataset or 'nothing'}'.")
            if dataset in PUBLICATIONS:
                self.publications(by, dataset, paths, year, options)
                return
            if dataset in DATASETS:
                batch = self.sheet(by, DATASETS[dataset], paths, options)
            else:
                self.refuse_sheet_options(dataset, paths, year, options)
                batch = self.load(by, dataset, paths, year or "", quiet=options["json"])
        except (FileTrouble, YearTrouble) as trouble:
            raise CommandError(str(trouble)) from None
        finally:
            seal()
        if batch is None:
            return
        with seated(by):
            self.report(batch, as_json=options["json"])
        if batch.rejected:
            sys.exit(1)

    def publications(self, by: By, dataset: str, paths: list[Path], year: str | None, options: dict[str, Any]) -> None:
        """Keep releases of published figures, all of them or none. One that does not agree with itself is kept and said."""
        if not paths or year or options["mapping"] or options["preview"]:
            raise CommandError(f"Say which files, and nothing else: meg load {dataset} FILE")
        read = [read_release(source_of(path), PUBLICATIONS[dataset]) for path in paths]
        with seated(by), transaction.atomic():
            kept = [keep_release(by=by, release=one.release, figures=one.figures) for one in self.oldest_first(read)]
        checks = {one.release.file_name: check_release(one.figures) for one in read if dataset == "dfe-missing"}
        if options["json"]:
            self.stdout.write(json.dumps([as_data(one, checks) for one in kept], indent=2, ensure_ascii=False))
        else:
            for one in kept:
                self.say_release(one, checks.get(one.release.file_name, []))
        if any(check.failed for found in checks.values() for check in found):
            sys.exit(1)

    @staticmethod
    def oldest_first(read: list[Publication]) -> list[Publication]:
        return sorted(read, key=lambda one: (one.release.last_year, one.release.first_year))

    def say_release(self, kept: Kept, checks: list[Check]) -> None:
        self.stdout.write(f"{kept.release.attribution}: {kept.read:,} figures read.")
        self.stdout.write(f"  new {kept.new:,}   revised {kept.revised:,}   unchanged {kept.unchanged:,}")
        for check in checks:
            outcome = f"{len(check.failed)} disagree:" if check.failed else "all agree within rounding."
            self.stdout.write(f"  {check.words}: {check.checked:,} authority-years checked, {outcome}")
            for failed in check.failed[:SHOWN]:
                self.stdout.write(f"    {failed}")

    def refuse_sheet_options(self, dataset: str, paths: list[Path], year: str | None, options: dict[str, Any]) -> None:
        """A return needs files and a year, and takes no mapping."""
        if not paths or not year:
            raise CommandError(f"Say which files and which year: meg load {dataset} FOLDER --year 2017-18")
        if options["mapping"] or options["preview"]:
            raise CommandError("--mapping and --preview are for sheets: missing, return-interviews, referrals.")

    def sheet(self, by: By, dataset: Dataset, paths: list[Path], options: dict[str, Any]) -> Batch | None:
        """Load one sheet, or say what loading it would do. None where nothing was loaded."""
        if len(paths) != 1:
            raise CommandError(f"Say which file, one at a time: meg load {dataset.name} FILE")
        sheet = open_sheet(paths[0], dataset, mapping_of(options["mapping"], dataset))
        quiet = options["json"]
        if options["preview"]:
            with bar(quiet) as tell, seated(by):
                found = actions.preview_sheet(by=by, sheet=sheet, progress=tell)
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) if options["json"] else in_words(found))
            return None
        with seated(by):
            batch = actions.receive_sheet(by=by, sheet=sheet)
        try:
            with bar(quiet) as tell, seated(by):
                return actions.load_sheet(by=by, batch=batch, sheet=sheet, progress=tell)
        except FileTrouble as trouble:
            with seated(by):
                actions.refuse(by=by, batch=batch, sentence=str(trouble))
            raise

    def load(self, by: By, dataset: str, paths: list[Path], year: str, quiet: bool) -> Batch:
        """Read, keep and load the files, with a bar on the terminal."""
        collection_year(year)
        reading = read(paths, known=KNOWN, loaded=LOADED, extra=EXTRA)
        with seated(by):
            batch = actions.receive(by=by, dataset=dataset, year=year, reading=reading)
        try:
            with bar(quiet) as tell, seated(by):
                return actions.load(by=by, batch=batch, progress=tell)
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


@contextmanager
def bar(quiet: bool) -> Iterator[actions.Progress]:
    """A bar on the terminal, and what moves it."""
    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as shown:
        task = shown.add_task("reading", total=100)
        yield lambda step, done: shown.update(task, description=step, completed=done)


def in_words(found: dict[str, Any]) -> str:
    """What loading a sheet would do."""
    rows, lines = found["rows"], [f"Preview: {found['rows']['read']:,} rows read. Nothing was loaded."]
    lines.append(
        f"  would be created {rows['created']:,}   changed {rows['changed']:,}   unchanged {rows['unchanged']:,}   "
        f"rejected {rows['rejected']:,}, of which {found['to_be_matched']:,} wait for a person to say whose they are"
    )
    for word, kind in (("create", "created"), ("change", "changed")):
        lines += [f"  row {one['row']} would {word}: {one['child']}, {one['what']}" for one in found[kind]]
    lines += [f"  row {one['row']}: {one['code']} {one['message']}" for one in found["issues"][:SHOWN]]
    if len(found["issues"]) > SHOWN:
        lines.append(f"  and {len(found['issues']) - SHOWN:,} more. --json gives all of them.")
    return "\n".join(lines)


def source_of(path: Path) -> Source:
    """A file on disk. Raises: FileTrouble, where it is none."""
    if not path.is_file():
        raise FileTrouble(f"{path} is not a file, or there is no such file.")
    return Source(path.name, path.stat().st_size, lambda: path.open("rb"))


def as_data(kept: Kept, checks: dict[str, list[Check]]) -> dict[str, Any]:
    """A kept release for a program."""
    return {
        "release": str(kept.release),
        "rows": {"read": kept.read, "new": kept.new, "revised": kept.revised, "unchanged": kept.unchanged},
        "checks": [
            {"what": check.words, "checked": check.checked, "failed": list(check.failed)}
            for check in checks.get(kept.release.file_name, [])
        ],
    }
