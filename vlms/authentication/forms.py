"""Forms of signing in, of proving who one is, and of passwords."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, StringField

from vlms.core.reading import read_text, refuse
from vlms.core.text import Text, _
from vlms.web.forms import Form, TextField

_NEW_PASSWORD = {"autocomplete": "new-password"}
PASSWORD_HINT = _(
    "At least 15 characters, or 8 where a second factor is needed; a sentence is good."
)


class SignInForm(Form):
    email = TextField(
        _("E-mail address"),
        read_text(254),
        _("Or the sign-in name of your slip: number@institution."),
        render_kw={"autocomplete": "username", "type": "email"},
    )
    password = PasswordField(_("Password"), render_kw={"autocomplete": "current-password"})
    # A form that was sent without a session, sealed; it is shown again after signing in.
    kept = HiddenField()


class PasswordForm(Form):
    password = PasswordField(_("New password"), description=PASSWORD_HINT, render_kw=_NEW_PASSWORD)


class OwnPasswordForm(Form):
    present = PasswordField(_("Present password"), render_kw={"autocomplete": "current-password"})
    password = PasswordField(_("New password"), description=PASSWORD_HINT, render_kw=_NEW_PASSWORD)


class ProveForm(Form):
    password = PasswordField(_("Password"), render_kw={"autocomplete": "current-password"})


def _read_address(typed: str, label: Text) -> str:
    """An address or a sign-in name, by its look alone: nobody learns whether it is somebody's."""
    text = read_text(254)(typed, label)
    name, at, place = text.partition("@")
    if not (name and at and place) or any(map(str.isspace, text)):
        raise refuse(typed, label, _("Enter an e-mail address, as name@example.com."))
    return text


class ForgottenForm(Form):
    email = TextField(
        _("E-mail address"),
        _read_address,
        _("With which you sign in; the link goes there."),
        render_kw={"autocomplete": "username", "type": "email"},
    )


class DeviceCodeForm(Form):
    code = StringField(
        _("Code"),
        description=_("Six digits, from the mail that was sent just now."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "maxlength": "12"},
    )
