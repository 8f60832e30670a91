"""What must be known of a candidate before their exam starts (A2)."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from vlms.academy.errors import SeatRefused
from vlms.core.text import Text, _


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


def is_ready(identity: Identity, sitting_day: date) -> bool:
    """Whether nothing is missing."""
    try:
        check_identity(identity, sitting_day)
    except SeatRefused:
        return False
    return True


def _missing(field: str, sentence: Text, way_out: Text) -> SeatRefused:
    return SeatRefused("A2", sentence, reason=f"{field}_missing", field=field, way_out=way_out)
