"""Pages of getting in."""

from vlms.authentication.views import (
    alarm,
    device_code,
    enrolling,
    joining,
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
from vlms.authentication.views.visits import visits
from vlms.web.visits import close_to_visits

# `sign_in` and `passwords` add their pages to the blueprint of accounts, `enrolling`,
# `own_factors` and `resetting` theirs to `factors`, the others to `authentication`.
AUTHENTICATION_BLUEPRINTS = (authentication, factors, provider_settings.sign_in_providers, visits)
# Sessions, proofs and factors are their user's alone; and from a visit no other begins.
close_to_visits(*AUTHENTICATION_BLUEPRINTS)

__all__ = [
    "AUTHENTICATION_BLUEPRINTS",
    "alarm",
    "authentication",
    "device_code",
    "enrolling",
    "factors",
    "joining",
    "own_factors",
    "passwords",
    "provider_settings",
    "provider_sign_in",
    "resetting",
    "sessions",
    "sign_in",
]
