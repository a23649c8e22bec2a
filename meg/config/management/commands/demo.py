"""`meg demo`: the demonstration county, made the first time, and its site."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.table import Table

from meg.config.demonstration.staff import PASSWORD, STAFF
from meg.config.management.commands.serve import free, serve

MADE = "demonstration-made"


class Command(BaseCommand):
    help = "Show Caldershire, a county that does not exist: make it the first time, then run its site until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        if not free(host, port):
            raise CommandError(f"Something listens on {host}:{port} already. Stop it, or choose another --port.")
        made = settings.MEG_HOME / MADE
        if not made.exists():
            if subprocess.run([sys.executable, "-m", "meg.config.command", "furnish"], check=False).returncode:
                raise CommandError(f"The demonstration could not be made. Remove {settings.MEG_HOME} and try again.")
            made.touch()
        self.sign_ins()
        serve(self, host, port, workers=2)

    def sign_ins(self) -> None:
        """One sign-in for each kind of person, as a table."""
        table = Table(title="Sign in to Caldershire (demonstration)", title_justify="left")
        for heading in ("Kind of person", "E-mail address", "Works for"):
            table.add_column(heading)
        for person in STAFF:
            table.add_row(" or ".join(seat.label for seat in person.seats), person.email, person.agency)
        Console(width=120).print(table)
        self.stdout.write(f"The password of everyone is {PASSWORD}")
