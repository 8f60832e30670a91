"""Which roles demand a second factor, and what that means for one who has them (G4)."""

from __future__ import annotations

from collections.abc import Collection

from vlms.authentication.errors import FactorRefused
from vlms.core.errors import Topic
from vlms.core.permissions import Role
from vlms.core.text import _

RULE = "G4"
DEMANDING = frozenset(
    {
        Role.OPERATOR,
        Role.SUPPORT,
        Role.LICENSING_ADMIN,
        Role.RESELLER,
        Role.SCHOOL_COORDINATOR,
        Role.PARTNER_ADMINISTRATOR,
        Role.GLOBAL_ADMINISTRATOR,
        Role.EXAM_PROVIDER,
    }
)
"""Who gives roles or codes, acts for others, or tells what became of many codes."""
FREE = frozenset(
    {
        Role.FINANCE,
        Role.TEACHER,
        Role.MANAGER,
        Role.EXAM_DESK,
        Role.LEARNER,
        Role.AUDITOR,
    }
)
"""Who may have one and need not."""


def demands_factor(roles: Collection[Role]) -> bool:
    """Whether one of these roles opens nothing without a second factor."""
    return not DEMANDING.isdisjoint(roles)


def check_removal(factor_count: int, *, is_demanded: bool) -> None:
    """Raises FactorRefused for the last factor of somebody who must have one."""
    if is_demanded and factor_count <= 1:
        raise FactorRefused(
            RULE,
            _("This is your last second factor, and your role demands one."),
            reason="last_factor",
            way_out=_("Add another one first, then remove this one."),
            ask=Topic.ACCOUNT,
        )
