"""`vlms organisations`, `vlms users`, `vlms people`, `vlms account`."""

from vlms.accounts.cli import people_import
from vlms.accounts.cli.directory import people
from vlms.accounts.cli.kept_views import views
from vlms.accounts.cli.own import account
from vlms.accounts.cli.roles import users
from vlms.accounts.cli.tenants import organisations

# `people_import` adds its commands to `people`.
__all__ = ["account", "organisations", "people", "people_import", "users", "views"]
