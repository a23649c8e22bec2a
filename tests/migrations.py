"""`python -m tests.migrations`: fails where a model has changed without its migration."""

from __future__ import annotations

import tests.environment  # noqa: F401  (the database of the tests, before Django is read)

if __name__ == "__main__":
    import os

    import django
    from django.core.management import call_command

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meg.config.settings")
    django.setup()
    call_command("makemigrations", check=True, dry_run=True)
