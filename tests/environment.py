"""Loaded before Django: tests run as the owner of a database of their own, on the embedded server or DATABASE_URL."""

from __future__ import annotations

import atexit
import os
import sys
from contextlib import ExitStack
from pathlib import Path

from meg.partnership.seats import ALL_ROLES

os.environ["MEG_AS"] = "owner"
os.environ["MEG_DEMONSTRATION"] = "1"
os.environ.setdefault("MEG_HOME", str(Path(__file__).resolve().parents[1] / ".meg" / "test"))
# Where several run side by side, each has an installation and a server of its own; who hands the tests out needs none.
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
HANDS_OUT = not WORKER and any(word.startswith(("-n", "--numprocesses")) for word in sys.argv)
if "DATABASE_URL" not in os.environ and not HANDS_OUT:
    os.environ["MEG_HOME"] = str(Path(os.environ["MEG_HOME"]) / WORKER)
    from meg.config.postgres import EmbeddedPostgres

    # In use, not only started: a command that a test runs shares the server, and must not stop it when it leaves.
    USING = ExitStack()
    # Tests leave no row behind: what is read off their tables in between misleads the planner of the next test.
    CONF = {"fsync": "off", "autovacuum": "off"}
    USING.enter_context(EmbeddedPostgres(Path(os.environ["MEG_HOME"]), ALL_ROLES, CONF).in_use())
    atexit.register(USING.close)
