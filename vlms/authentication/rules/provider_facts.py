"""What may be told of a sign-in provider, and when it may be the only way in (G6)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from vlms.authentication.errors import ProviderRefused
from vlms.authentication.rules.id_tokens import RULE
from vlms.core.errors import BadInput, Topic
from vlms.core.text import Text, _

MOST_DOMAINS = 20
LONGEST_ISSUER = 300
LONGEST_CLIENT = 200
LONGEST_SECRET = 500
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?=.{{4,253}}\Z){_LABEL}(?:\.{_LABEL})+")
# Nobody's (RFC 2606, RFC 6761), or kept for people without an address.
_NOBODYS = frozenset({"invalid", "localhost", "local"})


@dataclass(frozen=True)
class Standing:
    """What decides whether a provider may become the only way in.

    `linked_count`: how many people have signed in with it; `confirmed_count`: domains that the
    operator has confirmed.
    """

    is_on: bool
    is_operators: bool
    linked_count: int
    confirmed_count: int


def read_domains(typed: str) -> tuple[str, ...]:
    """Domains, one a line or with commas between them. Raises BadInput."""
    found = dict.fromkeys(_domain(word) for word in re.split(r"[\s,;，、]+", typed) if word)
    if not found:
        raise _wrong("domains", _("Name at least one mail domain, as example.com."))
    if len(found) > MOST_DOMAINS:
        raise _wrong("domains", _("Name at most %(most)s mail domains.", most=MOST_DOMAINS))
    return tuple(found)


def domain_of(address: str) -> str:
    """The part of a mail address behind the sign, in its stored form."""
    return address.strip().lower().rpartition("@")[2]


def check_exclusive(standing: Standing) -> None:
    """Raises ProviderRefused where people would be shut out."""
    if standing.is_operators:
        raise _not_yet(
            "operators",
            _("Whoever runs the system always keeps a password of their own."),
            _("Leave it as it is."),
        )
    if not standing.is_on:
        raise _not_yet(
            "is_off",
            _("The sign-in provider is switched off."),
            _("Switch it on first."),
        )
    if not standing.confirmed_count:
        raise _not_yet(
            "no_domain",
            _("No mail domain is confirmed yet."),
            _("Ask the operator to confirm one."),
        )
    if not standing.linked_count:
        raise _not_yet(
            "never_used",
            _("Nobody has signed in with this provider yet, so nobody would get in."),
            _("Sign in with it yourself first, then make it the only way in."),
        )


def is_held(domains: Collection[str], address: str) -> bool:
    """Whether an address lies in one of these domains, and not merely below one."""
    return domain_of(address) in domains


def _domain(word: str) -> str:
    plain = word.lower().removeprefix("@").rstrip(".")
    try:
        plain = plain if plain.isascii() else plain.encode("idna").decode("ascii")
    except UnicodeError:
        plain = ""
    if not _DOMAIN.fullmatch(plain) or plain.rpartition(".")[2] in _NOBODYS:
        raise _wrong("domains", _("Write mail domains as example.com, one a line."))
    if plain.rpartition(".")[2].isdigit():
        raise _wrong("domains", _("Write mail domains as example.com, one a line."))
    return plain


def _wrong(field: str, way_out: Text) -> BadInput:
    return BadInput(
        RULE, _("These mail domains cannot be used."), field=field, way_out=way_out, ask=None
    )


def _not_yet(reason: str, sentence: Text, way_out: Text) -> ProviderRefused:
    return ProviderRefused(RULE, sentence, reason=reason, way_out=way_out, ask=Topic.ACCOUNT)
