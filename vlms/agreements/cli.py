"""`vlms agreements`: agreements and their contacts."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import school_named
from vlms.accounts.models import Organisation
from vlms.accounts.queries import find_organisation
from vlms.agreements.acts import Look, acts_on
from vlms.agreements.contacts import Contact
from vlms.agreements.import_columns import ALL_LABELS
from vlms.agreements.models import Agreement, ContactKind, LevelMode, Programme
from vlms.agreements.queries import find_agreement, list_agreements
from vlms.agreements.reseller_cli import change_reseller, resellers, withdraw_reseller_change
from vlms.agreements.rules.import_row import AgreementRow, read_agreement_row
from vlms.agreements.service.agreement_import import examine_agreements, import_agreements
from vlms.agreements.service.contacts import set_contacts, set_schools
from vlms.agreements.service.deleting import delete_agreement
from vlms.agreements.service.entering import add_agreement, edit_agreement
from vlms.catalog.models import PriceLevel
from vlms.core.clock import system_clock
from vlms.core.commands import OPERATOR, SCOPE, Read, command_work, print_rows, progress, with_app
from vlms.core.db import reading
from vlms.core.dry_run import DryRun
from vlms.core.errors import NotFound
from vlms.core.language import Language
from vlms.core.reading import read_email, read_text, shown
from vlms.core.text import _
from vlms.exports.reading import read_rows

_KINDS = click.Choice([kind.value for kind in ContactKind])


@click.group("agreements")
def agreements() -> None:
    """Agreements and their contacts."""


for command in (change_reseller, resellers, withdraw_reseller_change):
    agreements.add_command(command)


def _facts(agreement: Agreement) -> dict[str, Any]:
    reseller = agreement.reseller
    return {
        "number": agreement.number,
        "programme": agreement.programme.value,
        "organisation": agreement.organisation.slug,
        "first_day": agreement.first_day.isoformat(),
        "last_day": agreement.last_day.isoformat(),
        "country": agreement.country,
        "time_zone": agreement.time_zone,
        "currency": agreement.currency,
        "level_mode": agreement.level_mode.value,
        "price_level": agreement.price_level.value,
        "reseller": reseller.slug if reseller else None,
    }


@agreements.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@with_app
def list_all(as_json: bool) -> None:
    """List the agreements."""
    with reading(SCOPE) as session:
        rows = [_facts(agreement) for agreement in list_agreements(session)]
    print_rows(rows, as_json=as_json)


@agreements.command("show")
@click.argument("number")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_app
def show(number: str, as_json: bool) -> None:
    """Show the agreement NUMBER; with --json what can be done and why not."""
    with reading(SCOPE) as session:
        agreement = _agreement(session, number)
        facts = {
            **_facts(agreement),
            "account_manager": {
                "name": agreement.account_manager_name,
                "email": agreement.account_manager_email,
            },
            "contacts": [
                {
                    "kind": contact.kind.value,
                    "name": contact.name,
                    "email": contact.email,
                    "language": contact.language.value,
                }
                for contact in agreement.contacts
            ],
            "schools": [school.name for school in agreement.schools],
        }
        acts = acts_on(Look(session, OPERATOR, system_clock()), agreement)
        told = [act.as_json() for act in acts]
    if as_json:
        facts["acts"] = told
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for name, value in facts.items():
        click.echo(f"{name}: {_plain(value)}")


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(map(str, value.values()))
    if isinstance(value, list):
        return "; ".join(map(_plain, value)) or "-"
    return "-" if value is None else str(value)


@agreements.command("add")
@click.option("--organisation", required=True, help="Its name in addresses.")
@click.option("--number", required=True)
@click.option("--programme", required=True, type=click.Choice([one.value for one in Programme]))
@click.option("--first-day", required=True, help="As 2025-07-01.")
@click.option("--last-day", required=True, help="As 2028-06-30.")
@click.option("--country", required=True, help="Two letters, as TW.")
@click.option("--time-zone", default="", help="As Asia/Taipei; else as usual in the country.")
@click.option("--currency", required=True, help="Three letters, as USD.")
@click.option("--level-mode", default="fixed", type=click.Choice([one.value for one in LevelMode]))
@click.option("--price-level", default="A", type=click.Choice([one.value for one in PriceLevel]))
@click.option("--reseller", default="", help="Its name in addresses.")
@click.option("--account-manager-name", required=True)
@click.option("--account-manager-email", required=True)
@click.option("--notices-name", default="", help="The notices and online contact.")
@click.option("--notices-email", default="")
@click.option("--administrator-name", default="", help="The online service administrator.")
@click.option("--administrator-email", default="")
@with_app
def add(**typed: str) -> None:
    """Enter one agreement."""
    row, refusals = read_agreement_row(typed, list(Programme), list(PriceLevel))
    if row is None:
        raise refusals[0]
    with command_work() as work:
        organisation = find_organisation(work.session, typed["organisation"])
        if organisation is None:
            raise NotFound(None, _("There is no such organisation."))
        agreement = add_agreement(work, organisation.id, row.terms)
        if row.notices is not None:
            set_contacts(work, agreement.id, _contacts(row, organisation))
    click.echo(f"Agreement {agreement.number} is entered.")


@agreements.command("edit")
@click.argument("number")
@click.option("--number", "new_number", help="Another number for it.")
@click.option("--programme", type=click.Choice([one.value for one in Programme]))
@click.option("--first-day", help="As 2025-07-01.")
@click.option("--last-day", help="As 2028-06-30.")
@click.option("--country", help="Two letters, as TW.")
@click.option("--time-zone", help='As Asia/Taipei; "" for the usual one of the country.')
@click.option("--currency", help="Three letters, as USD.")
@click.option("--level-mode", type=click.Choice([one.value for one in LevelMode]))
@click.option("--price-level", type=click.Choice([one.value for one in PriceLevel]))
@click.option("--reseller", help='Its name in addresses; "" for none.')
@click.option("--account-manager-name")
@click.option("--account-manager-email")
@with_app
def edit(number: str, new_number: str | None, **typed: str | None) -> None:
    """Change the terms of the agreement NUMBER; what is not given stays."""
    given = {name: text for name, text in typed.items() if text is not None}
    with command_work() as work:
        agreement = _agreement(work.session, number)
        present = {name: text or "" for name, text in _terms(agreement).items()}
        wanted = {**present, "number": number if new_number is None else new_number, **given}
        row, refusals = read_agreement_row(wanted, list(Programme), list(PriceLevel))
        if row is None:
            raise refusals[0]
        edit_agreement(work, agreement.id, row.terms)
    click.echo(f"Agreement {agreement.number} is saved.")


def _terms(agreement: Agreement) -> dict[str, Any]:
    return {
        **_facts(agreement),
        "account_manager_name": agreement.account_manager_name,
        "account_manager_email": agreement.account_manager_email,
    }


@agreements.command("delete")
@click.argument("number")
@with_app
def delete(number: str) -> None:
    """Delete the agreement NUMBER, under which nothing has been ordered."""
    with command_work() as work:
        delete_agreement(work, _agreement(work.session, number).id)
    click.echo(f"Agreement {number} is deleted.")


@agreements.command("contact")
@click.argument("number")
@click.argument("kind", type=_KINDS)
@click.argument("name", type=Read(read_text(200), _("Name")))
@click.argument("email", type=Read(read_email, _("E-mail address")))
@click.argument("language", type=click.Choice([one.value for one in Language]))
@with_app
def contact(number: str, kind: str, name: str, email: str, language: str) -> None:
    """Set one contact of the agreement NUMBER; the others stay."""
    with command_work() as work:
        agreement = _agreement(work.session, number)
        told = {ContactKind(kind): Contact(name, email, Language(language))}
        set_contacts(work, agreement.id, {**_present_contacts(agreement), **told})
    click.echo(f"{name} is the contact {kind} of {number}.")


@agreements.command("remove-contact")
@click.argument("number")
@click.argument("kind", type=_KINDS)
@with_app
def remove_contact(number: str, kind: str) -> None:
    """Take one contact of the agreement NUMBER away; the others stay."""
    with command_work() as work:
        agreement = _agreement(work.session, number)
        kept = _present_contacts(agreement)
        kept.pop(ContactKind(kind), None)
        set_contacts(work, agreement.id, kept)
    click.echo(f"{number} has no contact {kind}.")


def _present_contacts(agreement: Agreement) -> dict[ContactKind, Contact]:
    return {one.kind: Contact(one.name, one.email, one.language) for one in agreement.contacts}


@agreements.command("schools")
@click.argument("number")
@click.argument("names", nargs=-1)
@with_app
def schools(number: str, names: tuple[str, ...]) -> None:
    """Let the agreement NUMBER cover exactly the schools NAMES; without any, none."""
    with command_work() as work:
        agreement = _agreement(work.session, number)
        owner = agreement.organisation_id
        set_schools(work, agreement.id, {school_named(work.session, owner, name) for name in names})
    click.echo(f"{number} covers: {'; '.join(names) or '-'}")


def _agreement(session: Session, number: str) -> Agreement:
    agreement = find_agreement(session, number)
    if agreement is None:
        raise NotFound(None, _("There is no agreement %(number)s.", number=shown(number)))
    return agreement


def _contacts(row: AgreementRow, organisation: Organisation) -> dict[ContactKind, Contact]:
    pairs = {
        ContactKind.NOTICES_ONLINE: row.notices,
        ContactKind.ONLINE_ADMINISTRATOR: row.administrator,
    }
    return {kind: Contact(*pair, organisation.language) for kind, pair in pairs.items() if pair}


@agreements.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what each row would do.")
@click.option("--json", "as_json", is_flag=True, help="Print the rows as one JSON array.")
@with_app
def import_list(file: Path, dry_run: bool, as_json: bool) -> None:
    """Import agreements from FILE (.xlsx or .csv): all of it or nothing."""
    with progress("Checking", 2) as advance, reading(SCOPE) as session:
        with file.open("rb") as stream:
            sheet = read_rows(stream, file.name)
        advance(1)
        run = examine_agreements(session, sheet, None)
        advance(1)
    print_rows(_rows(run), as_json=as_json)
    for fault in run.problems:
        click.echo(str(fault), err=True)
    if dry_run:
        sys.exit(0 if run.is_sound else 1)
    with progress("Writing", 1) as advance, command_work() as work:
        written = import_agreements(work, sheet, None)
        advance(1)
    click.echo(f"{len(written)} agreements are imported.", err=True)


def _rows(run: DryRun[AgreementRow]) -> list[dict[str, Any]]:
    return [
        {
            "row": line.number,
            "change": line.change.value,
            **dict(zip(ALL_LABELS, line.shown, strict=True)),
            "differences": "; ".join(f"{d.name}: {d.before} → {d.after}" for d in line.differences),
            "problems": " ".join(map(str, line.faults)),
        }
        for line in run.lines
    ]
