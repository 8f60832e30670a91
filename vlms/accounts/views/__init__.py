"""Pages of accounts: signing in, one's own account, people, roles, organisations, settings."""

from vlms.accounts.views.organisations import organisations
from vlms.accounts.views.own import accounts
from vlms.accounts.views.people import people
from vlms.accounts.views.roles import roles
from vlms.accounts.views.settings import settings

ACCOUNT_BLUEPRINTS = (accounts, people, roles, organisations, settings)

__all__ = ["ACCOUNT_BLUEPRINTS", "accounts", "organisations", "people", "roles", "settings"]
