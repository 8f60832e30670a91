"""Prints slips with which people without e-mail set up their sign-in, and takes them back in.

A slip carries a one-time link of a person on the roster. Printing another one ends it. Whoever
sets up a sign-in through it signs in with number and institution from then on; through a later
slip they choose a new password.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from vlms.academy.errors import SlipOver, SlipRefused
from vlms.academy.rules.slips import LIFETIME, Bearer, why_no_slip
from vlms.accounts.links import end_links, find_link, is_open, make_link, use_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, Person, User
from vlms.accounts.queries import find_user, get_organisation
from vlms.accounts.service.limits import require_school_of
from vlms.audit.service import journal
from vlms.authentication.rules.passwords import check_password
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.passwords import set_password
from vlms.authentication.service.sessions import open_session
from vlms.core.clock import local_day
from vlms.core.errors import BadInput, Conflict, NotFound
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.sign_in_names import has_no_mail, kept_address, sign_in_name, typed_name
from vlms.core.text import Text, _
from vlms.core.work import Work

MOST = 500


@dataclass(frozen=True)
class PrintedSlip:
    person: Person
    link: OneTimeLink
    sign_in_name: str


@dataclass(frozen=True)
class OpenSlip:
    """A slip that opens: whose it is, and with what they will sign in.

    `user` is there when they did so before: the slip gives them a new password.
    """

    link: OneTimeLink
    person: Person
    organisation: Organisation
    sign_in_name: str
    user: User | None


def user_of(session: Session, person: Person) -> User | None:
    """Who has claimed a person."""
    return session.get(User, person.user_id) if person.user_id else None


def name_of(person: Person, organisation: Organisation, user: User | None) -> str:
    """What the bearer of a slip signs in with; it stays when the number changes later."""
    if user is not None:
        return typed_name(user.email)
    return sign_in_name(person.number, organisation.slug) or ""


def bearer_of(person: Person, organisation: Organisation, user: User | None) -> Bearer:
    """`user` is who has claimed the person."""
    return Bearer(
        has_left=person.left_at is not None,
        has_address=person.email is not None,
        has_other_sign_in=user is not None and not has_no_mail(user.email),
        has_number=bool(person.number),
        sign_in_name=sign_in_name(person.number, organisation.slug),
    )


def print_slips(
    work: Work, organisation_id: UUID, person_ids: Collection[UUID]
) -> Sequence[PrintedSlip]:
    """A new slip for each of these people; the slips that they had end. By name.

    Raises BadInput for nobody or too many, NotFound, Forbidden for a person of another school,
    SlipRefused where somebody needs none or cannot have one.
    """
    work.actor.require(Permission.EDIT_ROSTERS)
    organisation = get_organisation(work.session, organisation_id)
    people = list(_people(work, organisation, person_ids))
    for person in people:
        require_school_of(work, person.school_id)
        user = user_of(work.session, person)
        refusal = why_no_slip(bearer_of(person, organisation, user))
        if refusal is not None:
            raise _refused(person, refusal)
    work.does("slip.printed")
    return [_print(work, organisation, person) for person in people]


def _people(
    work: Work, organisation: Organisation, person_ids: Collection[UUID]
) -> Iterator[Person]:
    keys = set(person_ids)
    if not keys or len(keys) > MOST:
        raise BadInput(
            None,
            _("Slips are printed for 1 to %(most)s people at once.", most=MOST),
            field="people",
            way_out=_("Tick those who need one."),
        )
    statement = select(Person).where(Person.id.in_(keys), Person.organisation_id == organisation.id)
    found = work.session.scalars(statement.order_by(Person.search_name, Person.id)).all()
    if len(found) < len(keys):
        raise NotFound(None, _("There is no such person in this organisation."))
    yield from found


def _print(work: Work, organisation: Organisation, person: Person) -> PrintedSlip:
    end_links(work, person.id, LinkPurpose.SET_UP_SIGN_IN)
    link = make_link(
        work,
        LinkPurpose.SET_UP_SIGN_IN,
        person.id,
        LIFETIME,
        organisation_id=organisation.id,
        person_id=person.id,
    )
    journal(work, "slip.printed", ("person", person.id, organisation.id))
    name = name_of(person, organisation, user_of(work.session, person))
    return PrintedSlip(person, link, name)


def _refused(person: Person, why: Text) -> SlipRefused:
    return SlipRefused(
        None,
        _("No slip can be printed for %(person)s.", person=person.name),
        field="people",
        way_out=why,
    )


def open_slip(work: Work, token: str) -> OpenSlip:
    """What a slip opens now. Raises NotFound for a forged one, SlipOver for one that is over."""
    link = find_link(work.session, work.keys.link, token)
    if link is None or link.purpose is not LinkPurpose.SET_UP_SIGN_IN:
        raise NotFound(
            None,
            _("This link does not open anything."),
            way_out=_("Scan the slip again; if that does not help, have a new one printed."),
        )
    person = work.session.get_one(Person, link.subject_id)
    organisation = get_organisation(work.session, person.organisation_id)
    _check_open(work, link, organisation.time_zone)
    user = user_of(work.session, person)
    is_closed = user is not None and user.disabled_at is not None
    if is_closed or why_no_slip(bearer_of(person, organisation, user)) is not None:
        raise _over("slip_ended", _("This slip has ended."))
    return OpenSlip(link, person, organisation, name_of(person, organisation, user), user)


def set_up_sign_in(work: Work, token: str, password: str) -> str:
    """Set the password and open a session; returns its secret. Other sessions end.

    Raises as `open_slip` does, BadInput for the password, Conflict when somebody was faster or
    the sign-in name belongs to another person.
    """
    found = open_slip(work, token)
    check_password(password, (found.person.name, found.sign_in_name, found.organisation.name))
    use_link(work, found.link)
    organisation_id = found.organisation.id
    journal(work, "slip.used", ("person", found.person.id, organisation_id))
    user = found.user or _bind(work, found)
    set_password(work, user, password)
    return open_session(work, user, Proof.SLIP)


def _bind(work: Work, found: OpenSlip) -> User:
    """A user of that name for the person who has none."""
    address = kept_address(found.sign_in_name)
    if find_user(work.session, address) is not None:
        raise _taken()
    user = User(
        email=address,
        name=found.person.name,
        language=found.person.language,
        time_zone=found.organisation.time_zone,
        created_at=work.now,
    )
    work.session.add(user)
    try:
        work.flush()
    except IntegrityError as error:
        raise _taken() from error
    person = (Person.id == found.person.id, Person.erased_at.is_(None))
    if (
        guarded_update(work.session, Person, *person, Person.user_id.is_(None), user_id=user.id)
        != 1
    ):
        raise _taken()
    record = ("person", found.person.id, found.organisation.id)
    journal(work, "person.claimed", record, after={"user_id": user.id})
    return user


def _taken() -> Conflict:
    return Conflict(
        None,
        _("This sign-in name is somebody's already."),
        way_out=_("Sign in with it, or ask your school coordinator to check your number."),
    )


def _check_open(work: Work, link: OneTimeLink, zone: str) -> None:
    if link.used_at is not None:
        day = local_day(link.used_at, zone)
        raise _over("slip_used", _("This slip was used on %(day)s.", day=day))
    if link.ended_at is not None:
        raise _over("slip_ended", _("A newer slip has replaced this one, or it was ended."))
    if not is_open(link, work.now):
        raise _over("slip_too_old", _("This slip is too old."))


def _over(reason: str, sentence: Text) -> SlipOver:
    return SlipOver(
        None,
        sentence,
        reason=reason,
        way_out=_("Sign in with your sign-in name, or ask your school coordinator for a new slip."),
    )
