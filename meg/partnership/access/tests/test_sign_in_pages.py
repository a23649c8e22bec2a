"""Every page of signing in is ours, renders, and offers nothing that an administrator should do."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client

from conftest import Cast
from meg.partnership.access.models import Account

PASSWORD = "violet harbour kettle"
LIBRARY = ("Sign In", "Two-Factor", "allauth", "Third-Party", "menu:")


def ours(client: Client, address: str, status: int = 200) -> str:
    """The page at an address: in our frame, with one heading, nothing inline, no error in it."""
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code, response.get("Location"))
    page = response.content.decode()
    assert page.count("<h1") == 1, address
    assert 'class="meg-header"' in page, address
    assert "(demonstration)" in page, address
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*(src=|application/json))", page), address
    assert not [words for words in LIBRARY if words in page], address
    return page


@pytest.fixture
def helen(cast: Cast) -> Account:
    account = cast.members["helen"].account
    account.set_password(PASSWORD)
    account.save()
    return account


@pytest.fixture
def signed_in(helen: Account) -> Client:
    client = Client()
    sent = client.post("/account/login/", {"login": helen.email, "password": PASSWORD})
    assert sent.status_code == 302
    return client


OUTSIDE = (
    "/account/login/", "/account/login/?next=/help/", "/account/password/reset/", "/account/password/reset/done/",
    "/account/password/reset/key/done/", "/account/password/reset/key/1-abc/", "/account/inactive/",
    "/account/signup/", "/account/3rdparty/login/cancelled/",
)  # fmt: skip
INSIDE = (
    "/account/2fa/", "/account/2fa/totp/activate/", "/account/2fa/webauthn/", "/account/2fa/webauthn/add/",
    "/account/password/change/", "/account/logout/", "/account/reauthenticate/", "/account/seat/",
)  # fmt: skip
CLOSED = (
    "/account/email/", "/account/confirm-email/", "/account/confirm-email/abc/", "/account/3rdparty/",
    "/account/3rdparty/signup/", "/account/social/signup/", "/account/login/code/confirm/", "/account/oidc/none/login/",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("address", OUTSIDE)
def test_a_page_for_who_has_not_signed_in(address: str) -> None:
    ours(Client(), address)


@pytest.mark.django_db
def test_an_organisations_sign_in_that_fails_says_what_to_do() -> None:
    assert "sign in with your password here" in ours(Client(), "/account/3rdparty/login/error/", 401)


@pytest.mark.parametrize("address", INSIDE)
def test_a_page_for_who_has_signed_in(signed_in: Client, address: str) -> None:
    ours(signed_in, address)


@pytest.mark.parametrize("address", CLOSED)
def test_what_is_not_offered_is_not_there(signed_in: Client, address: str) -> None:
    ours(signed_in, address, 404)


@pytest.mark.parametrize("address", INSIDE)
def test_a_page_of_ones_own_sends_a_stranger_to_sign_in(db: None, address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 302
    assert response["Location"].startswith(("/account/login/", "/account/reauthenticate/", "/"))


def test_pages_of_a_second_step_that_is_set_up(signed_in: Client, helen: Account) -> None:
    TOTP.activate(helen, generate_totp_secret())
    RecoveryCodes.activate(helen)
    for address in ("/account/2fa/", "/account/2fa/totp/deactivate/", "/account/2fa/recovery-codes/",
                    "/account/2fa/recovery-codes/generate/", "/account/2fa/reauthenticate/"):  # fmt: skip
        ours(signed_in, address)
    codes = signed_in.get("/account/2fa/recovery-codes/download/").content.decode()
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0] in codes


def test_pages_of_a_passkey_that_is_set_up(signed_in: Client, helen: Account) -> None:
    key = Authenticator.objects.create(user=helen, type="webauthn", data={"name": "Desk key", "credential": {}})
    assert "Desk key" in ours(signed_in, "/account/2fa/webauthn/")
    ours(signed_in, f"/account/2fa/webauthn/keys/{key.pk}/edit/")
    ours(signed_in, f"/account/2fa/webauthn/keys/{key.pk}/remove/")


def test_the_second_step_is_asked_for_and_opens(helen: Account) -> None:
    secret = generate_totp_secret()
    TOTP.activate(helen, secret)
    client = Client()
    sent = client.post("/account/login/", {"login": helen.email, "password": PASSWORD})
    assert sent["Location"] == "/account/2fa/authenticate/"
    ours(client, "/account/2fa/authenticate/")
    wrong = client.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert 'href="#id_code">The code is not right.' in wrong
    assert 'id="id_code"' in wrong
    assert "Error: The second step" in wrong


def test_a_sign_in_of_some_time_ago_is_asked_again(signed_in: Client) -> None:
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=6)):
        asked = signed_in.get("/account/2fa/totp/activate/")
        assert asked["Location"].startswith("/account/reauthenticate/")
        shown = signed_in.post(asked["Location"], {"password": PASSWORD})
        assert shown["Location"] == "/account/2fa/totp/activate/"
        ours(signed_in, shown["Location"])


def test_the_picture_of_an_app_is_in_the_page_itself(signed_in: Client) -> None:
    page = ours(signed_in, "/account/2fa/totp/activate/")
    assert '<img class="meg-qr" src="data:image/svg+xml' in page


@pytest.mark.parametrize(
    ("address", "sent", "target", "sentence"),
    [
        ("/account/login/", {"login": "", "password": ""}, "id_login", "Enter the e-mail address."),
        ("/account/login/", {"login": "", "password": ""}, "id_password", "Enter the password."),
        ("/account/login/", {"login": "helen@caldershire.example", "password": "no"}, "id_login",
         "The e-mail address or the password is not right."),
        ("/account/password/reset/", {"email": "helen"}, "id_email", "Enter a valid email address."),
    ],
)  # fmt: skip
def test_a_refused_form_leads_to_its_field(
    helen: Account, address: str, sent: dict[str, str], target: str, sentence: str
) -> None:
    page = Client().post(address, sent).content.decode()
    assert f'<a href="#{target}">{sentence}</a>' in page
    assert f'id="{target}"' in page
    assert "<title>Error: " in page


def test_a_link_by_mail_sets_a_new_password(helen: Account) -> None:
    client = Client()
    assert client.post("/account/password/reset/", {"email": helen.email})["Location"].endswith("/done/")
    message = mail.outbox[0]
    assert message.subject == "MEG: choose your password"
    link = re.search(r"http://testserver(/account/password/reset/key/\S+)", str(message.body))
    assert link is not None
    form = client.get(link[1])["Location"]
    ours(client, form)
    new = "orange lantern tundra"
    assert client.post(form, {"password1": new, "password2": new}).status_code == 302
    helen.refresh_from_db()
    assert helen.check_password(new)


def test_no_mail_goes_to_an_address_without_an_account(helen: Account) -> None:
    sent = Client().post("/account/password/reset/", {"email": "nobody@caldershire.example"})
    assert sent["Location"].endswith("/done/")
    assert mail.outbox == []


def test_too_many_tries_are_told_to_wait(helen: Account) -> None:
    client = Client()
    for _ in range(6):
        page = client.post("/account/login/", {"login": helen.email, "password": "no"}).content.decode()
    assert "Too many tries. Wait five minutes, then try again." in page
    right = client.post("/account/login/", {"login": helen.email, "password": PASSWORD}).content.decode()
    assert "Too many tries." in right


def test_too_many_requests_get_a_page(helen: Account, settings: object) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}  # type: ignore[attr-defined]
    client = Client()
    client.post("/account/login/", {"login": helen.email, "password": "no"})
    response = client.post("/account/login/", {"login": helen.email, "password": "no"})
    assert response.status_code == 429
    assert "your account is not locked" in response.content.decode()
