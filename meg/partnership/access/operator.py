"""Who acts when a command or a job does: the operator of one partnership of this installation."""

from __future__ import annotations

import os

from django.core.management.base import CommandError
from django.db import DatabaseError

from meg.partnership.agencies.models import Partnership
from meg.partnership.seats import By, Seat


def operator(authority: str | None = None) -> By:
    """The operator of the partnership whose authority is given, or MEG_AUTHORITY's, or the only one there is.

    Raises: CommandError with one sentence, where there is none or it is not clear which.
    """
    wanted = authority or os.environ.get("MEG_AUTHORITY")
    try:
        found = list(Partnership.objects.order_by("pk"))
    except DatabaseError:
        raise CommandError("There is no installation here yet. Run `meg init` first.") from None
    if wanted:
        found = [partnership for partnership in found if partnership.authority == wanted]
    if not found:
        whose = f" for authority {wanted}" if wanted else ""
        raise CommandError(f"There is no partnership{whose} here yet. Run `meg init` first.")
    if len(found) > 1:
        numbers = ", ".join(partnership.authority for partnership in found)
        raise CommandError(f"There are several partnerships here. Say which with MEG_AUTHORITY: {numbers}.")
    return By(None, "Operator", Seat.OPERATOR, found[0].pk, None, "Command line of the installation")
