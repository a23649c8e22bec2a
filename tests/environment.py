"""Loaded before Django: tests run as the owner of a database of their own, on the embedded server or DATABASE_URL."""

from __future__ import annotations

import atexit
import os
from contextlib import ExitStack
from pathlib import Path

from meg.partnership.seats import ALL_ROLES

os.environ["MEG_AS"] = "owner"
os.environ["MEG_DEMONSTRATION"] = "1"
os.environ.setdefault("MEG_HOME", str(Path(__file__).resolve().parents[1] / ".meg" / "test"))
if "DATABASE_URL" not in os.environ:
    from meg.config.postgres import EmbeddedPostgres

    # In use, not only started: a command that a test runs shares the server, and must not stop it when it leaves.
    USING = ExitStack()
    USING.enter_context(EmbeddedPostgres(Path(os.environ["MEG_HOME"]), ALL_ROLES, {"fsync": "off"}).in_use())
    atexit.register(USING.close)
