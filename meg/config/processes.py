"""The processes of a running site: started together, stopped together, none left behind."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from http.client import HTTPConnection, HTTPException


class SiteTrouble(Exception):
    """The site cannot run. The message is one sentence."""


PR_SET_PDEATHSIG = 1
PATIENCE = 10.0  # seconds a process is given to stop by itself


ASKED: list[int] = []
"""Signals that asked us to stop. Python drops what a handler raises while it starts a process: so it is kept, too."""


def ask_to_stop(number: int, _frame: object = None) -> None:
    """The handler of SIGINT and SIGTERM: remember it, and stop."""
    ASKED.append(number)
    leave_if_asked()


def leave_if_asked() -> None:
    """Raises: KeyboardInterrupt after Ctrl-C, SystemExit(143) after SIGTERM; nothing where nobody asked."""
    if signal.SIGTERM in ASKED:
        sys.exit(143)
    if ASKED:
        raise KeyboardInterrupt


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


def answers(host: str, port: int, process: subprocess.Popen[bytes], seconds: float = 60.0) -> bool:
    """Wait until a page comes; False where the process ended first or the time ran out.

    The front takes connections before it has read its pages, so only an answer counts.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        asked = HTTPConnection(host, port, timeout=5)
        try:
            asked.request("GET", "/health")
            asked.getresponse()
            return True
        except (OSError, HTTPException):
            time.sleep(0.05)
        finally:
            asked.close()
    return False


def free(host: str, port: int) -> bool:
    """True where nobody listens on this address yet."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def serve(host: str, port: int, workers: int, say: Callable[[str], object]) -> None:
    """Start the site, say where it is, and wait for Ctrl-C; then stop everything.

    The pages come first: the worker starts when they answer.
    Raises: SiteTrouble, where the address is taken or a part of the site ends by itself.
    """
    if not free(host, port):
        raise SiteTrouble(f"Something listens on {host}:{port} already. Stop it, or choose another --port.")
    front, behind = site(host, port, workers)
    running = [start(front)]
    try:
        if answers(host, port, running[0]):
            say(f"MEG is at http://{host}:{port}/  Ctrl-C stops it.")
        running.append(start(behind))
        code = wait(running)
    finally:
        stop(running)
    raise SiteTrouble(f"A part of the site ended by itself (exit {code}). What it said stands above.")


def wait(running: Sequence[subprocess.Popen[bytes]]) -> int:
    """Until one of them ends: its exit code. Raises as `leave_if_asked` does."""
    while True:
        leave_if_asked()
        for process in running:
            if process.poll() is not None:
                return int(process.returncode)
        time.sleep(0.2)
