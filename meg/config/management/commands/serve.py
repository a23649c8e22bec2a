"""`meg serve`: the site and its worker."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from meg.config import processes


def lacking() -> str:
    """What to say where the database lacks changes that this version has; nothing where it has all."""
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    changes = "1 change" if missing == 1 else f"{missing} changes"
    return f"The database lacks {changes}. Run `meg init`, or `meg upgrade` after an update." if missing else ""


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Run the site and its worker, on the embedded database or on DATABASE_URL, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *, host: str, port: int, workers: int, **options: Any) -> None:
        if sentence := lacking():
            raise CommandError(sentence)
        connection.close()
        processes.serve(host, port, workers, self.stdout.write)
