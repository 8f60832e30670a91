"""Gives and ends roles; who is new is invited."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from vlms.accounts.agreement_choices import list_agreement_choices
from vlms.accounts.errors import RoleRefused
from vlms.accounts.events import RoleEnded
from vlms.accounts.models import Organisation, OrganisationKind, RoleGrant, User
from vlms.accounts.queries import (
    find_user,
    get_grant,
    get_organisation,
    get_school,
    list_grants,
    list_schools,
)
from vlms.accounts.role_words import ROLE_WORDS
from vlms.accounts.rules.grants import (
    OF_SCHOOLS,
    Given,
    check_grants,
    check_schools,
    grants_for,
)
from vlms.accounts.service.invitations import send_link, tell_of_role
from vlms.accounts.service.limits import require_agreements
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput, Conflict, NotFound, Topic
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True)
class Invitation:
    """A role for whoever has this address; the rest is for a user who is new.

    No agreements and no schools mean the whole organisation.
    """

    email: str
    name: str | None
    role: Role
    agreement_ids: frozenset[UUID] = frozenset()
    language: Language | None = None
    school_ids: frozenset[UUID] = frozenset()
    # Who hands the role over to them, by name; the mail says so.
    given_by: str | None = None


def invite(work: Work, organisation_id: UUID, invitation: Invitation) -> list[RoleGrant]:
    """Give the role and tell the user by mail, with a one-time link while they have no password.

    Raises RoleRefused, BadInput (a new user without a name), Forbidden, NotFound.
    """
    organisation = get_organisation(work.session, organisation_id)
    require_agreements(work, invitation.agreement_ids)
    _check_agreements(work, organisation, invitation.agreement_ids)
    _check_schools(work, organisation, invitation)
    user = find_user(work.session, invitation.email) or _new_user(work, organisation, invitation)
    places = sorted(invitation.agreement_ids), sorted(invitation.school_ids)
    added = grants_for(invitation.role, *places)
    check_grants(organisation.kind.value, _present(work, organisation, user), added)
    work.does("role.granted")
    grants = [_grant(work, organisation, user, given) for given in added]
    if user.password_hash is None:
        send_link(work, user, organisation, _handed(invitation))
    else:
        tell_of_role(work, user, organisation, grants[0], _handed(invitation))
    return grants


def _handed(invitation: Invitation) -> dict[str, str]:
    """What the mail names where somebody hands a role over: the role in English, and who."""
    if invitation.given_by is None:
        return {}
    return {"role": ROLE_WORDS[invitation.role].singular, "given_by": invitation.given_by}


def end_role(work: Work, grant_id: UUID) -> RoleGrant:
    """It opens nothing from now on. Raises NotFound, Forbidden; RoleRefused for one's own."""
    grant = get_grant(work.session, grant_id)
    if grant.user_id == work.actor.user_id:
        raise RoleRefused(
            None,
            _("This is your own role; ending it would lock you out."),
            reason="own_role",
            way_out=_("Let another administrator end it."),
            ask=Topic.ACCOUNT,
        )
    return _end(work, grant)


def end_role_with_agreement(work: Work, grant_id: UUID) -> RoleGrant:
    """The same before its agreement is taken away; one's own too, which opens nothing then.

    Who works for some agreements alone takes none away: nobody locks themselves out so.
    """
    return _end(work, get_grant(work.session, grant_id))


def _end(work: Work, grant: RoleGrant) -> RoleGrant:
    require_agreements(work, frozenset() if grant.agreement_id is None else {grant.agreement_id})
    work.does("role.ended")
    grant.ended_at = grant.ended_at or work.now
    work.events.append(RoleEnded(grant.user_id))
    return grant


