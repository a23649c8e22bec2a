"""How a file that was sent is kept."""

from __future__ import annotations

import hashlib
from typing import BinaryIO

from django.db import connection

from meg.intake.models import Batch, File

PIECE = 1 << 18  # bytes


def keep_file(*, batch: Batch, name: str, table: str, stream: BinaryIO) -> None:
    """Keep a file as it was sent, piece by piece: a large one is never held whole on its way to the database.

    In the caller's transaction, which writes the line of the trail.
    """
    sha256, size = hashlib.sha256(), 0
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sent_piece")
        cursor.execute("CREATE TEMP TABLE sent_piece (number integer, piece bytea) ON COMMIT DROP")
        with cursor.copy("COPY sent_piece FROM STDIN") as copy:
            for number, piece in enumerate(iter(lambda: stream.read(PIECE), b"")):
                sha256.update(piece)
                size += len(piece)
                copy.write_row((number, piece))
        file = File.objects.create(
            batch=batch, name=name, table=table, size=size, sha256=sha256.hexdigest(), content=b""
        )
        cursor.execute(
            """UPDATE intake_file SET content = COALESCE((SELECT string_agg(piece, ''::bytea ORDER BY number)
               FROM sent_piece), '') WHERE id = %s""",
            [file.pk],
        )
