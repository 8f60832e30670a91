"""Forms of second factors."""

from __future__ import annotations

from wtforms import HiddenField

from vlms.core.reading import read_text
from vlms.core.text import _
from vlms.web.forms import Form, LongTextField, TextField

LONGEST_NAME = 60
_ONCE = {"autocomplete": "one-time-code", "inputmode": "numeric"}
_NAME_HINT = _("So that you know it again, as “My telephone”.")


class AppCodeForm(Form):
    """The password that an authenticator app shows now."""

    code = TextField(
        _("Code of the app"),
        read_text(20),
        _("Six digits; a new one every 30 seconds."),
        render_kw={**_ONCE, "autofocus": True},
    )


class RecoveryCodeForm(Form):
    code = TextField(
        _("Recovery code"),
        read_text(40),
        _("Twelve letters and digits; each code works once."),
        render_kw={"autocomplete": "off"},
    )


class PasskeyForm(Form):
    """What the browser's passkey answered; a script fills it in."""

    signed = HiddenField(render_kw={"autocomplete": "off"})


class NewAuthenticatorForm(Form):
    sealed = HiddenField(render_kw={"autocomplete": "off"})
    name = TextField(_("Name"), read_text(LONGEST_NAME), _NAME_HINT)
    code = TextField(
        _("Code of the app"),
        read_text(20),
        _("Six digits; a new one every 30 seconds."),
        render_kw=_ONCE,
    )


class NewPasskeyForm(Form):
    signed = HiddenField(render_kw={"autocomplete": "off"})
    name = TextField(_("Name"), read_text(LONGEST_NAME), _NAME_HINT)


class FactorNameForm(Form):
    name = TextField(_("Name"), read_text(LONGEST_NAME), _NAME_HINT)


class VisitForm(Form):
    reason = LongTextField(
        _("Reason"), 500, _("Who asked for help, and with what. They read it in a mail.")
    )


class ResetForm(Form):
    reason = LongTextField(
        _("Reason"),
        500,
        _("Who asked for it, and how you made sure that it was this person."),
    )
