"""Forms of signing in, of proving who one is, and of passwords."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import ValidationError

from vlms.authentication.rules.passwords import SHORTEST_ALONE
from vlms.core.reading import read_text, refuse
from vlms.core.text import Text, _, sentences
from vlms.web.forms import Form, TextField

_NEW_PASSWORD = {"autocomplete": "new-password"}


def password_hint(shortest: int) -> Text:
    """How long a new password must be for this user (G1), and why it may be shorter."""
    if shortest < SHORTEST_ALONE:
        return _(
            "At least %(shortest)s characters, beside your second factor; a sentence is good.",
            shortest=shortest,
        )
    return _("At least %(shortest)s characters; a sentence is good.", shortest=shortest)


class NeededPassword(PasswordField):
    """A password that must be typed; an empty one is told before anything is tried."""

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            missing = _("%(field)s is missing.", field=self.label.text)
            raise ValidationError(str(sentences(missing, _("Enter it."))))


class SignInForm(Form):
    email = TextField(
        _("E-mail address"),
        read_text(254),
        _("Or the sign-in name of your slip: number@institution."),
        render_kw={"autocomplete": "username", "type": "email"},
    )
    password = NeededPassword(_("Password"), render_kw={"autocomplete": "current-password"})
    # A form that was sent without a session, sealed; it is shown again after signing in.
    kept = HiddenField()


class PasswordForm(Form):
    password = NeededPassword(_("New password"), render_kw=_NEW_PASSWORD)


class OwnPasswordForm(Form):
    present = NeededPassword(_("Present password"), render_kw={"autocomplete": "current-password"})
    password = NeededPassword(_("New password"), render_kw=_NEW_PASSWORD)


class ProveForm(Form):
    password = NeededPassword(_("Password"), render_kw={"autocomplete": "current-password"})


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


class MailedCodeForm(Form):
    """The six digits of a mail: they prove that its address is one's own."""

    code = StringField(
        _("Code of the mail"),
        description=_("Six digits, from the mail that was sent just now."),
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "maxlength": "12",
            "autofocus": True,
        },
    )
