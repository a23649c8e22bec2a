"""Who gets in, who is turned away, and the line that each leaves in the trail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client

from conftest import Cast
from meg.partnership.access.models import Account
from meg.partnership.seats import seated
from meg.partnership.trail.models import Entry, Kind

PASSWORD = "violet harbour kettle"


def account(cast: Cast, name: str) -> Account:
    found = cast.members[name].account
    found.set_password(PASSWORD)
    found.save()
    return found


def sign_in(who: Account, password: str = PASSWORD) -> Client:
    client = Client()
    client.post("/account/login/", {"login": who.email, "password": password})
    return client


def code_now(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return str(format_hotp_value(hotp_value(secret, counter)))


def lines(cast: Cast) -> list[tuple[str, str]]:
    """What the governance officer reads of the doors."""
    with seated(cast.by("grace")):
        kept = Entry.objects.filter(kind=Kind.SIGN_IN).order_by("id")
        return [(entry.member_name, entry.sentence) for entry in kept]


def test_signing_in_and_out_is_in_the_trail(cast: Cast) -> None:
    client = sign_in(account(cast, "helen"))
    assert client.session["_auth_user_id"]
    client.post("/account/logout/")
    assert "_auth_user_id" not in client.session
    assert lines(cast) == [("Helen Example", "Signed in."), ("Helen Example", "Signed out.")]


def test_being_turned_away_is_in_the_trail_without_what_was_typed(cast: Cast) -> None:
    client = sign_in(account(cast, "helen"), "something private")
    assert "_auth_user_id" not in client.session
    assert lines(cast) == [("Helen Example", "Was turned away at sign-in: a wrong password.")]
    Client().post("/account/login/", {"login": "hunter2@caldershire.example", "password": "x"})
    with seated(cast.operator):
        last = Entry.objects.order_by("id").last()
        assert last is not None
        assert (last.member_name, last.partnership_id) == ("Nobody known", None)
        assert not Entry.objects.filter(sentence__contains="hunter2").exists()


def test_the_second_step_lets_in_and_turns_away(cast: Cast) -> None:
    helen, secret = account(cast, "helen"), generate_totp_secret()
    TOTP.activate(helen, secret)
    client = sign_in(helen)
    assert "_auth_user_id" not in client.session, "the password alone is not enough"
    client.post("/account/2fa/authenticate/", {"code": "12345"})
    assert "_auth_user_id" not in client.session
    client.post("/account/2fa/authenticate/", {"code": code_now(secret)})
    assert client.session["_auth_user_id"] == str(helen.pk)
    assert [sentence for _, sentence in lines(cast)] == [
        "Was turned away at sign-in: the second step failed.", "Signed in.",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["helen", "daniel", "nadia", "arthur", "grace"])
def test_a_seat_that_sees_children_leads_to_the_second_step_and_nowhere_else(
    cast: Cast, settings: object, name: str
) -> None:
    settings.SECOND_FACTOR_OFF = False  # type: ignore[attr-defined]
    who = account(cast, name)
    client = sign_in(who)
    for address in ("/", "/children/MEG-000001/", "/drafts/", "/no/such/page/"):
        assert client.get(address)["Location"] == "/account/2fa/", address
    page = client.get("/account/2fa/").content.decode()
    assert "You need a second step beside your password" in page
    assert '<nav class="meg-nav"' not in page, "no room is open yet"
    TOTP.activate(who, generate_totp_secret())
    assert client.get("/no/such/page/").status_code == 404, "now they are in"


@pytest.mark.parametrize("name", ["ruth", "colin", "wendy", "adam"])
def test_a_seat_without_children_may_do_without(cast: Cast, settings: object, name: str) -> None:
    settings.SECOND_FACTOR_OFF = False  # type: ignore[attr-defined]
    assert sign_in(account(cast, name)).get("/no/such/page/").status_code == 404


def test_only_a_demonstration_can_be_excused(cast: Cast, settings: object) -> None:
    settings.SECOND_FACTOR_OFF = True  # type: ignore[attr-defined]
    client = sign_in(account(cast, "helen"))
    assert client.get("/no/such/page/").status_code == 404
    with seated(cast.operator):
        type(cast.partnership).objects.filter(pk=cast.partnership.pk).update(demonstration=False)
    assert client.get("/no/such/page/")["Location"] == "/account/2fa/"


def test_who_has_left_is_turned_away(cast: Cast) -> None:
    helen = account(cast, "helen")
    client = sign_in(helen)
    Account.objects.filter(pk=helen.pk).update(is_active=False)
    assert client.get("/help/").status_code == 200
    assert client.get("/")["Location"].startswith("/account/login/"), "an open session ends too"
    page = Client().post("/account/login/", {"login": helen.email, "password": PASSWORD}, follow=True)
    assert b"closed" in page.content or b"not right" in page.content
    assert "_auth_user_id" not in page.client.session


@pytest.fixture
def settings_with() -> Callable[[dict[str, str]], dict[str, object]]:
    """The settings as another process reads them from its environment."""

    def read(more: dict[str, str]) -> dict[str, object]:
        show = (
            "import json; from meg.config import settings as s; "
            "print(json.dumps([s.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action'], s.SOCIALACCOUNT_PROVIDERS]))"
        )
        done = subprocess.run(
            [sys.executable, "-c", show], env={**os.environ, **more}, capture_output=True, text=True, check=True
        )
        actions, providers = json.loads(done.stdout)
        return {"form-action": actions, "providers": providers}

    return read


def test_an_organisations_sign_in_is_a_setting(settings_with: Callable[[dict[str, str]], dict[str, object]]) -> None:
    plain = settings_with({"MEG_OIDC_ISSUER": ""})
    assert plain == {"form-action": ["'self'"], "providers": {}}
    given = settings_with(
        {
            "MEG_OIDC_ISSUER": "https://login.caldershire.example/tenant/v2.0",
            "MEG_OIDC_CLIENT_ID": "meg",
            "MEG_OIDC_SECRET": "kept",
        }
    )
    assert given["form-action"] == ["'self'", "https://login.caldershire.example"]
    assert "openid_connect" in given["providers"]  # type: ignore[operator]
