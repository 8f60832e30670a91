"""What an ID token must say to let somebody in (G6, OpenID Connect Core 3.1.3.7).

Its signature was checked before; nothing here is believed without that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Any

from vlms.authentication.errors import ProviderRefused
from vlms.core.errors import BadInput, Topic
from vlms.core.reading import read_email
from vlms.core.text import Text, _

RULE = "G6"
ALGORITHMS = ("RS256", "ES256")
# How far the clocks of both may be apart.
LEEWAY = timedelta(minutes=1)
# A token is made for now: an older one was kept by somebody.
OLDEST = timedelta(minutes=10)
LONGEST_SUBJECT = 255
# What a provider's `amr` says when it asked for two factors (RFC 8176).
TWO_FACTORS = "mfa"
_LATEST = datetime(9000, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class Expected:
    """What was asked of whom. With `shown_since` the person must have shown themselves anew."""

    issuer: str
    client_id: str
    nonce: str
    domains: frozenset[str]
    shown_since: datetime | None = None


@dataclass(frozen=True)
class Shown:
    """Whom a provider has shown; `shown_at` is when they last proved it there, if it says so."""

    subject: str
    email: str
    shown_at: datetime | None
    has_two_factors: bool


def check_claims(claims: Mapping[str, Any], expected: Expected, now: datetime) -> Shown:
    """Whom the token shows. Raises ProviderRefused, whose reason says which claim is wrong."""
    if claims.get("iss") != expected.issuer:
        raise refused("wrong_issuer", _("Another provider answered than the one that was asked."))
    _check_audience(claims, expected.client_id)
    _check_time(claims, now)
    _check_nonce(claims.get("nonce"), expected.nonce)
    shown_at = moment_of(claims.get("auth_time"))
    since = expected.shown_since
    if since is not None and (shown_at is None or shown_at < since - LEEWAY):
        raise refused("not_anew", _("The provider did not ask you again who you are."))
    methods = claims.get("amr")
    return Shown(
        _subject(claims),
        _email(claims, expected.domains),
        None if shown_at is None else min(shown_at, now),
        isinstance(methods, list) and TWO_FACTORS in methods,
    )


def refused(reason: str, sentence: Text, way_out: Text | None = None) -> ProviderRefused:
    return ProviderRefused(
        RULE,
        sentence,
        reason=reason,
        way_out=way_out or _("Begin again; if it happens again, tell your administrator."),
        ask=Topic.ACCOUNT,
    )


def moment_of(seconds: object) -> datetime | None:
    """A claim in seconds since 1970; None for what is no such number."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    # A whole number may be too large for any float; of nan neither holds.
    if not 0 <= seconds < _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _check_nonce(nonce: object, expected: str) -> None:
    # Text of JSON may hold half a surrogate pair, which has no bytes in UTF-8.
    told = nonce.encode("utf-8", "surrogatepass") if isinstance(nonce, str) else b""
    if not compare_digest(told, expected.encode()):
        raise refused("wrong_nonce", _("The provider's answer belongs to another sign-in."))


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    told = claims.get("aud")
    audience = told if isinstance(told, list) else [told]
    party = claims.get("azp")
    # More than one audience would mean that others hold it too.
    if audience != [client_id] or party not in (None, client_id):
        raise refused("not_for_us", _("The provider's answer is meant for another application."))


def _check_time(claims: Mapping[str, Any], now: datetime) -> None:
    issued, ends = moment_of(claims.get("iat")), moment_of(claims.get("exp"))
    begins = moment_of(claims["nbf"]) if "nbf" in claims else issued
    if issued is None or ends is None or begins is None:
        raise refused("no_time", _("The provider's answer does not say when it was made."))
    is_early = issued > now + LEEWAY or begins > now + LEEWAY
    if is_early or now >= ends + LEEWAY or now - issued > OLDEST + LEEWAY:
        raise refused(
            "wrong_time",
            _("The provider's answer is too old, or its clock differs from ours."),
        )


def _subject(claims: Mapping[str, Any]) -> str:
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise refused("no_subject", _("The provider does not say who you are."))
    if not subject.isprintable():
        raise refused("no_subject", _("The provider does not say who you are."))
    return subject


def _email(claims: Mapping[str, Any], domains: frozenset[str]) -> str:
    typed = claims.get("email")
    # Some say it as text; nothing else than a plain yes counts.
    if not isinstance(typed, str) or claims.get("email_verified") is not True:
        raise refused(
            "unverified_mail",
            _("The provider does not say that your mail address is verified."),
            _("Ask your administrator: the provider has to send email and email_verified."),
        )
    try:
        email = read_email(typed, _("E-mail address"))
    except BadInput:
        email = ""
    if email.rpartition("@")[2] not in domains:
        raise refused(
            "foreign_domain",
            _("Your mail address lies outside the domains that this provider answers for."),
            _("Sign in with your password, or ask your administrator."),
        )
    return email
