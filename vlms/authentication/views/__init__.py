"""Pages of getting in."""

from vlms.authentication.views import device_code, passwords, sessions, sign_in
from vlms.authentication.views.proving import authentication

# `sign_in` and `passwords` add their pages to the blueprint of accounts, the others to this one.
AUTHENTICATION_BLUEPRINTS = (authentication,)

__all__ = [
    "AUTHENTICATION_BLUEPRINTS",
    "authentication",
    "device_code",
    "passwords",
    "sessions",
    "sign_in",
]
