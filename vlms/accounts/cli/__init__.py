"""`vlms organisations`, `vlms users`, `vlms people`."""

from vlms.accounts.cli.directory import people
from vlms.accounts.cli.roles import users
from vlms.accounts.cli.tenants import organisations

__all__ = ["organisations", "people", "users"]
