"""Refusals of getting in."""

from __future__ import annotations

from vlms.core.errors import Busy, DomainError, Forbidden


class SignInRefused(DomainError):
    """Address or password is wrong; which of them is not said."""

    reason = "sign_in_refused"


class VisitRefused(DomainError):
    """Nobody may see the system as this user."""

    reason = "visit_refused"


class FactorRefused(DomainError):
    """A second factor was not shown, or may not be changed so."""

    reason = "factor_refused"


class ProviderRefused(DomainError):
    """A sign-in provider's answer, or what was set up for one, cannot be used (G6)."""

    reason = "provider_refused"


class JoiningRefused(Forbidden):
    """An invitation to sign in is somebody else's, or something comes first (G6, G8)."""

    reason = "joining_refused"


class ProvidersBusy(ProviderRefused, Busy):
    """As many providers are asked just now as may be at once."""

    reason = "providers_busy"
