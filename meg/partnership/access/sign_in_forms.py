"""The library's own forms for passwords, in our words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as library

PASSWORD_HINT = "At least 12 characters, and not one that many people use. Three random words are good."
LABELS = {
    "login": "E-mail address",
    "email": "E-mail address",
    "password": "Password",
    "oldpassword": "Password you have now",
    "password1": "New password",
    "password2": "New password again",
}
HINTS = {"password": "", "password1": PASSWORD_HINT}


class OurWords:
    """Labels and hints of the fields, as the rest of the house writes them."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields  # type: ignore[attr-defined]
        for name, field in fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HINTS.get(name, "")


class LoginForm(OurWords, library.LoginForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(OurWords, library.ReauthenticateForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(OurWords, library.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(OurWords, library.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ChangePasswordForm(OurWords, library.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(OurWords, library.SetPasswordForm):  # type: ignore[misc]
    pass
