"""What is said where a sign-in provider cannot be asked, or what it says cannot be used (G6)."""

from __future__ import annotations

import structlog

from vlms.authentication.errors import ProviderRefused, ProvidersBusy
from vlms.authentication.rules.id_tokens import RULE, refused
from vlms.core.calling import CallFailed
from vlms.core.errors import BadInput, Topic
from vlms.core.text import Text, _

_log = structlog.get_logger()


def unsigned(why: str) -> ProviderRefused:
    _log.warning("sign-in provider", step="signature", why=why)
    return refused("not_signed", _("The answer is not signed by the provider, as it has to be."))


def failed_call(failed: CallFailed) -> ProviderRefused:
    if failed.why != "busy":
        return down()
    sentence = _("Too many sign-in providers are being waited for just now.")
    way_out = _("Try again in a few seconds.")
    return ProvidersBusy(RULE, sentence, way_out=way_out, ask=Topic.ACCOUNT)


def down() -> ProviderRefused:
    return ProviderRefused(
        RULE,
        _("The sign-in provider cannot be reached, or does not answer."),
        reason="unreachable",
        field="issuer",
        way_out=_(
            "Try again in a minute. If it stays so, your administrator or the operator can let "
            "people in by password."
        ),
        ask=Topic.ACCOUNT,
    )


def bad_metadata(name: str) -> ProviderRefused:
    return ProviderRefused(
        RULE,
        _("What the provider says of itself cannot be used: %(name)s is wrong.", name=name),
        reason="bad_metadata",
        field="issuer",
        way_out=_("Check the issuer's address, letter by letter, and what is set at the provider."),
        ask=Topic.ACCOUNT,
    )


def bad_issuer(why: str) -> BadInput:
    sentence: Text = _("This is no address of an issuer.")
    if why == "no_https":
        sentence = _("An issuer is asked by https alone.")
    return BadInput(
        RULE,
        sentence,
        field="issuer",
        reason=why,
        way_out=_("Copy it from the provider's own pages, as https://login.example.com."),
    )
