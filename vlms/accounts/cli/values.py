"""What commands of organisations, users and people share: options, look-ups."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, User
from vlms.accounts.queries import (
    find_organisation,
    find_user,
    get_person_named,
    list_persons_of,
    list_schools,
)
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.reading import read_email, read_text, shown
from vlms.core.scope import Holder, Scope
from vlms.core.sign_in_names import has_no_mail, kept_address
from vlms.core.text import Text, _
from vlms.core.work import Actor, Work, working

LANGUAGES = click.Choice([language.value for language in Language])
EMAIL = Read(read_email, _("E-mail address"))
NAME = Read(read_text(200), _("Name"))


def _read_who(typed: str, label: Text) -> str:
    """An address, or number@institution of who has none. Raises BadInput."""
    kept = kept_address(typed)
    return kept if has_no_mail(kept) else read_email(typed, label)


json_option = click.option("--json", "as_json", is_flag=True, help="One JSON array.")
own_option = click.option(
    "--as",
    "email",
    type=Read(_read_who, _("E-mail address")),
    required=True,
    metavar="E-MAIL",
    help="Whose own; who acts.",
)


def organisation_named(session: Session, slug: str) -> Organisation:
    """Raises NotFound."""
    found = find_organisation(session, slug)
    if found is None:
        raise NotFound(
            None,
            _('There is no organisation "%(name)s".', name=shown(slug)),
            way_out=_("Name it by its short name."),
        )
    return found


def school_named(session: Session, organisation_id: UUID, name: str) -> UUID:
    """The key of the school of an organisation with exactly this name. Raises NotFound."""
    for school in list_schools(session, organisation_id):
        if school.name == name:
            return school.id
    raise NotFound(None, _("There is no such school in this organisation."))


# As commands name a person.
person_named = get_person_named


def user_named(session: Session, email: str) -> User:
    """Raises NotFound."""
    user = find_user(session, email)
    if user is None:
        raise NotFound(
            None,
            _("There is no user with this address."),
            way_out=_("List them with `vlms users list`."),
        )
    return user


@contextmanager
def own_work(email: str, scope: Scope | None = None) -> Iterator[Work]:
    """A unit of work of one user, with a learner's role, held to what is theirs.

    Another scope may be given, as for the account itself. Raises NotFound.
    """
    with reading(SCOPE) as session:
        user = user_named(session, email)
        persons = frozenset(person.id for person in list_persons_of(session, user.id))
        actor = Actor(user.name, user.id, roles=frozenset({Role.LEARNER}), time_zone=user.time_zone)
        own = scope or Holder(user.id, persons)
    with working(actor, own, system_clock()) as work:
        yield work
