"""`meg report`: the report of one period, as PDF, XLSX, CSV and JSON."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from meg.oversight.performance.actions import bring_up_to_date, took_away
from meg.oversight.performance.documents.model import ReportModel
from meg.oversight.performance.documents.pdf import PdfTrouble
from meg.oversight.performance.models import Document
from meg.oversight.performance.reports import FORMS, file_name, report_of
from meg.oversight.performance.rules import Period, PeriodTrouble, read_period
from meg.oversight.performance.scorecard import NoFigures, read_card, with_figures
from meg.oversight.performance.sentences import headline
from meg.partnership.access.operator import operator
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import By, seated
from meg.partnership.trail.actions import seal


class Command(BaseCommand):
    help = "The report of a period as PDF, XLSX, CSV and JSON, after disclosure control."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--period", required=True, help="2017-18Q4, a month 2018-02, a year 2017-18")
        parser.add_argument(
            "--as-published", action="store_true", help="the very bytes that were published, whatever has changed since"
        )
        parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="the folder to write into")

    def handle(self, *, period: str, out: Path, as_published: bool, **options: Any) -> None:
        by = operator()
        try:
            asked = read_period(period)
            if as_published:
                self.as_published(by, asked, out)
                return
            with seated(by):
                bring_up_to_date(by=by)
                card = with_figures(read_card(asked, timezone.localdate()))
                model = report_of(card, Partnership.objects.get(pk=by.partnership_id))
                written = {form: made.write(model) for form, made in FORMS.items()}
                took_away(by=by, period=asked, forms=list(FORMS))
                replaced = self.write(out, asked, written)
        except (PeriodTrouble, NoFigures, PdfTrouble) as trouble:
            raise CommandError(str(trouble)) from trouble
        finally:
            seal()
        self.say(model, out, written, replaced)

    def as_published(self, by: By, asked: Period, out: Path) -> None:
        """Write the kept bytes. Raises: CommandError, where no report of the period was published."""
        with seated(by):
            kept = {one.form: bytes(one.content) for one in Document.objects.filter(report__period=asked.label)}
            if not kept:
                raise CommandError(
                    f"No report of {asked.words} has been published. Without --as-published its figures of today are written."
                )
            took_away(by=by, period=asked, forms=sorted(kept))
            replaced = self.write(out, asked, kept)
        self.stdout.write(f"The report of {asked.words}, as it was published.")
        self.list(asked, out, kept, replaced)

    def write(self, out: Path, period: Period, written: dict[str, bytes]) -> set[str]:
        """Put the files in their folder, each whole or not at all. Returns which were there before.

        Raises: CommandError, where the folder cannot be written.
        """
        replaced = set()
        try:
            out.mkdir(parents=True, exist_ok=True)
            for form, content in written.items():
                place = out / file_name(period, form)
                replaced |= {form} if place.exists() else set()
                half = place.with_name(f".{place.name}.half")
                half.write_bytes(content)
                half.replace(place)
        except OSError as trouble:
            why = trouble.strerror or "it cannot be written"
            raise CommandError(f"The report was not written to {out}: {why}.") from trouble
        return replaced

    def say(self, model: ReportModel, out: Path, written: dict[str, bytes], replaced: set[str]) -> None:
        self.stdout.write(f"{model.title}: {model.state.lower()}, figures as at {model.as_at_words}.")
        for indicator in model.indicators:
            self.stdout.write(f"  {indicator.number}  {headline(indicator.finding)}")
        for gap in model.gaps:
            self.stdout.write(f"  {gap.what}. {gap.effect}")
        self.list(model.period, out, written, replaced)

    def list(self, period: Period, out: Path, written: dict[str, bytes], replaced: set[str]) -> None:
        for form, content in written.items():
            again = ", replaced" if form in replaced else ""
            place = out / file_name(period, form)
            self.stdout.write(f"  {place}  {len(content):,} bytes{again}")
