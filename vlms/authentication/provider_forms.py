"""Forms of sign-in providers."""

from __future__ import annotations

from typing import Any

from wtforms import PasswordField
from wtforms.validators import ValidationError

from vlms.authentication.rules.provider_facts import (
    LONGEST_CLIENT,
    LONGEST_ISSUER,
    LONGEST_SECRET,
    read_domains,
)
from vlms.authentication.service.provider_settings import ProviderFacts
from vlms.core.errors import DomainError
from vlms.core.reading import has_unseen, read_email, read_text
from vlms.core.text import _
from vlms.web.forms import Form, LongTextField, TextField, YesField

_PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


class DomainsField(LongTextField):
    """Mail domains, one a line."""

    def pre_validate(self, form: Any) -> None:
        super().pre_validate(form)
        try:
            self.domains = read_domains(self.value or "")
        except DomainError as refusal:
            raise ValidationError(str(refusal)) from refusal


class ProviderForm(Form):
    issuer = TextField(
        _("Issuer"),
        read_text(LONGEST_ISSUER),
        _("The provider's address, exactly as it writes it: https://login.example.com"),
        render_kw={**_PLAIN, "inputmode": "url"},
    )
    client_id = TextField(
        _("Client ID"),
        read_text(LONGEST_CLIENT),
        _("What the provider calls this installation of VLMS."),
        render_kw=_PLAIN,
    )
    secret = PasswordField(
        _("Client secret"),
        description=_("Kept encrypted and never shown again. Left empty, the present one stays."),
        render_kw={"autocomplete": "new-password"},
    )
    domains = DomainsField(
        _("Mail domains"),
        2_000,
        _("The domains of your people's addresses, one a line. The operator confirms each."),
    )
    proves_factor = YesField(
        _("The provider asks for a second factor itself"),
        _("Then none of ours is asked for, as long as the provider says so of each sign-in."),
    )

    def validate_secret(self, field: Any) -> None:
        """Any text without breaks and invisible characters."""
        text = field.data or ""
        if len(text) > LONGEST_SECRET:
            raise ValidationError(
                str(_("Use at most %(longest)s characters.", longest=LONGEST_SECRET))
            )
        if has_unseen(text):
            raise ValidationError(str(_("Remove the invisible characters.")))

    def facts(self) -> ProviderFacts:
        return ProviderFacts(
            self.issuer.value,
            self.client_id.value,
            (self.secret.data or "").strip() or None,
            self.domains.domains,
            bool(self.proves_factor.data),
        )


class OrganisationSignInForm(Form):
    """Finds the provider that answers for an address."""

    email = TextField(
        _("E-mail address"),
        read_email,
        _("The one that your organisation gave you."),
        render_kw={"autocomplete": "username", "type": "email"},
    )


class ReasonForm(Form):
    reason = LongTextField(
        _("Reason"),
        500,
        _("The journal keeps it: who asked for it, and how you made sure."),
    )
