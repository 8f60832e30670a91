"""A person takes up an invitation to sign in: the entry in the directory becomes their user's.

The link came by mail to the person's own address. Who has no account sets a password, and goes on
with the second factor or mailed code that their sign-in needs (G4); who has one signs in, and
presses once (G8). Opening the page changes nothing, so that a mail scanner does not use it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from vlms.accounts.links import find_link, get_open_link, use_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, Person, User
from vlms.authentication.errors import JoiningRefused
from vlms.authentication.passwords import hash_password
from vlms.authentication.rules.passwords import check_password
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.arriving import Way, bind_person, way_of
from vlms.authentication.service.newcomers import make_newcomer
from vlms.authentication.service.sessions import open_session
from vlms.core.errors import NotFound, Topic
from vlms.core.text import Text, _
from vlms.core.work import Work


@dataclass(frozen=True)
class Joining:
    """An open invitation: whose directory, which person, and the way from here."""

    link: OneTimeLink
    person: Person
    organisation: Organisation
    way: Way


def open_joining(work: Work, token: str, shown_by: UUID | None = None) -> Joining | None:
    """What an invitation opens; None when it was taken up, so that signing in is all there is.

    `shown_by` is the organisation whose sign-in provider has opened the visitor's session.
    Raises NotFound for a link that opens nothing, also once the person has left.
    """
    found = find_link(work.session, work.keys.link, token)
    if found is not None and found.purpose is LinkPurpose.JOIN and found.used_at:
        return None
    link = get_open_link(work, token, LinkPurpose.JOIN)
    person = work.session.get_one(Person, link.subject_id)
    if person.left_at is not None:
        raise NotFound(
            "G8",
            _("This invitation does not open anything any more."),
            way_out=_("Ask who sent it whether you are still in the directory."),
        )
    organisation = work.session.get_one(Organisation, person.organisation_id)
    return Joining(link, person, organisation, way_of(work, person, link, shown_by))


def join(work: Work, token: str, shown_by: UUID | None = None) -> Joining | None:
    """Take an invitation up as the user who is signed in; None when it was before.

    Raises what `open_joining` does, JoiningRefused unless this user is the person, and Conflict
    when somebody was faster.
    """
    found = open_joining(work, token, shown_by)
    if found is None:
        return None
    _check_way(found, Way.CLAIM)
    use_link(work, found.link)
    bind_person(work, found.person, work.session.get_one(User, work.actor.user_id))
    return found


def join_with_password(work: Work, token: str, password: str) -> str | None:
    """Take an invitation up by setting a first password; returns the secret of the new session.

    The session opens nothing while a further step of signing in is to come. None when the link
    was used. Raises BadInput for the password, and as `join` does.
    """
    found = open_joining(work, token)
    if found is None:
        return None
    _check_way(found, Way.SET_PASSWORD)
    person = found.person
    check_password(password, (person.name, person.email or "", found.organisation.name))
    use_link(work, found.link)
    user = make_newcomer(work, person, hash_password(password))
    bind_person(work, person, user)
    return open_session(work, user, Proof.MAILED_LINK)


_REFUSALS: dict[Way, tuple[Text, Text]] = {
    Way.OTHER_PERSON: (
        _("This is meant for another person."),
        _("Sign out, and open the link again as the person it was sent to."),
    ),
    Way.OTHER_PROVIDER: (
        _("The sign-in provider by which you came in does not speak for this organisation."),
        _("Sign out, and sign in with your password; if you have none, ask who invited you."),
    ),
    Way.SIGN_IN: (
        _("The person this is meant for has an account here."),
        _("Sign in with it; then one more press is enough."),
    ),
    Way.BY_PROVIDER: (
        _("Your organisation signs in with its sign-in provider."),
        _("Open this link again: it leads you there and back."),
    ),
    Way.INVITED: (
        _("Your account is waiting for its password."),
        _(
            "Use the link in the mail that invited you, or ask for one as with a forgotten "
            "password; then open this link again."
        ),
    ),
    Way.SET_PASSWORD: (
        _("There is no account with this address yet."),
        _("Choose a password; that makes one."),
    ),
}
_MAILED = (
    _("This link was not sent to the address that your organisation has for you."),
    _("Have your address checked, and ask for a new invitation."),
)


def joining_refusal(way: Way) -> JoiningRefused:
    """Why it does not go on from here, and what to do."""
    sentence, way_out = _REFUSALS.get(way, _MAILED)
    rule = "G6" if way is Way.BY_PROVIDER else "G8"
    return JoiningRefused(rule, sentence, way_out=way_out, ask=Topic.ACCOUNT)


def _check_way(found: Joining, way: Way) -> None:
    if found.way is not way:
        raise joining_refusal(found.way)
