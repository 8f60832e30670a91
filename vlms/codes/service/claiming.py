"""A person claims a code through its link, and accepts its terms (C8).

A claim is a time on the code, not a state (C6). The link stands in a mail or on a slip;
opening its page changes nothing, so that a mail scanner does not use it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from vlms.accounts.links import end_links, find_link, get_open_link, use_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, Person, User
from vlms.accounts.queries import find_user
from vlms.audit.service import journal
from vlms.authentication.passwords import hash_password
from vlms.authentication.provider_queries import find_only_way, is_bound_to_provider
from vlms.authentication.rules.passwords import check_password
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.newcomers import claimed_now, make_newcomer, was_mailed
from vlms.authentication.service.sessions import open_session
from vlms.codes.errors import NotForThisParty
from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import State, Step
from vlms.codes.rules.step_refusals import EXPIRED
from vlms.codes.rules.steps import next_state
from vlms.codes.service.parties import check_actor, is_expired
from vlms.codes.service.transition import take_step
from vlms.core.errors import Conflict, DomainError, Topic
from vlms.core.scoping import guarded_update
from vlms.core.text import Text, _
from vlms.core.work import Work


class Way(StrEnum):
    """What the visitor of a claim link has to do."""

    CLAIM = "claim"
    SIGN_IN = "sign_in"
    BY_PROVIDER = "by_provider"
    SET_PASSWORD = "set_password"
    OTHER_PERSON = "other_person"
    OTHER_PROVIDER = "other_provider"
    INVITED = "invited"
    MAILED = "mailed"
    NO_ADDRESS = "no_address"


@dataclass(frozen=True)
class Claim:
    """An open claim link: its code, the person it is meant for, and the way from here."""

    link: OneTimeLink
    code: Code
    person: Person
    way: Way


def open_claim(work: Work, token: str, shown_by: UUID | None = None) -> Claim | None:
    """What a claim link opens; None when it was used, so that its page is the own codes.

    `shown_by` is the organisation whose sign-in provider has opened the visitor's session: it
    claims nothing elsewhere.

    Raises NotFound for a link that opens nothing, StepRefused for a code that is over.
    """
    found = find_link(work.session, work.keys.link, token)
    if found is not None and found.purpose is LinkPurpose.CLAIM_CODE and found.used_at:
        return None
    link = get_open_link(work, token, LinkPurpose.CLAIM_CODE)
    code = get_code(work.session, link.subject_id)
    _check_open(work, code)
    person = code.person
    assert person is not None, "an assigned code has a person"
    way = _way(work, person, link)
    if way is Way.CLAIM and _is_foreign(person, shown_by):
        way = Way.OTHER_PROVIDER
    return Claim(link, code, person, way)


def claim(work: Work, token: str, shown_by: UUID | None = None) -> Code | None:
    """Claim a code for the user who is signed in; None when the link was used.

    Raises what `open_claim` does, and NotForThisParty unless this user is the person.
    """
    found = open_claim(work, token, shown_by)
    if found is None:
        return None
    _check_way(found, Way.CLAIM)
    use_link(work, found.link)
    return _take(work, found, work.session.get_one(User, work.actor.user_id))


def claim_with_password(work: Work, token: str, password: str) -> str | None:
    """Claim a code by setting a first password; returns the secret of the new session.

    The user gets the person's address, name and language, and the organisation's zone.
    None when the link was used. Raises BadInput for the password, and as `claim` does.
    """
    found = open_claim(work, token)
    if found is None:
        return None
    _check_way(found, Way.SET_PASSWORD)
    check_password(password, _own_words(work, found.person))
    use_link(work, found.link)
    user = make_newcomer(work, found.person, hash_password(password))
    _take(work, found, user)
    return open_session(work, user, Proof.MAILED_LINK)


def accept_terms(work: Work, code: Code) -> Code:
    """The holder accepts C2 to C4; a code that was not claimed yet is claimed with it.

    Raises NotForThisParty, StepRefused, and Conflict when somebody was faster.
    """
    check_actor(work, code, Step.CLAIM)
    _check_open(work, code)
    if code.terms_accepted_at is not None:
        return code
    if code.claimed_at is None and code.state is State.ASSIGNED:
        take_step(work, code, Step.CLAIM, claimed_at=work.now)
    _write_acceptance(work, code)
    return code


def _write_acceptance(work: Work, code: Code) -> None:
    guards = (
        Code.id == code.id,
        Code.version == code.version,
        Code.terms_accepted_at.is_(None),
    )
    if guarded_update(work.session, Code, *guards, terms_accepted_at=work.now) != 1:
        raise Conflict("C4", _("The terms were accepted just now."))
    journal(
        work,
        "code.terms_accepted",
        ("code", code.id, code.organisation_id),
        after={"terms_accepted_at": work.now},
    )
    work.session.refresh(code)


def _check_open(work: Work, code: Code) -> None:
    """Raises StepRefused unless the code is with its person and its time is not over."""
    if is_expired(work, code):
        raise EXPIRED.refusal(code.state, Step.CLAIM, "code_expired")
    if code.state is not State.REGISTERED:
        next_state(code.state, Step.CLAIM)


def _is_foreign(person: Person, shown_by: UUID | None) -> bool:
    """Whether it is nobody's yet, in an organisation for which that provider does not speak."""
    return shown_by is not None and person.user_id is None and person.organisation_id != shown_by


