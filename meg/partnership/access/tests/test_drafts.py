"""Nothing typed is lost: saved as it is typed, kept when the session has ended, shown again exactly as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.test import Client
from django.urls import include, path

from conftest import Cast
from meg.config import urls as house
from meg.partnership.access.actions import clear_draft
from meg.partnership.access.drafts import draft_of, keeps, restore, ticket
from meg.partnership.access.fields import MomentField
from meg.partnership.access.models import Draft
from meg.partnership.access.request import by_of
from meg.partnership.seats import seated

KEY = "note:MEG-000001"
PAGE = """{% extends "layout.html" %}
{% from "forms.html" import error_summary, textarea, date, checkboxes, button, draft_fields, draft_line %}
{% block title %}Note{% endblock %}
{% block content %}<h1>Note</h1>{{ error_summary(form) }}<form method="post">{{ csrf_input }}{{ draft_fields(form) }}
{{ textarea(form.words) }}{{ date(form.held) }}{{ checkboxes(form.who) }}{{ button("Send") }}{{ draft_line(form) }}
</form>{% endblock %}"""


class Note(forms.Form):
    words = forms.CharField(label="Words", widget=forms.Textarea)
    held = MomentField(label="When it was held")
    who = forms.MultipleChoiceField(
        label="Who was there", required=False, choices=[("a", "A"), ("b", "B"), ("c", "C")],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


def note(request: HttpRequest) -> HttpResponse:
    by = by_of(request)
    form = keeps(Note(request.POST), by, KEY) if request.method == "POST" else restore(Note, by, KEY)
    if request.method == "POST" and form.is_valid():
        clear_draft(by=by, form=KEY)
        return redirect("/note/")
    return HttpResponse(engines["jinja2"].from_string(PAGE).render({"form": form}, request))


urlpatterns = [path("note/", note), path("", include(house.urlpatterns))]
handler404 = house.handler404
pytestmark = pytest.mark.urls(__name__)
TYPED = {"words": "First line\nsecond <line>", "held_0": "23", "held_1": "12", "held_2": "", "held_3": "quarter to 5"}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found, name
    return found[1]


@pytest.fixture
def helen(cast: Cast, settings: object) -> Client:
    """Her browser, which must bring its CSRF token as a real one must."""
    settings.SECOND_FACTOR_OFF = True  # type: ignore[attr-defined]
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.members["helen"].account)
    return client


def opened(client: Client) -> dict[str, str]:
    """The form as opened: what a browser would send beside the words."""
    page = client.get("/note/").content.decode()
    return {name: hidden(page, name) for name in ("csrfmiddlewaretoken", "draft_ticket")}


def kept(cast: Cast, name: str = "helen") -> dict[str, object] | None:
    by = cast.by(name)
    with seated(by):
        draft = draft_of(by, KEY)
        return draft.fields if draft else None


def test_what_is_typed_is_saved_and_shown_again(helen: Client, cast: Cast) -> None:
    saved = helen.post("/drafts/", {**opened(helen), **TYPED, "who": ["a", "c"]})
    assert re.fullmatch(r"\d\d:\d\d", saved.json()["saved"])
    page = helen.get("/note/").content.decode()
    assert "First line\nsecond &lt;line&gt;</textarea>" in page
    assert 'name="held_3" type="text" autocomplete="off" value="quarter to 5"' in page
    assert page.count(" checked") == 2
    assert "What you had typed by" in page


def test_a_form_that_is_sent_leaves_no_draft(helen: Client, cast: Cast) -> None:
    extra = opened(helen)
    helen.post("/drafts/", {**extra, **TYPED})
    right = {"words": "Held", "held_0": "23", "held_1": "11", "held_2": "2026", "held_3": "16:30"}
    assert helen.post("/note/", {**extra, **right}).status_code == 302
    assert kept(cast) is None


def test_another_member_cannot_write_or_read_it(helen: Client, cast: Cast, as_member: Callable[[str], Client]) -> None:
    extra = opened(helen)
    other = as_member("daniel")
    answer = other.post("/drafts/", {"draft_ticket": extra["draft_ticket"], "words": "Mine now"})
    assert answer.status_code == 403
    assert "opened by someone else" in answer.json()["error"]
    assert kept(cast) is None
    helen.post("/drafts/", {**extra, **TYPED})
    assert "First line" not in other.get("/note/").content.decode()
    with seated(cast.by("adam")):
        assert not Draft.objects.exists(), "an administrator reads nobody's drafts"


def test_a_ticket_that_was_tampered_with_keeps_nothing(helen: Client, cast: Cast) -> None:
    extra = opened(helen)
    forged = {**extra, "draft_ticket": extra["draft_ticket"][:-2] + "xx"}
    assert helen.post("/drafts/", {**forged, **TYPED}).status_code == 403
    assert helen.post("/drafts/", {**extra, "words": "x" * 300_000}).status_code == 413
    Client().post("/note/", {**forged, **TYPED})
    assert kept(cast) is None


def test_a_session_ends_after_twenty_idle_minutes_and_not_before(helen: Client) -> None:
    begun = datetime.now(UTC)
    with time_machine.travel(begun, tick=False) as clock:
        opened(helen)
        for _ in range(5):
            clock.shift(timedelta(minutes=18, seconds=50))
            assert helen.get("/note/").status_code == 200, "every request renews it, at most once a minute"
        clock.shift(timedelta(minutes=20, seconds=1))
        assert helen.get("/note/")["Location"] == "/account/login/?next=/note/"


def test_a_form_sent_after_the_session_ended_is_kept_and_shown_after_signing_in(helen: Client, cast: Cast) -> None:
    account = cast.members["helen"].account
    account.set_password("violet harbour kettle")
    account.save()
    helen.force_login(account)
    extra = opened(helen)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=21)):
        sent = helen.post("/note/", {**extra, **TYPED, "who": "b"})
        assert sent["Location"] == "/account/login/?next=/note/"
        door = helen.get(sent["Location"]).content.decode()
        assert "You will come back to where you were. What you had typed is kept." in door
        token = hidden(door, "csrfmiddlewaretoken")
        credentials = {"login": account.email, "password": "violet harbour kettle", "next": "/note/"}
        back = helen.post("/account/login/", {"csrfmiddlewaretoken": token, **credentials})
        assert back["Location"] == "/note/"
        page = helen.get("/note/").content.decode()
    assert "second &lt;line&gt;" in page
    assert 'value="quarter to 5"' in page
    assert 'value="b" checked' in page


def test_a_page_from_before_the_last_sign_in_is_not_sent_and_its_words_are_kept(helen: Client, cast: Cast) -> None:
    stale = opened(helen)
    helen.cookies["csrftoken"] = "a" * 32
    answer = helen.post("/note/", {**stale, **TYPED})
    assert answer.status_code == 403
    assert "What you typed is kept" in answer.content.decode()
    assert (kept(cast) or {})["words"] == "First line\r\nsecond <line>".replace("\r\n", "\n")


def test_a_stranger_without_a_ticket_leaves_nothing(cast: Cast) -> None:
    Client().post("/note/", {"words": "Anything"})
    by = cast.by("helen")
    forged = ticket(by, KEY).replace(":", ".", 1)
    Client().post("/note/", {"words": "Anything", "draft_ticket": forged})
    assert kept(cast) is None


def test_a_nul_is_left_out_of_a_draft(helen: Client, cast: Cast) -> None:
    helen.post("/drafts/", {**opened(helen), "words": "Be\0fore"})
    assert kept(cast) == {"words": "Before"}
