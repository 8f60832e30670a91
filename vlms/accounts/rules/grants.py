"""Who may be given which role: for a whole organisation, some agreements or some schools."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from vlms.accounts.errors import RoleRefused
from vlms.core.permissions import Role
from vlms.core.text import _

_BUYER = (
    Role.LICENSING_ADMIN,
    Role.FINANCE,
    Role.SCHOOL_COORDINATOR,
    Role.TEACHER,
    Role.EXAM_DESK,
    Role.AUDITOR,
    Role.PARTNER_ADMINISTRATOR,
    Role.GLOBAL_ADMINISTRATOR,
)
GRANTABLE: Mapping[str, tuple[Role, ...]] = {
    "customer": _BUYER,
    "academic": _BUYER,
    "reseller": (Role.RESELLER, Role.FINANCE),
    "operator": (
        Role.OPERATOR,
        Role.EXAM_DESK,
        Role.EXAM_PROVIDER,
        Role.AUDITOR,
        Role.SUPPORT,
    ),
}
"""By kind of organisation, in the order in which they are offered."""

OF_SCHOOLS = frozenset({Role.SCHOOL_COORDINATOR, Role.TEACHER})
"""The roles that are given for schools, in an institution that has some."""


@dataclass(frozen=True)
class Given:
    """A role that somebody has: in one agreement or school, or in the whole organisation."""

    role: Role
    agreement_id: UUID | None = None
    school_id: UUID | None = None

    @property
    def place(self) -> tuple[UUID | None, UUID | None]:
        return self.agreement_id, self.school_id


def grants_for(
    role: Role, agreement_ids: Collection[UUID], school_ids: Collection[UUID] = ()
) -> list[Given]:
    """One grant an agreement or school; one for the whole organisation when none is named."""
    limited = [Given(role, agreement_id) for agreement_id in agreement_ids]
    limited += [Given(role, None, school_id) for school_id in school_ids]
    return limited or [Given(role)]


def check_grants(kind: str, present: Collection[Given], added: Collection[Given]) -> None:
    """Raises RoleRefused: the organisation has no such role, or the user's would not be even.

    One user's roles in one organisation are all for the whole of it, or the same in each of
    some agreements, or of some schools: what a page shows can then be limited in one place.
    """
    if not {given.role for given in added} <= set(GRANTABLE[kind]):
        raise RoleRefused(
            None,
            _("This kind of organisation does not have this role."),
            field="role",
            way_out=_("Choose one from the list."),
        )
    if set(added) & set(present):
        raise RoleRefused(
            None,
            _("This user has this role already."),
            field="role",
            way_out=_("Nothing needs to be done."),
        )
    _check_even({*present, *added})


def check_schools(role: Role, school_ids: Collection[UUID], *, has_schools: bool) -> None:
    """Raises RoleRefused: school people without a school, or a school with another role."""
    if school_ids and role not in OF_SCHOOLS:
        raise RoleRefused(
            None,
            _("Only school coordinators and teachers work for some schools."),
            field="schools",
            way_out=_("Choose no school, or one of these roles."),
        )
    if has_schools and role in OF_SCHOOLS and not school_ids:
        raise RoleRefused(
            None,
            _("A school coordinator or teacher works for a school, and none is named."),
            field="schools",
            way_out=_("Choose at least one school."),
        )


def _check_even(given: Collection[Given]) -> None:
    places = {each.place for each in given}
    if len({(agreement is None, school is None) for agreement, school in places}) > 1:
        raise RoleRefused(
            None,
            _(
                "A user works for the whole organisation, for some agreements or for some "
                "schools, not for two of these."
            ),
            field="agreements",
            way_out=_("End the roles that this user has, then give the new ones."),
        )
    roles = [{each.role for each in given if each.place == place} for place in places]
    if any(each != roles[0] for each in roles):
        raise RoleRefused(
            None,
            _("A user has the same roles in each of their agreements or schools."),
            field="agreements",
            way_out=_("Give the role for all agreements or schools of this user at once."),
        )
