"""The processes of a running site: started together, stopped together, none left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
PATIENCE = 10.0  # seconds a process is given to stop by itself


def _die_with_parent() -> None:
    """In the child: stop when the parent is gone, however it went (Linux prctl)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command: Sequence[str], extra: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start one process in a group of its own, so that Ctrl-C reaches us first and we stop it in order."""
    return subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, **(extra or {})},
        preexec_fn=_die_with_parent,
        start_new_session=True,
        stdin=subprocess.DEVNULL,
    )


def stop(running: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask each to stop, wait a little, then end its whole group."""
    for process in running:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + PATIENCE
    for process in running:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


def site(host: str, port: int, workers: int) -> list[list[str]]:
    """The commands of a site: granian in front, one worker for jobs behind."""
    return [
        [
            "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
            "--blocking-threads", "4", "--respawn-failed-workers", "--log-level", "warning", "--no-access-log",
            "meg.config.wsgi:application",
        ],
        ["-m", "django", "procrastinate", "worker", "--concurrency", "1"],
    ]  # fmt: skip


def wait(running: Sequence[subprocess.Popen[bytes]]) -> int:
    """Until one of them ends: its exit code."""
    while True:
        for process in running:
            if process.poll() is not None:
                return int(process.returncode)
        time.sleep(0.2)
