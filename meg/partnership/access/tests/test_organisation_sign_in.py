"""Signing in by an organisation's own OpenID Connect, against a small provider that really answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client

from conftest import Cast
from meg.partnership.access.models import Account


@dataclass
class Provider:
    """An identity provider that says whatever `person` holds."""

    person: dict[str, Any] = field(default_factory=dict)
    address: str = ""

    def answer(self, path: str) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/person",
                "jwks_uri": f"{self.address}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        return {"/token": {"access_token": "given", "token_type": "Bearer"}, "/person": self.person}[path]


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(made.answer(urlsplit(self.path).path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {"provider_id": "oidc", "name": "Caldershire Council", "client_id": "meg", "secret": "kept"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [{**app, "settings": {"server_url": made.address}}]}}
    settings.SECOND_FACTOR_OFF = True
    yield made
    server.shutdown()
    server.server_close()


def come_back(provider: Provider, client: Client, **person: Any) -> HttpResponse:
    """Press the button, sign in over there as this person, come back."""
    provider.person = {"sub": "s-1", **person}
    away = client.post("/account/oidc/oidc/login/?process=login", {"next": "/help/"})
    assert away["Location"].startswith(f"{provider.address}/authorize")
    state = parse_qs(urlsplit(away["Location"]).query)["state"][0]
    return client.get("/account/oidc/oidc/login/callback/", {"code": "c", "state": state})  # type: ignore[return-value]


def test_the_page_offers_it(cast: Cast, provider: Provider) -> None:
    page = Client().get("/account/login/?next=/help/").content.decode()
    assert "Sign in with Caldershire Council" in page
    assert 'action="/account/oidc/oidc/login/?process=login"' in page
    assert page.count('class="govuk-button"') == 1, "one filled button"


@pytest.mark.django_db
def test_without_the_setting_it_is_not_offered() -> None:
    assert "/account/oidc/" not in Client().get("/account/login/").content.decode()


def test_a_verified_address_opens_the_account_that_has_it(cast: Cast, provider: Provider) -> None:
    helen = cast.members["helen"].account
    helen.set_password("violet harbour kettle")
    helen.save()
    client = Client()
    come_back(provider, client, email=helen.email, email_verified=True)
    assert client.session["_auth_user_id"] == str(helen.pk)
    assert SocialAccount.objects.get().user_id == helen.pk
    helen.refresh_from_db()
    assert helen.check_password("violet harbour kettle"), "the password still works beside it"
    again = Client()
    come_back(provider, again, email="changed@caldershire.example", email_verified=True)
    assert again.session["_auth_user_id"] == str(helen.pk), "from now on the organisation's own number counts"


@pytest.mark.parametrize(
    ("email", "verified"), [("nobody@caldershire.example", True), ("helen@caldershire.example", False)]
)
def test_no_account_is_made_and_none_is_opened_by_an_unverified_address(
    cast: Cast, provider: Provider, email: str, verified: bool
) -> None:
    before, client = Account.objects.count(), Client()
    answer = come_back(provider, client, email=email, email_verified=verified)
    assert "Nobody signs themselves up here" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert Account.objects.count() == before
    assert not SocialAccount.objects.exists()


def test_a_provider_that_does_not_answer_says_what_to_do(cast: Cast, provider: Provider, settings: Any) -> None:
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://127.0.0.1:9"
    answer = Client().post("/account/oidc/oidc/login/?process=login")
    assert "sign-in did not answer" in answer.content.decode()
