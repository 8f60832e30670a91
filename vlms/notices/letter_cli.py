"""`vlms messages letters …`: an organisation's own wording of its mails."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.language import Language
from vlms.core.reading import read_email, read_text
from vlms.core.text import _
from vlms.notices.directory import Place, directory
from vlms.notices.letter_queries import (
    find_last_number,
    get_letter,
    list_languages,
    list_letters,
    list_versions,
)
from vlms.notices.letters import (
    create_letter,
    end_usual,
    make_usual,
    return_to_standard,
    send_trial,
    write_wording,
)
from vlms.notices.outbox import Recipient
from vlms.notices.rules.letter_text import LETTERS, Wording

_letter = click.argument("letter_id", metavar="ID", type=click.UUID)
_language = click.argument("language", type=click.Choice([each.value for each in Language]))
_as_json = click.option("--json", "as_json", is_flag=True, help="One JSON array.")
_line = Read(read_text(200), _("Subject"))


@click.group()
def letters() -> None:
    """An organisation's own wording of mails to holders and contacts."""


def _place(session: Session, slug: str) -> Place:
    place = directory().find_place(session, slug)
    if place is None:
        raise NotFound(None, _("There is no organisation with this short name."))
    return place


@letters.command("list")
@click.argument("organisation", metavar="SLUG")
@_as_json
@with_app
def list_(organisation: str, as_json: bool) -> None:
    """The letters of an organisation."""
    with reading(SCOPE) as session:
        place = _place(session, organisation)
        worded = list_languages(session, place.id)
        rows = [
            {
                "id": str(letter.id),
                "kind": letter.template,
                "name": letter.name,
                "is_usual": letter.is_usual,
                "languages": ", ".join(sorted(worded.get(letter.id, ()))),
            }
            for letter in list_letters(session, place.id)
        ]
    print_rows(rows, as_json=as_json)


@letters.command("placeholders")
@click.argument("kind", type=click.Choice(list(LETTERS)))
@_as_json
@with_app
def placeholders(kind: str, as_json: bool) -> None:
    """What can stand in braces in a letter of this kind."""
    rows = [
        {"write": each.written, "meaning": str(each.meaning), "is_needed": each.is_needed}
        for each in LETTERS[kind]
    ]
    print_rows(rows, as_json=as_json)


@letters.command("new")
@click.argument("organisation", metavar="SLUG")
@click.argument("kind", type=click.Choice(list(LETTERS)))
@click.argument("name", type=Read(read_text(80), _("Name of the letter")))
@click.option("--usual", is_flag=True, help="Take it wherever no letter is chosen.")
@with_app
def new(organisation: str, kind: str, name: str, usual: bool) -> None:
    """Begin a letter; until it is worded it says the standard text."""
    with command_work() as work:
        place = _place(work.session, organisation)
        letter = create_letter(work, place.id, kind, name, is_usual=usual)
        click.echo(str(letter.id))


@letters.command("versions")
@_letter
@_as_json
@with_app
def versions(letter_id: UUID, as_json: bool) -> None:
    """Every wording that the letter ID ever had."""
    with reading(SCOPE) as session:
        found = list_versions(session, get_letter(session, letter_id).id)
        rows = [
            {
                "language": version.language.value,
                "number": version.number,
                "written_at": version.written_at.isoformat(),
                "written_by": version.written_by,
                "ended_at": version.ended_at.isoformat() if version.ended_at else None,
                "subject": version.subject,
                "text": version.text,
                "signature": version.signature,
                "reply_name": version.reply_name,
            }
            for version in found
        ]
    print_rows(rows, as_json=as_json)


@letters.command("write")
@_letter
@_language
@click.option("--subject", type=_line, required=True)
@click.option("--text", "file", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--signature", default=None)
@click.option("--sender", "reply_name", default=None, help="The name beside the address.")
@with_app
def write(letter_id: UUID, language: str, **wording: Any) -> None:
    """Word the letter ID in a language; the text stands in a file (UTF-8)."""
    written = Wording(
        wording["subject"],
        _read(wording["file"]),
        wording["signature"],
        wording["reply_name"],
    )
    with command_work() as work:
        spoken = Language(language)
        base = find_last_number(work.session, letter_id, spoken)
        version = write_wording(work, letter_id, spoken, written, base)
        click.echo(f"Version {version.number}.")


def _read(file: Path) -> str:
    return file.read_text("utf-8", errors="replace").replace("\r\n", "\n").strip()


@letters.command("standard")
@_letter
@_language
@with_app
def standard(letter_id: UUID, language: str) -> None:
    """Let the letter ID say the standard text again."""
    with command_work() as work:
        return_to_standard(work, letter_id, Language(language))
    click.echo("It says the standard text.")


@letters.command("usual")
@_letter
@click.option("--not", "is_not", is_flag=True, help="It is the usual one no longer.")
@with_app
def usual(letter_id: UUID, is_not: bool) -> None:
    """Take the letter ID wherever no letter is chosen."""
    with command_work() as work:
        (end_usual if is_not else make_usual)(work, letter_id)
    click.echo("Saved.")


@letters.command("trial")
@_letter
@_language
@click.argument("address", metavar="EMAIL", type=Read(read_email, _("E-mail address")))
@with_app
def trial(letter_id: UUID, language: str, address: str) -> None:
    """Mail the letter ID to EMAIL, with made-up facts."""
    with command_work() as work:
        to = Recipient(address, address, Language(language))
        send_trial(work, letter_id, str(_("Your organisation")), to)
    click.echo("It is in the outbox.")
