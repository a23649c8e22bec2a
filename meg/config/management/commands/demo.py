"""`meg demo`: the demonstration county, made the first time, and its site."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from meg.config.demonstration.showing import Mark, show
from meg.config.postgres import EmbeddedPostgres
from meg.config.processes import free
from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import ALL_ROLES


class Command(BaseCommand):
    help = "Show Caldershire, a county that does not exist: make it the first time, then run its site until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--keep", action="store_true", help="show what was made before, also where it is old")

    def handle(self, *, host: str, port: int, keep: bool, **options: Any) -> None:
        if not free(host, port):
            raise CommandError(f"Something listens on {host}:{port} already. Stop it, or choose another --port.")
        self.bring_up_to_date(Mark.kept(settings.MEG_HOME), Mark.now(), keep=keep)
        show(host, port)

    def bring_up_to_date(self, kept: Mark | None, now: Mark, *, keep: bool) -> None:
        """Make the demonstration, make it anew where its dates or its recipe are old, or bring its tables up to date."""
        why = kept.why_anew(now) if kept and not keep else ""
        if kept and why:
            self.stdout.write(
                f"The demonstration was made {why}: it is made anew. `meg demo --keep` leaves it as it is."
            )
            self.empty()
        if kept is None or why:
            self.run("furnish", "could not be made")
            now.keep(settings.MEG_HOME)
        elif kept.tables != now.tables:
            self.run("upgrade", "could not be brought up to date")
            Mark(kept.recipe, now.tables, kept.day).keep(settings.MEG_HOME)

    def run(self, verb: str, what: str) -> None:
        if subprocess.run([sys.executable, "-m", "meg.config.command", verb], check=False).returncode:
            raise CommandError(f"The demonstration {what}. Remove {settings.MEG_HOME} and try again.")

    def empty(self) -> None:
        """Forget what was made before. Only on the embedded database, and only a demonstration."""
        if "DATABASE_URL" in os.environ:
            raise CommandError(
                "The demonstration in this database is old. Empty the database, or say `meg demo --keep`."
            )
        if Partnership.objects.filter(demonstration=False).exists():
            raise CommandError(
                f"There is a partnership in {settings.MEG_HOME} that is no demonstration. It is left alone."
            )
        EmbeddedPostgres(settings.MEG_HOME, ALL_ROLES).empty()
