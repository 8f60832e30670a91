"""Transcripts on the command line: exams passed, certifications held, assessments taken."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import (
    json_option,
    organisation_named,
    own_option,
    own_work,
    person_named,
)
from vlms.accounts.queries import list_persons_of
from vlms.catalog.models import Certification
from vlms.certifications.models import PassSource
from vlms.certifications.queries.standings import Standing, list_standings, standing_of
from vlms.certifications.queries.transcripts import failures, get_held
from vlms.certifications.service.earning import hold, record_pass
from vlms.certifications.service.renewing import record_attempt
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.explaining import instant
from vlms.core.reading import read_day, read_instant, shown
from vlms.core.text import _

_slug = click.argument("slug", metavar="ORGANISATION")
_who = click.argument("who", metavar="PERSON")
_day = click.argument("day", type=Read(read_day, _("Day")), metavar="DAY")


@click.command("list")
@_slug
@_who
@json_option
@with_app
def list_person(slug: str, who: str, as_json: bool) -> None:
    """The certifications of a PERSON (number or address) of an organisation."""
    with reading(SCOPE) as session:
        owner = organisation_named(session, slug)
        person = person_named(session, owner.id, who)
        rows = _rows(session, [person.id])
    print_rows(rows, as_json=as_json)


@click.command("mine")
@own_option
@json_option
@with_app
def list_own(email: str, as_json: bool) -> None:
    """One's own certifications, of all organisations."""
    with own_work(email) as work:
        assert work.actor.user_id is not None
        persons = list_persons_of(work.session, work.actor.user_id)
        rows = _rows(work.session, [person.id for person in persons])
    print_rows(rows, as_json=as_json)


@click.command("passed")
@_slug
@_who
@click.argument("exam")
@_day
@with_app
def passed(slug: str, who: str, exam: str, day: date) -> None:
    """Enter that a PERSON passed an EXAM (its number) on a day in UTC."""
    with command_work() as work:
        person = person_named(work.session, organisation_named(work.session, slug).id, who)
        record_pass(work, person, exam.strip().upper(), day, PassSource.ENTRY)
        rows = _rows(work.session, [person.id])
    print_rows(rows, as_json=False)


@click.command("earned")
@_slug
@_who
@click.argument("key", metavar="CERTIFICATION")
@_day
@with_app
def earned(slug: str, who: str, key: str, day: date) -> None:
    """Enter a CERTIFICATION (its key) that a PERSON earned on a day in UTC."""
    with command_work() as work:
        person = person_named(work.session, organisation_named(work.session, slug).id, who)
        found = work.session.get(Certification, key)
        if found is None:
            raise NotFound("R1", _("There is no certification %(name)s.", name=shown(key)))
        held_id = hold(work, person, found, day, PassSource.ENTRY).id
    click.echo(f"{held_id}")


@click.command("attempt")
@click.argument("held_id", metavar="ID", type=click.UUID)
@click.argument("at", metavar="TIME", type=Read(read_instant, _("Time")))
@click.option("--passed/--failed", "has_passed", required=True)
@with_app
def attempt(held_id: UUID, at: datetime, has_passed: bool) -> None:
    """Record a renewal assessment of the certification ID that was taken at a TIME (UTC)."""
    with command_work() as work:
        held = record_attempt(work, get_held(work.session, held_id), at, has_passed=has_passed)
        rows = [held_row(standing_of(held, failures(work.session, held), work.now))]
    print_rows(rows, as_json=False)


def _rows(session: Session, person_ids: list[UUID]) -> list[dict[str, Any]]:
    return [held_row(one) for one in list_standings(session, person_ids, system_clock())]


def held_row(one: Standing) -> dict[str, Any]:
    held = one.held
    return {
        "id": str(held.id),
        "certification": held.certification_key,
        "earned_on": held.earned_on.isoformat(),
        "expires_on": held.expires_on.isoformat() if held.expires_on else None,
        "state": one.state.value,
        "window_opens": one.opens_on.isoformat() if one.opens_on else None,
        "next_attempt_at": instant(one.next_attempt_at) if one.next_attempt_at else None,
    }
