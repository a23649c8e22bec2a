"""How people sign in: nobody signs themselves up, and every sign-in and refusal is in the trail."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.password_reset import request_password_reset
from allauth.account.models import EmailAddress
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.core import context
from allauth.mfa import signals as second_factor
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import Signal
from django.http import HttpRequest

from meg.partnership.access.actions import record_at_the_door
from meg.partnership.access.models import Account

FRESH = 5 * 60  # seconds after signing in
STEPS = {"totp": "an authenticator app", "webauthn": "a passkey", "recovery_codes": "recovery codes"}


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by the administrator, never by signing up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed. Ask your administrator.",
        "email_password_mismatch": "The e-mail address or the password is not right.",
        "enter_current_password": "The password you have now is not right.",
        "incorrect_password": "The password is not right.",
        "incorrect_code": "The code is not right.",
        "invalid_password_reset": "This link has been used or is too old. Ask for a new one.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again.",
        "rate_limited": "Too many tries. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, **_: Any) -> bool:
        """To change a sign-in one shows again that it is oneself, unless this session began a moment ago."""
        request = context.request
        steps = get_authentication_records(request, request.user)
        return not steps or time.time() - steps[0]["at"] > FRESH


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """An organisation's own sign-in finds the account of the same verified address; it never makes one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def authenticate_by_email(self, sociallogin: Any) -> tuple[Account, str] | None:
        """The account of an address that the organisation says is verified; its password is kept.

        The library would wipe it, in case a stranger had signed up by that address: here nobody signs up.
        """
        found: tuple[Account, str] | None = super().authenticate_by_email(sociallogin)
        if found:
            account, email = found
            EmailAddress.objects.update_or_create(user=account, email=email, defaults={"verified": True})
        return found


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Words of the second step."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code is not right. A code lasts 30 seconds: type the one shown now.",
        "cannot_generate_recovery_codes": "Set up an authenticator app or a passkey first.",
    }

    def generate_authenticator_name(self, user: Account, type: Any) -> str:
        """'Passkey 2': what a new key is called where its owner gives it no name."""
        return f"Passkey {user_keys(user) + 1}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": "MEG"}


def user_keys(user: Account) -> int:
    from allauth.mfa.models import Authenticator

    return int(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).count())


def send_link(request: HttpRequest, account: Account) -> None:
    """Send the link by which a member chooses their first or a new password."""
    with context.request_context(request):
        request_password_reset(request, account.email, [account], None)


def providers(request: HttpRequest) -> list[dict[str, str]]:
    """The organisations' own sign-ins that are set up: their name, and where the button goes."""
    found = SocialAdapter(request).list_providers(request)
    return [{"name": one.name, "address": one.get_login_url(request, process="login")} for one in found]


# ── lines in the trail ───────────────────────────────────────────────────────────────────────────────────────


def signed_in(user: Account, **_: Any) -> None:
    record_at_the_door(account=user, sentence="Signed in.")


def signed_out(user: Account | None, **_: Any) -> None:
    if user:
        record_at_the_door(account=user, sentence="Signed out.")


def turned_away(credentials: dict[str, Any], **_: Any) -> None:
    """A wrong password, or an address that has no account. What was typed is not kept: it may be a password."""
    account = Account.objects.filter(email__iexact=str(credentials.get("email", "")).replace("\0", "")).first()
    why = "a wrong password" if account else "an address that has no account"
    record_at_the_door(account=account, sentence=f"Was turned away at sign-in: {why}.")


def second_step_failed(user: Account, **_: Any) -> None:
    record_at_the_door(account=user, sentence="Was turned away at sign-in: the second step failed.")


def step_added(user: Account, authenticator: Any, **_: Any) -> None:
    record_at_the_door(account=user, sentence=f"Set up {STEPS[authenticator.type]} as a second step.")


def step_removed(user: Account, authenticator: Any, **_: Any) -> None:
    record_at_the_door(account=user, sentence=f"Removed {STEPS[authenticator.type]} as a second step.")


def new_password(user: Account, **_: Any) -> None:
    record_at_the_door(account=user, sentence="Chose a new password.")


HEARD: dict[Signal, Any] = {
    user_logged_in: signed_in,
    user_logged_out: signed_out,
    user_login_failed: turned_away,
    second_factor.authentication_failed: second_step_failed,
    second_factor.authenticator_added: step_added,
    second_factor.authenticator_reset: step_added,
    second_factor.authenticator_removed: step_removed,
    password_changed: new_password,
    password_set: new_password,
    password_reset: new_password,
}


def listen() -> None:
    """Connect what happens at the door with the trail."""
    for signal, line in HEARD.items():
        signal.connect(line)
