"""Pages of accounts: one's own account, people, roles, organisations, settings."""

from vlms.accounts.views import inviting, leaving, people_import
from vlms.accounts.views.organisations import organisations
from vlms.accounts.views.own import accounts
from vlms.accounts.views.people import people
from vlms.accounts.views.roles import roles
from vlms.accounts.views.saved_views import saved_views
from vlms.accounts.views.settings import settings

# `inviting`, `leaving` and `people_import` add their pages to people.
ACCOUNT_BLUEPRINTS = (accounts, people, roles, organisations, settings, saved_views)

__all__ = [
    "ACCOUNT_BLUEPRINTS",
    "accounts",
    "inviting",
    "leaving",
    "organisations",
    "people",
    "people_import",
    "roles",
    "saved_views",
    "settings",
]
