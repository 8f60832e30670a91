"""Pages of getting in."""

from vlms.authentication.views import passwords, sign_in
from vlms.authentication.views.proving import authentication

# `sign_in` and `passwords` add their pages to the blueprint of accounts.
AUTHENTICATION_BLUEPRINTS = (authentication,)

__all__ = ["AUTHENTICATION_BLUEPRINTS", "authentication", "passwords", "sign_in"]
