"""`meg figures`: the data specification's figures of one period."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any, TextIO, cast

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from meg.oversight.performance.actions import before_disclosure_control, bring_up_to_date
from meg.oversight.performance.everyone import bring_everyone_up_to_date, in_a_sentence
from meg.oversight.performance.models import Figure, ShownFigure
from meg.oversight.performance.rules import PeriodTrouble, previous, read_period
from meg.oversight.performance.scorecard import Card, NoFigures, read_card, with_figures
from meg.partnership.access.operator import operator
from meg.partnership.seats import seated
from meg.partnership.trail.actions import seal

NUMBERS = ("numerator", "denominator", "value")


def as_json(shown: ShownFigure, bare: Figure | None = None) -> dict[str, Any]:
    """One figure as a program reads it. Its three numbers are empty where disclosure control hides them."""
    of = bare or shown
    value = None
    if of.value is not None:
        value = int(of.value) if of.denominator is None else round(float(of.value), 1)
    return {
        "indicator": shown.indicator,
        "period": shown.period,
        "numerator": of.numerator,
        "denominator": of.denominator,
        "value": value,
        "shown": shown.shown,
    }


class Command(BaseCommand):
    help = "The figures of the data specification for a period, after disclosure control, from the records now."

    def add_arguments(self, parser: ArgumentParser) -> None:
        asked = parser.add_mutually_exclusive_group(required=True)
        asked.add_argument("--period", help="2017-18Q4, a month 2018-02, a year 2017-18")
        asked.add_argument(
            "--everyone", action="store_true", help="no period: bring the figures of every partnership up to date"
        )
        parser.add_argument("--json", action="store_true", help="a list of figures, for a program to read")
        parser.add_argument(
            "--undisclosed",
            action="store_true",
            help="numbers before disclosure control too; the trail keeps it",
        )

    def handle(self, *, period: str, everyone: bool, undisclosed: bool, **options: Any) -> None:
        if everyone:
            self.bring_everyone(options["json"])
            return
        by = operator()
        try:
            asked = read_period(period)
            with seated(by):
                bring_up_to_date(by=by)
                card = with_figures(read_card(asked, timezone.localdate()))
                read = before_disclosure_control(by=by, period=asked) if undisclosed else []
        except (PeriodTrouble, NoFigures) as trouble:
            raise CommandError(str(trouble)) from trouble
        finally:
            seal()
        bare = {figure.indicator: figure for figure in read}
        shown = [figure for line in card.lines if (figure := line.at(asked))]
        found = [as_json(figure, bare.get(figure.indicator)) for figure in shown]
        if options["json"]:
            self.stdout.write(json.dumps(found, indent=2, ensure_ascii=False))
        else:
            self.say(card, found, undisclosed)

    def bring_everyone(self, json_asked: bool) -> None:
        """Every partnership's figures. Ends with 1 where some could not be computed."""
        try:
            brought = list(bring_everyone_up_to_date())
        finally:
            seal()
        troubled = [one for one in brought if one.trouble]
        if json_asked:
            self.stdout.write(json.dumps([asdict(one) for one in brought], indent=2, ensure_ascii=False))
        else:
            done = len(brought) - len(troubled)
            self.stdout.write(f"The figures of {done} partnership{'' if done == 1 else 's'} are up to date.")
        if troubled:
            self.stderr.write(in_a_sentence(troubled))
            sys.exit(1)

    def say(self, card: Card, found: list[dict[str, Any]], undisclosed: bool) -> None:
        """The figures as a table, with what a reader must know beside it."""
        table = Table(title=f"{card.period.words} ({card.period.label})", box=SIMPLE_HEAD, title_justify="left")
        before = previous(card.period)
        for heading in ("No.", "Indicator", "Shown", f"In {before.label}", *(NUMBERS if undisclosed else ())):
            table.add_column(heading, justify="left" if heading in ("No.", "Indicator") else "right")
        for line, figure in zip([line for line in card.lines if line.at(card.period)], found, strict=True):
            was = line.at(before)
            numbers = [figure[name] for name in NUMBERS] if undisclosed else []
            table.add_row(
                figure["indicator"],
                line.indicator.name,
                figure["shown"],
                was.shown if was else "",
                *("" if number is None else str(number) for number in numbers),
            )
        Console(file=cast(TextIO, self.stdout), highlight=False, width=None if self.stdout.isatty() else 110).print(
            table
        )
        if card.so_far:
            self.stdout.write(f"So far: the period ends on {card.period.end:%-d %B %Y}.")
        if any(figure["shown"] == "c" for figure in found):
            self.stdout.write("c: hidden, because it is 1 to 5 or would give away a figure that is.")
        if card.unmeasured:
            numbers_left = ", ".join(indicator.number for indicator in card.unmeasured)
            self.stdout.write(f"Not measured here yet: {numbers_left}.")
