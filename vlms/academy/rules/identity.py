"""What must be known of a candidate before their exam starts (A2)."""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from vlms.academy.errors import SeatRefused
from vlms.core.text import Text, _

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True)
class Identity:
    """How the test provider knows somebody; `consent_on` is the day of a guardian's consent."""

    legal_name: str | None
    provider_account: str | None
    is_minor: bool = False
    consent_on: date | None = None


def check_identity(identity: Identity, sitting_day: date) -> None:
    """Raises SeatRefused for the first that is missing: legal name, account, consent."""
    if not identity.legal_name:
        raise _missing(
            "legal_name",
            _("The legal name as on the identity document is missing."),
            _("Enter it in Latin letters, as the test provider prints it."),
        )
    if not identity.provider_account:
        raise _missing(
            "provider_account",
            _("The candidate's account with the test provider is missing."),
            _("Enter it; who has none makes one on the provider's site first."),
        )
    if not identity.is_minor:
        return
    if identity.consent_on is None:
        raise _missing(
            "consent_on",
            _("The candidate is a minor, and a guardian's consent is missing."),
            _("Enter the day on which the consent was given."),
        )
    if identity.consent_on > sitting_day:
        raise _missing(
            "consent_on",
            _("A guardian's consent is given by the day of the exam."),
            _("Enter the day on which the consent was given."),
        )


def check_latin(legal_name: str) -> None:
    """Raises SeatRefused for a legal name with letters of another script."""
    for sign in legal_name:
        if sign.isalpha() and not unicodedata.name(sign, "").startswith("LATIN "):
            raise SeatRefused(
                "A2",
                _(
                    'The legal name "%(name)s" is not in Latin letters.',
                    name=legal_name,
                ),
                reason="legal_name_not_latin",
                field="legal_name",
                way_out=_("Enter it as the passport or identity document has it in Latin letters."),
            )


def account_key(account: str | None) -> str:
    """By which two ways of writing one account are the same; empty for none."""
    return "".join(unicodedata.normalize("NFKC", account or "").casefold().split())


def who_shares(accounts: Mapping[K, tuple[str, str | None]]) -> dict[K, str]:
    """Of candidates with names and accounts: those whose account is another's too, and whose."""
    holders: dict[str, list[K]] = {}
    for key, (_name, account) in accounts.items():
        holders.setdefault(account_key(account), []).append(key)
    groups = (keys for account, keys in holders.items() if account and len(keys) > 1)
    return {
        key: accounts[keys[0] if key != keys[0] else keys[1]][0] for keys in groups for key in keys
    }


def check_own_account(account: str | None, sharer: str | None) -> None:
    """Each candidate of a sitting has an account of their own with the test provider (A2).

    `sharer` is the name of another candidate who has it too. Raises SeatRefused.
    """
    if sharer is None:
        return
    raise SeatRefused(
        "A2",
        _(
            "The account %(account)s with the test provider is that of %(name)s too.",
            account=account,
            name=sharer,
        ),
        reason="provider_account_shared",
        field="provider_account",
        way_out=_("Look on the provider's site whose it is, and correct the other one."),
    )


def _missing(field: str, sentence: Text, way_out: Text) -> SeatRefused:
    return SeatRefused("A2", sentence, reason=f"{field}_missing", field=field, way_out=way_out)
