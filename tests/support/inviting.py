"""People of Contoso who are invited to sign in, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from tests.support.importing_people import people_sheet
from tests.support.making import making
from vlms.accounts.import_models import PeopleImport
from vlms.accounts.invited_queries import describe_invited, invitation_links, list_imported
from vlms.accounts.links import link_path
from vlms.accounts.models import Organisation
from vlms.accounts.queries import list_people
from vlms.accounts.service.people_inviting import invite_import, invite_people
from vlms.accounts.service.people_writing import Source, import_now
from vlms.notices.models import OutboxMessage

ADA = ("1", "Ada", "ada@contoso.example", "", "")
BO = ("2", "Bo", "bo@contoso.example", "", "")
NOBODY = ("3", "No Mail", "", "", "")
PEOPLE = (ADA, BO, NOBODY)
PASSWORD = "correct horse battery"


def import_and_invite(
    now: datetime, place: Organisation, rows: Sequence[Sequence[str]] = PEOPLE
) -> tuple[PeopleImport, int]:
    """A list that is imported; how many of it were invited."""
    with making(now) as work:
        source = Source(place.id, "people.csv", people_sheet(*rows))
        done = import_now(work, source, good_rows=False)
        count = invite_import(work, done.id)
        work.session.expunge(done)
        return done, count


def key_of(now: datetime, place: Organisation, number: str) -> UUID:
    with making(now) as work:
        (found,) = [one for one in list_people(work.session, place.id) if one.number == number]
        return found.id


def ask(now: datetime, place: Organisation, *numbers: str) -> int:
    """Invite them again by hand; how many mails."""
    keys = [key_of(now, place, number) for number in numbers]
    with making(now) as work:
        return invite_people(work, place.id, keys)


def states(now: datetime, import_id: UUID) -> dict[str, str]:
    """How it stands with each person of an import."""
    with making(now) as work:
        found = list_imported(work.session, import_id)
        described = describe_invited(work.session, found, now)
        return {one.person.number or "": one.state.value for one in described}


def path_of(now: datetime, place: Organisation, number: str) -> str:
    """Where the link of somebody's last invitation leads."""
    key = key_of(now, place, number)
    with making(now) as work:
        link = invitation_links(work.session, [key])[key][-1]
        return urlsplit(link_path(work.keys.link, link)).path


def mails_to(now: datetime, address: str) -> list[OutboxMessage]:
    with making(now) as work:
        found = work.session.query(OutboxMessage).filter_by(to_address=address)
        messages = found.filter_by(template="person_invitation").order_by(OutboxMessage.id).all()
        work.session.expunge_all()
        return messages
