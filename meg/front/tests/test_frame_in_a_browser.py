"""The frame, the sign-in pages and their scripts in a real browser: axe, a phone's width, no JavaScript."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from conftest import Cast
from meg.partnership.access.drafts import draft_of
from meg.partnership.access.models import Account, Member
from meg.partnership.access.tests.test_drafts import KEY
from meg.partnership.seats import seated
from tests.browser import Browsing

pytestmark = [pytest.mark.browser]
PASSWORD = "violet harbour kettle"
Browse = Callable[..., Browsing]
STRANGER = (
    "/account/login/", "/account/password/reset/", "/account/password/reset/done/", "/account/inactive/",
    "/account/password/reset/key/1-abc/", "/account/signup/", "/account/3rdparty/login/error/", "/help/",
    "/help/keyboard/", "/help/accessibility/",
)  # fmt: skip
MEMBER = (
    "/account/2fa/", "/account/2fa/webauthn/", "/account/2fa/recovery-codes/",
    "/account/2fa/recovery-codes/generate/", "/account/2fa/totp/deactivate/", "/account/password/change/",
    "/account/logout/", "/account/seat/", "/no/such/page/",
)  # fmt: skip


@pytest.fixture
def helen(cast: Cast, settings: object) -> Account:
    settings.SECOND_FACTOR_OFF = True  # type: ignore[attr-defined]
    with seated(cast.operator):
        Member.objects.filter(pk=cast.members["helen"].pk).update(seats=["team", "group"])
    account = cast.members["helen"].account
    account.set_password(PASSWORD)
    account.save()
    return account


def sign_in(account: Account) -> Client:
    client = Client()
    client.post("/account/login/", {"login": account.email, "password": PASSWORD})
    client.post("/account/seat/", {"seat": "team"})
    return client


def well(window: Browsing, address: str, stranger: bool = False) -> None:
    """The page is the one asked for; axe, the content policy and a narrow screen find nothing."""
    width = window.page.viewport_size
    page = window.go(address)
    assert stranger or page.inner_text("h1") != "Sign in", address
    assert window.axe() == [], address
    assert not window.too_wide(), address
    page.set_viewport_size({"width": 320, "height": 800})
    assert not window.too_wide(), f"{address} at 320"
    page.set_viewport_size(width or {"width": 1280, "height": 900})
    assert [said for said in window.complaints if "status of" not in said] == [], address


@pytest.mark.parametrize("width", [1280, 375])
def test_pages_for_a_stranger(db: None, browse: Browse, width: int) -> None:
    window = browse(Client(), width)
    for address in STRANGER:
        well(window, address, stranger=True)


@pytest.mark.parametrize("width", [1280, 375])
def test_pages_for_a_member(helen: Account, browse: Browse, width: int) -> None:
    client = sign_in(helen)
    window = browse(client, width)
    well(window, "/account/2fa/")
    well(window, "/account/2fa/totp/activate/")
    well(window, "/account/2fa/webauthn/add/")
    TOTP.activate(helen, generate_totp_secret())
    RecoveryCodes.activate(helen)
    key = Authenticator.objects.create(user=helen, type="webauthn", data={"name": "Desk key", "credential": {}})
    keys = [f"/account/2fa/webauthn/keys/{key.pk}/{what}/" for what in ("edit", "remove")]
    for address in (*MEMBER, *keys):
        well(window, address)


def test_every_link_of_an_error_summary_lands(helen: Account, browse: Browse) -> None:
    page = browse(Client()).go("/account/login/")
    page.click("button:has-text('Sign in')")
    page.wait_for_selector(".govuk-error-summary:focus")
    assert page.title() == "Error: Sign in - MEG"
    for target in ("id_login", "id_password"):
        page.click(f".govuk-error-summary a[href='#{target}']")
        assert page.evaluate("document.activeElement.id") == target
    seat = browse(sign_in(helen)).go("/account/seat/")
    seat.evaluate("document.querySelectorAll('[type=radio]').forEach(one => { one.checked = false })")
    seat.click("button:has-text('Take this seat')")
    seat.wait_for_selector(".govuk-error-summary:focus")
    seat.click(".govuk-error-summary a")
    assert seat.evaluate("document.activeElement.id") == "id_seat"


def test_signing_in_works_without_scripts(helen: Account, browse: Browse) -> None:
    page = browse(Client(), 375, scripts=False).go("/account/login/?next=/help/")
    page.fill("#id_login", helen.email)
    page.fill("#id_password", PASSWORD)
    page.click("button:has-text('Sign in')")
    page.wait_for_selector("h1:has-text('Help')")
    assert "Helen Example" in page.inner_text(".meg-header__who")
    page.click("button:has-text('Sign out')")
    page.wait_for_selector("h1:has-text('Sign in')")
    assert "Seat:" not in page.content()


def test_a_passkey_is_added_and_signs_in_alone(helen: Account, browse: Browse) -> None:
    window = browse(sign_in(helen))
    tools = window.page.context.new_cdp_session(window.page)
    tools.send("WebAuthn.enable")
    tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
                     "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )  # fmt: skip
    page = window.go("/account/2fa/webauthn/add/")
    page.fill("#id_name", "Desk key")
    page.check("#id_passwordless")
    page.click("text=Add the passkey")
    page.wait_for_selector("h1:has-text('Recovery codes')")
    assert Authenticator.objects.get(type="webauthn").wrap().name == "Desk key"
    window.client.post("/account/logout/")
    page = window.go("/account/login/")
    page.click("text=Sign in with a passkey")
    page.wait_for_selector("text=Helen Example")
    assert window.client.session["_auth_user_id"] == str(helen.pk)
    assert window.complaints == [] or all("status of" in said for said in window.complaints)


def test_a_passkey_that_is_refused_says_so(db: None, browse: Browse) -> None:
    window = browse(Client())
    tools = window.page.context.new_cdp_session(window.page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": {"protocol": "ctap2", "transport": "usb"}})
    page = window.go("/account/login/")
    page.evaluate("() => { navigator.credentials.get = async () => { throw new Error('refused') } }")
    page.click("text=Sign in with a passkey")
    page.wait_for_selector("text=The passkey was not used. Try again, or choose another way.")


@pytest.mark.urls("meg.partnership.access.tests.test_drafts")
def test_words_are_saved_two_seconds_after_the_last_key(helen: Account, cast: Cast, browse: Browse) -> None:
    window = browse(sign_in(helen))
    page = window.go("/note/")
    status = page.locator("[data-draft-status]")
    assert "Saved when you continue." in status.inner_text()
    page.fill("#id_words", "Held at school")
    page.wait_for_selector("text=/Saved as you typed, \\d\\d:\\d\\d\\./")
    by = cast.by("helen")
    with seated(by):
        draft = draft_of(by, KEY)
        assert draft is not None
        assert draft.fields["words"] == "Held at school"
    assert window.axe() == []
    window.client.logout()
    page.fill("#id_words", "Held at school; plan reviewed")
    page.wait_for_selector("text=You were signed out. What you typed is kept: sign in again to go on.")
    page.route("**/drafts/", lambda route: route.abort())
    page.fill("#id_words", "More")
    page.wait_for_selector("text=/Not saved since \\d\\d:\\d\\d\\. Keep this page open\\./")


def test_a_stroke_goes_to_the_search_box(helen: Account, browse: Browse) -> None:
    page = browse(sign_in(helen)).go("/help/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("a/b")
    assert page.input_value("#find") == "a/b", "while typing it is only a stroke"


def test_the_page_can_be_skipped_to_its_content(db: None, browse: Browse) -> None:
    page = browse(Client()).go("/help/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "govuk-skip-link"
