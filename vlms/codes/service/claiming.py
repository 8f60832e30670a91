"""A person claims a code through its link, and accepts its terms (C8).

A claim is a time on the code, not a state (C6). The link stands in a mail or on a slip;
opening its page changes nothing, so that a mail scanner does not use it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from vlms.accounts.links import end_links, find_link, get_open_link, use_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, Person, User
from vlms.audit.service import journal
from vlms.authentication.passwords import hash_password
from vlms.authentication.rules.passwords import check_password
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.arriving import Way as Way
from vlms.authentication.service.arriving import bind_person, way_of
from vlms.authentication.service.newcomers import make_newcomer
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
    return Claim(link, code, person, way_of(work, person, link, shown_by))


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
    bind_person(work, found.person, user)
    code = found.code
    if code.state is State.ASSIGNED and code.claimed_at is None:
        take_step(work, code, Step.CLAIM, Code.claimed_at.is_(None), claimed_at=work.now)
    end_links(work, code.id, LinkPurpose.CLAIM_CODE)
    return code
