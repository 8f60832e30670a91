"""What agreements refuse."""

from __future__ import annotations

from vlms.core.errors import DomainError


class AgreementRefused(DomainError):
    """What cannot be done with an agreement as it stands."""

    reason = "agreement_refused"
