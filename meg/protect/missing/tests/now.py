"""What tests of the open board and of interviews share: moments counted from now, as typed and as recorded."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from conftest import Cast
from meg.partnership.access.actions import save_draft
from meg.partnership.access.fields import boxes as filled
from meg.partnership.access.models import Draft
from meg.partnership.seats import seated
from meg.protect.children.models import Child
from meg.protect.missing.actions import record_episode
from meg.protect.missing.models import Episode, Interview
from meg.protect.missing.tests.conftest import told

AWAY: dict[str, Any] = {"missing_from": "care", "setting": "foster", "care_status": "A", "police_category": ""}
NESTED = ("SAVEPOINT", "SELECT current_setting")  # only because a test is a transaction of its own


def ago(hours: float) -> datetime:
    """So many hours before this minute; with a minus, after it."""
    return timezone.now().replace(second=0, microsecond=0) - timedelta(hours=hours)


def typed(name: str, moment: datetime) -> dict[str, str]:
    """A moment in its four boxes."""
    return {f"{name}_{place}": text for place, text in enumerate(filled(moment, 4))}


def gone(cast: Cast, child: Child, left: float = 30, back: float | None = 20, **other: Any) -> Episode:
    """An episode of the team's: last seen `left` hours ago and back `back` hours ago, with its interview."""
    values = {
        "started_at": ago(left), "reported_at": None, "returned_at": None if back is None else ago(back), **other
    }  # fmt: skip
    with seated(cast.by("helen")) as by:
        made = record_episode(by=by, child=child, told=replace(told(), **values), now=timezone.now())
        return Episode.objects.select_related("interview", "child").get(pk=made.pk)


def interview_of(cast: Cast, episode: Episode) -> Interview:
    """The interview of an episode, as it stands now."""
    with seated(cast.by("helen")):
        found = Episode.objects.select_related("interview", "interview__allocated_to").get(pk=episode.pk).interview
    assert found is not None
    return found


def begin(cast: Cast, name: str, form: str, **fields: str) -> None:
    """Someone begins to type into a form."""
    with seated(cast.by(name)) as by:
        save_draft(by=by, form=form, fields=fields)


def drafts(cast: Cast, name: str, form: str = "") -> list[str]:
    """The forms of which words of someone's are kept."""
    with seated(cast.by(name)):
        held = Draft.objects.filter(member_id=cast.members[name].pk, form__startswith=form).exclude(fields={})
        return sorted(held.values_list("form", flat=True))


def statements(client: Client, address: str) -> list[str]:
    """What a page asks of the database, less what only a test's own transaction asks."""
    client.get("/help/")  # the first page of a session also writes that it is in use
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    found = [one["sql"] for one in asked.captured_queries if not any(word in one["sql"] for word in NESTED)]
    seats = [one for one in found if "set_config('role'" in one]
    return [one for one in found if one not in seats[1:]]  # the seat is taken once; a test takes the one before again


def assert_same(client: Client, address: str, reference: str) -> None:
    """A child out of reach and one that does not exist give the same 404, byte for byte."""
    there, nowhere = client.get(address), client.get(address.replace(reference, "MEG-999999"))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.content == nowhere.content


def words_of(response: HttpResponseBase) -> str:
    """The page's words without its tags, for sentences that run over several of them."""
    page = bytes(getattr(response, "content", b"")).decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
