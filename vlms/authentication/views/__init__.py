"""Pages of getting in."""

from vlms.authentication.views import (
    alarm,
    device_code,
    enrolling,
    own_factors,
    passwords,
    provider_settings,
    provider_sign_in,
    resetting,
    sessions,
    sign_in,
)
from vlms.authentication.views.proving import authentication
from vlms.authentication.views.second_step import factors

# `sign_in` and `passwords` add their pages to the blueprint of accounts, `enrolling`,
# `own_factors` and `resetting` theirs to `factors`, the others to `authentication`.
AUTHENTICATION_BLUEPRINTS = (authentication, factors, provider_settings.sign_in_providers)

__all__ = [
    "AUTHENTICATION_BLUEPRINTS",
    "alarm",
    "authentication",
    "device_code",
    "enrolling",
    "factors",
    "own_factors",
    "passwords",
    "provider_settings",
    "provider_sign_in",
    "resetting",
    "sessions",
    "sign_in",
]
