"""`vlms academy slips`: sign-in for people without e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from vlms.academy.exports.slips import slip_card, slip_sheet
from vlms.academy.models.roster import SchoolClass
from vlms.academy.queries.slips import (
    SlipFilter,
    list_bearers,
    list_classes,
    newest_slips,
    users_of,
)
from vlms.academy.rules.slips import why_no_slip
from vlms.academy.service.slips import (
    MOST,
    bearer_of,
    open_slip,
    print_slips,
    set_up_sign_in,
)
from vlms.accounts.cli.values import json_option, organisation_named, person_named
from vlms.accounts.links import is_open, link_path
from vlms.accounts.models import Organisation, Person, User
from vlms.core.commands import command_work, print_rows, with_app, written
from vlms.core.errors import BadInput, NotFound
from vlms.core.reading import shown
from vlms.core.text import _
from vlms.core.work import Work
from vlms.exports.pdf import write_pdf

_institution = click.option("--organisation", "slug", required=True)
_class = click.option("--class", "title", help="The title of a class: only those in it.")


@click.group("slips")
def slips() -> None:
    """Slips with which people without e-mail set up their sign-in."""


@slips.command("list")
@_institution
@_class
@json_option
@with_app
def list_all(slug: str, title: str | None, as_json: bool) -> None:
    """People without an address; whether a slip was printed, and why for some there is none."""
    with command_work() as work:
        organisation = organisation_named(work.session, slug)
        people = _in_class(work, organisation, title)
        users, newest = users_of(work.session, people), newest_slips(work.session, people)
        rows: list[dict[str, Any]] = []
        for person in people:
            user = _claimant(person, users)
            link = newest.get(person.id)
            reason = why_no_slip(bearer_of(person, organisation, user))
            rows.append(
                {
                    "name": person.name,
                    "number": person.number,
                    "signs_in": user is not None,
                    "open_until": link.expires_at if link and is_open(link, work.now) else None,
                    "no_slip": str(reason) if reason else None,
                }
            )
    print_rows(rows, as_json=as_json)


@slips.command("print")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_institution
@_class
@click.option("--person", "numbers", multiple=True, help="A number; can be repeated.")
@with_app
def print_all(file: Path, slug: str, title: str | None, numbers: tuple[str, ...]) -> None:
    """Write a sheet of new slips to FILE as PDF; those that these people had end."""
    base_url = current_app.config["SETTINGS"].base_url
    with command_work() as work:
        organisation = organisation_named(work.session, slug)
        people = [person_named(work.session, organisation.id, each) for each in numbers]
        if title is not None:
            people += _who_can(work, organisation, title)
        cards = [
            slip_card(
                each,
                base_url + link_path(work.keys.link, each.link),
                organisation,
                lambda spoken: force_locale(spoken.value),
            )
            for each in print_slips(work, organisation.id, [person.id for person in people])
        ]
        paper = slip_sheet(cards, title or organisation.name, work.now)
    with written(file) as out:
        write_pdf(paper, out)
    click.echo(f"Written to {file}.")


@slips.command("set-up")
@with_app
def set_up() -> None:
    """Ask for a slip's address and a password, and set it: as its page does."""
    token = click.prompt("Address of the slip", hide_input=True).rstrip("/").rpartition("/")[2]
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with command_work() as work:
        name = open_slip(work, token).sign_in_name
        set_up_sign_in(work, token, password)
    click.echo(f"Sign in as {name}.")


def _in_class(work: Work, organisation: Organisation, title: str | None) -> list[Person]:
    class_id = _class_named(work.session, organisation, title).id if title else None
    wanted = SlipFilter(work.today(organisation.time_zone), class_id)
    return list(list_bearers(work.session, organisation.id, wanted, MOST))


def _who_can(work: Work, organisation: Organisation, title: str) -> list[Person]:
    """Those of a class for whom a slip can be printed. Raises BadInput for nobody."""
    people = _in_class(work, organisation, title)
    users = users_of(work.session, people)
    found = [
        person
        for person in people
        if why_no_slip(bearer_of(person, organisation, _claimant(person, users))) is None
    ]
    if not found:
        raise BadInput(
            None,
            _("Nobody in this class needs a slip or can have one."),
            way_out=_("`vlms academy slips list` says why."),
        )
    return found


def _claimant(person: Person, users: Mapping[UUID, User]) -> User | None:
    return users.get(person.user_id) if person.user_id else None


def _class_named(session: Session, organisation: Organisation, title: str) -> SchoolClass:
    for each in list_classes(session, organisation.id):
        if each.title == title:
            return each
    raise NotFound(None, _('There is no class "%(title)s".', title=shown(title)))
