"""Nothing typed is lost: a form carries a signed ticket, so that what is sent after the session ended is kept."""

from __future__ import annotations

import json
from typing import Any

from django.core import signing
from django.db import connection
from django.http import HttpRequest, QueryDict

from meg.partnership.access.models import Draft
from meg.partnership.seats import By

SALT = "meg.draft"
TICKET = "draft_ticket"
DAYS = 30 * 24 * 3600
LEFT_OUT = frozenset({TICKET, "csrfmiddlewaretoken"})


def ticket(by: By, form: str) -> str:
    """What a form carries so that its words can be kept for this member and for nobody else."""
    return signing.dumps({"member": by.member_id, "form": form}, salt=SALT)


def typed(sent: QueryDict) -> dict[str, Any]:
    """The fields of a sent form, lists as lists."""
    return {name: values if len(values) > 1 else values[0] for name, values in sent.lists() if name not in LEFT_OUT}


def read_ticket(sent: QueryDict) -> dict[str, Any] | None:
    """The ticket of a sent form, or None where there is none or it was tampered with."""
    try:
        return dict(signing.loads(sent.get(TICKET, ""), salt=SALT, max_age=DAYS))
    except signing.BadSignature:
        return None


def keep_what_was_typed(request: HttpRequest) -> None:
    """Keep a form that was sent without a session, for the member who had opened it."""
    held = read_ticket(request.POST) if request.method == "POST" else None
    if held:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT meg.keep_draft(%s, %s, %s)", [held["member"], held["form"], json.dumps(typed(request.POST))]
            )


def draft_of(by: By, form: str) -> Draft | None:
    """What this member had typed into a form, if anything."""
    return Draft.objects.filter(member_id=by.member_id, form=form).exclude(fields={}).first()
