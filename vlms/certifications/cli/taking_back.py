"""Taking back what was entered or imported wrongly, on the command line."""

from __future__ import annotations

from uuid import UUID

import click

from vlms.accounts.cli.values import json_option, organisation_named, own_work, person_named
from vlms.certifications.forms.taking_back import LONGEST
from vlms.certifications.queries.transcripts import (
    get_attempt,
    get_held,
    get_pass,
    list_attempts,
    list_held,
    list_passes,
)
from vlms.certifications.service import taking_back as service
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.reading import read_text
from vlms.core.text import _

_id = click.argument("key", metavar="ID", type=click.UUID)
_reason = click.option(
    "--reason", required=True, type=Read(read_text(LONGEST), _("Reason for taking it back"))
)


@click.command("transcript")
@click.argument("slug", metavar="ORGANISATION")
@click.argument("who", metavar="PERSON")
@json_option
@with_app
def transcript(slug: str, who: str, as_json: bool) -> None:
    """All passed exams, certifications and renewal results of a PERSON with their IDs."""
    with reading(SCOPE) as session:
        person = person_named(session, organisation_named(session, slug).id, who)
        rows = [
            {"id": str(one.id), "what": "pass", "name": one.exam_number}
            | {"day": one.passed_on.isoformat(), "known_from": one.source.value}
            for one in list_passes(session, [person.id])
        ]
        for held in list_held(session, [person.id]):
            known = "exams" if held.is_derived else held.source.value
            rows.append(
                {"id": str(held.id), "what": "certification", "name": held.certification_key}
                | {"day": held.earned_on.isoformat(), "known_from": known}
            )
            rows += [
                {"id": str(one.id), "what": "renewal", "name": held.certification_key}
                | {"day": one.attempted_at.isoformat(), "known_from": one.source.value}
                for one in list_attempts(session, held.id)
            ]
    print_rows(rows, as_json=as_json)


@click.command("take-back-pass")
@_id
@_reason
@with_app
def take_back_pass(key: UUID, reason: str) -> None:
    """Take back the passed exam ID that was entered or imported wrongly."""
    with command_work() as work:
        service.take_back_pass(work, get_pass(work.session, key), reason)
    click.echo("Taken back.")


@click.command("take-back")
@_id
@_reason
@with_app
def take_back(key: UUID, reason: str) -> None:
    """Take back the certification ID that was entered or imported wrongly."""
    with command_work() as work:
        service.take_back_held(work, get_held(work.session, key), reason)
    click.echo("Taken back.")


@click.command("take-back-renewal")
@_id
@_reason
@click.option("--as", "email", metavar="E-MAIL", help="A holder takes back an own statement.")
@with_app
def take_back_renewal(key: UUID, reason: str, email: str | None) -> None:
    """Take back the renewal result ID, the newest one of its certification."""
    with command_work() if email is None else own_work(email) as work:
        service.take_back_attempt(work, get_attempt(work.session, key), reason)
    click.echo("Taken back.")
