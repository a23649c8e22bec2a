"""`meg compare`: a file beside the records, child by child. Nothing is stored."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from meg.intake.actions import record_comparison
from meg.intake.reading import FileTrouble
from meg.intake.sources.annex_a import Compared, Counts, compare
from meg.partnership.access.operator import operator
from meg.partnership.seats import seated
from meg.partnership.trail.actions import seal

DATASETS = ("annex-a",)
SHOWN = 50


class Command(BaseCommand):
    help = "Compare a file with the records, child by child: annex-a, list 8. Nothing is stored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("dataset", help="what the file holds: annex-a")
        parser.add_argument("path", type=Path, help="the workbook")
        parser.add_argument("--on", help="the last day of the list's 12 months, like 2021-03-31; without it, today")
        parser.add_argument("--json", action="store_true", help="every child, as JSON")

    def handle(self, *, dataset: str, path: Path, on: str | None, **options: Any) -> None:
        if dataset not in DATASETS:
            raise CommandError(f"Say what the file holds: {', '.join(DATASETS)}, not '{dataset}'.")
        try:
            day = date.fromisoformat(on) if on else timezone.localdate()
        except ValueError:
            raise CommandError(f"'{on}' is not a day. Write it like 2021-03-31.") from None
        by = operator()
        try:
            with seated(by):
                found = compare(path, day)
                record_comparison(by=by, dataset=dataset, file=path.name, rows=len(found))
        except FileTrouble as trouble:
            raise CommandError(str(trouble)) from None
        seal()
        self.report(found, as_json=options["json"])
        if any(one.differs for one in found):
            sys.exit(1)

    def report(self, found: list[Compared], *, as_json: bool) -> None:
        """What differs, for a person or for a program."""
        if as_json:
            listed = [{**asdict(one), "differs": one.differs} for one in found]
            self.stdout.write(json.dumps(listed, indent=2, ensure_ascii=False))
            return
        differ = [one for one in found if one.differs]
        self.stdout.write(
            f"{len(found):,} children compared: {len(found) - len(differ):,} agree, {len(differ):,} differ."
        )
        if not differ:
            return
        table = Table(title="Where the counts differ", title_justify="left")
        for heading in ("Identifier", "Record", "In the list", "Here", "What differs"):
            table.add_column(heading)
        for one in differ[:SHOWN]:
            table.add_row(one.child, one.reference or "none", said(one.theirs), said(one.ours), "; ".join(one.differs))
        Console(width=120 if not sys.stdout.isatty() else None).print(table)
        if len(differ) > SHOWN:
            self.stdout.write(f"Only the first {SHOWN} are shown. --json gives all of them.")


def said(counts: Counts | None) -> str:
    """'2 missing, 1 absent'."""
    return f"{counts.missing} missing, {counts.absent} absent" if counts else "none"
