"""The `meg` command: Django's own command runner with our settings, the embedded database and plain errors.

Exit codes: 0 done, 1 finished and something needs a person, 2 could not be done: one sentence on standard error.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from meg.config.demonstration.showing import is_ready, show
from meg.config.home import CHECKOUT, home
from meg.config.postgres import EmbeddedPostgres, PostgresTrouble
from meg.config.processes import SiteTrouble, ask_to_stop
from meg.partnership.seats import ALL_ROLES, Refused

AS_OWNER = ("init", "upgrade", "migrate", "makemigrations", "sqlmigrate", "furnish")
WITHOUT_DATABASE = ("help", "--help", "-h", "--version", "version", "makemessages")


def set_the_scene(verb: str) -> None:
    """Environment that must stand before Django's settings are read."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meg.config.settings")
    if verb in AS_OWNER:
        os.environ["MEG_AS"] = "owner"
    if verb in ("demo", "furnish"):
        os.environ.setdefault("MEG_DEMONSTRATION", "1")
        os.environ.setdefault("MEG_HOME", str(CHECKOUT / ".meg" / "demonstration"))


@contextmanager
def database_up(verb: str) -> Iterator[None]:
    """The embedded server while this command needs it; whoever leaves last stops it."""
    if verb in WITHOUT_DATABASE or os.environ.get("DATABASE_URL"):
        yield
        return
    with EmbeddedPostgres(home(), ALL_ROLES).in_use():
        yield


def run(argv: list[str]) -> None:
    if argv[1:] == ["demo"] and is_ready(home()):
        show("127.0.0.1", 8000)  # made before: there is nothing to wait for Django for
        return
    from django.core.management import execute_from_command_line

    # --traceback makes Django hand its CommandError on to us, so that it is said as one plain sentence.
    own = argv[1] in WITHOUT_DATABASE
    execute_from_command_line(argv if own else [*argv[:2], "--traceback", *argv[2:]])


def say(sentence: str) -> NoReturn:
    """One sentence on standard error, and exit 2."""
    print(" ".join(sentence.split()), file=sys.stderr)
    sys.exit(2)


def main(argv: list[str] | None = None) -> None:
    """Run one verb."""
    argv = ["meg", *(sys.argv if argv is None else argv)[1:]]
    if len(argv) < 2:
        argv.append("help")
    set_the_scene(argv[1])
    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)  # also where a shell started us with Ctrl-C ignored
    try:
        with database_up(argv[1]):
            run(argv)
    except (PostgresTrouble, SiteTrouble, Refused) as trouble:
        say(str(trouble))
    except BrokenPipeError:
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as trouble:
        if sentence := of_django(trouble):
            say(sentence)
        raise


def of_django(trouble: Exception) -> str:
    """What to say of Django's own exceptions; nothing of others. They are imported only when something went wrong."""
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management.base import CommandError
    from django.db import DatabaseError

    if isinstance(trouble, CommandError | ImproperlyConfigured):
        return str(trouble)
    if isinstance(trouble, DatabaseError):
        said = str(trouble).splitlines()[0]
        return f"The database refused: {said}. Nothing was changed. `meg check` says what is missing."
    return ""


if __name__ == "__main__":
    main()
