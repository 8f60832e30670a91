"""Makes workspaces with somebody signed in, and finds the links that mails carry."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from tests.support.making import make_member, make_organisation, making
from tests.support.pages import CheckingClient
from vlms.accounts.links import link_path
from vlms.accounts.models import OneTimeLink, Organisation, OrganisationKind
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage

ADMIN = "ann@contoso.example"
OPERATOR = "olga@operator.example"


def enter_as_admin(client: CheckingClient, now: datetime, slug: str = "contoso") -> Organisation:
    """An organisation in which the client has signed in as its licensing admin."""
    with making(now) as work:
        organisation = make_organisation(work, slug)
        make_member(work, organisation, Role.LICENSING_ADMIN, ADMIN)
    client.sign_in(ADMIN)
    return organisation


def enter_as_operator(client: CheckingClient, now: datetime) -> Organisation:
    """The operator, in whose workspace the client has signed in."""
    with making(now) as work:
        operator = make_organisation(work, "operator", OrganisationKind.OPERATOR)
        make_member(work, operator, Role.OPERATOR, OPERATOR)
    client.sign_in(OPERATOR)
    return operator


def mailed_links(now: datetime, address: str) -> list[str]:
    """The paths of the links in the messages to an address, oldest first."""
    with making(now) as work:
        messages = work.session.query(OutboxMessage).filter_by(to_address=address)
        ids = [message.link_id for message in messages.order_by(OutboxMessage.id)]
        links = [work.session.get(OneTimeLink, link_id) for link_id in ids if link_id]
        return [urlsplit(link_path(work.keys.link, link)).path for link in links if link]
