"""Pages of accounts: signing in, one's own account, people, roles, organisations, settings."""

from vlms.accounts.views import leaving, own, people_import
from vlms.accounts.views.organisations import organisations
from vlms.accounts.views.people import people
from vlms.accounts.views.roles import roles
from vlms.accounts.views.saved_views import saved_views
from vlms.accounts.views.settings import settings
from vlms.accounts.views.sign_in import accounts

# `own` adds its pages to the blueprint of signing in, `leaving` and `people_import` to people.
ACCOUNT_BLUEPRINTS = (accounts, people, roles, organisations, settings, saved_views)

__all__ = [
    "ACCOUNT_BLUEPRINTS",
    "accounts",
    "leaving",
    "organisations",
    "own",
    "people",
    "people_import",
    "roles",
    "saved_views",
    "settings",
]