def narrow_role(work: Work, grant_id: UUID, school_ids: Collection[UUID]) -> list[RoleGrant]:
    """Let who coordinates or teaches in the whole institution do so in these schools alone.

    Whoever was invited before there were schools sees all of them until then. All such roles
    of the user go along. Raises NotFound, Forbidden; RoleRefused for other roles, for none of
    the schools, and where another role is for the whole.
    """
    grant = get_grant(work.session, grant_id)
    require_agreements(work, frozenset())
    if not is_wide(grant):
        raise RoleRefused(
            None,
            _("This role is not one of a school coordinator or teacher of the whole institution."),
            reason="not_wide",
            way_out=_("End it, then give the role anew."),
        )
    organisation = get_organisation(work.session, grant.organisation_id)
    wanted = frozenset(school_ids)
    _check_schools(work, organisation, Invitation("", None, grant.role, school_ids=wanted))
    wide = [
        one
        for one in list_grants(work.session, grant.user_id)
        if one.organisation_id == organisation.id and is_wide(one)
    ]
    added = [given for one in wide for given in grants_for(one.role, [], sorted(wanted))]
    present = _present(work, organisation, grant.user)
    check_grants(organisation.kind.value, [p for p in present if p.role not in OF_SCHOOLS], added)
    work.does("role.narrowed")
    for one in wide:
        one.ended_at = work.now
    work.events.append(RoleEnded(grant.user_id))
    return [_grant(work, organisation, grant.user, given) for given in added]


def is_wide(grant: RoleGrant) -> bool:
    """Whether it is a role for schools that is limited to none."""
    return grant.role in OF_SCHOOLS and not (
        grant.school_id or grant.agreement_id or grant.ended_at
    )


def send_link_again(work: Work, grant_id: UUID) -> None:
    """A new link to who has the role; older ones end. Raises NotFound, Forbidden."""
    grant = get_grant(work.session, grant_id)
    require_agreements(work, frozenset() if grant.agreement_id is None else {grant.agreement_id})
    send_link(work, grant.user, get_organisation(work.session, grant.organisation_id))


def create_user(
    work: Work, email: str, name: str, language: Language, time_zone: str = "UTC"
) -> User:
    """A user who cannot sign in yet: a link has to set the password.

    Raises Conflict when somebody else adds the address at the same moment.
    """
    user = User(email=email, name=name, language=language, time_zone=time_zone, created_at=work.now)
    double = Conflict(
        None,
        _("Somebody else has added this address just now."),
        field="email",
        way_out=_("Do it once more: the address is known now."),
    )
    with refusing_doubles(work, uq_user_email=double):
        work.session.add(user)
    return user


def name_of_new(invitation: Invitation) -> str:
    """The name of somebody new. Raises BadInput without one."""
    if invitation.name is None:
        raise BadInput(
            None,
            _("Nobody with this address is known yet, so a name is needed."),
            field="name",
            way_out=_("Enter the name of the person."),
        )
    return invitation.name


def _new_user(work: Work, organisation: Organisation, invitation: Invitation) -> User:
    name = name_of_new(invitation)
    language = invitation.language or organisation.language
    return create_user(work, invitation.email, name, language, organisation.time_zone)


def _present(work: Work, organisation: Organisation, user: User) -> list[Given]:
    return [
        Given(grant.role, grant.agreement_id, grant.school_id)
        for grant in list_grants(work.session, user.id)
        if grant.organisation_id == organisation.id
    ]


def _grant(work: Work, organisation: Organisation, user: User, given: Given) -> RoleGrant:
    grant = RoleGrant(
        organisation_id=organisation.id,
        user_id=user.id,
        role=given.role,
        agreement_id=given.agreement_id,
        school_id=given.school_id,
        granted_at=work.now,
    )
    work.session.add(grant)
    work.flush()
    return grant


def _check_schools(work: Work, organisation: Organisation, invitation: Invitation) -> None:
    for school_id in invitation.school_ids:
        get_school(work.session, organisation.id, school_id)
    has_schools = organisation.kind is OrganisationKind.ACADEMIC and bool(
        list_schools(work.session, organisation.id)
    )
    check_schools(invitation.role, invitation.school_ids, has_schools=has_schools)


def _check_agreements(
    work: Work, organisation: Organisation, agreement_ids: Collection[UUID]
) -> None:
    if not agreement_ids:
        return
    if organisation.kind.value not in ("customer", "academic"):
        raise RoleRefused(
            None,
            _("Only customers and institutions have agreements of their own."),
            field="agreements",
            way_out=_("Give the role for the whole organisation."),
        )
    known = {choice.id for choice in list_agreement_choices(work.session, organisation.id)}
    if not set(agreement_ids) <= known:
        raise NotFound(None, _("There is no such agreement in this organisation."))
