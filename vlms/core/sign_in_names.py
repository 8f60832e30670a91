"""The name by which somebody without an e-mail address signs in: "<number>@<institution>".

It is kept where other users' addresses stand, with ".invalid" behind it: that name belongs to
nobody and never will (RFC 2606), so no mail can reach anybody through it, and none is written.
"""

from __future__ import annotations

import re

from vlms.core.reading import canonical_email

_NOWHERE = ".invalid"
_LONGEST = 60
_NUMBER = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?")


def sign_in_name(number: str | None, slug: str) -> str | None:
    """The name for this number of an institution; None where the number cannot be one."""
    plain = canonical_email(number or "")
    if len(plain) > _LONGEST or not _NUMBER.fullmatch(plain):
        return None
    return f"{plain}@{slug}"


def kept_address(typed: str) -> str:
    """What a user is kept by who signs in with this: an address stays as it is."""
    plain = canonical_email(typed)
    _number, at, place = plain.rpartition("@")
    return plain + _NOWHERE if at and place and "." not in place else plain


def typed_name(kept: str) -> str:
    """What its user types to sign in: the address, or the name without its ending."""
    return kept.removesuffix(_NOWHERE)


def has_no_mail(address: str) -> bool:
    """Whether mail to this can never be delivered."""
    return address.lower().endswith(_NOWHERE)
