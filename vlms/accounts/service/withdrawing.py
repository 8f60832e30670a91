"""Takes an invitation back before it is taken up."""

from __future__ import annotations

from uuid import UUID

from vlms.accounts.errors import RoleRefused
from vlms.accounts.links import end_links
from vlms.accounts.models import LinkPurpose, RoleGrant
from vlms.accounts.queries import get_grant, list_grants
from vlms.accounts.service.roles import end_role
from vlms.core.errors import Topic
from vlms.core.text import _
from vlms.core.work import Work


def withdraw_invitation(work: Work, grant_id: UUID) -> list[RoleGrant]:
    """The roles here of who has set no password yet end, and the link that was mailed.

    Raises NotFound, Forbidden; RoleRefused once the password is set.
    """
    grant = get_grant(work.session, grant_id)
    if grant.user.password_hash is not None:
        raise RoleRefused(
            None,
            _("This invitation was taken up: there is a password."),
            reason="taken_up",
            way_out=_("End the role instead."),
            ask=Topic.ACCOUNT,
        )
    end_links(work, grant.user_id, LinkPurpose.SET_PASSWORD, of=grant.organisation_id)
    return [
        end_role(work, one.id)
        for one in list_grants(work.session, grant.user_id)
        if one.organisation_id == grant.organisation_id
    ]