def _way(work: Work, person: Person, link: OneTimeLink) -> Way:
    user = _user_of(work, person)
    visitor_id = work.actor.user_id
    if user is not None and user.id == visitor_id:
        return Way.CLAIM
    if visitor_id is not None:
        return Way.OTHER_PERSON
    if user is None and person.email is None:
        return Way.NO_ADDRESS
    if user is None and not was_mailed(work.session, link, person.email):
        return Way.MAILED
    if _is_by_provider(work, person, user):
        return Way.BY_PROVIDER
    if user is None:
        return Way.SET_PASSWORD
    return Way.SIGN_IN if user.password_hash else Way.INVITED


def _is_by_provider(work: Work, person: Person, user: User | None) -> bool:
    """Whether the person gets in by this organisation's provider alone, also as a new user (G6)."""
    address = person.email if user is None else user.email
    assert address is not None
    if find_only_way(work.session, address) != person.organisation_id:
        return False
    return user is None or is_bound_to_provider(work.session, user)


def _user_of(work: Work, person: Person) -> User | None:
    """Who has claimed the directory entry, or would by its address."""
    if person.user_id is not None:
        return work.session.get(User, person.user_id)
    return find_user(work.session, person.email) if person.email else None


_REFUSALS: dict[Way, tuple[Text, Text]] = {
    Way.OTHER_PERSON: (
        _("This is meant for another person."),
        _("Sign out, and open the link again as the person it was sent to."),
    ),
    Way.OTHER_PROVIDER: (
        _("The sign-in provider by which you came in does not speak for this organisation."),
        _(
            "Sign out, and sign in with your password; if you have none, ask who sent the link to "
            "enter another address of yours."
        ),
    ),
    Way.SIGN_IN: (
        _("The person this is meant for has an account here."),
        _("Sign in with it; the code is then yours with one more press."),
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
    Way.MAILED: (
        _("Your account begins with the link in the mail that was sent to you."),
        _("Open that link; it leads to the same code. If no mail came, have your address checked."),
    ),
    Way.NO_ADDRESS: (
        _("Your organisation has not entered your e-mail address, which an account needs."),
        _("Ask its licensing admin to enter it, then open this link again."),
    ),
}


def way_refusal(way: Way) -> DomainError:
    """Why the claim does not go on from here, and what to do."""
    sentence, way_out = _REFUSALS.get(way, _REFUSALS[Way.SIGN_IN])
    rule = "G6" if way is Way.BY_PROVIDER else "C1"
    return NotForThisParty(rule, sentence, way_out=way_out, ask=Topic.CODES)


def _check_way(found: Claim, way: Way) -> None:
    if found.way is not way:
        raise way_refusal(found.way)


def _own_words(work: Work, person: Person) -> tuple[str, ...]:
    """What others know of the person."""
    organisation = work.session.get_one(Organisation, person.organisation_id)
    return person.name, person.email or "", organisation.name


def _take(work: Work, found: Claim, user: User) -> Code:
    _link_person(work, found.person, user)
    code = found.code
    if code.state is State.ASSIGNED and code.claimed_at is None:
        take_step(work, code, Step.CLAIM, Code.claimed_at.is_(None), claimed_at=work.now)
    end_links(work, code.id, LinkPurpose.CLAIM_CODE)
    return code


def _link_person(work: Work, person: Person, user: User) -> None:
    if person.user_id == user.id:
        return
    unlinked = (Person.id == person.id, Person.user_id.is_(None), Person.erased_at.is_(None))
    if guarded_update(work.session, Person, *unlinked, user_id=user.id) != 1:
        raise claimed_now()
    journal(
        work,
        "person.claimed",
        ("person", person.id, person.organisation_id),
        after={"user_id": user.id},
    )
    work.session.refresh(person)
