"""`meg demo`: the demonstration county, made the first time, and its site."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from meg.config.demonstration.showing import made, show
from meg.config.processes import free


class Command(BaseCommand):
    help = "Show Caldershire, a county that does not exist: make it the first time, then run its site until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        if not free(host, port):
            raise CommandError(f"Something listens on {host}:{port} already. Stop it, or choose another --port.")
        mark = made(settings.MEG_HOME)
        if not mark.exists():
            if subprocess.run([sys.executable, "-m", "meg.config.command", "furnish"], check=False).returncode:
                raise CommandError(f"The demonstration could not be made. Remove {settings.MEG_HOME} and try again.")
            mark.touch()
        show(host, port)
