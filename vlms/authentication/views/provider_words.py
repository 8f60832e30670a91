"""The words of sign-in providers: questions before a change, and names for the journal."""

from __future__ import annotations

from dataclasses import dataclass

from vlms.core.text import Text, _
from vlms.web.words import add_words


@dataclass(frozen=True)
class Asking:
    """What is asked before a provider is turned on, off, or into the only way in."""

    title: Text
    effects: tuple[Text, ...]
    button: Text
    picture: str
    takes_away: bool = False


PROVIDER_QUESTIONS = {
    "on": Asking(
        _("Switch the sign-in provider on"),
        (
            _("Your people may sign in with it: who is known in your organisation and no other."),
            _("Nobody gets an account by that: people are invited as before."),
            _("Passwords go on opening, until you make it the only way in."),
        ),
        _("Switch on"),
        "check",
    ),
    "off": Asking(
        _("Switch the sign-in provider off"),
        (
            _("Nobody signs in with it, and the sessions that it has opened end."),
            _("Who has no password yet asks for a link on the page for forgotten passwords."),
        ),
        _("Switch off"),
        "lock",
        takes_away=True,
    ),
    "exclusive": Asking(
        _("Make the sign-in provider the only way in"),
        (
            _("Addresses in its confirmed domains sign in with it alone; no password is set."),
            _("Who is also known in another organisation, or has no address, keeps the password."),
            _("While the provider is down nobody gets in; the operator can let people in."),
        ),
        _("Make it the only way in"),
        "lock",
        takes_away=True,
    ),
    "optional": Asking(
        _("Let passwords open again"),
        (_("People sign in with the provider or with their password, as they like."),),
        _("Let passwords open"),
        "lock-open",
    ),
}
add_words(
    {
        "sign_in_provider.saved": _("Sign-in provider set up"),
        "sign_in_provider.switched_on": _("Sign-in provider switched on"),
        "sign_in_provider.switched_off": _("Sign-in provider switched off"),
        "sign_in_provider.made_exclusive": _("Sign-in provider made the only way in"),
        "sign_in_provider.made_optional": _("Sign-in by password allowed again"),
        "sign_in_provider.suspended": _("People let in by password"),
        "sign_in_provider.resumed": _("Sign-in provider the only way in again"),
        "provider_domain.confirmed": _("Mail domain confirmed"),
        "provider_identity.linked": _("User bound to the sign-in provider"),
        "provider_identity.forgotten": _("User no longer bound to the sign-in provider"),
    },
    {
        "sign_in_provider.issuer": _("Issuer"),
        "provider_identity.issuer": _("Issuer"),
        "sign_in_provider.client_id": _("Client ID"),
        "sign_in_provider.proves_factor": _("The provider asks for a second factor itself"),
        "sign_in_provider.is_on": _("Switched on"),
        "sign_in_provider.is_exclusive": _("The only way in"),
        "sign_in_provider.suspended_at": _("Passwords open since"),
        "provider_domain.domain": _("Mail domain"),
        "provider_domain.confirmed_at": _("Confirmed"),
    },
)
