"""Forms of signing in."""

from __future__ import annotations

from wtforms import PasswordField

from vlms.core.reading import read_text
from vlms.core.text import _
from vlms.web.forms import Form, TextField


class SignInForm(Form):
    email = TextField(
        _("E-mail address"), read_text(254), render_kw={"autocomplete": "username", "type": "email"}
    )
    password = PasswordField(_("Password"), render_kw={"autocomplete": "current-password"})
