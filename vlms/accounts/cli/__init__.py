"""`vlms organisations`, `vlms users`, `vlms people`, `vlms account`."""

from vlms.accounts.cli import invitations, people_import, people_inviting
from vlms.accounts.cli.directory import people
from vlms.accounts.cli.kept_views import views
from vlms.accounts.cli.own import account
from vlms.accounts.cli.roles import users
from vlms.accounts.cli.tenants import organisations

# `people_import` and `people_inviting` add their commands to `people`, `invitations` to `users`.
__all__ = [
    "account",
    "invitations",
    "organisations",
    "people",
    "people_import",
    "people_inviting",
    "users",
    "views",
]
