"""Who has no account yet and gets one with a claim link: by a first password, or by their
organisation's provider (G6).

The link shows that they read the mail of the address that the account then has.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from vlms.accounts.links import get_open_link, token_in
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, Person, User
from vlms.authentication.provider_queries import Told
from vlms.authentication.rules.id_tokens import Shown, refused
from vlms.core.errors import Conflict, NotFound
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage


def was_mailed(session: Session, link: OneTimeLink, address: str | None) -> bool:
    """Whether who has this link reads the mail of this address."""
    mailed = select(OutboxMessage.id).where(
        OutboxMessage.link_id == link.id, OutboxMessage.to_address == address
    )
    return session.scalar(mailed.limit(1)) is not None


def make_newcomer(work: Work, person: Person, password_hash: str | None) -> User:
    """With the person's address, name and language, the organisation's zone. Raises Conflict."""
    organisation = work.session.get_one(Organisation, person.organisation_id)
    assert person.email is not None, "an account has an address"
    user = User(
        email=person.email,
        name=person.name,
        language=person.language,
        time_zone=organisation.time_zone,
        password_hash=password_hash,
        created_at=work.now,
    )
    work.session.add(user)
    try:
        work.flush()
    except IntegrityError as error:
        raise claimed_now() from error
    return user


def make_shown(work: Work, told: Told, shown: Shown, wanted: str | None) -> User | None:
    """The account, without a password, of the person whose link has led to the provider.

    `wanted` is the path where the visitor goes on; None unless it is that of a claim, or of an
    invitation to sign in. Raises ProviderRefused where the link is over, or was not mailed to the
    address that is shown.
    """
    for purpose in (LinkPurpose.CLAIM_CODE, LinkPurpose.JOIN):
        token = token_in(wanted, purpose)
        if token is not None:
            return _make_of_link(work, told, shown, (token, purpose))
    return None


def _make_of_link(
    work: Work, told: Told, shown: Shown, named: tuple[str, LinkPurpose]
) -> User | None:
    try:
        link = get_open_link(work, *named)
    except NotFound:
        raise _over() from None
    person = None if link.person_id is None else work.session.get(Person, link.person_id)
    if person is None or person.organisation_id != told.organisation_id:
        raise _other()
    if person.left_at is not None and named[1] is LinkPurpose.JOIN:
        raise _left()
    if person.email != shown.email or not was_mailed(work.session, link, shown.email):
        raise _other()
    return None if person.user_id is not None else make_newcomer(work, person, None)


def claimed_now() -> Conflict:
    return Conflict("C1", _("This was claimed just now."), way_out=_("Sign in instead."))


def _over() -> Exception:
    return refused(
        "link_over",
        _("The link by which you came does not open anything any more."),
        _("Have a new claim link sent to you, and sign in through that one."),
    )


def _left() -> Exception:
    return refused(
        "has_left",
        _("This invitation is for somebody who has left the organisation."),
        _("Are you there again? Ask your administrator to enter your return, and to invite you."),
    )


def _other() -> Exception:
    return refused(
        "other_address",
        _("The provider has shown another address than the one to which your link was mailed."),
        _(
            "Sign out at the provider, open the link again and sign in as whom it was sent to. Is "
            "it you, with another address? Ask your administrator to correct the address."
        ),
    )
