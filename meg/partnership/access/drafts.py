"""Nothing typed is lost: a form carries a signed ticket, so that what is sent after the session ended is kept.

A view that keeps drafts:  form = form_of(request, SomeForm, by, KEY), which is `keeps` of what was sent or `restore` of what
had been typed; `clear_draft(by=by, form=KEY)` when the action is done.
The template writes {{ draft_fields(form) }} inside its <form> and {{ draft_line(form) }} under its button.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, TypeVar

from django import forms
from django.core import signing
from django.db import connection
from django.http import HttpRequest, QueryDict
from django.utils.datastructures import MultiValueDict

from meg.partnership.access.models import Draft
from meg.partnership.seats import By

SALT = "meg.draft"
TICKET = "draft_ticket"
DAYS = 30 * 24 * 3600
LEFT_OUT = frozenset({TICKET, "csrfmiddlewaretoken"})
BIGGEST = 200_000  # characters of one draft

F = TypeVar("F", bound=forms.Form)


def ticket(by: By, form: str) -> str:
    """What a form carries so that its words can be kept for this member and for nobody else."""
    return signing.dumps({"member": by.member_id, "form": form}, salt=SALT)


def typed(sent: QueryDict) -> dict[str, Any]:
    """The fields of a sent form, lists as lists. A NUL, which cannot be kept, is left out."""
    kept = {name: [text.replace("\0", "") for text in texts] for name, texts in sent.lists() if name not in LEFT_OUT}
    return {name: texts if len(texts) > 1 else (texts or [""])[0] for name, texts in kept.items()}


def read_ticket(sent: QueryDict) -> dict[str, Any] | None:
    """The ticket of a sent form, or None where there is none or it was tampered with."""
    try:
        return dict(signing.loads(sent.get(TICKET, ""), salt=SALT, max_age=DAYS))
    except signing.BadSignature:
        return None


def keep_what_was_typed(request: HttpRequest) -> bool:
    """Keep a form that was sent without a seat, for the member who had opened it. True where there was one."""
    held = read_ticket(request.POST) if request.method == "POST" else None
    if not held:
        return False
    words = json.dumps(typed(request.POST))
    if len(words) > BIGGEST:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT meg.keep_draft(%s, %s, %s)", [held["member"], held["form"], words])
    return True


def draft_of(by: By, form: str) -> Draft | None:
    """What this member had typed into a form, if anything."""
    return Draft.objects.filter(member_id=by.member_id or 0, form=form).exclude(fields={}).first()


def keeps(form: F, by: By, key: str, saved_at: datetime | None = None) -> F:
    """The same form, with the ticket by which its words are kept and the time they last were."""
    form.ticket = ticket(by, key)  # type: ignore[attr-defined]
    form.saved_at = saved_at  # type: ignore[attr-defined]
    return form


def restore(form_class: type[F], by: By, key: str, **options: Any) -> F:
    """A form to fill in, showing what this member had typed into it before, exactly as it was typed.

    `options` go to the form; `initial` holds where nothing was typed.
    """
    draft = draft_of(by, key)
    form = form_class(**options)
    if draft:
        lists = {name: value if isinstance(value, list) else [value] for name, value in draft.fields.items()}
        sent = MultiValueDict(lists)
        for name, field in form.fields.items():
            if not field.widget.value_omitted_from_data(sent, MultiValueDict(), form.add_prefix(name)):
                found = field.widget.value_from_datadict(sent, MultiValueDict(), form.add_prefix(name))
                form.initial[name] = found
    return keeps(form, by, key, draft.saved_at if draft else None)


def form_of(request: HttpRequest, form: type[F], by: By, key: str, **options: Any) -> F:
    """A form as it was sent, or to fill in with what had been typed before; its words are kept either way."""
    if request.method == "POST":
        return keeps(form(request.POST, **options), by, key)
    return restore(form, by, key, **options)
