"""Pages of getting in."""

from vlms.authentication.views import enrolling, own_factors, passwords, sign_in
from vlms.authentication.views.proving import authentication
from vlms.authentication.views.second_step import factors

# `sign_in` and `passwords` add their pages to the blueprint of accounts, `enrolling` and
# `own_factors` theirs to `factors`.
AUTHENTICATION_BLUEPRINTS = (authentication, factors)

__all__ = [
    "AUTHENTICATION_BLUEPRINTS",
    "authentication",
    "enrolling",
    "factors",
    "own_factors",
    "passwords",
    "sign_in",
]
