"""`meg serve`: the site and its worker."""

from __future__ import annotations

import socket
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from meg.config import processes


def free(host: str, port: int) -> bool:
    """True where nobody listens on this address yet."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def unapplied() -> int:
    """How many migrations the database lacks."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def serve(command: BaseCommand, host: str, port: int, workers: int) -> None:
    """Start the site, say where it is, and wait for Ctrl-C; then stop everything.

    Raises: CommandError, where the address is taken or a part of the site ends by itself.
    """
    if not free(host, port):
        raise CommandError(f"Something listens on {host}:{port} already. Stop it, or choose another --port.")
    connection.close()
    running = [processes.start(line) for line in processes.site(host, port, workers)]
    try:
        command.stdout.write(f"MEG is at http://{host}:{port}/  Ctrl-C stops it.")
        code = processes.wait(running)
    finally:
        processes.stop(running)
    raise CommandError(f"A part of the site ended by itself (exit {code}). What it said stands above.")


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Run the site and its worker, on the embedded database or on DATABASE_URL, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *, host: str, port: int, workers: int, **options: Any) -> None:
        if missing := unapplied():
            raise CommandError(
                f"The database lacks {missing} changes. Run `meg init`, or `meg migrate` after an update."
            )
        serve(self, host, port, workers)
