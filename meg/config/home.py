"""Where an installation keeps its embedded database and its files."""

from __future__ import annotations

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def home() -> Path:
    """MEG_HOME, or `.meg` beside the code. Two installations never meet: each has a home of its own."""
    given = os.environ.get("MEG_HOME")
    return Path(given).expanduser().resolve() if given else CHECKOUT / ".meg"
